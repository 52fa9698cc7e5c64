import { createStore } from 'zustand/vanilla';
import type { Json } from '../../shared/rpc/contract';
import { toWireError } from '../../shared/rpc/errors';
import type { ConfigEdit, LibraryState } from '../../shared/runs/config-contract';
import { draftOf, valueAt, withEdit } from '../../shared/runs/environments/draft';
import { pathOf, type Tabs } from '../app/tabs';
import type { Client } from '../rpc/client';
import type { LibraryModel } from '../library/library-store';

export type ConfigPath = readonly (string | number)[];

/** The rules of one library as the page shows them, with what is changed and not saved. It lives as long as the window. */
export interface EnvironmentsModel {
  /** A runbook or a folder of the library; null until one was chosen. */
  readonly place: string | null;
  readonly state: LibraryState | null;
  readonly edits: readonly ConfigEdit[];
  readonly selected: number;
  /** The file was changed by somebody else while changes waited here. */
  readonly isOutdated: boolean;
  readonly problem: string | null;
}

const EMPTY: EnvironmentsModel = {
  place: null,
  state: null,
  edits: [],
  selected: 0,
  isOutdated: false,
  problem: null,
};

export const environmentsStore = createStore<EnvironmentsModel>(() => EMPTY);

/** Opens the page for a library. Changes that wait for another one stay in front. */
export function showEnvironments(tabs: Tabs, place: string | null): void {
  if (place !== null) environmentsAbout(place);
  tabs.openPage('environments');
}

/** Makes a library the one of the page, unless changes of another one wait there. */
export function environmentsAbout(place: string): void {
  const { edits, place: before } = environmentsStore.getState();
  if (place !== before && edits.length === 0) environmentsStore.setState({ ...EMPTY, place });
}

/** Where to begin when nobody said which library: the runbook that is open, else the first folder of the side. */
export function placeAtHand(tabs: Tabs, library: LibraryModel): string | null {
  const { tabs: all, active } = tabs.store.getState();
  const open =
    all.find((tab) => tab.kind === 'notebook' && tab.id === active) ??
    all.find((tab) => tab.kind === 'notebook');
  return open?.kind === 'notebook' ? pathOf(open.open) : (library.folders?.[0]?.path ?? null);
}

/** Asks the engine for the rules of the place that is shown. */
export async function loadEnvironments(client: Client): Promise<void> {
  const { place } = environmentsStore.getState();
  if (place === null) return;
  try {
    const state = await client.request('runs.config', { place });
    if (environmentsStore.getState().place === place) take(state);
  } catch (error) {
    const { code, message } = toWireError(error);
    // Without an engine the connection's own banner speaks; the next "ready" asks again.
    if (code !== 'engine-lost') environmentsStore.setState({ problem: message });
  }
}

/** The engine told of a change; those of other libraries are not for this page. */
export function followEnvironments(client: Client): () => void {
  return client.on('runs.configChanged', (state) => {
    if (state.library === environmentsStore.getState().state?.library) take(state);
  });
}

function take(state: LibraryState): void {
  const before = environmentsStore.getState();
  const isOther = before.edits.length > 0 && before.state !== null && before.state.digest !== state.digest;
  environmentsStore.setState({ state, isOutdated: before.isOutdated || isOther });
}

/** What the file would say with the changes that wait. */
export function currentDraft({ state, edits }: EnvironmentsModel): Json {
  return draftOf(state?.raw ?? null, edits);
}

/** One more change. The environment that is there without being written is written by its first one. */
export function change(edit: ConfigEdit): void {
  const model = environmentsStore.getState();
  const isImplied =
    edit.path[0] === 'environments' && valueAt(currentDraft(model), ['environments']) === undefined;
  const written: readonly ConfigEdit[] = isImplied
    ? [
        ...model.edits,
        { kind: 'set', path: ['environments'], value: [{ name: 'local', colour: 'slate', guard: 'none' }] },
      ]
    : model.edits;
  environmentsStore.setState({ edits: withEdit(written, edit) });
}

/** Sets a value; nothing at all where a text is empty and may be left out. */
export function setValue(path: ConfigPath, value: Json | undefined): void {
  if (value !== undefined) change({ kind: 'set', path, value });
  else if (valueAt(currentDraft(environmentsStore.getState()), path) !== undefined)
    change({ kind: 'remove', path });
}

export function discardEdits(): void {
  environmentsStore.setState({ edits: [], isOutdated: false, problem: null, selected: 0 });
}

/** Writes all changes or none; answers whether it did. What is changed while it writes waits for the next time. */
export async function saveEdits(client: Client): Promise<boolean> {
  const { state, edits } = environmentsStore.getState();
  if (state === null || edits.length === 0) return false;
  try {
    const saved = await client.request('runs.saveConfig', {
      library: state.library,
      digest: state.digest,
      edits: [...edits],
    });
    environmentsStore.setState((model) => ({
      state: saved,
      edits: model.edits.filter((edit) => !edits.includes(edit)),
      isOutdated: false,
      problem: null,
    }));
    return true;
  } catch (error) {
    environmentsStore.setState({ problem: toWireError(error).message });
    await loadEnvironments(client);
    return false;
  }
}
