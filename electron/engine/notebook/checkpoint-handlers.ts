import { checkpointEdit, compareWithCheckpoint } from '../../../shared/notebook/checkpoint-edit';
import { alignIds } from '../../../shared/notebook/merge';
import type { Notebook } from '../../../shared/notebook/model';
import type { CallContext, EngineClient, Handlers, MethodsOf } from '../engine-client';
import type { CheckpointStore } from './checkpoint-store';
import type { DocumentSession } from './document-session';
import { cellsOf } from './operation-cells';

export interface CheckpointPorts {
  readonly store: CheckpointStore;
  /** The session of a document that this client has joined. */
  readonly find: (document: string, context: CallContext) => DocumentSession;
}

/** The answers to what windows ask of the checkpoints of a runbook. A run has its own, in its journal. */
export function checkpointHandlers({ store, find }: CheckpointPorts): Handlers<MethodsOf<'checkpoints'>> {
  const findRunbook = (document: string, context: CallContext): DocumentSession => {
    const session = find(document, context);
    session.run?.refuse('its checkpoints are kept');
    return session;
  };
  const changed = (session: DocumentSession): void =>
    session.subscribers.send('checkpoints.changed', { document: session.id });
  const thenOf = async (session: DocumentSession, id: string): Promise<Notebook> => {
    const { notebook } = await store.read(session.path, id);
    // Without ids in the file they are ours to give, and others after it was opened anew.
    return session.hasOwnIds ? notebook : alignIds(session.notebook, notebook);
  };
  return {
    'checkpoints.list': async ({ document }, context) => {
      const { checkpoints, unreadable } = await store.list(findRunbook(document, context).path);
      return { checkpoints: [...checkpoints], unreadable };
    },
    'checkpoints.keep': async ({ document, name }, context) => {
      const session = findRunbook(document, context);
      const kept = await store.keep(session.path, { notebook: session.notebook, name, why: 'person' });
      changed(session);
      return kept;
    },
    'checkpoints.rename': async ({ document, id, name }, context) => {
      const session = findRunbook(document, context);
      await store.rename(session.path, id, name);
      changed(session);
      return {};
    },
    'checkpoints.remove': async ({ document, id }, context) => {
      const session = findRunbook(document, context);
      await store.remove(session.path, id);
      changed(session);
      return {};
    },
    'checkpoints.putBack': async ({ document, id }, context) => {
      const session = findRunbook(document, context);
      await store.putBack(session.path, id);
      changed(session);
      return {};
    },
    'checkpoints.compare': async ({ document, id }, context) => {
      const session = findRunbook(document, context);
      const { cells, settings } = compareWithCheckpoint(session.notebook, await thenOf(session, id));
      return { cells: [...cells], settings };
    },
    'checkpoints.restore': async ({ document, id }, context) => {
      const session = findRunbook(document, context);
      return restore(store, session, await thenOf(session, id), context.client, () => changed(session));
    },
  };
}

/** What is here is kept first; then one edit, made on what is here by then. */
async function restore(
  store: CheckpointStore,
  session: DocumentSession,
  then: Notebook,
  client: EngineClient,
  changed: () => void,
): Promise<{ readonly cell: string | null; readonly isChanged: boolean }> {
  const wanted = checkpointEdit(session.notebook, then);
  if (wanted === null) return { cell: null, isChanged: false };
  session.edits.requireEditable(wanted);
  await store.keepOnce(session.path, { notebook: session.notebook, name: null, why: 'restore' });
  changed();
  const operation = checkpointEdit(session.notebook, then);
  if (operation === null) return { cell: null, isChanged: false };
  session.edits.editHere(operation, client);
  const here = new Set(session.notebook.cells.map(({ id }) => id));
  return { cell: cellsOf(operation).find((id) => here.has(id)) ?? null, isChanged: true };
}
