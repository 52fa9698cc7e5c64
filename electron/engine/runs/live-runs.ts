import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { RunSummary, runsContract, RunView } from '../../../shared/runs/contract';
import { describeFault } from '../../../shared/runs/chain';
import type { RunEvent } from '../../../shared/runs/events';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import type { RepositoryReport } from '../git/repository-state';
import type { EngineClient, Handlers, Holdings } from '../engine-client';
import type { DocumentServices } from '../notebook/document-services';
import type { DocumentsFeature } from '../notebook/documents';
import { isSystemError } from '../notebook/disk-errors';
import { personHere } from '../git/git-user';
import { followLink } from '../notebook/local-links';
import { ChangedRunbooks } from './changed-runbooks';
import { readContent } from './content';
import { libraryState } from './library-state';
import { KnownLibraries } from './known-libraries';
import { isRunFolder, readRunJournal } from './journal';
import type { LibraryConfigs } from './library-config';
import { openRun, type OpenedRun } from './open-run';
import { estimatesOf } from './estimates';
import { startFacts } from './run-facts';
import { findRuns, placesOfRun, RUN_FILE, shortName } from './run-places';
import { readRunFolder, reportOf } from './read-run';
import { RunReader, summaryOf } from './runs-list';
import { compareCheckpoint } from './restore';
import { RunSession } from './run-session';
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

interface Entry {
  readonly session: RunSession;
  readonly opened: OpenedRun;
}

