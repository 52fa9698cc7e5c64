import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { partsBelow } from '../../../shared/library/inside';
import type { linkContract } from '../../../shared/library/link-contract';
import { formatRunbookLink, readRunbookLink } from '../../../shared/library/runbook-link';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { Handlers } from '../engine-client';
import { isSystemError } from '../notebook/disk-errors';
import { findLibrary } from './library-root';

export interface LinkPorts {
  /** The folders of the side bar. */
  readonly folders: () => readonly string[];
  /** Files that were opened here before: their libraries are known too. */
  readonly recent: () => readonly string[];
}

/** Makes links to runbooks, and finds the runbook of a link in the libraries that are known here. */
export function libraryLinks({ folders, recent }: LinkPorts): Handlers<keyof typeof linkContract.requests> {
  const known = async (): Promise<ReadonlySet<string>> => {
    const roots = new Set(folders());
    const places = [...folders().map((folder) => join(folder, 'any')), ...recent()];
    for (const place of places) roots.add(await findLibrary(place));
    return roots;
  };
  return {
    'library.link': async ({ path, cell }) => {
      const real = await realOrNull(path);
      if (real === null)
        throw new WatchbookError('not-found', `${path} is not on disk. Save it, and copy the link again.`);
      const root = await libraryOf(real, folders());
      const runbook = (partsBelow(root, real, sep) ?? []).join('/');
      const link = formatRunbookLink({ library: basename(root), runbook, cell });
      if (readRunbookLink(link).kind === 'refused') {
        throw new WatchbookError(
          'bad-request',
          `${runbook} has a name that a link can not carry. No link was copied; rename it first.`,
        );
      }
      return { link };
    },
    'library.followLink': async ({ library, runbook }) => {
      const reading = readRunbookLink(formatRunbookLink({ library, runbook, cell: null }));
      if (reading.kind === 'refused')
        throw new WatchbookError('bad-request', `The link was not opened: ${reading.reason}.`);
      const named = [...(await known())].filter((root) => basename(root) === library);
      for (const root of named) {
        const path = await runbookIn(root, runbook);
        if (path !== null) return { path };
      }
      throw new WatchbookError(
        'not-found',
        named.length === 0
          ? `The link names the library “${library}”, which is not known here. Add its folder to the side, and open the link again.`
          : `The link names ${runbook} in the library “${library}”, which is not there. It may have another name here, or be on another branch.`,
      );
    },
  };
}

/**
 * Where a link counts from. Colleagues may have put other folders into their side bars, so that the library's own root
 * comes first; a folder that is no library by itself is one by being listed.
 */
async function libraryOf(path: string, folders: readonly string[]): Promise<string> {
  const root = await findLibrary(path);
  if (root !== dirname(path)) return root;
  return folders.find((folder) => partsBelow(folder, dirname(path), sep) !== null) ?? root;
}

/** The runbook's real path, which must not lead out of the library; null where there is none. */
async function runbookIn(root: string, runbook: string): Promise<string | null> {
  const [real, base] = [await realOrNull(join(root, ...runbook.split('/'))), await realOrNull(root)];
  if (real === null || base === null || partsBelow(base, real, sep) === null) return null;
  return (await stat(real)).isFile() ? real : null;
}

async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}
