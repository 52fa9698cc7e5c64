import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WindowLayout } from '../../shared/rpc/desktop-contract';
import { openDocument, type OpenDocument } from '../notebook/document-store';
import type { Client } from '../rpc/client';
import { openRun, runOfDocument, type OpenRun } from '../runs/run-store';

/** What the middle of the window shows. */
export type Tab =
  | { readonly kind: 'welcome'; readonly id: string }
  | { readonly kind: 'kernels'; readonly id: string }
  | { readonly kind: 'settings'; readonly id: string }
  | { readonly kind: 'search'; readonly id: string }
  | { readonly kind: 'runs'; readonly id: string }
  | { readonly kind: 'environments'; readonly id: string }
  | { readonly kind: 'notebook'; readonly id: string; readonly open: OpenDocument }
  | { readonly kind: 'run'; readonly id: string; readonly run: OpenRun };

export type PageKind = Exclude<Tab['kind'], 'notebook' | 'run'>;

export interface TabsModel {
  readonly tabs: readonly Tab[];
  readonly active: string | null;
  /** The tab that is shown beside the active one; null where one is shown alone. */
  readonly beside: { readonly id: string; readonly isFirst: boolean } | null;
}

/** Two documents side by side, by their paths: which one has not the focus, and where it stands. */
export type Split = NonNullable<WindowLayout['split']>;

/** The tabs of this window. A file is in one tab at most; each page too. */
export interface Tabs {
  readonly store: StoreApi<TabsModel>;
  /**
   * `forReading`: by a link, a search or the command line; a file that is open already stays as it is. The executed
   * copy of a run opens as that run.
   */
  openFile(path: string, options?: { readonly forReading?: boolean }): OpenDocument;
  /** Opens a run by its folder, in a tab of its own. */
  openRun(folder: string): OpenRun;
  openPage(kind: PageKind): void;
  /** Gives a tab the focus; one that is not shown comes where the focus is. */
  activate(id: string): void;
  /** Opens a file in the other half, and gives it the focus. */
  openBeside(path: string): void;
  /** Shows two tabs side by side: the active one and the one before it. With two shown, the active one alone. */
  toggleSplit(): void;
  /** Gives the first or the second half the focus. */
  focusHalf(isFirst: boolean): void;
  /** What is shown beside, for the next start; null without, and where it is no file. */
  split(): Split | null;
  restoreSplit(split: Split): void;
  /** Moves to the next or previous tab, round the end. */
  step(by: 1 | -1): void;
  /** Takes a tab away; the documents in it must have been closed before. */
  remove(id: string): void;
}

