import { isAbsolute } from 'node:path';
import type { DocumentSnapshot } from '../../../shared/notebook/contract';
import type { Cell } from '../../../shared/notebook/model';
import { fullOutputsOf } from '../../../shared/notebook/outputs/full-output';
import type { TextSource } from '../../../shared/notebook/outputs/text-store';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { CallContext, Handlers, MethodsOf } from '../engine-client';
import type { CheckpointStore } from './checkpoint-store';
import type { DocumentServices } from './document-services';
import type { DocumentSession } from './document-session';
import { openFullOutput } from './full-output';
import { followLink } from './local-links';
import { fetchPicture, readPicture } from './pictures';
import { completeCode, inspectCode } from './kernel-questions';
import { saveText, saveValue } from './save-output';

export interface DocumentHandlerPorts {
  readonly services: DocumentServices;
  readonly checkpoints: CheckpointStore;
  /** The session of a document that this client has joined. */
  readonly find: (document: string, context: CallContext) => DocumentSession;
  readonly open: (path: string, context: CallContext) => Promise<DocumentSnapshot>;
  readonly close: (session: DocumentSession, discard: boolean, context: CallContext) => Promise<void>;
}

/** The answers to what windows ask of open documents. */
export function documentHandlers(ports: DocumentHandlerPorts): Handlers<MethodsOf<'notebook'>> {
  const { find } = ports;
  /** Of a document whose cells are not a run's: those are sent and changed by the run's own actions. */
  const findFree = (document: string, context: CallContext): DocumentSession => {
    const session = find(document, context);
    session.run?.refuse('its cells, its kernel and its file are driven');
    return session;
  };
  return {
    'notebook.open': ({ path }, context) => ports.open(path, context),
    'notebook.snapshot': ({ document }, context) => find(document, context).snapshot(context.client),
    'notebook.close': async ({ document, discard }, context) => {
      await ports.close(find(document, context), discard, context);
      return {};
    },
    'notebook.edit': ({ document, base, edit, operation }, context) =>
      find(document, context).edits.edit(base, edit, operation, context.client),
    'notebook.undo': ({ document }, context) => find(document, context).edits.undo(),
    'notebook.redo': ({ document }, context) => find(document, context).edits.redo(),
    'notebook.save': async ({ document, ...wishes }, context) => {
      const session = findFree(document, context);
      const from = session.path;
      const saved = await session.save(wishes);
      if (saved.path !== from) await copyCheckpoints(ports, session, from);
      return saved;
    },
    'notebook.compare': async ({ document }, context) => {
      const { cells, digest } = await find(document, context).compare();
      return { cells: [...cells], digest };
    },
    'notebook.mergeDisk': async ({ document, digest, choices }, context) => {
      const chosen = new Map(choices.map(({ cell, take }) => [cell, take]));
      await findFree(document, context).changes.choose(digest, chosen, context.client);
      return {};
    },
    'notebook.unmerge': async ({ document }, context) => {
      await findFree(document, context).changes.takeBack();
      return {};
    },
    'notebook.resolve': async ({ document, take }, context) => {
      const session = findFree(document, context);
      if (take === 'theirs') await keepMine(ports, session);
      await session.changes.resolve(take);
      return {};
    },
    'notebook.run': async ({ document, cells, restartFirst, confirmed }, context) => {
      const { runs } = findFree(document, context);
      // Only a person says yes for a person.
      await runs.run(cells, restartFirst ?? false, context.client.isPerson ? (confirmed ?? null) : null);
      return {};
    },
    'notebook.interrupt': async ({ document }, context) => {
      await findFree(document, context).runs.interrupt();
      return {};
    },
    'notebook.restart': async ({ document }, context) => {
      await findFree(document, context).runs.restart();
      return {};
    },
    'notebook.shutdown': async ({ document }, context) => {
      await findFree(document, context).runs.shutdown();
      return {};
    },
    'notebook.chooseKernel': async ({ document, kernel, remember }, context) => {
      await findFree(document, context).chooseKernel(kernel, remember);
      return {};
    },
    'notebook.input': ({ document, request, value, eof }, context) => {
      find(document, context).runs.prompts.answer(request, value, eof ?? false);
      return {};
    },
    'notebook.complete': async ({ document, cell, code, cursor }, context) => {
      const session = find(document, context);
      return completeCode(session.runs.idleConnection(session.cell(cell)), code, cursor);
    },
    'notebook.inspect': async ({ document, cell, code, cursor }, context) => {
      const session = find(document, context);
      return { text: await inspectCode(session.runs.idleConnection(session.cell(cell)), code, cursor) };
    },
    'notebook.output': ({ document, cell, key, mime }, context) => {
      const session = find(document, context);
      const value = session.outputs.value(session.cell(cell), key, mime);
      if (value === undefined) throw gone();
      return { value };
    },
    'notebook.outputLines': async ({ document, cell, key, from, count }, context) => {
      const session = find(document, context);
      return withText(session, session.cell(cell), key, async (text) => {
        const { lines, total } = await text.read(from, count);
        return { lines: [...lines], total };
      });
    },
    'notebook.outputSearch': async ({ document, cell, key, text: wanted, caseSensitive }, context) => {
      const session = find(document, context);
      return withText(session, session.cell(cell), key, async (text) => {
        const { lines, more } = await text.search(wanted, caseSensitive);
        return { lines: [...lines], more };
      });
    },
    'notebook.saveOutput': async ({ document, cell, key, mime, path }, context) => {
      const session = find(document, context);
      if (!isAbsolute(path)) throw new WatchbookError('bad-request', 'An output is saved by a whole path.');
      if (mime === null) {
        await withText(session, session.cell(cell), key, (text) => saveText(text, path));
        return {};
      }
      const value = session.outputs.value(session.cell(cell), key, mime);
      if (value === undefined) throw gone();
      await saveValue(value, mime, path);
      return {};
    },
    'notebook.picture': async ({ document, source }, context) => {
      const session = find(document, context);
      return { url: await readPicture(source, session.path, session.library) };
    },
    'notebook.remotePicture': async ({ document, url }, context) => {
      find(document, context);
      return { url: await fetchPicture(url) };
    },
    'notebook.followLink': async ({ document, target }, context) => {
      const session = find(document, context);
      return followLink(target, session.path, session.library);
    },
    'notebook.allowLive': ({ document }, context) => {
      find(document, context).allowLive();
      return {};
    },
    'notebook.watchWidget': ({ document, watch, cell, key }, context) => {
      const session = find(document, context);
      const view = session.widgetView(cell, key);
      if (view === null) throw gone();
      session.widgets.watch({ id: watch, client: context.client, cell, key, ...view });
      return {};
    },
    'notebook.unwatchWidget': ({ document, watch }, context) => {
      find(document, context).widgets.unwatch(context.client, watch);
      return {};
    },
    'notebook.sendToWidget': ({ document, watch, model, message }, context) => {
      find(document, context).widgets.send(context.client, watch, model, message);
      return {};
    },
    'notebook.findWidgetCode': async ({ document, names }, context) => {
      const { found, looked } = await find(document, context).widgetCodes.find(names);
      return { found: [...found], looked: [...looked] };
    },
    'notebook.allowWidgetCode': ({ document, names }, context) => {
      find(document, context).widgetCodes.allow(names);
      return {};
    },
    'notebook.widgetCode': ({ document, name }, context) => find(document, context).widgetCodes.read(name),
    'notebook.saveWidgetState': ({ document }, context) => ({
      models: findFree(document, context).saveWidgetState(),
    }),
  };
}

