import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, sep } from 'node:path';
import { partsBelow } from '../../../shared/library/inside';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { CallContext, Handlers, Holdings, MethodsOf } from '../engine-client';
import type { KernelHandle } from '../kernels/kernel-handle';
import { checkpointHandlers } from './checkpoint-handlers';
import { CheckpointStore } from './checkpoint-store';
import { DocumentDisk } from './document-disk';
import { DocumentRecovery } from './document-recovery';
import type { DocumentServices } from './document-services';
import { DocumentSession } from './document-session';
import { documentHandlers } from './document-handlers';
import { RunDocument } from './run-document';

export interface DocumentsFeature {
  readonly handlers: Handlers<MethodsOf<'notebook'> | MethodsOf<'checkpoints'>>;
  /** True where this file is open with edits that are not in it. */
  hasUnsavedEdits(path: string): boolean;
  /** True where this file is open with edits that are not in it, or something of it runs or waits. */
  isInUse(path: string): boolean;
  /** As {@link isInUse}, for anything that lies in this folder; a run that is followed counts too. */
  isAnyInUse(folder: string): boolean;
  /** The files of the open documents, without links. */
  openPaths(): readonly string[];
  /** Renames the file of an open document by `move`; false, and nothing done, where it is not open. */
  rename(path: string, target: string, move: () => Promise<void>): Promise<boolean>;
  /** The file of a runbook has another name: what is kept of it follows. */
  fileMoved(from: string, to: string): Promise<void>;
  /** Renames a folder by `move`; the open documents in it follow. All of it or, where one can not, nothing. */
  renameFolder(folder: string, target: string, move: () => Promise<void>): Promise<void>;
  /** Takes up the kernels that outlived the engine before this one; those whose file is gone are left over. */
  takeUp(kernels: readonly { readonly handle: KernelHandle; readonly path: string }[]): Promise<void>;
  /** Opens a document and keeps it open, whoever shows it, until it is given back. Rejects as opening does. */
  hold(path: string): Promise<HeldDocument>;
  /** An open document that this client has joined. Throws `not-found` or `forbidden`. */
  find(document: string, context: CallContext): DocumentSession;
  /** Where a kernel's document lies; null for one that is not open. */
  pathOf(document: string): string | null;
  holdings(): Holdings;
  dispose(): Promise<void>;
}

export interface HeldDocument {
  readonly session: DocumentSession;
  release(): void;
}

export interface DocumentsPorts {
  readonly services: DocumentServices;
  /** A file was opened by a person, for the list of recent files. */
  readonly opened: (path: string) => void;
  /** Kernels of an engine before this one are taken up; until then a cell that still runs would look cut off. */
  readonly takenUp: Promise<void>;
  /** True for a folder whose `run.ipynb` is that of a run. */
  readonly isRunFolder: (folder: string) => Promise<boolean>;
}

/** The executed copy's name in a run folder. */
const RUN_FILE = 'run.ipynb';

