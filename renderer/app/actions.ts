import type { RunbookLink } from '../../shared/library/runbook-link';
import { toWireError } from '../../shared/rpc/errors';
import { showCellSoon } from '../library/open-link';
import { askStart } from '../runs/start/start-wish';
import { closeDocument, hasUnsavedEdits } from '../notebook/file-actions';
import type { Client } from '../rpc/client';
import { settingsStore } from '../settings/settings-store';
import { nextZoom } from '../settings/use-appearance';
import { frontTab, type Tab, type Tabs } from './tabs';

/** What a person can do with the window as a whole. None of these rejects: a failure is shown. */
export interface AppActions {
  openNotebook(): Promise<void>;
  openFile(path: string): void;
  /** Opens the runbook of a link from elsewhere, at its step. */
  openLinked(link: RunbookLink): Promise<void>;
  /** Asks for the start of a run of the runbook in front; of one that is chosen first where there is none. */
  startRun(): Promise<void>;
  /** Says what belongs to no document. */
  say(message: string): void;
  openSample(name: string): Promise<void>;
  newRunbook(language: 'bash' | 'python'): Promise<void>;
  newWindow(): Promise<void>;
  /** One step larger or smaller, or back to 100 %; kept in the settings. */
  zoom(by: 1 | -1 | 0): void;
  /** Closes a tab; asks first where edits would be left. */
  closeTab(tab: Tab): Promise<void>;
}

export interface ActionPorts {
  readonly client: Client;
  readonly tabs: Tabs;
  /** A failure that belongs to no document. */
  readonly fail: (message: string) => void;
  /** Asks what to do with unsaved edits. */
  readonly askClose: (tab: Extract<Tab, { kind: 'notebook' }>) => void;
  readonly toast: (text: string) => void;
}

export function createActions({ client, tabs, fail, askClose, toast }: ActionPorts): AppActions {
  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      fail(toWireError(error).message);
    }
  };
  return {
    openNotebook: () =>
      guard(async () => {
        const { path } = await client.desktop('desktop.openNotebook', {});
        if (path !== null) tabs.openFile(path);
      }),
    openFile: (path) => void tabs.openFile(path),
    openLinked: ({ library, runbook, cell, start }) =>
      guard(async () => {
        const { path } = await client.request('library.followLink', { library, runbook });
        const open = tabs.openFile(path, { forReading: true });
        if (cell !== null) showCellSoon(open, cell);
        if (start !== undefined) askStart(open, { link: start });
      }),
    startRun: () =>
      guard(async () => {
        const front = frontTab(tabs.store.getState());
        if (front?.kind === 'notebook') return askStart(front.open);
        const { path } = await client.desktop('desktop.openNotebook', {});
        if (path !== null) askStart(tabs.openFile(path));
        return undefined;
      }),
    say: fail,
    openSample: (name) =>
      guard(async () => {
        const { path } = await client.request('library.copySample', { name });
        tabs.openFile(path);
        toast(`Copied to ${path}`);
      }),
    newRunbook: (language) =>
      guard(async () => {
        const { path } = await client.desktop('desktop.saveAs', {
          suggested: 'runbook.ipynb',
          kind: 'notebook',
          isNew: true,
        });
        if (path === null) return;
        tabs.openFile((await client.request('library.create', { path, language })).path);
      }),
    newWindow: () => guard(async () => void (await client.desktop('desktop.newWindow', {}))),
    zoom: (by) =>
      void guard(async () => {
        const zoom = nextZoom(settingsStore.getState().zoom, by);
        await client.request('settings.set', { changes: { zoom } });
        toast(`Zoom ${zoom} %`);
      }),
    closeTab: (tab) =>
      guard(async () => {
        if (tab.kind === 'run') {
          // A run goes on and keeps what it has; only this window stops following it.
          return tabs.remove(tab.id);
        }
        if (tab.kind !== 'notebook') return tabs.remove(tab.id);
        if (hasUnsavedEdits(tab.open)) {
          tabs.activate(tab.id);
          return askClose(tab);
        }
        await closeDocument(tab.open, false);
        return tabs.remove(tab.id);
      }),
  };
}
