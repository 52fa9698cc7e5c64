import type { LibraryFolder, TreeEntry } from '../../shared/library/tree-contract';

/** One line of the tree on screen. */
export interface TreeRow {
  readonly path: string;
  readonly name: string;
  readonly kind: TreeEntry['kind'] | 'root';
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** Null for what has nothing inside. */
  readonly isOpen: boolean | null;
  /** For a file that was found by the filter: the folders it lies in. */
  readonly place: string | null;
}

export interface TreeContents {
  readonly folders: readonly LibraryFolder[];
  /** By folder; a folder that was not read yet is absent. */
  readonly listings: ReadonlyMap<string, readonly TreeEntry[]>;
  readonly expanded: ReadonlySet<string>;
  /** What the filter found; null without one. */
  readonly found: readonly TreeEntry[] | null;
}

/** The lines of the tree from top to bottom. One library folder needs no line of its own: the head names it. */
export function treeRows({ folders, listings, expanded, found }: TreeContents): readonly TreeRow[] {
  if (found !== null) return found.map((entry) => foundRow(entry, folders));
  const rows: TreeRow[] = [];
  const add = (folder: string, level: number): void => {
    for (const { path, name, kind } of listings.get(folder) ?? []) {
      const isOpen = kind === 'folder' ? expanded.has(path) : null;
      rows.push({ path, name, kind, level, isOpen, place: null });
      if (isOpen === true) add(path, level + 1);
    }
  };
  const [only] = folders;
  if (only !== undefined && folders.length === 1) add(only.path, 1);
  else {
    for (const { path, name } of folders) {
      const isOpen = expanded.has(path);
      rows.push({ path, name, kind: 'root', level: 1, isOpen, place: null });
      if (isOpen) add(path, 2);
    }
  }
  return rows;
}

function foundRow({ path, name, kind }: TreeEntry, folders: readonly LibraryFolder[]): TreeRow {
  const root = folders.find((folder) => path.startsWith(folder.path));
  const way = path.slice(root?.path.length ?? 0, path.length - name.length);
  const place = way.replaceAll(/^[\\/]+|[\\/]+$/g, '');
  return { path, name, kind, level: 1, isOpen: null, place: place === '' ? null : place };
}

/** What a key does in the tree: go to a line, or open or close the one that has the focus. */
export type TreeMove =
  { readonly kind: 'go'; readonly to: number } | { readonly kind: 'open' | 'close'; readonly at: number };

/** The keys of a tree as everywhere: arrows, Home and End. Null for a key that means nothing here. */
export function moveInTree(rows: readonly TreeRow[], at: number, key: string, page: number): TreeMove | null {
  const row = rows[at];
  const go = (to: number): TreeMove => ({ kind: 'go', to: Math.max(0, Math.min(rows.length - 1, to)) });
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
      if (row?.isOpen === false) return { kind: 'open', at };
      return row?.isOpen === true && (rows[at + 1]?.level ?? 0) > row.level ? go(at + 1) : null;
    case 'ArrowLeft': {
      if (row?.isOpen === true) return { kind: 'close', at };
      const parent = rows.slice(0, at).findLastIndex(({ level }) => level < (row?.level ?? 1));
      return parent < 0 ? null : go(parent);
    }
    default:
      return null;
  }
}

/** The next line whose name begins with what was typed, round the end; -1 for none. One letter again goes on. */
export function typeAhead(rows: readonly TreeRow[], at: number, typed: string): number {
  const letters = new Set(typed.toLowerCase());
  const wanted = letters.size === 1 ? (typed[0] ?? '') : typed;
  const from = letters.size === 1 ? at + 1 : at;
  const fits = (row: TreeRow | undefined): boolean =>
    row?.name.toLowerCase().startsWith(wanted.toLowerCase()) ?? false;
  for (let step = 0; step < rows.length; step += 1) {
    const index = (Math.max(0, from) + step) % rows.length;
    if (fits(rows[index])) return index;
  }
  return -1;
}