/** The runs of the engine: one session for each that somebody drives or looks at. */
export async function createLiveRuns(ports: LiveRunsPorts): Promise<LiveRunsFeature> {
  const { services } = ports;
  const entries = new Map<string, Promise<Entry>>();
  const open = new Map<string, Entry>();
  const reader = new RunReader();
  const changed = new ChangedRunbooks();
  const libraries = await KnownLibraries.load(services.stateFolder, services.log);
  const madeHere = await RunsMadeHere.load(join(services.stateFolder, 'runs-made-here.txt'));
  const attachedFolder = join(services.stateFolder, 'attached');
  /** Of the profile once that is in their journals. */
  const takingOver = new Set<string>();
  /** The terminals that were chosen for each run: as long as the engine lives, and with it they. */
  const chosen = new Map<string, Map<string, string>>();
  const chosenIn = (folder: string): Map<string, string> => {
    const of = chosen.get(folder) ?? new Map<string, string>();
    chosen.set(folder, of);
    return of;
  };

  const listChanged = (): void => {
    for (const client of ports.clients()) if (client.kind !== 'step') client.send('runs.listChanged', {});
  };

  async function entryOf(folder: string): Promise<Entry> {
    const known = entries.get(folder);
    if (known !== undefined) return known;
    const opening = openEntry(folder);
    entries.set(folder, opening);
    try {
      return await opening;
    } catch (error) {
      entries.delete(folder);
      throw error;
    }
  }

  async function openEntry(folder: string): Promise<Entry> {
    let session: RunSession | null = null;
    let isLiveDue = false;
    const told = {
      appended: (events: readonly RunEvent[]): void => {
        for (const client of session?.driving.followers ?? [])
          client.send('runs.appended', { run: folder, events: [...events] });
        if (events.some(({ type }) => TELLING.has(type))) listChanged();
      },
      // Several changes of one moment are told once.
      live: (): void => {
        if (isLiveDue) return;
        isLiveDue = true;
        setImmediate(() => {
          isLiveDue = false;
          if (session === null) return;
          const live = session.state.liveView;
          for (const client of session.driving.followers) client.send('runs.live', { run: folder, live });
          if (session.isIdle) void closeWhenIdle(folder);
        });
      },
    };
    const opened = await openRun(
      {
        documents: ports.documents,
        log: services.log,
        attachedFolder,
        hasTerminal: (of) => {
          const chosen = [...chosenIn(of).values()];
          return ports.stepTerminals.list().some(({ id, ended }) => ended === null && chosen.includes(id));
        },
        isMadeHere: (digest) => madeHere.has(digest) || (digest !== undefined && takingOver.has(digest)),
      },
      folder,
      told,
    );
    const library = placesOfRun(folder, opened.state.run.started?.data.runbook ?? '')?.library ?? null;
    session = new RunSession(opened.state, {
      libraryState: (of) => libraryState(of, ports.report),
      attachedFolder,
      stepTerminals: ports.stepTerminals,
      chosenTerminals: chosenIn(folder),
      isAccepted: async (digest) => library !== null && ports.configs.memory.isAccepted(library, digest),
      ran: ports.ran,
    });
    session.takeUp();
    const entry = { session, opened };
    open.set(folder, entry);
    return entry;
  }

  async function closeWhenIdle(folder: string): Promise<void> {
    const entry = open.get(folder);
    if (entry === undefined || !entry.session.isIdle) return;
    open.delete(folder);
    // Whoever opens it meanwhile waits until it is let go.
    const closing = entry.session.close().catch((error: unknown) => {
      services.log(`closing ${folder}: ${String(error)}`);
    });
    const again = closing.then(() => {
      throw new WatchbookError('conflict', 'The run was just closed. Open it again.', { retryable: true });
    });
    again.catch(() => undefined);
    entries.set(folder, again);
    await closing;
    if (entries.get(folder) === again) entries.delete(folder);
  }

  /** Lets a run go and opens it anew; who follows it goes on following. */
  async function reopen(folder: string): Promise<void> {
    const entry = open.get(folder);
    if (entry === undefined) return;
    open.delete(folder);
    entries.delete(folder);
    await entry.session.close();
    const { session } = await entryOf(folder);
    for (const client of entry.session.driving.followers) session.driving.followers.add(client);
  }

  async function placeOf(run: string): Promise<string> {
    try {
      const real = await realpath(run);
      if (await isRunFolder(real)) return real;
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
    throw new WatchbookError('not-found', `${run} is no run: it has no journal.`);
  }

  const found = async (run: string): Promise<RunSession> => {
    const folder = await placeOf(run);
    const entry = open.get(folder);
    if (entry === undefined) {
      throw new WatchbookError('not-found', 'That run is not open any more. Open it again.', {
        retryable: true,
      });
    }
    return entry.session;
  };

  async function viewOf({ session, opened }: Entry, client: EngineClient): Promise<RunView> {
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
      const { session } = await entryOf(folder);
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
      const entry = await entryOf(await placeOf(run));
      const mayDrive = (entry.opened.readOnly ?? entry.session.driving.readOnlyFor(client)) === null;
      if (client.kind === 'cli' && variables !== undefined && mayDrive) entry.session.useVariables(variables);
      entry.session.driving.followers.add(client);
      client.gone.addEventListener('abort', () => leave(entry.session, client), { once: true });
      return viewOf(entry, client);
    },
    'runs.takeOver': async ({ run, driver }, { client }) => {
      const folder = await placeOf(run);
      const reading = await readRunJournal(folder);
      const [first] = reading.digests;
      const [fault] = reading.faults;
      if (first === undefined || fault !== undefined) {
        throw new WatchbookError(
          'not-readable',
          `${fault === undefined ? 'This run has no event.' : describeFault(fault)} It was not taken over.`,
        );
      }
      const before = (await entryOf(folder)).session.state.driver;
      const person = driver ?? (await personHere(folder));
      takingOver.add(first);
      try {
        await reopen(folder);
        await (await entryOf(folder)).session.takeOver(before, person, client);
        await madeHere.add(first);
      } catch (error) {
        takingOver.delete(first);
        // Opened as it was before: what was refused is believed nothing.
        await reopen(folder);
        throw error;
      }
      takingOver.delete(first);
      listChanged();
      return { driver: person };
    },
    'runs.followHint': async ({ run, target }) => {
      const folder = await placeOf(run);
      const { state } = (await entryOf(folder)).session;
      const library = placesOfRun(folder, state.run.started?.data.runbook ?? '')?.library ?? folder;
      const { path } = await followLink(target, join(library, RUN_FILE), library);
      return { path };
    },
    'runs.leave': async ({ run }, { client }) => {
      const entry = open.get(await placeOf(run));
      if (entry !== undefined) leave(entry.session, client);
      return {};
    },
    'runs.act': async ({ run, action }, { client }) => {
      await (await found(run)).act(action, client);
      return {};
    },
    'runs.answer': async ({ run, answer }, { client }) => {
      await (await found(run)).answer(answer, client);
      return {};
    },
    'runs.content': async ({ run, files }) => {
      const folder = await placeOf(run);
      const values = await Promise.all(
        files.map(async (ref) => {
          const content = await readContent(folder, ref);
          return content.kind === 'value' ? content.value : null;
        }),
      );
      return { values };
    },
    'runs.compareCheckpoint': async ({ run, checkpoint }) => {
      const { cells, parameters } = await compareCheckpoint((await found(run)).state, checkpoint);
      return { cells: [...cells], parameters: [...parameters] };
    },
    'runs.events': async ({ run, from }) => {
      const { events } = (await found(run)).state;
      const part = events.filter(({ seq }) => seq >= from).slice(0, MOST_EVENTS);
      return { events: part, isLast: part.at(-1)?.seq === events.at(-1)?.seq || part.length === 0 };
    },
    'runs.report': async ({ run }) => {
      const markdown = reportOf(await readRunFolder(await placeOf(run)));
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
    const runs = await Promise.all(
      [...folders].map(async (folder) => {
        const state = open.get(folder)?.session.state;
        if (state === undefined) return (await reader.read(folder))?.summary ?? null;
        return summaryOf(folder, state.details.title, state.run, state.plan, state.live, { fault: null });
      }),
    );
    return runs.filter((run) => run !== null);
  }

  async function link(
    parent: { readonly run: string; readonly cell: string | null; readonly relation: 'parent' | 'again' },
    session: RunSession,
    client: EngineClient,
  ): Promise<void> {
    const actor = actorOf(session.state.driver, client);
    const { cell, relation } = parent;
    await session.state.record(actor, { type: 'linked-run', data: { run: parent.run, relation, cell } });
    const other = await entryOf(await placeOf(parent.run));
    if (!other.session.state.isWritable || other.session.state.run.finished !== null) return;
    await other.session.state.record(actor, {
      type: 'linked-run',
      data: { run: session.folder, relation: relation === 'parent' ? 'child' : 'again', cell },
    });
  }

  function leave(session: RunSession, client: EngineClient): void {
    session.driving.followers.delete(client);
    session.driving.letGo(client);
    void closeWhenIdle(session.folder);
  }

  return {
    handlers,
    takeUp: async (paths) => {
      for (const path of paths) {
        if (basename(path) !== RUN_FILE || !(await isRunFolder(dirname(path)))) continue;
        await entryOf(dirname(path)).catch((error: unknown) =>
          services.log(`${path} was not taken up as a run: ${String(error)}`),
        );
      }
    },
    session: found,
    holdings: () => {
      const held = [...open.values()].filter(({ session }) => session.isHeld);
      return {
        kernels: 0,
        terminals: 0,
        runs: held.length,
        atRisk: 0,
        busy: 0,
        running: held.map(({ session }) => `the run ${session.state.details.title} in ${session.folder}`),
      };
    },
    dispose: async () => {
      await Promise.all([...open.values()].map(({ session }) => session.close()));
      open.clear();
    },
  };
}

/** Events after which a run's line in the list is another one. */
const TELLING: ReadonlySet<string> = new Set<RunEvent['type']>([
  'cell-finished',
  'step-skipped',
  'step-marked-done',
  'gate-opened',
  'gate-answered',
  'kernel-lost',
  'run-finished',
]);
