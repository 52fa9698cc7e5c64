import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST = 200;

export interface ShellCompletions {
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
}

/** The word before the cursor completed by a bash of its own, so that the session is not disturbed. */
export async function completeShell(
  code: string,
  cursor: number,
  directory: string,
): Promise<ShellCompletions> {
  const before = [...code].slice(0, cursor).join('');
  const word = /[^\s;|&<>()'"`=$]*$/.exec(before)?.[0] ?? '';
  const isVariable = before.slice(0, before.length - word.length).endsWith('$');
  const line =
    before
      .slice(0, before.length - word.length)
      .split(/[\n;|&(]/)
      .at(-1) ?? '';
  const isFirst = line.trim() === '';
  const kinds = isVariable ? ['-v'] : isFirst && !word.includes('/') ? ['-c'] : ['-f'];
  const matches = await compgen(kinds, word, directory);
  const end = [...before].length;
  return { matches, cursor_start: end - [...word].length, cursor_end: end };
}

async function compgen(kinds: readonly string[], word: string, cwd: string): Promise<readonly string[]> {
  try {
    const { stdout } = await run(
      'bash',
      ['--noprofile', '--norc', '-c', `compgen ${kinds.join(' ')} -- "$1"`, 'bash', word],
      {
        cwd,
        timeout: 2_000,
        maxBuffer: 4 * 1024 * 1024,
      },
    );
    return [...new Set(stdout.split('\n').filter((match) => match !== ''))].toSorted().slice(0, MOST);
  } catch {
    // compgen ends with 1 where nothing fits.
    return [];
  }
}
