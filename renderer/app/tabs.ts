import { createStore, type StoreApi } from 'zustand/vanilla';
import { openDocument, type OpenDocument } from '../notebook/document-store';
import type { Client } from '../rpc/client';

/** What the middle of the window shows. */
export type Tab =
  | { readonly kind: 'welcome'; readonly id: string }
  | { readonly kind: 'kernels'; readonly id: string }
  | { readonly kind: 'settings'; readonly id: string }
  | { readonly kind: 'notebook'; readonly id: string; readonly open: OpenDocument };

export type PageKind = Exclude<Tab['kind'], 'notebook'>;

export interface TabsModel {
  readonly tabs: readonly Tab[];
  readonly active: string | null;
}

/** The tabs of this window. A file is in one tab at most; each page too. */
export interface Tabs {
  readonly store: StoreApi<TabsModel>;
  openFile(path: string): OpenDocument;
  openPage(kind: PageKind): void;
  activate(id: string): void;
  /** Moves to the next or previous tab, round the end. */
  step(by: 1 | -1): void;
  /** Takes a tab away; the documents in it must have been closed before. */
  remove(id: string): void;
}

export function createTabs(client: Client): Tabs {
  const store = createStore<TabsModel>(() => ({
    tabs: [{ kind: 'welcome', id: 'welcome' }],
    active: 'welcome',
  }));
  const add = (tab: Tab): void => {
    const { tabs } = store.getState();
    store.setState({ tabs: [...tabs, tab], active: tab.id });
  };
  const tabs: Tabs = {
    store,
    openFile(path) {
      const found = store.getState().tabs.find((tab) => tab.kind === 'notebook' && pathOf(tab.open) === path);
      if (found?.kind === 'notebook') {
        tabs.activate(found.id);
        return found.open;
      }
      const open = openDocument(client, path);
      add({ kind: 'notebook', id: `notebook ${path} ${Date.now()}`, open });
      // A welcome page that was only in the way goes.
      const { tabs: all } = store.getState();
      if (all.length === 2 && all[0]?.kind === 'welcome') tabs.remove('welcome');
      return open;
    },
    openPage(kind) {
      const found = store.getState().tabs.find((tab) => tab.kind === kind);
      if (found === undefined) add({ kind, id: kind });
      else tabs.activate(found.id);
    },
    activate(id) {
      store.setState({ active: id });
    },
    step(by) {
      const { tabs: all, active } = store.getState();
      const at = all.findIndex((tab) => tab.id === active);
      const next = all[(at + by + all.length) % all.length];
      if (next !== undefined) tabs.activate(next.id);
    },
    remove(id) {
      const { tabs: all, active } = store.getState();
      const at = all.findIndex((tab) => tab.id === id);
      const gone = all[at];
      if (gone === undefined) return;
      if (gone.kind === 'notebook') gone.open.dispose();
      const rest = all.filter((tab) => tab.id !== id);
      const left: readonly Tab[] = rest.length === 0 ? [{ kind: 'welcome', id: 'welcome' }] : rest;
      const beside = left[Math.min(at, left.length - 1)];
      store.setState({ tabs: left, active: active === id ? (beside?.id ?? null) : active });
    },
  };
  return tabs;
}

/** Where a document lies now; save as moves it. */
export function pathOf(open: OpenDocument): string {
  return open.store.getState().state?.path ?? open.path;
}
