import type { Operation } from '../../shared/notebook/operation';
import { WatchbookError, toWireError } from '../../shared/rpc/errors';
import type { OpenDocument } from './document-store';

/** Shows the system's save dialog and answers the path chosen, null when cancelled. */
export type ChoosePath = (suggested: string) => Promise<string | null>;

/**
 * Saves, after every edit made so far has arrived. Answers whether it was written.
 *
 * A file changed on disk shows the comparison; nbformat 3 puts its question; anything else is said in a notice.
 */
export async function save(
  open: OpenDocument,
  options: { readonly path?: string; readonly overwrite?: boolean; readonly convert?: boolean } = {},
): Promise<boolean> {
  const { phase, state } = open.store.getState();
  if (phase !== 'open') return false;
  if (state?.disk === 'changed' && options.path === undefined && options.overwrite !== true) {
    open.set({ comparing: true });
    return false;
  }
  try {
    const document = await open.settled();
    await open.engine.request('notebook.save', { document, ...options });
    open.set({ notices: [], question: null });
    return true;
  } catch (error) {
    const wire = toWireError(error);
    if (wire.code === 'changed-on-disk') open.set({ comparing: true });
    else if (wire.code === 'needs-consent') {
      open.set({ question: { kind: 'convert', message: wire.message, path: options.path } });
    } else open.say(error);
    return false;
  }
}

/** Saves under another name, which becomes the document's. The system's dialog has asked before it replaces a file. */
export async function saveAs(open: OpenDocument, choosePath: ChoosePath): Promise<boolean> {
  const { state } = open.store.getState();
  try {
    const path = await choosePath(state?.path ?? open.path);
    return path === null ? false : await save(open, { path, overwrite: true });
  } catch (error) {
    open.say(error);
    return false;
  }
}

/** Solves a change on disk for one side. */
export async function resolveDisk(open: OpenDocument, take: 'mine' | 'theirs'): Promise<void> {
  try {
    const document = await open.settled();
    await open.engine.request('notebook.resolve', { document, take });
    open.set({ comparing: false });
  } catch (error) {
    open.say(error);
  }
}

/** Solves a change on disk by what was chosen for each cell. */
export async function mergeDisk(
  open: OpenDocument,
  digest: string,
  choices: ReadonlyMap<string, 'mine' | 'theirs' | 'both'>,
): Promise<void> {
  try {
    const document = await open.settled();
    await open.engine.request('notebook.mergeDisk', {
      document,
      digest,
      choices: [...choices].map(([cell, take]) => ({ cell, take })),
    });
    open.set({ comparing: false });
  } catch (error) {
    open.say(error);
  }
}

/** Takes a change on disk that was taken in by itself back again. */
export async function takeBackMerge(open: OpenDocument): Promise<void> {
  try {
    const document = await open.settled();
    await open.engine.request('notebook.unmerge', { document });
  } catch (error) {
    open.say(error);
  }
}

/** Throws the edits of the earlier session away: the file is loaded as it is. */
export async function discardRecovered(open: OpenDocument): Promise<void> {
  await resolveDisk(open, 'theirs');
  open.set({ recovered: false });
}

/** For what a choice of a kernel is remembered on this machine. */
export type KernelMemory = 'notebook' | 'library' | 'no';

/** Chooses the kernel for this notebook; it is never written into the file. */
export async function chooseKernel(
  open: OpenDocument,
  kernel: string,
  remember: KernelMemory,
): Promise<void> {
  await changeKernel(open, kernel, remember, null);
}

/** Chooses the kernel, after the edit that makes the notebook one of its language where it is of another one. */
export async function changeKernel(
  open: OpenDocument,
  kernel: string,
  remember: KernelMemory,
  edit: Operation | null,
): Promise<void> {
  try {
    if (edit !== null && !open.edit(edit)) return;
    const document = await open.settled();
    await open.engine.request('notebook.chooseKernel', { document, kernel, remember });
  } catch (error) {
    open.say(error);
  }
}

/** Sends a line to the program that asks for it. Answers whether it was taken. */
export async function answerInput(
  open: OpenDocument,
  request: string,
  value: string,
  eof = false,
): Promise<boolean> {
  try {
    const { document } = open.store.getState();
    await open.engine.request('notebook.input', { document, request, value, ...(eof ? { eof } : {}) });
    return true;
  } catch (error) {
    open.say(error);
    return false;
  }
}

/** True when closing would leave edits that are in no file. */
export function hasUnsavedEdits(open: OpenDocument): boolean {
  const { state, unacknowledged } = open.store.getState();
  return (state?.unsavedEdits ?? false) || unacknowledged > 0;
}

/** Tells the engine that this window no longer shows the document. */
export async function closeDocument(open: OpenDocument, discard: boolean): Promise<void> {
  // A lost engine has the edits in its recovery log; it will offer them when the file is opened again.
  if (open.store.getState().phase !== 'open' || open.engine.connection !== 'ready') return;
  try {
    const document = await open.settled();
    await open.engine.request('notebook.close', { document, discard });
  } catch (error) {
    if (!(error instanceof WatchbookError) || error.code !== 'engine-lost') open.say(error);
  }
}
