import { lstat, open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createHash } from 'node:crypto';
import type { RepositoryReport } from '../git/repository-state';
import { isSystemError } from '../notebook/disk-errors';
import { sha256 } from './content';
import { RUNS_FOLDER } from './run-places';

/** Where a library stood: its commit, and what of it is in none. */
export interface LibraryState {
  readonly commit: string | null;
  readonly uncommitted: { readonly files: number; readonly digest: string } | null;
  /** Commits behind its remote as last fetched; null where there is none. */
  readonly behind: number | null;
}

/** How a library stands to git, by what is on this disk. Runs are no part of it. */
export async function libraryState(
  library: string,
  report: (folder: string) => Promise<RepositoryReport>,
): Promise<LibraryState> {
  const { state, status } = await report(library);
  if (state.kind !== 'state' || status === null) return { commit: null, uncommitted: null, behind: null };
  const own = relative(state.root, library).split(sep).join('/');
  const before = own === '' ? '' : `${own}/`;
  const paths = [...status.marks.keys()]
    .filter((path) => path.startsWith(before) && !isOfRuns(path.slice(before.length)))
    .toSorted();
  const lines: string[] = [];
  for (const path of paths) lines.push(`${path}\0${await digestOf(join(state.root, ...path.split('/')))}\n`);
  return {
    commit: state.commit,
    behind: state.upstream === null ? null : state.behind,
    uncommitted:
      paths.length === 0 ? null : { files: paths.length, digest: sha256(Buffer.from(lines.join(''))) },
  };
}

function isOfRuns(path: string): boolean {
  return path === '' || path === RUNS_FOLDER || path.startsWith(`${RUNS_FOLDER}/`);
}

/** Of a regular file its SHA-256; a word for what is none. */
async function digestOf(path: string): Promise<string> {
  try {
    if (!(await lstat(path)).isFile()) return 'no-file';
    const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
    const handle = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      const hash = createHash('sha256');
      for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
      return hash.digest('hex');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return 'not-there';
  }
}
