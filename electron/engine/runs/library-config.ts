import { createHash } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { configContract, LibraryState } from '../../../shared/runs/config-contract';
import { commandsOfLibrary, commandsOfRunbook } from '../../../shared/runs/environments/commands';
import { jsonOf, parseCommentedJson } from '../../../shared/runs/environments/commented-json';
import {
  LIBRARY_CONFIG_FILE,
  PLAIN_LIBRARY,
  type ConfigFinding,
  type LibraryConfig,
} from '../../../shared/runs/environments/library-config';
import { readLibraryConfig } from '../../../shared/runs/environments/read-library-config';
import type { EngineClient, Handlers } from '../engine-client';
import { findLibrary } from '../library/library-root';
import { isSystemError } from '../notebook/disk-errors';
import { loadNotebook } from '../notebook/notebook-disk';
import { changeConfigText, readConfigText, type ConfigText } from './library-config-file';
import { LibraryMemory } from './library-memory';

/** Libraries beyond these are read when they are asked about, and not followed. */
const MOST_FOLLOWED = 64;
const QUIET_MS = 150;

export interface LibraryConfigsPorts {
  readonly stateFolder: string;
  readonly log: (message: string) => void;
  /** True where a window may write in this folder: it lies in the library, or holds a runbook that is open. */
  readonly mayWriteIn: (library: string) => Promise<boolean>;
}

export interface LibraryConfigs {
  readonly handlers: Handlers<keyof typeof configContract.requests>;
  /** What is remembered: what was accepted, and what was seen at earlier starts. */
  readonly memory: LibraryMemory;
  /** The rules that hold for a runbook or a library's folder, read anew. Rejects with `not-found`. */
  stateOf(place: string): Promise<LibraryState>;
  /** As {@link stateOf}, without looking into the runbook: what its conditions would run is not among the commands. */
  rulesOf(place: string): Promise<LibraryState>;
  dispose(): Promise<void>;
}

interface Followed {
  readonly clients: Set<EngineClient>;
  watcher: FSWatcher | null;
  timer: NodeJS.Timeout | null;
  told: string;
}

/** The rules of each library: `watchbook.json` as it stands, the last good version where it has a fault. */
export function createLibraryConfigs({ stateFolder, log, mayWriteIn }: LibraryConfigsPorts): LibraryConfigs {
  const memory = new LibraryMemory(join(stateFolder, 'libraries'), log);
  const followed = new Map<string, Followed>();

  async function read(library: string): Promise<LibraryState> {
    const text = await readConfigText(library);
    const { config, findings } = readText(text);
    if (config !== null && text.kind === 'text')
      // What can not be remembered holds all the same; the memory says it in the log.
      await memory.rememberGood(library, config).catch(() => undefined);
    const good = config === null ? await memory.good(library) : null;
    const holds = config ?? good?.config ?? null;
    const commands = holds === null ? [] : commandsOfLibrary(holds, sha256);
    return {
      library,
      file: join(library, LIBRARY_CONFIG_FILE),
      exists: text.kind !== 'none',
      digest: text.kind === 'text' ? text.digest : null,
      raw: text.kind === 'text' ? rawOf(text.text) : null,
      config: holds,
      goodSince: good?.at ?? null,
      findings: [...findings],
      commands: await Promise.all(
        commands.map(async (one) => ({ ...one, accepted: await memory.isAccepted(library, one.digest) })),
      ),
    };
  }

  async function reread(library: string): Promise<void> {
    const entry = followed.get(library);
    if (entry === undefined) return;
    const state = await read(library);
    const told = JSON.stringify(state);
    if (told === entry.told) return;
    entry.told = told;
    for (const client of entry.clients) client.send('runs.configChanged', state);
  }

  function follow(library: string, client: EngineClient, state: LibraryState): void {
    let entry = followed.get(library);
    if (entry === undefined) {
      if (followed.size >= MOST_FOLLOWED) return;
      entry = { clients: new Set(), watcher: null, timer: null, told: '' };
      followed.set(library, entry);
      const one = entry;
      try {
        // The folder, not the file: editors replace files, and it may not be there yet.
        entry.watcher = watch(library, (_event, name) => {
          if (name !== null && name !== LIBRARY_CONFIG_FILE) return;
          if (one.timer !== null) clearTimeout(one.timer);
          one.timer = setTimeout(() => {
            reread(library).catch((error: unknown) => log(`${library} was not read again: ${String(error)}`));
          }, QUIET_MS);
        });
        entry.watcher.on('error', (error) => log(`${library} is not followed any more: ${error.message}`));
      } catch (error) {
        log(`${library} is not followed: ${String(error)}`);
      }
    }
    entry.told = JSON.stringify(state);
    if (entry.clients.has(client)) return;
    entry.clients.add(client);
    client.gone.addEventListener('abort', () => leave(library, client), { once: true });
  }

  function leave(library: string, client: EngineClient): void {
    const entry = followed.get(library);
    entry?.clients.delete(client);
    if (entry !== undefined && entry.clients.size === 0) stop(library, entry);
  }

  function stop(library: string, entry: Followed): void {
    entry.watcher?.close();
    if (entry.timer !== null) clearTimeout(entry.timer);
    followed.delete(library);
  }

  async function tellOthers(library: string): Promise<void> {
    await reread(library).catch((error: unknown) => log(`${library} was not read again: ${String(error)}`));
  }

  return {
    memory,
    rulesOf: async (place) => read(await libraryOf(place)),
    stateOf: async (place) => withConditions(await read(await libraryOf(place)), place, memory),
    handlers: {
      'runs.config': async ({ place }, { client }) => {
        const library = await libraryOf(place);
        const state = await read(library);
        if (client.kind !== 'step') follow(library, client, state);
        return withConditions(state, place, memory);
      },
      'runs.saveConfig': async ({ library: named, digest, edits }) => {
        const library = await realFolder(named);
        if (!(await mayWriteIn(library)))
          throw new WatchbookError(
            'forbidden',
            `${named} is not in the library, and no runbook of it is open. Nothing was changed.`,
          );
        await changeConfigText(library, digest, edits);
        await tellOthers(library);
        return read(library);
      },
      'runs.acceptCommands': async ({ library: named, digests }) => {
        const library = await realFolder(named);
        await memory.accept(library, digests);
        await tellOthers(library);
        return {};
      },
    },
    dispose: async () => {
      for (const [library, entry] of followed) stop(library, entry);
      await memory.dispose();
    },
  };
}

