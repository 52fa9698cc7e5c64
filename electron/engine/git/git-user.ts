import { realpath } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseConfigList } from '../../../shared/library/git-config';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isSystemError } from '../notebook/disk-errors';
import { findRepository, readSmallFile } from './find-repository';
import { runGit } from './run-git';

/** Who drives where nobody says it: git's `user.name` as it holds in a folder, else the account's name. */
export async function personHere(folder: string): Promise<string> {
  return (await gitUserName(folder)) ?? userInfo().username;
}

/**
 * Git's `user.name`, the repository's own before the person's; null where there is none. The files are read as data:
 * nothing that they include, or say besides, counts.
 */
async function gitUserName(folder: string): Promise<string | null> {
  const found = await findRepository(folder);
  const home = homedir();
  const xdg = process.env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const files = [
    ...(found.kind === 'repository' ? [join(found.commonFolder, 'config')] : []),
    join(home, '.gitconfig'),
    join(xdg, 'git', 'config'),
  ];
  for (const file of files) {
    const name = await nameIn(file);
    if (name !== null) return name;
  }
  return null;
}

async function nameIn(file: string): Promise<string | null> {
  try {
    // A person's own file may be a link into the folder of such files.
    const bytes = await readSmallFile(await realpath(file));
    if (bytes === null) return null;
    const text = await runGit({
      args: ['config', '--file', '-', '--list', '-z', '--no-includes'],
      input: bytes,
    });
    const name =
      parseConfigList(text)
        .findLast(({ key }) => key === 'user.name')
        ?.value.trim() ?? '';
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    return name === '' || name.length > 500 || /[\u0000-\u001f\u007f]/.test(name) ? null : name;
  } catch (error) {
    // Not there, without git, or no configuration at all: the next one is asked, and the account has a name.
    if (isSystemError(error) || error instanceof WatchbookError) return null;
    throw error;
  }
}
