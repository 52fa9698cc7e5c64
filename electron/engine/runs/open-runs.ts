import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { RunEvent } from '../../../shared/runs/events';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import type { EngineClient } from '../engine-client';
import type { RepositoryReport } from '../git/repository-state';
import { isSystemError } from '../notebook/disk-errors';
import type { DocumentServices } from '../notebook/document-services';
import type { DocumentsFeature } from '../notebook/documents';
import { isRunFolder } from './journal';
import type { LibraryConfigs } from './library-config';
import { libraryState } from './library-state';
import { openRun, type OpenedRun } from './open-run';
import { placesOfRun } from './run-places';
import { RunSession } from './run-session';
import type { RunStateOptions } from './run-state';
import type { RunsMadeHere } from './runs-made-here';
import type { StepTerminals } from './terminal-steps';

export interface OpenRunsPorts {
  readonly services: DocumentServices;
  readonly documents: DocumentsFeature;
  readonly report: (folder: string) => Promise<RepositoryReport>;
  readonly configs: Pick<LibraryConfigs, 'memory'>;
  /** What is known of a command that was typed in a terminal. Throws `not-found`. */
  readonly ran: (terminal: string, command: number) => RanCommand;
  readonly stepTerminals: StepTerminals;
  readonly madeHere: RunsMadeHere;
  /** A run's line in the list is another one. */
  readonly listChanged: () => void;
}

/** A run that is open, and what opening it found. */
export interface OpenEntry {
  readonly session: RunSession;
  readonly opened: OpenedRun;
}

/** The runs that somebody drives or looks at, and those that go on by themselves: one session for each folder. */
export class OpenRuns {
  /** Those that are being opened too, by folder. */
  private readonly entries = new Map<string, Promise<OpenEntry>>();
  private readonly open = new Map<string, OpenEntry>();
  /** Those that are being let go: whoever opens one waits for it. */
  private readonly closing = new Map<string, Promise<void>>();
  /** Digests of first lines: of this profile once that is in their journals. */
  private readonly believed = new Set<string>();
  /** The terminals that were chosen for each run: as long as the engine lives, and with it they. */
  private readonly chosen = new Map<string, Map<string, string>>();
  private readonly attachedFolder: string;

  constructor(private readonly ports: OpenRunsPorts) {
    this.attachedFolder = join(ports.services.stateFolder, 'attached');
  }

  get all(): readonly OpenEntry[] {
    return [...this.open.values()];
  }

  /** The run in a folder, if it is open. */
  known(folder: string): OpenEntry | undefined {
    return this.open.get(folder);
  }

