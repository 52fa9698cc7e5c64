import { createStore, type StoreApi } from 'zustand/vanilla';
import { isAtOrBelow } from '../../shared/library/inside';
import type { GitMark } from '../../shared/library/git-contract';
import type { LibraryFolder, RunbookOrigin, TreeEntry } from '../../shared/library/tree-contract';
import { toWireError } from '../../shared/rpc/errors';
import type { LayoutStore } from '../app/layout';
import type { Client } from '../rpc/client';

/** A name that is being typed: of a file that is there, or of one that will be. */
export type Naming =
  | { readonly kind: 'rename'; readonly path: string; readonly suggested: string }
  | { readonly kind: 'folder'; readonly folder: string; readonly suggested: string }
  | {
      readonly kind: 'runbook';
      readonly folder: string;
      readonly suggested: string;
      readonly origin: RunbookOrigin;
    };

export interface LibraryModel {
  /** Null until the engine told them. */
  readonly folders: readonly LibraryFolder[] | null;
  readonly listings: ReadonlyMap<string, readonly TreeEntry[]>;
  /** Folders with more entries than are shown, and how many. */
  /** By path; a folder that is not tracked as a whole ends with a slash. */
  readonly marks: ReadonlyMap<string, GitMark>;
  readonly leftOut: ReadonlyMap<string, number>;
  readonly filter: string;
  readonly found: readonly TreeEntry[] | null;
  readonly foundMore: boolean;
  /** The line with the focus. */
  readonly at: string | null;
  readonly naming: Naming | null;
  readonly problem: string | null;
  /** What went to the trash last and can be put back. */
  readonly removed: { readonly kept: string; readonly name: string } | null;
  /** A dropped folder, until the person said whether it becomes one of the library. */
  readonly offered: string | null;
}

/** The library as this window shows it. */
export interface Library {
  readonly store: StoreApi<LibraryModel>;
  readonly layout: LayoutStore;
  /** Asks for the folders again and for all that is open. */
  reload(): Promise<void>;
  toggle(path: string, isOpen: boolean): void;
  setFilter(text: string): void;
  set(changes: Partial<LibraryModel>): void;
  /** A file or folder lies elsewhere now: folders in it stay open. */
  moved(from: string, to: string): void;
  /** Opens the folders above a file, so that it is seen. */
  reveal(path: string): void;
  /** Does something with files; a failure is said in the side. */
  guard(work: () => Promise<void>): Promise<void>;
}

const EMPTY: LibraryModel = {
  folders: null,
  listings: new Map(),
  leftOut: new Map(),
  marks: new Map(),
  filter: '',
  found: null,
  foundMore: false,
  at: null,
  naming: null,
  problem: null,
  removed: null,
  offered: null,
};
const FILTER_MS = 120;
/** Several changes at once ask git once. */
const MARKS_MS = 250;
const MOST_EXPANDED = 500;

