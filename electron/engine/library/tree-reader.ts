import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { arrangeEntries, fitsFilter, isShownFolder, kindOfFile } from '../../../shared/library/tree';
import type { TreeEntry } from '../../../shared/library/tree-contract';
import { isSystemError, readError } from '../notebook/disk-errors';

/** Lines of one folder; nobody reads further down. */
const MOST_ENTRIES = 2_000;
/** Folders that one filter looks into. */
const MOST_FOLDERS = 5_000;
const MOST_FOUND = 500;

/** What lies in one folder. Links to folders are left out: they may lead outside, or in a circle. */
export async function readTreeFolder(
  folder: string,
  isRoot: boolean,
): Promise<{ readonly entries: readonly TreeEntry[]; readonly more: number }> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw readError(error, folder);
  });
  const entries = await Promise.all(found.map((entry) => describe(folder, entry, isRoot)));
  const shown = arrangeEntries(entries.filter((entry) => entry !== null));
  return { entries: shown.slice(0, MOST_ENTRIES), more: Math.max(0, shown.length - MOST_ENTRIES) };
}

async function describe(folder: string, entry: Dirent, isRoot: boolean): Promise<TreeEntry | null> {
  const { name } = entry;
  const path = join(folder, name);
  if (entry.isDirectory()) return isShownFolder(name, isRoot) ? { name, path, kind: 'folder' } : null;
  const kind = kindOfFile(name);
  if (kind === null) return null;
  const isFile = entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path)));
  return isFile ? { name, path, kind } : null;
}

async function leadsToFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    // A link that leads nowhere is no file.
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** The folders of a library folder, the nearest first. Stops after `most`; what can not be read is passed over. */
export async function* walkTree(
  root: string,
  most: number = MOST_FOLDERS,
): AsyncGenerator<{ readonly folder: string; readonly entries: readonly TreeEntry[] }> {
  const line = [root];
  for (let at = 0; at < line.length && at < most; at += 1) {
    const folder = line[at] ?? root;
    let entries: readonly TreeEntry[];
    try {
      ({ entries } = await readTreeFolder(folder, folder === root));
    } catch {
      // Removed meanwhile, or closed to us: what else there is counts.
      continue;
    }
    yield { folder, entries };
    line.push(...entries.filter(({ kind }) => kind === 'folder').map(({ path }) => path));
  }
}

/** Every file of these folders that fits the text. */
export async function filterTree(
  roots: readonly string[],
  text: string,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly TreeEntry[]; readonly more: boolean }> {
  const found: TreeEntry[] = [];
  for (const root of roots) {
    for await (const { entries } of walkTree(root)) {
      signal.throwIfAborted();
      for (const entry of entries) {
        if (entry.kind === 'folder' || !fitsFilter(relative(root, entry.path), text)) continue;
        if (found.length >= MOST_FOUND) return { entries: found, more: true };
        found.push(entry);
      }
    }
  }
  return { entries: found, more: false };
}