export function createTabs(client: Client): Tabs {
  const store = createStore<TabsModel>(() => ({
    tabs: [{ kind: 'welcome', id: 'welcome' }],
    active: 'welcome',
    beside: null,
  }));
  const add = (tab: Tab): void => {
    const { tabs } = store.getState();
    store.setState({ tabs: [...tabs, tab], active: tab.id });
  };
  const tabs: Tabs = {
    store,
    openFile(path, options) {
      const folder = runOfDocument(path);
      if (folder !== null) return tabs.openRun(folder).document;
      const found = store.getState().tabs.find((tab) => tab.kind === 'notebook' && pathOf(tab.open) === path);
      if (found?.kind === 'notebook') {
        tabs.activate(found.id);
        return found.open;
      }
      const open = openDocument(client, path, options);
      add({ kind: 'notebook', id: `notebook ${path} ${Date.now()}`, open });
      // A welcome page that was only in the way goes.
      const { tabs: all } = store.getState();
      if (all.length === 2 && all[0]?.kind === 'welcome') tabs.remove('welcome');
      return open;
    },
    openRun(folder) {
      const found = store.getState().tabs.find((tab) => tab.kind === 'run' && tab.run.folder === folder);
      if (found?.kind === 'run') {
        tabs.activate(found.id);
        return found.run;
      }
      const run = openRun(client, folder);
      add({ kind: 'run', id: `run ${folder} ${Date.now()}`, run });
      const { tabs: all } = store.getState();
      if (all.length === 2 && all[0]?.kind === 'welcome') tabs.remove('welcome');
      return run;
    },
    openPage(kind) {
      const found = store.getState().tabs.find((tab) => tab.kind === kind);
      if (found === undefined) add({ kind, id: kind });
      else tabs.activate(found.id);
    },
    activate(id) {
      const { active, beside } = store.getState();
      if (active === id) return;
      const other = beside?.id === id && active !== null ? { id: active, isFirst: !beside.isFirst } : beside;
      store.setState({ active: id, beside: other });
    },
    openBeside(path) {
      const { active: before, beside } = store.getState();
      tabs.openFile(path);
      const { active, tabs: all, beside: now } = store.getState();
      const isSwapped = now?.id === before && before !== null;
      if (before === null || before === active || isSwapped || !all.some(({ id }) => id === before)) return;
      store.setState({ beside: { id: before, isFirst: !(beside?.isFirst ?? false) } });
    },
    toggleSplit() {
      const { tabs: all, active, beside } = store.getState();
      if (beside !== null) return store.setState({ beside: null });
      const at = all.findIndex(({ id }) => id === active);
      const other = all[at - 1] ?? all[at + 1];
      if (active !== null && other !== undefined) store.setState({ beside: { id: other.id, isFirst: true } });
      return undefined;
    },
    focusHalf(isFirst) {
      const { beside } = store.getState();
      if (beside !== null && beside.isFirst === isFirst) tabs.activate(beside.id);
    },
    split() {
      const { tabs: all, beside } = store.getState();
      const tab = all.find(({ id }) => id === beside?.id);
      const open = tab === undefined ? null : documentOf(tab);
      return beside === null || open === null ? null : { path: pathOf(open), isFirst: beside.isFirst };
    },
    restoreSplit({ path, isFirst }) {
      const { tabs: all, active } = store.getState();
      const tab = all.find((one) => {
        const open = documentOf(one);
        return open !== null && pathOf(open) === path;
      });
      if (tab !== undefined && tab.id !== active) store.setState({ beside: { id: tab.id, isFirst } });
    },
    step(by) {
      const { tabs, active, beside } = store.getState();
      const all = tabs.filter(({ id }) => id !== beside?.id);
      const at = all.findIndex((tab) => tab.id === active);
      const next = all[(at + by + all.length) % all.length];
      if (next !== undefined) store.setState({ active: next.id });
    },
    remove(id) {
      const { tabs: all, active, beside: half } = store.getState();
      const at = all.findIndex((tab) => tab.id === id);
      const gone = all[at];
      if (gone === undefined) return;
      if (gone.kind === 'notebook') gone.open.dispose();
      if (gone.kind === 'run') gone.run.dispose();
      const rest = all.filter((tab) => tab.id !== id);
      const left: readonly Tab[] = rest.length === 0 ? [{ kind: 'welcome', id: 'welcome' }] : rest;
      const next = active === id ? (half?.id ?? left[Math.min(at, left.length - 1)]?.id ?? null) : active;
      // With one of the two gone, the other has the room.
      const isHalfGone = half !== null && (active === id || half.id === id);
      store.setState({ tabs: left, active: next, beside: isHalfGone ? null : half });
    },
  };
  return tabs;
}

/** The tabs that are on screen, the first half first. */
export function shownTabs({ tabs, active, beside }: TabsModel): readonly Tab[] {
  const front = tabs.filter(({ id }) => id === active);
  const other = tabs.filter(({ id }) => id === beside?.id);
  return beside?.isFirst === true ? [...other, ...front] : [...front, ...other];
}

/** The document of a tab: a notebook, or the executed copy of a run; null for a page. */
export function documentOf(tab: Tab): OpenDocument | null {
  switch (tab.kind) {
    case 'notebook':
      return tab.open;
    case 'run':
      return tab.run.document;
    default:
      return null;
  }
}

/** Where a document lies now; save as moves it. */
export function pathOf(open: OpenDocument): string {
  return open.store.getState().state?.path ?? open.path;
}
