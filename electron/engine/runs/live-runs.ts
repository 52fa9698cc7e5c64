import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { RunSummary, runsContract, RunView } from '../../../shared/runs/contract';
import { describeFault } from '../../../shared/runs/chain';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import type { RepositoryReport } from '../git/repository-state';
import type { EngineClient, Handlers, Holdings } from '../engine-client';
import type { DocumentServices } from '../notebook/document-services';
import type { DocumentsFeature } from '../notebook/documents';
import { personHere } from '../git/git-user';
import { followLink } from '../notebook/local-links';
import { ChangedRunbooks } from './changed-runbooks';
import { readContent } from './content';
import { KnownLibraries } from './known-libraries';
import { isRunFolder, readRunJournal } from './journal';
import type { LibraryConfigs } from './library-config';
import { OpenRuns, runPlaceOf, type OpenEntry } from './open-runs';
import { estimatesOf } from './estimates';
import { startFacts } from './run-facts';
import { findRuns, placesOfRun, RUN_FILE, shortName } from './run-places';
import { readRunFolder, reportOf } from './read-run';
import { RunReader, summaryOf } from './runs-list';
import { compareCheckpoint } from './restore';
import type { RunSession } from './run-session';
import { actorOf } from './run-state';
import { RunsMadeHere } from './runs-made-here';
import { startRun } from './start-run';
import type { StepTerminals } from './terminal-steps';

export interface LiveRunsPorts {
  readonly services: DocumentServices;
  readonly documents: DocumentsFeature;
  readonly report: (folder: string) => Promise<RepositoryReport>;
  readonly configs: Pick<LibraryConfigs, 'stateOf' | 'memory'>;
  readonly clients: () => readonly EngineClient[];
  /** What is known of a command that was typed in a terminal. Throws `not-found`. */
  readonly ran: (terminal: string, command: number) => RanCommand;
  readonly stepTerminals: StepTerminals;
  /** Kernels of an engine before this one are taken up: until then a step that runs would look lost. */
  readonly takenUp: Promise<void>;
  /** Folders in the side bar: their runs are in the list. */
  readonly folders: () => readonly string[];
}

export interface LiveRunsFeature {
  readonly handlers: Handlers<keyof typeof runsContract.requests>;
  /** Goes on with runs whose kernels outlived the engine before this one, by the files of those. */
  takeUp(paths: readonly string[]): Promise<void>;
  /** A run that is open. Rejects with `not-found`. */
  session(run: string): Promise<RunSession>;
  holdings(): Holdings;
  dispose(): Promise<void>;
}

const MOST_EVENTS = 5_000;