/** The file is saved whatever becomes of them. */
async function copyCheckpoints(
  { checkpoints, services }: DocumentHandlerPorts,
  session: DocumentSession,
  from: string,
): Promise<void> {
  await checkpoints.copied(from, session.path).catch((error: unknown) => {
    services.log(`checkpoints of ${from} were not copied to ${session.path}: ${String(error)}`);
  });
  session.subscribers.send('checkpoints.changed', { document: session.id });
}

/** Before what is here is dropped for the version on disk: it can be gone back to. */
async function keepMine(
  { checkpoints, services }: DocumentHandlerPorts,
  session: DocumentSession,
): Promise<void> {
  if (!session.hasUnsavedEdits) return;
  try {
    await checkpoints.keepOnce(session.path, { notebook: session.notebook, name: null, why: 'disk' });
    session.subscribers.send('checkpoints.changed', { document: session.id });
  } catch (error) {
    // The person has chosen to drop it; that there is one way back less is no reason to refuse.
    services.log(`${session.path} was not kept before theirs was taken: ${String(error)}`);
  }
}

/** Reads a text output where its whole lies: live in its spool, beside the file, or in the file itself. */
async function withText<T>(
  session: DocumentSession,
  cell: Cell,
  key: string,
  use: (text: TextSource) => Promise<T>,
): Promise<T> {
  const index = session.outputs.indexOf(cell, key);
  const entry = session.outputs.isLive(cell.id)
    ? undefined
    : fullOutputsOf(cell.metadata).find(({ output }) => output === index);
  if (entry !== undefined) {
    const file = await openFullOutput(session.path, entry);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }
  const text = session.outputs.text(cell, key);
  if (text === null) throw gone();
  return use(text);
}

function gone(): WatchbookError {
  return new WatchbookError('not-found', 'That output is not there any more.');
}
