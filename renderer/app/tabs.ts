import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  MOST_TABS,
  type PageKind,
  type RememberedTab,
  type WindowLayout,
} from '../../shared/rpc/desktop-contract';
import { isAtOrBelow } from '../../shared/library/inside';
import { openDocument, type OpenDocument } from '../notebook/document-store';
import type { Client } from '../rpc/client';
import { openRun, runOfDocument, type OpenRun } from '../runs/run-store';
import { runbookFolder } from '../runs/runbook-folder';
import {
  inOtherHalf,
  isFirstActive,
  joined,
  placed,
  shifted,
  split,
  stepped,
  withActive,
  without,
  withTab,
  type Halves,
} from './tab-halves';

export type { PageKind } from '../../shared/rpc/desktop-contract';

/** What the middle of the window shows. */
export type Tab =
  | { readonly kind: PageKind; readonly id: string }
  | { readonly kind: 'notebook'; readonly id: string; readonly open: OpenDocument }
  | { readonly kind: 'run'; readonly id: string; readonly run: OpenRun }
  /** A text file of the library, to be read. */
  | { readonly kind: 'text'; readonly id: string; readonly path: string };

export type TabsModel = Halves<Tab>;

/** The tabs of a window as they are kept for the next start. */
export type RememberedTabs = Pick<WindowLayout, 'tabs' | 'active' | 'beside'>;

/** What pages are about that are more than a page: the words of the search, the place of the environments. */
export interface PageMemory {
  about(page: PageKind): string | null;
  restore(page: PageKind, about: string): void;
}

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
  /** Opens a text file of the library for reading. */
  openText(path: string): void;
  /** A file or folder of the library lies elsewhere now: text files in it follow. Documents follow by themselves. */
  moved(from: string, to: string): void;
  /** Gives a tab the focus; its half shows it. */
  activate(id: string): void;
  /** Opens a file in the other half, and gives it the focus. */
  openBeside(path: string): void;
  /** Moves the active tab to a half of its own; with two halves, makes them one again. */
  toggleSplit(): void;
  /** Moves a tab to the other half, which is made where there is none. */
  moveToOtherHalf(id: string): void;
  /** Moves a tab by one place in its strip. */
  shift(id: string, by: 1 | -1): void;
  /** Puts a tab beside another one, in that one's half. */
  place(id: string, at: { readonly id: string; readonly isAfter: boolean }): void;
  /** Gives the first or the second half the focus. */
  focusHalf(isFirst: boolean): void;
  /** Moves to the next or previous tab of the half with the focus, round the end. */
  step(by: 1 | -1): void;
  /** Takes a tab away; the documents in it must have been closed before. */
  remove(id: string): void;
  /** What the next start needs to show the same. */
  remembered(memory: PageMemory): RememberedTabs;
  /** Shows what was remembered. What was opened meanwhile stays, in front. */
  restore(remembered: RememberedTabs, memory: PageMemory): void;
}

const WELCOME: Tab = { kind: 'welcome', id: 'welcome' };