  /** Opens the run in a folder where it is not open. Rejects as {@link openRun}; then it can be tried again. */
  async entry(folder: string): Promise<OpenEntry> {
    const known = this.entries.get(folder);
    if (known !== undefined) return known;
    const opening = (this.closing.get(folder) ?? Promise.resolve()).then(() => this.openEntry(folder));
    this.entries.set(folder, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.entries.get(folder) === opening) this.entries.delete(folder);
      throw error;
    }
  }

  /** A run that is open. Rejects with `not-found`. */
  async session(run: string): Promise<RunSession> {
    const entry = this.open.get(await runPlaceOf(run));
    if (entry !== undefined) return entry.session;
    throw new WatchbookError('not-found', 'That run is not open any more. Open it again.', {
      retryable: true,
    });
  }

  /** A client looks at a run no more. */
  leave(session: RunSession, client: EngineClient): void {
    session.driving.followers.delete(client);
    session.driving.letGo(client);
    this.closeWhenIdle(session.folder);
  }

  /** Lets a run go and opens it anew; who follows it goes on following. */
  async reopen(folder: string): Promise<void> {
    const entry = this.open.get(folder);
    if (entry === undefined) return;
    void this.letGo(entry);
    const { session } = await this.entry(folder);
    for (const client of entry.session.driving.followers) session.driving.followers.add(client);
  }

  /** Meanwhile a run counts as one of this profile, by the digest of its journal's first line. */
  async believing<T>(digest: string, work: () => Promise<T>): Promise<T> {
    this.believed.add(digest);
    try {
      return await work();
    } finally {
      this.believed.delete(digest);
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.closing.values(), ...this.all.map(({ session }) => session.close())]);
    this.open.clear();
  }

  private async openEntry(folder: string): Promise<OpenEntry> {
    const { services, documents, stepTerminals, madeHere, configs } = this.ports;
    const following: { session: RunSession | null } = { session: null };
    const opened = await openRun(
      {
        documents,
        log: services.log,
        attachedFolder: this.attachedFolder,
        hasTerminal: (of) => {
          const chosen = [...this.chosenIn(of).values()];
          return stepTerminals.list().some(({ id, ended }) => ended === null && chosen.includes(id));
        },
        isMadeHere: (digest) => madeHere.has(digest) || (digest !== undefined && this.believed.has(digest)),
      },
      folder,
      this.tellingOf(folder, following),
    );
    const library = placesOfRun(folder, opened.state.run.started?.data.runbook ?? '')?.library ?? null;
    const session = new RunSession(opened.state, {
      libraryState: (of) => libraryState(of, this.ports.report),
      attachedFolder: this.attachedFolder,
      stepTerminals,
      chosenTerminals: this.chosenIn(folder),
      isAccepted: async (digest) => library !== null && configs.memory.isAccepted(library, digest),
      ran: this.ports.ran,
    });
    following.session = session;
    session.takeUp();
    const entry = { session, opened };
    this.open.set(folder, entry);
    return entry;
  }

  /** Tells those who follow a run what was recorded, and what is true now; nobody before it has its session. */
  private tellingOf(folder: string, of: { readonly session: RunSession | null }): RunStateOptions['told'] {
    let isLiveDue = false;
    return {
      appended: (events) => {
        for (const client of of.session?.driving.followers ?? [])
          client.send('runs.appended', { run: folder, events: [...events] });
        if (events.some(({ type }) => TELLING.has(type))) this.ports.listChanged();
      },
      // Several changes of one moment are told once.
      live: () => {
        if (isLiveDue) return;
        isLiveDue = true;
        setImmediate(() => {
          isLiveDue = false;
          const { session } = of;
          if (session === null) return;
          const live = session.state.liveView;
          for (const client of session.driving.followers) client.send('runs.live', { run: folder, live });
          if (session.isIdle) this.closeWhenIdle(folder);
        });
      },
    };
  }

  private chosenIn(folder: string): Map<string, string> {
    const of = this.chosen.get(folder) ?? new Map<string, string>();
    this.chosen.set(folder, of);
    return of;
  }

  private closeWhenIdle(folder: string): void {
    const entry = this.open.get(folder);
    if (entry?.session.isIdle === true) void this.letGo(entry);
  }

  /** Resolves when its lock is free. What went wrong with that is in the log: the next opening meets it. */
  private async letGo({ session }: OpenEntry): Promise<void> {
    const { folder } = session;
    this.open.delete(folder);
    this.entries.delete(folder);
    const closing = session.close().catch((error: unknown) => {
      this.ports.services.log(`closing ${folder}: ${String(error)}`);
    });
    this.closing.set(folder, closing);
    await closing;
    if (this.closing.get(folder) === closing) this.closing.delete(folder);
  }
}

/** The folder of a run after all links. Rejects with `not-found` where there is none. */
export async function runPlaceOf(run: string): Promise<string> {
  try {
    const real = await realpath(run);
    if (await isRunFolder(real)) return real;
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  throw new WatchbookError('not-found', `${run} is no run: it has no journal.`);
}

/** Events after which a run's line in the list is another one. */
const TELLING: ReadonlySet<string> = new Set<RunEvent['type']>([
  'cell-started',
  'cell-finished',
  'step-skipped',
  'step-marked-done',
  'step-added',
  'rolled-back',
  'gate-opened',
  'gate-answered',
  'gate-voided',
  'resumed',
  'kernel-lost',
  'run-finished',
]);