/** Follows the library's folders in the engine: what is open is read, and read again when it changes. */
export function createLibrary(client: Client, layout: LayoutStore): Library {
  const store = createStore<LibraryModel>(() => EMPTY);
  let marksTimer: ReturnType<typeof setTimeout> | null = null;
  let filterTimer: ReturnType<typeof setTimeout> | null = null;

  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { code, message } = toWireError(error);
      // The connection has its own banner.
      if (code !== 'engine-lost') store.setState({ problem: message });
    }
  };
  const list = async (folder: string): Promise<void> => {
    try {
      const { entries, more } = await client.request('library.list', { folder });
      const { listings, leftOut } = store.getState();
      const left = new Map(leftOut);
      if (more > 0) left.set(folder, more);
      else left.delete(folder);
      store.setState({ listings: new Map(listings).set(folder, entries), leftOut: left });
    } catch (error) {
      const { code } = toWireError(error);
      if (code === 'engine-lost') return;
      // Removed or renamed meanwhile: what holds it is read too, and does not list it any more.
      const { listings } = store.getState();
      store.setState({ listings: new Map([...listings].filter(([path]) => path !== folder)) });
    }
  };
  const isShown = (path: string): boolean =>
    layout.getState().expanded.includes(path) ||
    (store.getState().folders?.some((folder) => folder.path === path) ?? false);
  const readMarks = async (): Promise<void> => {
    const { folders } = store.getState();
    const answers = await Promise.all(
      // A repository that can not be read has no marks; a document in it says why.
      (folders ?? []).map(({ path }) =>
        client.request('library.gitMarks', { folder: path }).catch(() => null),
      ),
    );
    const marks = new Map<string, GitMark>();
    for (const answer of answers) for (const { path, mark } of answer?.marks ?? []) marks.set(path, mark);
    store.setState({ marks });
  };
  const readMarksSoon = (): void => {
    if (marksTimer !== null) clearTimeout(marksTimer);
    marksTimer = setTimeout(() => void readMarks(), MARKS_MS);
  };
  const filter = async (): Promise<void> => {
    const { filter: text } = store.getState();
    if (text.trim() === '') return store.setState({ found: null, foundMore: false });
    return guard(async () => {
      const { entries, more } = await client.request('library.filter', { text });
      if (store.getState().filter === text) store.setState({ found: entries, foundMore: more });
    });
  };

  const library: Library = {
    store,
    layout,
    guard,
    async reload() {
      await guard(async () => {
        const { folders } = await client.request('library.folders', {});
        const before = store.getState().folders;
        store.setState({ folders });
        // A folder that came anew is shown open.
        if (before !== null)
          for (const { path } of folders)
            if (!before.some((one) => one.path === path)) library.toggle(path, true);
        const { expanded } = layout.getState();
        await Promise.all([...new Set([...folders.map(({ path }) => path), ...expanded])].map(list));
        await filter();
        await readMarks();
      });
    },
    toggle(path, isOpen) {
      const { expanded } = layout.getState();
      const others = expanded.filter((one) => one !== path);
      layout.setState({ expanded: isOpen ? [...others, path].slice(-MOST_EXPANDED) : others });
      if (isOpen) void list(path);
    },
    setFilter(text) {
      store.setState({ filter: text });
      if (filterTimer !== null) clearTimeout(filterTimer);
      filterTimer = setTimeout(() => void filter(), FILTER_MS);
    },
    set: (changes) => store.setState(changes),
    moved(from, to) {
      const { expanded } = layout.getState();
      const isIn = (path: string): boolean => isAtOrBelow(from, path);
      if (!expanded.some(isIn)) return;
      layout.setState({
        expanded: expanded.map((path) => (isIn(path) ? to + path.slice(from.length) : path)),
      });
    },
    reveal(path) {
      const root = store.getState().folders?.find((folder) => isAtOrBelow(folder.path, path));
      if (root === undefined) return;
      const separator = path.includes('\\') ? '\\' : '/';
      const parts = path.slice(root.path.length + 1).split(separator);
      for (let depth = 0; depth < parts.length; depth += 1)
        library.toggle([root.path, ...parts.slice(0, depth)].join(separator), true);
      store.setState({ at: path });
    },
  };

  client.on('library.foldersChanged', () => void library.reload());
  client.on('library.changed', ({ folders }) => {
    if (folders.length === 0) void library.reload();
    for (const folder of folders) if (isShown(folder)) void list(folder);
    void filter();
    readMarksSoon();
  });
  client.on('library.gitChanged', readMarksSoon);
  client.onDesktop('desktop.folderDropped', ({ path }) => store.setState({ offered: path }));
  window.addEventListener('focus', () => {
    // Where changes are not told, and where a folder was away.
    readMarksSoon();
    if (store.getState().folders?.some(({ isFollowed }) => !isFollowed) === true) void library.reload();
  });
  return library;
}
