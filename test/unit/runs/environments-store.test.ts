import { expect, test } from 'vitest';
import type { Client } from '../../../renderer/rpc/client';
import {
  change,
  currentDraft,
  environmentsAbout,
  environmentsStore,
  loadEnvironments,
  saveEdits,
} from '../../../renderer/runs/environments-store';
import type { ConfigEdit, LibraryState } from '../../../shared/runs/config-contract';

const title = (value: string): ConfigEdit => ({ kind: 'set', path: ['title'], value });
const label = (value: string): ConfigEdit => ({ kind: 'set', path: ['label'], value });

function libraryState(raw: LibraryState['raw'], digest: string): LibraryState {
  return { library: '/lib', raw, digest } as LibraryState;
}

test('what is changed while the changes before it are written is kept, and no change is written twice', async () => {
  const written: (readonly ConfigEdit[])[] = [];
  let answer: (state: LibraryState) => void = () => undefined;
  const client = {
    request: (method: string, { edits }: { readonly edits: readonly ConfigEdit[] }) => {
      if (method === 'runs.config') return Promise.resolve(libraryState({}, 'first'));
      written.push(edits);
      return new Promise<LibraryState>((resolve) => {
        answer = resolve;
      });
    },
  } as unknown as Client;
  environmentsAbout('/lib');
  await loadEnvironments(client);
  change(title('a'));
  const saving = saveEdits(client);
  change(title('b'));
  change(label('c'));
  answer(libraryState({ title: 'a' }, 'second'));
  expect(await saving).toBe(true);
  expect(environmentsStore.getState().edits).toEqual([title('b'), label('c')]);
  expect(currentDraft(environmentsStore.getState())).toEqual({ title: 'b', label: 'c' });
  const again = saveEdits(client);
  answer(libraryState({ title: 'b', label: 'c' }, 'third'));
  await again;
  expect(written).toEqual([[title('a')], [title('b'), label('c')]]);
  expect(environmentsStore.getState().edits).toEqual([]);
});
