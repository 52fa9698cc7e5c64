import { readFile } from 'node:fs/promises';
import { watch, type FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';
import { applyEdits, modify, parseTree, type ParseError } from 'jsonc-parser';
import { DEFAULT_SETTINGS, type Settings, type SettingsState } from '../../../shared/settings/contract';
import type { Params } from '../../../shared/rpc/contracts';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { EngineClient, Handlers, MethodsOf } from '../engine-client';
import { isDiskFull } from '../notebook/disk-errors';
import { writePersonsFile } from '../whole-file';
import { keyLinesOf } from './key-settings';
import { parseSettings } from './settings-file';

export interface SettingsFeature {
  readonly handlers: Handlers<MethodsOf<'settings'>>;
  current(): Settings;
  dispose(): void;
}

/**
 * The settings file: JSON with comments, edited by hand or by the window, read anew whenever it changes.
 *
 * A value that can not be understood is named by its line and its default is used; unknown keys stay and are named.
 */
export async function createSettings(
  folder: string,
  clients: () => readonly EngineClient[],
  log: (message: string) => void,
): Promise<SettingsFeature> {
  const file = join(folder, 'settings.json');
  let state = await read(file);
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;

  let writing: Promise<unknown> = Promise.resolve();

  const reload = async (): Promise<void> => {
    const next = await read(file);
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    for (const client of clients()) if (client.kind !== 'step') client.send('settings.changed', state);
  };
  try {
    // The folder, not the file: editors replace files.
    watcher = watch(folder, (_event, name) => {
      if (name !== basename(file)) return;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void reload(), 100);
    });
    watcher.on('error', (error) => log(`settings are not watched any more: ${error.message}`));
  } catch (error) {
    log(`settings are not watched: ${String(error)}`);
  }

  return {
    handlers: {
      'settings.get': () => state,
      'settings.set': async ({ changes }) => {
        // One after the other: of two at once the later would write without the earlier one's change.
        const written = writing.then(() => change(file, changes));
        writing = written.catch(() => undefined);
        await written;
        await reload();
        return {};
      },
    },
    current: () => state.settings,
    dispose: () => {
      watcher?.close();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function change(file: string, changes: Params<'settings.set'>['changes']): Promise<void> {
  const text = await readText(file).catch((error: unknown) => {
    throw unwritable(file, error);
  });
  let edited = text.trim() === '' ? '{}\n' : text;
  const errors: ParseError[] = [];
  const tree = parseTree(edited, errors, { allowTrailingComma: true });
  if (errors.length > 0 || tree?.type !== 'object') {
    throw new WatchbookError(
      'conflict',
      `${file} has a mistake in it, so nothing was written there. Mend it, and change the setting again.`,
    );
  }
  for (const [key, value] of Object.entries(changes)) {
    const formattingOptions = { insertSpaces: true, tabSize: 2 };
    edited = applyEdits(edited, modify(edited, [key], value, { formattingOptions }));
  }
  await writePersonsFile(file, edited, 0o600).catch((error: unknown) => {
    throw unwritable(file, error);
  });
}

function unwritable(file: string, error: unknown): WatchbookError {
  const { code } = error as NodeJS.ErrnoException;
  const isFull = isDiskFull(error);
  return new WatchbookError(
    isFull ? 'disk-full' : 'not-writable',
    isFull
      ? `The setting was not kept: the disk of ${file} is full. The file is as it was; free some space and try again.`
      : `The setting was not kept: ${file} can not be written (${code ?? 'unknown'}). Check it, and try again.`,
    { retryable: true, cause: error },
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** A file that can not be read is a mistake like any other: the engine starts with the defaults, and says so. */
async function read(file: string): Promise<SettingsState> {
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `The file can not be read (${code ?? 'unknown'}). The defaults are used.`;
    return { file, settings: DEFAULT_SETTINGS, mistakes: [{ line: 1, key: null, message }], keyLines: {} };
  }
  return { file, ...parseSettings(text), keyLines: { ...keyLinesOf(text) } };
}
