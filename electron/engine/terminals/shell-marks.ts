import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MarkedShell } from '../../../shared/terminal/send';
import { BASH_MARKS } from './marks-bash';
import { FISH_MARKS } from './marks-fish';
import { ZSH_MARKS } from './marks-zsh';

/** How a shell is started so that it marks its commands, without a file of the person's being touched. */
export interface MarkedStart {
  readonly shell: MarkedShell;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the files that the shell was started with; it has read them when its first mark has come. */
  readonly clear: () => Promise<void>;
}

/** The shells that can be made to mark their commands, by the names of their programs. */
const MARKED: readonly MarkedShell[] = ['bash', 'zsh', 'fish'];

/**
 * Prepares the start of a shell; null for one that gives no marks.
 *
 * The first nonce is in a private file alone: a variable of the environment would pass on to every program.
 * `folder`: a private one that is not there yet.
 */
export async function markedStart(
  program: string,
  folder: string,
  nonce: string,
  environment: Readonly<Record<string, string>>,
): Promise<MarkedStart | null> {
  const shell = MARKED.find((one) => one === basename(program));
  if (shell === undefined) return null;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text.replace('@NONCE@', nonce), { mode: 0o600 });
    return path;
  };
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  switch (shell) {
    case 'bash':
      return {
        shell,
        arguments: ['--rcfile', await write('rc', BASH_MARKS), '-i'],
        environment: {},
        clear,
      };
    case 'zsh': {
      const own = environment['ZDOTDIR'];
      const giveBack = own === undefined ? 'unset ZDOTDIR' : `export ZDOTDIR=${quoted(own)}`;
      await write(
        '.zshenv',
        ZSH_MARKS.replace('@ZDOTDIR@', () => giveBack),
      );
      return { shell, arguments: ['-i'], environment: { ZDOTDIR: folder }, clear };
    }
    case 'fish': {
      const file = await write('marks.fish', FISH_MARKS);
      const words = ['-i', '--init-command', `source ${quoted(file)}`];
      return { shell, arguments: words, environment: {}, clear };
    }
  }
}

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "'\\''")}'`;
}