/** The open documents of the engine: one session for each file, whoever shows it. */
export function createDocuments({
  services,
  opened,
  takenUp,
  isRunFolder,
}: DocumentsPorts): DocumentsFeature {
  const sessions = new Map<string, DocumentSession>();
  /** By real path, so that two names of one file are one document. */
  const opening = new Map<string, Promise<DocumentSession>>();
  /** A file opened again waits until its last session has let go of it. */
  const closing = new Map<string, Promise<void>>();
  const idle = new Map<DocumentSession, NodeJS.Timeout>();
  const kept = new Set<DocumentSession>();
  const checkpoints = new CheckpointStore(services.stateFolder, services.log);

  async function sessionFor(path: string): Promise<DocumentSession> {
    if (!isAbsolute(path)) throw new WatchbookError('bad-request', 'A notebook is opened by its whole path.');
    // A path that leads nowhere is refused by the reading, which names it as it was given.
    const real = await realpath(path).catch(() => path);
    const known = [...sessions.values()].find((session) => session.path === real);
    if (known !== undefined) return known;
    let session = opening.get(real);
    if (session === undefined) {
      session = openSession(real).finally(() => opening.delete(real));
      opening.set(real, session);
    }
    return session;
  }

  async function openSession(path: string): Promise<DocumentSession> {
    await closing.get(path);
    const disk = await DocumentDisk.open(services, path);
    try {
      const { recovery, found } = await DocumentRecovery.open(services, disk);
      const folder = dirname(path);
      const run = basename(path) === RUN_FILE && (await isRunFolder(folder)) ? new RunDocument(folder) : null;
      const left = (): void => leave(session);
      const session: DocumentSession = new DocumentSession(services, disk, recovery, left, run);
      await session.replay(found);
      sessions.set(session.id, session);
      return session;
    } catch (error) {
      await disk.dispose();
      throw error;
    }
  }

  /** The last client left. Kernels stay for a while; without any, the session has nothing to stay for. */
  function leave(session: DocumentSession): void {
    if (kept.has(session)) return;
    if (!session.isHeld) {
      void end(session);
      return;
    }
    // It comes here again when its log is written.
    if (session.isAtRisk) return;
    const minutes = services.settings().idleKernelMinutes;
    clearTimeout(idle.get(session));
    idle.set(
      session,
      setTimeout(() => endWhenIdle(session), minutes * 60_000),
    );
  }

  function endWhenIdle(session: DocumentSession): void {
    if (session.subscribers.count > 0 || kept.has(session)) return;
    if (session.runs.isBusy) leave(session);
    else void end(session);
  }

  async function end(session: DocumentSession): Promise<void> {
    clearTimeout(idle.get(session));
    idle.delete(session);
    sessions.delete(session.id);
    const { path } = session;
    const ended = session
      .dispose()
      .catch((error: unknown) => services.log(`closing ${path}: ${String(error)}`))
      .finally(() => closing.delete(path));
    closing.set(path, ended);
    await ended;
  }

  const isBelow = (folder: string, path: string): boolean => (partsBelow(folder, path, sep)?.length ?? 0) > 0;
  const inFolder = (folder: string): readonly DocumentSession[] =>
    [...sessions.values()].filter(({ path }) => isBelow(folder, path));
  const found = (document: string, context: CallContext): DocumentSession => {
    const session = sessions.get(document);
    if (session === undefined) {
      throw new WatchbookError('not-found', 'That document is not open any more. Open it again.', {
        retryable: true,
      });
    }
    session.requireJoined(context);
    return session;
  };

  return {
    handlers: {
      ...documentHandlers({
        services,
        checkpoints,
        find: found,
        open: async (path, { client }) => {
          await takenUp;
          const session = await sessionFor(path);
          clearTimeout(idle.get(session));
          idle.delete(session);
          opened(session.path);
          return session.join(client);
        },
        close: async (session, discard, { client }) => {
          if (discard && session.subscribers.count === 1) await session.discard();
          session.subscribers.remove(client);
        },
      }),
      ...checkpointHandlers({ store: checkpoints, find: found }),
    },
    hasUnsavedEdits: (path) => [...sessions.values()].some((one) => one.path === path && one.hasUnsavedEdits),
    openPaths: () => [...sessions.values()].map(({ path }) => path),
    isInUse: (path) =>
      [...sessions.values()].some((one) => one.path === path && (one.hasUnsavedEdits || one.runs.isBusy)),
    rename: async (path, target, move) => {
      await opening.get(path);
      await closing.get(path);
      const session = [...sessions.values()].find((one) => one.path === path);
      if (session === undefined) return false;
      await session.rename(target, move);
      return true;
    },
    fileMoved: (from, to) =>
      checkpoints.moved(from, to).catch((error: unknown) => {
        // The file has its new name all the same; its checkpoints come back under the old one.
        services.log(`checkpoints of ${from} keep its old name: ${String(error)}`);
      }),
    isAnyInUse: (folder) =>
      [...opening.keys()].some((path) => isBelow(folder, path)) ||
      inFolder(folder).some((one) => one.hasUnsavedEdits || one.runs.isBusy || kept.has(one)),
    renameFolder: async (folder, target, move) => {
      for (const [path, coming] of opening) if (isBelow(folder, path)) await coming.catch(() => undefined);
      for (const [path, going] of closing) if (isBelow(folder, path)) await going;
      // A run's records name their place, and are being written there.
      if (inFolder(folder).some((one) => kept.has(one))) {
        throw new WatchbookError(
          'busy',
          `${basename(folder)} was not renamed: a run in it is open or goes on. Close its tab first, or wait for its end.`,
        );
      }
      // One inside of the other: each is ready before anything moves, and stays as it was where it can not.
      const moveAll = inFolder(folder).reduce<() => Promise<void>>(
        (inner, session) => () => session.rename(target + session.path.slice(folder.length), inner),
        move,
      );
      await moveAll();
    },
    hold: async (path) => {
      const session = await sessionFor(path);
      clearTimeout(idle.get(session));
      kept.add(session);
      return {
        session,
        release: () => {
          if (kept.delete(session) && session.subscribers.count === 0) leave(session);
        },
      };
    },
    find: found,
    pathOf: (document) => sessions.get(document)?.path ?? null,
    takeUp: async (kernels) => {
      for (const { handle, path } of kernels) {
        try {
          const session = await sessionFor(path);
          await session.adopt(handle);
          if (session.subscribers.count === 0) leave(session);
        } catch (error) {
          services.log(`a kernel of ${path} was not taken up: ${String(error)}`);
        }
      }
    },
    holdings: () => {
      const all = [...sessions.values()];
      return {
        kernels: all.reduce((sum, { runs }) => sum + runs.liveKernels, 0),
        terminals: 0,
        runs: 0,
        busy: all.reduce((sum, { runs }) => sum + runs.queue.length, 0),
        atRisk: all.filter((session) => session.isAtRisk).length,
        running: all.filter(({ runs }) => runs.isBusy).map(({ path }) => `cells of ${path}`),
      };
    },
    dispose: async () => {
      for (const timer of idle.values()) clearTimeout(timer);
      await Promise.all([...sessions.values()].map((session) => session.dispose()));
      sessions.clear();
    },
  };
}
