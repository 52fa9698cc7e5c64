import { useEffect } from 'react';
import { isTold } from '../../../shared/notebook/notify';
import type { OpenDocument } from '../../notebook/document-store';
import { fileName } from '../../notebook/file-name';
import { goToCell } from '../../notebook/cell-actions';
import type { Client } from '../../rpc/client';
import { settingsStore } from '../../settings/settings-store';
import type { OpenRun } from '../../runs/run-store';
import { watchRun } from '../../runs/watch-run';
import { documentOf, pathOf, type Tab, type Tabs } from '../tabs';
import { addNotice } from './notice-store';
import { noticeWords } from './notice-words';
import { watchDocument } from './watch-document';

/**
 * Notes what happens in every document of this window, asks the desktop to tell it where the window is not in front,
 * and says whether something runs, so that the machine stays awake.
 */
export function useNotices(client: Client, tabs: Tabs): void {
  useEffect(() => {
    const off = client.onDesktop('desktop.goTo', ({ path, cell }) => goToPlace(tabs, path, cell));
    const stop = followDocuments(tabs, (open) =>
      watchDocument(open, (notice) => {
        const path = pathOf(open);
        const words = noticeWords(notice, open.store.getState());
        addNotice({ kind: notice.kind, cell: notice.cell, path, ...words });
        if (!isTold(notice.kind, settingsStore.getState().notifications)) return;
        const body = words.title === null ? fileName(path) : `${words.title}, ${fileName(path)}`;
        client.desktop('desktop.notify', { title: words.what, body, path, cell: notice.cell }).catch(() => {
          // The desktop is going; the list in the window has it.
        });
      }),
    );
    const stopRuns = followRuns(tabs, (run) =>
      watchRun(run, ({ kind, cell, what, title }) => {
        const path = pathOf(run.document);
        const { view, run: reduced } = run.store.getState();
        const name = [view?.details.title, reduced?.started?.data.environment.name]
          .filter(Boolean)
          .join(', ');
        const body = [title, name].filter(Boolean).join(', ');
        addNotice({ kind, cell, path, what, title: body });
        if (!isTold(kind, settingsStore.getState().notifications)) return;
        client.desktop('desktop.notify', { title: what, body, path, cell }).catch(() => {
          // The desktop is going; the list in the window has it.
        });
      }),
    );
    return () => {
      off();
      stop();
      stopRuns();
    };
  }, [client, tabs]);

  useEffect(() => {
    let last: boolean | null = null;
    const tell = (): void => {
      const documents = tabs.store.getState().tabs.flatMap((tab) => documentOf(tab)?.store.getState() ?? []);
      const isRunning = documents.some(({ runs }) => [...runs.values()].some(isAtWork));
      const running = isRunning && settingsStore.getState().keepAwake;
      if (running === last) return;
      last = running;
      client.desktop('desktop.running', { running }).catch(() => {
        // The desktop is going, and with it what kept the machine awake.
        last = null;
      });
    };
    tell();
    const offs = [
      settingsStore.subscribe(tell),
      tabs.store.subscribe(tell),
      // Steps of runs are at work too.
      followTabs(tabs, documentOf, (open) =>
        open.store.subscribe((after, before) => after.runs !== before.runs && tell()),
      ),
    ];
    return () => offs.forEach((off) => off());
  }, [client, tabs]);
}

function isAtWork({ status }: { readonly status: string }): boolean {
  return status === 'running';
}

/** Opens a file, or its tab, with a cell selected in the middle of the view and focused. */
export function goToPlace(tabs: Tabs, path: string, cell: string): void {
  const open = tabs.openFile(path);
  // A run may show its timeline or another page: the step is in its notebook.
  for (const tab of tabs.store.getState().tabs)
    if (tab.kind === 'run' && tab.run.document === open) tab.run.set({ page: 'notebook' });
  const go = (): boolean => {
    const { phase, byId } = open.store.getState();
    if (phase !== 'open') return phase === 'failed';
    if (byId.has(cell)) {
      open.set({ mode: 'command', comparing: false, comparedWith: null });
      goToCell(open, cell, 'center');
      focusWhenDrawn(cell);
    }
    return true;
  };
  if (go()) return;
  const off = open.store.subscribe(() => {
    if (go()) off();
  });
}

const LOOK_MS = 50;
const LOOKS = 40;

/** The pane may only now be drawn, and a prompt in it takes the focus for itself at first. */
function focusWhenDrawn(cell: string): void {
  let looks = 0;
  const look = (): void => {
    const article = document.querySelector<HTMLElement>(`article[data-cell="${CSS.escape(cell)}"]`);
    if (article !== null) article.focus({ preventScroll: true });
    else if ((looks += 1) < LOOKS) setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}

/** Calls `follow` for each notebook that is or comes open in the window, and what it answers when it goes. */
function followDocuments(tabs: Tabs, follow: (open: OpenDocument) => () => void): () => void {
  return followTabs(tabs, (tab) => (tab.kind === 'notebook' ? tab.open : null), follow);
}

/** As {@link followDocuments}, for runs: what happens in their documents is told by their journals. */
function followRuns(tabs: Tabs, follow: (run: OpenRun) => () => void): () => void {
  return followTabs(tabs, (tab) => (tab.kind === 'run' ? tab.run : null), follow);
}

function followTabs<T extends object>(
  tabs: Tabs,
  of: (tab: Tab) => T | null,
  follow: (one: T) => () => void,
): () => void {
  const followed = new Map<T, () => void>();
  const look = (): void => {
    const open = new Set(tabs.store.getState().tabs.flatMap((tab) => of(tab) ?? []));
    for (const [document, stop] of followed) {
      if (open.has(document)) continue;
      stop();
      followed.delete(document);
    }
    for (const document of open) {
      if (!followed.has(document)) followed.set(document, follow(document));
    }
  };
  look();
  const off = tabs.store.subscribe(look);
  return () => {
    off();
    for (const stop of followed.values()) stop();
  };
}
