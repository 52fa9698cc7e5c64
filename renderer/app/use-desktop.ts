import { useEffect } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { fileName } from '../notebook/file-name';
import { hasUnsavedEdits } from '../notebook/file-actions';
import { environmentsStore } from '../runs/environments-store';
import { librarySearchOf } from '../library/search-store';
import { pageMemory } from './page-memory';
import { documentOf, frontTab, pathOf, type Tab } from './tabs';
import type { WindowContext } from './window-context';

/** What of a store is needed to hear of its changes. */
type Followed = Pick<StoreApi<unknown>, 'subscribe'>;

/** Follows what the desktop says, and tells it what this window shows. */
export function useDesktop(
  context: WindowContext,
  askClose: (what: { readonly kind: 'window'; readonly isLast: boolean }) => void,
): void {
  const { client, tabs, library, terminals, actions } = context;
  useEffect(() => {
    const memory = pageMemory(client);
    // Before the window has its tabs back, it would tell the desktop to remember none.
    let isRestored = false;
    let last = '';
    const tell = (): void => {
      if (!isRestored) return;
      const model = tabs.store.getState();
      const current = frontTab(model);
      const open = current === null ? null : documentOf(current);
      const { terminal, ...layout } = library.layout.getState();
      const path = open === null ? null : pathOf(open);
      const showing = {
        title: windowTitle(current, path),
        documents: model.tabs.flatMap((tab) => documentOf(tab) ?? []).map(pathOf),
        active: path,
        // What a run holds is in its folder already.
        unsaved: model.tabs.filter((tab) => tab.kind === 'notebook' && hasUnsavedEdits(tab.open)).length,
        terminals: (terminals.store.getState().terminals ?? []).filter(({ ended }) => ended === null).length,
        layout: {
          ...layout,
          ...tabs.remembered(memory),
          terminal: { ...terminal, ...terminals.remembered() },
        },
      };
      const text = JSON.stringify(showing);
      if (text === last) return;
      last = text;
      client.desktop('desktop.showing', showing).catch(() => {
        // The desktop is going; there is nobody to tell.
        last = '';
      });
    };
    const stopFollowing = followTabs(tabs.store, tell);
    const pages: readonly Followed[] = [
      library.layout,
      terminals.store,
      environmentsStore,
      librarySearchOf(client).store,
    ];
    const offs = [
      client.onDesktop('desktop.open', ({ path }) => void tabs.openFile(path, { forReading: true })),
      client.onDesktop('desktop.openRunbook', (link) => void actions.openLinked(link)),
      client.onDesktop('desktop.linkRefused', ({ reason }) =>
        actions.say(`The link was not opened: ${reason}.`),
      ),
      client.onDesktop('desktop.restore', ({ documents, active, layout }) => {
        if (layout !== null) {
          library.layout.setState(layout);
          terminals.restore(layout.terminal);
        }
        if (layout !== null && layout.tabs.length > 0) tabs.restore(layout, memory);
        else {
          // Of a version that remembered no tabs.
          for (const path of documents) tabs.openFile(path);
          if (active !== null) tabs.openFile(active);
        }
        isRestored = true;
        tell();
      }),
      client.onDesktop('desktop.awoke', () => terminals.reload()),
      client.onDesktop('desktop.closing', ({ isLast }) => askClose({ kind: 'window', isLast })),
      stopFollowing,
      ...pages.map((page) => page.subscribe(tell)),
    ];
    return () => offs.forEach((off) => off());
  }, [client, tabs, library, terminals, actions, askClose]);
}

/** Calls `changed` when the tabs change or what is in them: the desktop must know of an edit before it closes the window. */
function followTabs(tabs: WindowContext['tabs']['store'], changed: () => void): () => void {
  const followed = new Map<Followed, () => void>();
  const follow = (): void => {
    const stores = new Set<Followed>(tabs.getState().tabs.flatMap(storesOf));
    for (const [store, stop] of followed) {
      if (stores.has(store)) continue;
      stop();
      followed.delete(store);
    }
    for (const store of stores) if (!followed.has(store)) followed.set(store, store.subscribe(changed));
    changed();
  };
  follow();
  const off = tabs.subscribe(follow);
  return () => {
    off();
    for (const stop of followed.values()) stop();
  };
}

function storesOf(tab: Tab): readonly Followed[] {
  switch (tab.kind) {
    case 'notebook':
      return [tab.open.store];
    case 'run':
      return [tab.run.document.store, tab.run.store];
    default:
      return [];
  }
}

/** The title of the window: a file's name, or a run's title with its environment in words. */
function windowTitle(tab: Tab | null, path: string | null): string {
  if (tab?.kind === 'run') {
    const { view, run } = tab.run.store.getState();
    const environment = run?.started?.data.environment.name;
    return [view?.details.title ?? 'Run', environment, 'Watchbook'].filter(Boolean).join(' – ');
  }
  if (tab?.kind === 'text') return `${fileName(tab.path)} – Watchbook`;
  return path === null ? 'Watchbook' : `${fileName(path)} – Watchbook`;
}