/** The runs of the engine: one session for each that somebody drives or looks at. */
export async function createLiveRuns(ports: LiveRunsPorts): Promise<LiveRunsFeature> {
  const { services } = ports;
  const reader = new RunReader();
  const changed = new ChangedRunbooks();
  const libraries = await KnownLibraries.load(services.stateFolder, services.log);
  const madeHere = await RunsMadeHere.load(join(services.stateFolder, 'runs-made-here.txt'));
  const listChanged = (): void => {
    for (const client of ports.clients()) if (client.kind !== 'step') client.send('runs.listChanged', {});
  };
  const runs = new OpenRuns({ ...ports, madeHere, listChanged });

  async function viewOf({ session, opened }: OpenEntry, client: EngineClient): Promise<RunView> {
    const { state } = session;
    const { started } = state.run;
    const places = placesOfRun(state.folder, started?.data.runbook ?? '');
    const runbook = places === null ? null : await realpath(places.runbook).catch(() => null);
    return {
      run: state.folder,
      short: shortName(state.folder) ?? basename(state.folder),
      document: join(state.folder, RUN_FILE),
      library: places?.library ?? dirname(state.folder),
      runbook,
      details: state.details,
      estimates: await estimatesOf(reader, state.folder),
      findings: [...opened.findings],
      mayTakeOver: opened.mayTakeOver,
      readOnly: opened.readOnly ?? session.driving.readOnlyFor(client),
      // Both last, and in one turn: what follows as events follows from here.
      live: session.state.liveView,
      reduced: state.run,
    };
  }

  const handlers: LiveRunsFeature['handlers'] = {
    'runs.facts': ({ runbook }) =>
      startFacts(
        {
          report: ports.report,
          configs: ports.configs,
          hasUnsavedEdits: ports.documents.hasUnsavedEdits,
          reader,
        },
        runbook,
      ),
    'runs.start': async (request, { client }) => {
      await ports.takenUp;
      const driver = request.driver ?? (await personHere(dirname(request.runbook)));
      const actor = actorOf(driver, client);
      const start = {
        services,
        report: ports.report,
        configs: ports.configs,
        previous: (of: string) => libraries.previous(of),
        made: (digest: string) => madeHere.add(digest),
      };
      const variables = client.kind === 'cli' ? (request.variables ?? null) : null;
      const { folder, library } = await startRun(
        start,
        { ...request, driver, variables: variables ?? undefined },
        actor,
      );
      await libraries.started(library, folder);
      const { session } = await runs.entry(folder);
      session.driving.take(client);
      session.useVariables(variables);
      void session.trials.begin();
      if (request.parent !== undefined) await link(request.parent, session, client);
      await session.arrive(actor);
      listChanged();
      return { run: folder };
    },
    'runs.open': async ({ run, variables }, { client }) => {
      await ports.takenUp;
      const entry = await runs.entry(await runPlaceOf(run));
      const mayDrive = (entry.opened.readOnly ?? entry.session.driving.readOnlyFor(client)) === null;
      if (client.kind === 'cli' && variables !== undefined && mayDrive) entry.session.useVariables(variables);
      entry.session.driving.followers.add(client);
      client.gone.addEventListener('abort', () => runs.leave(entry.session, client), { once: true });
      return viewOf(entry, client);
    },
    'runs.takeOver': async ({ run, driver }, { client }) => {
      const folder = await runPlaceOf(run);
      const reading = await readRunJournal(folder);
      const [first] = reading.digests;
      const [fault] = reading.faults;
      if (first === undefined || fault !== undefined) {
        throw new WatchbookError(
          'not-readable',
          `${fault === undefined ? 'This run has no event.' : describeFault(fault)} It was not taken over.`,
        );
      }
      const before = (await runs.entry(folder)).session.state.driver;
      const person = driver ?? (await personHere(folder));
      await runs
        .believing(first, async () => {
          await runs.reopen(folder);
          await (await runs.entry(folder)).session.takeOver(before, person, client);
          await madeHere.add(first);
        })
        .catch(async (error: unknown) => {
          // Opened as it was before: what was refused is believed nothing.
          await runs.reopen(folder);
          throw error;
        });
      listChanged();
      return { driver: person };
    },
    'runs.followHint': async ({ run, target }) => {
      const folder = await runPlaceOf(run);
      const { state } = (await runs.entry(folder)).session;
      const library = placesOfRun(folder, state.run.started?.data.runbook ?? '')?.library ?? folder;
      const { path } = await followLink(target, join(library, RUN_FILE), library);
      return { path };
    },
    'runs.leave': async ({ run }, { client }) => {
      const entry = runs.known(await runPlaceOf(run));
      if (entry !== undefined) runs.leave(entry.session, client);
      return {};
    },
    'runs.act': async ({ run, action }, { client }) => {
      await (await runs.session(run)).act(action, client);
      return {};
    },
    'runs.answer': async ({ run, answer }, { client }) => {
      await (await runs.session(run)).answer(answer, client);
      return {};
    },
    'runs.content': async ({ run, files }) => {
      const folder = await runPlaceOf(run);
      const values = await Promise.all(
        files.map(async (ref) => {
          const content = await readContent(folder, ref);
          return content.kind === 'value' ? content.value : null;
        }),
      );
      return { values };
    },
    'runs.compareCheckpoint': async ({ run, checkpoint }) => {
      const { cells, parameters } = await compareCheckpoint((await runs.session(run)).state, checkpoint);
      return { cells: [...cells], parameters: [...parameters] };
    },
    'runs.events': async ({ run, from }) => {
      const { events } = (await runs.session(run)).state;
      const part = events.filter(({ seq }) => seq >= from).slice(0, MOST_EVENTS);
      return { events: part, isLast: part.at(-1)?.seq === events.at(-1)?.seq || part.length === 0 };
    },
    'runs.report': async ({ run }) => {
      const markdown = reportOf(await readRunFolder(await runPlaceOf(run)));
      if (markdown === null) throw new WatchbookError('not-found', 'This run has no event to report yet.');
      return { markdown };
    },
    'runs.list': async ({ library }) => ({ runs: await summaries(library) }),
    'runs.changed': async () => ({ runbooks: [...(await changed.of(await summaries(null)))] }),
  };

  /** The runs of one library, or of all that are known and in the side bar. */
  async function summaries(library: string | null): Promise<RunSummary[]> {
    const places = library === null ? new Set([...libraries.all, ...ports.folders()]) : new Set([library]);
    const folders = new Set<string>();
    for (const place of places) for (const run of await findRuns(place)) folders.add(run);
    const found = await Promise.all(
      [...folders].map(async (folder) => {
        const entry = runs.known(folder);
        if (entry === undefined) return (await reader.read(folder))?.summary ?? null;
        const { run, plan, live, details } = entry.session.state;
        const fault = entry.opened.findings.find(({ severity }) => severity === 'fault')?.message ?? null;
        return summaryOf(folder, details.title, run, plan, live, { fault });
      }),
    );
    return found.filter((run) => run !== null);
  }

  async function link(
    parent: { readonly run: string; readonly cell: string | null; readonly relation: 'parent' | 'again' },
    session: RunSession,
    client: EngineClient,
  ): Promise<void> {
    const actor = actorOf(session.state.driver, client);
    const { cell, relation } = parent;
    await session.state.record(actor, { type: 'linked-run', data: { run: parent.run, relation, cell } });
    const other = await runs.entry(await runPlaceOf(parent.run));
    if (!other.session.state.isWritable || other.session.state.run.finished !== null) return;
    await other.session.state.record(actor, {
      type: 'linked-run',
      data: { run: session.folder, relation: relation === 'parent' ? 'child' : 'again', cell },
    });
  }

  return {
    handlers,
    takeUp: async (paths) => {
      for (const path of paths) {
        if (basename(path) !== RUN_FILE || !(await isRunFolder(dirname(path)))) continue;
        await runs
          .entry(dirname(path))
          .catch((error: unknown) => services.log(`${path} was not taken up as a run: ${String(error)}`));
      }
    },
    session: (run) => runs.session(run),
    holdings: () => {
      const held = runs.all.filter(({ session }) => session.isHeld);
      return {
        kernels: 0,
        terminals: 0,
        runs: held.length,
        atRisk: 0,
        busy: 0,
        running: held.map(({ session }) => `the run ${session.state.details.title} in ${session.folder}`),
      };
    },
    dispose: () => runs.dispose(),
  };
}