/** With the commands that the runbook itself waits for, where the place is one. */
async function withConditions(
  state: LibraryState,
  place: string,
  memory: LibraryMemory,
): Promise<LibraryState> {
  if (!/\.ipynb$/i.test(place)) return state;
  const loaded = await loadNotebook(place).catch((error: unknown) => {
    // Whoever opens it is told why it can not be read.
    if (error instanceof WatchbookError) return null;
    throw error;
  });
  const own = loaded === null ? [] : commandsOfRunbook(loaded.file.notebook, sha256);
  const conditions = await Promise.all(
    own.map(async (one) => ({ ...one, accepted: await memory.isAccepted(state.library, one.digest) })),
  );
  return { ...state, commands: [...state.commands, ...conditions] };
}

function readText(text: ConfigText): {
  readonly config: LibraryConfig | null;
  readonly findings: readonly ConfigFinding[];
} {
  switch (text.kind) {
    case 'none':
      return { config: PLAIN_LIBRARY, findings: [] };
    case 'text':
      return readLibraryConfig(text.text);
    case 'refused':
      return {
        config: null,
        findings: [{ severity: 'fault', line: 1, path: [], message: text.reason }],
      };
  }
}

function rawOf(text: string): LibraryState['raw'] {
  const { tree } = parseCommentedJson(text);
  return tree === null ? null : jsonOf(tree);
}

/** The library of a runbook; a folder that is one itself, or lies in one. */
async function libraryOf(place: string): Promise<string> {
  if (!isAbsolute(place) || place.includes('\0'))
    throw new WatchbookError('bad-request', 'A library is asked for by a whole path.');
  try {
    const real = await realpath(place);
    const isFolder = (await stat(real)).isDirectory();
    return await findLibrary(isFolder ? join(real, LIBRARY_CONFIG_FILE) : real);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new WatchbookError('not-found', `${place} is not there any more.`, { cause: error });
  }
}

async function realFolder(path: string): Promise<string> {
  const library = isAbsolute(path) && !path.includes('\0') ? await realpath(path).catch(() => null) : null;
  if (library === null || dirname(library) === library)
    throw new WatchbookError('not-found', `${path} is not there any more. Nothing was changed.`);
  return library;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