export function createTabs(client: Client): Tabs {
  const store = createStore<TabsModel>(() => ({
    tabs: [WELCOME],
    active: WELCOME.id,
    beside: null,
    second: new Set(),
  }));
  const change = (to: (model: TabsModel) => TabsModel): void => store.setState(to(store.getState()));
  const find = (fits: (tab: Tab) => boolean): Tab | undefined => store.getState().tabs.find(fits);
  const fileTab = (path: string): Tab | undefined =>
    find((tab) => {
      const open = documentOf(tab);
      return open !== null && pathOf(open) === path;
    });
  const makeFile = (path: string, options?: { readonly forReading?: boolean }): Tab => {
    const folder = runOfDocument(path);
    if (folder !== null) return makeRun(folder);
    return {
      kind: 'notebook',
      id: `notebook ${path} ${Date.now()}`,
      open: openDocument(client, path, options),
    };
  };
  const makeRun = (folder: string): Tab & { readonly kind: 'run' } => ({
    kind: 'run',
    id: `run ${folder} ${Date.now()}`,
    run: openRun(client, folder),
  });
  /** A welcome page that was only in the way goes. */
  const add = (tab: Tab): void =>
    change((model) => {
      const isInTheWay = model.tabs.length === 1 && model.active === WELCOME.id;
      return isInTheWay ? without(withTab(model, tab), WELCOME.id) : withTab(model, tab);
    });
  const tabs: Tabs = {
    store,
    openFile(path, options) {
      const folder = runOfDocument(path);
      if (folder !== null) return tabs.openRun(folder).document;
      const found = find((tab) => tab.kind === 'notebook' && pathOf(tab.open) === path);
      if (found?.kind === 'notebook') {
        tabs.activate(found.id);
        return found.open;
      }
      const open = openDocument(client, path, options);
      add({ kind: 'notebook', id: `notebook ${path} ${Date.now()}`, open });
      return open;
    },
    openRun(folder) {
      const found = find((tab) => tab.kind === 'run' && tab.run.folder === folder);
      if (found?.kind === 'run') {
        tabs.activate(found.id);
        return found.run;
      }
      const tab = makeRun(folder);
      add(tab);
      return tab.run;
    },
    openPage(kind) {
      const found = find((tab) => tab.kind === kind);
      if (found === undefined) change((model) => withTab(model, { kind, id: kind }));
      else tabs.activate(found.id);
    },
    openText(path) {
      const found = find((tab) => tab.kind === 'text' && tab.path === path);
      if (found === undefined) add({ kind: 'text', id: `text ${path}`, path });
      else tabs.activate(found.id);
    },
    moved: (from, to) =>
      change((model) => ({
        ...model,
        tabs: model.tabs.map((tab) =>
          tab.kind === 'text' && isAtOrBelow(from, tab.path)
            ? { ...tab, path: to + tab.path.slice(from.length) }
            : tab,
        ),
      })),
    activate: (id) => change((model) => withActive(model, id)),
    openBeside(path) {
      const found = fileTab(path);
      if (found === undefined) {
        const tab = makeFile(path);
        const { active, tabs: all } = store.getState();
        // Beside a welcome page alone there is nothing to compare with.
        if (active === null || (all.length === 1 && active === WELCOME.id)) return add(tab);
        return change((model) => inOtherHalf({ ...withTab(model, tab), active }, tab.id));
      }
      const { active, second } = store.getState();
      const isInOther = active !== null && second.has(active) !== second.has(found.id);
      if (found.id === active || isInOther) return tabs.activate(found.id);
      return tabs.moveToOtherHalf(found.id);
    },
    toggleSplit: () => change((model) => (model.beside === null ? split(model) : joined(model))),
    moveToOtherHalf: (id) => change((model) => inOtherHalf(model, id)),
    shift: (id, by) => change((model) => shifted(model, id, by)),
    place: (id, at) => change((model) => withActive(placed(model, id, at), id)),
    focusHalf(isFirst) {
      const { beside } = store.getState();
      if (beside !== null && beside.isFirst === isFirst) tabs.activate(beside.id);
    },
    step: (by) => change((model) => stepped(model, by)),
    remove(id) {
      const gone = find((tab) => tab.id === id);
      if (gone === undefined) return;
      if (gone.kind === 'notebook') gone.open.dispose();
      if (gone.kind === 'run') gone.run.dispose();
      change((model) => {
        const left = without(model, id);
        return left.tabs.length === 0 ? withTab(left, WELCOME) : left;
      });
    },
    remembered(memory) {
      const { tabs: all, active, beside, second } = store.getState();
      const kept = all.slice(0, MOST_TABS);
      const placeOf = (id: string | undefined | null): number | null => {
        const at = kept.findIndex((tab) => tab.id === id);
        return at === -1 ? null : at;
      };
      return {
        tabs: kept.map((tab) => rememberedTab(tab, second.has(tab.id), memory)),
        active: placeOf(active),
        beside: placeOf(beside?.id),
      };
    },
    restore(remembered, memory) {
      const before = store.getState();
      const made = new Map<string, Tab>();
      const ids = remembered.tabs.map((one): string => {
        const tab = again(one);
        made.set(tab.id, tab);
        return tab.id;
      });
      const second = new Set(ids.filter((_, at) => remembered.tabs[at]?.isSecond === true));
      const idAt = (at: number | null): string | null => (at === null ? null : (ids[at] ?? null));
      const active = idAt(remembered.active) ?? ids[0] ?? WELCOME.id;
      const besideId = idAt(remembered.beside);
      const isSplit = besideId !== null && second.has(besideId) !== second.has(active);
      const restored: TabsModel = {
        tabs: [...made.values()],
        active,
        beside: isSplit ? { id: besideId, isFirst: !second.has(besideId) } : null,
        second: isSplit ? second : new Set(),
      };
      // A person was faster than the memory: what they opened is in front.
      const early = before.tabs.filter((tab) => tab.id !== WELCOME.id && !made.has(tab.id));
      store.setState(early.reduce<TabsModel>(withTab, restored));

      function again(one: RememberedTab): Tab {
        if (one.kind === 'page') {
          if (one.about !== null) memory.restore(one.page, one.about);
          return { kind: one.page, id: one.page };
        }
        if (one.kind === 'text') return { kind: 'text', id: `text ${one.path}`, path: one.path };
        const tab = fileTab(one.path) ?? makeFile(one.path);
        if (tab.kind === 'run' && one.view !== null) tab.run.set({ page: one.view });
        return tab;
      }
    },
  };
  return tabs;
}

function rememberedTab(tab: Tab, isSecond: boolean, memory: PageMemory): RememberedTab {
  switch (tab.kind) {
    case 'notebook':
      return { kind: 'document', path: pathOf(tab.open), view: null, isSecond };
    case 'run':
      return {
        kind: 'document',
        path: pathOf(tab.run.document),
        view: tab.run.store.getState().page,
        isSecond,
      };
    case 'text':
      return { kind: 'text', path: tab.path, isSecond };
    default:
      return { kind: 'page', page: tab.kind, about: memory.about(tab.kind), isSecond };
  }
}

/** The tab that has the keys; null where none is open. */
export function frontTab({ tabs, active }: Pick<TabsModel, 'tabs' | 'active'>): Tab | null {
  return tabs.find(({ id }) => id === active) ?? null;
}

/** The tabs that are on screen, the first half first. */
export function shownTabs(model: TabsModel): readonly Tab[] {
  const { tabs, active, beside } = model;
  const front = tabs.filter(({ id }) => id === active);
  const other = tabs.filter(({ id }) => id === beside?.id);
  return isFirstActive(model) ? [...front, ...other] : [...other, ...front];
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

/** Where commands beside a tab are meant from: the folder of its document, of a run that of its runbook; null for a page. */
export function folderOf(tab: Tab | null): string | null {
  if (tab?.kind === 'run') {
    const { run } = tab.run.store.getState();
    return runbookFolder(tab.run.folder, run?.started?.data.runbook ?? null);
  }
  const open = tab === null ? null : documentOf(tab);
  return open === null ? null : pathOf(open).replace(/[\\/][^\\/]*$/, '') || '/';
}
