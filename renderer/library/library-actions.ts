import { isAtOrBelow } from '../../shared/library/inside';
import { copyName, judgeFileName, withRunbookEnding } from '../../shared/library/tree';
import type { RunbookOrigin } from '../../shared/library/tree-contract';
import { closeDocument } from '../notebook/file-actions';
import { pathOf } from '../app/tabs';
import type { WindowContext } from '../app/window-context';
import type { Naming } from './library-store';
import type { TreeRow } from './tree-rows';
import { showEnvironments } from '../runs/environments-store';

type Context = Pick<WindowContext, 'client' | 'library' | 'tabs' | 'toast'>;

/** Puts a folder of the person's choice into the side bar. */
export async function addFolder({ client, library }: Context): Promise<void> {
  await library.guard(async () => {
    const { path } = await client.desktop('desktop.openFolder', {});
    if (path === null) return;
    await client.request('library.addFolder', { path });
    library.layout.setState({ isSideOpen: true });
    await library.reload();
  });
}

/** Takes up a folder that was dropped on the window. */
export async function takeOffered({ client, library }: Context): Promise<void> {
  const { offered } = library.store.getState();
  library.set({ offered: null });
  if (offered === null) return;
  await library.guard(async () => {
    await client.request('library.addFolder', { path: offered });
    library.layout.setState({ isSideOpen: true });
    await library.reload();
  });
}

export async function removeFolder({ client, library }: Context, path: string): Promise<void> {
  await library.guard(async () => void (await client.request('library.removeFolder', { path })));
}

/** The folder in which something new is made: that of the line with the focus, else the first of the library. */
export function folderAt({ library }: Context): string | null {
  const { at, folders, listings } = library.store.getState();
  if (at !== null) {
    if (folders?.some(({ path }) => path === at) === true) return at;
    for (const [folder, entries] of listings) {
      const found = entries.find(({ path }) => path === at);
      if (found !== undefined) return found.kind === 'folder' ? at : folder;
    }
    // Its folder was not read yet.
    if (folders?.some(({ path }) => isAtOrBelow(path, at)) === true) return at.replace(/[\\/][^\\/]*$/, '');
  }
  return folders?.find(({ exists }) => exists)?.path ?? null;
}

/** Begins a new runbook: its name is typed in the tree. */
export function beginRunbook(context: Context, origin: RunbookOrigin, suggested: string): void {
  const folder = folderAt(context);
  if (folder === null) return;
  context.library.toggle(folder, true);
  context.library.set({
    naming: { kind: 'runbook', folder, suggested, origin },
    filter: '',
    found: null,
    problem: null,
  });
}

/** Begins a runbook from a Markdown file of the person's choice. */
export async function beginFromMarkdown(context: Context): Promise<void> {
  await context.library.guard(async () => {
    const { path } = await context.client.desktop('desktop.openMarkdown', {});
    if (path !== null) beginRunbook(context, { kind: 'markdown', path }, stemOf(path));
  });
}

export function beginFolder(context: Context): void {
  const folder = folderAt(context);
  if (folder === null) return;
  context.library.toggle(folder, true);
  context.library.set({
    naming: { kind: 'folder', folder, suggested: '' },
    filter: '',
    found: null,
    problem: null,
  });
}

export function beginRename({ library }: Context, row: TreeRow): void {
  if (row.kind === 'root') return;
  library.set({ naming: { kind: 'rename', path: row.path, suggested: row.name }, problem: null });
}

function nameOf(naming: Naming, typed: string): string {
  return naming.kind === 'runbook' ? withRunbookEnding(typed) : typed.trim();
}

/** Why what was typed can not be the name, as a sentence; null where it can. */
export function judgeTyped(naming: Naming, typed: string): string | null {
  return judgeFileName(nameOf(naming, typed));
}

/** Takes the name that was typed. Answers whether it was taken. */
export async function finishNaming(context: Context, naming: Naming, typed: string): Promise<boolean> {
  const { client, library, tabs } = context;
  const name = nameOf(naming, typed);
  library.set({ problem: null });
  await library.guard(async () => {
    switch (naming.kind) {
      case 'rename': {
        const { path } = await client.request('library.rename', { path: naming.path, name });
        library.moved(naming.path, path);
        tabs.moved(naming.path, path);
        library.set({ naming: null, at: path });
        break;
      }
      case 'folder': {
        const { path } = await client.request('library.newFolder', { folder: naming.folder, name });
        library.set({ naming: null, at: path });
        break;
      }
      case 'runbook': {
        const { folder, origin } = naming;
        const { path } = await client.request('library.newRunbook', { folder, name, origin });
        library.set({ naming: null, at: path });
        tabs.openFile(path);
        break;
      }
    }
    await library.reload();
  });
  return library.store.getState().naming === null;
}

export async function duplicate({ client, library }: Context, row: TreeRow): Promise<void> {
  await library.guard(async () => {
    const { path } = await client.request('library.duplicate', { path: row.path });
    await library.reload();
    library.set({ at: path });
  });
}

/**
 * Moves a file or a folder to the trash; tabs of this window that show something of it are closed. It can be put back
 * while the window is open.
 */
export async function remove({ client, library, tabs }: Context, row: TreeRow): Promise<void> {
  if (row.kind === 'root') return;
  await library.guard(async () => {
    const { kept, paths } = await client.request('library.keepCopy', { path: row.path });
    await client.desktop('desktop.trash', { paths });
    for (const tab of tabs.store.getState().tabs) {
      if (tab.kind === 'text' && isAtOrBelow(row.path, tab.path)) tabs.remove(tab.id);
      if (tab.kind !== 'notebook' || !isAtOrBelow(row.path, pathOf(tab.open))) continue;
      await closeDocument(tab.open, false);
      tabs.remove(tab.id);
    }
    library.set({ removed: { kept, name: row.name }, problem: null });
    await library.reload();
  });
}

export async function putBack({ client, library }: Context): Promise<void> {
  const { removed } = library.store.getState();
  if (removed === null) return;
  await library.guard(async () => {
    const { path } = await client.request('library.putBack', { kept: removed.kept });
    library.set({ removed: null, at: path });
    await library.reload();
  });
}

/** Opens a runbook in the other half of the window. */
export function openBeside({ tabs }: Context, row: TreeRow): void {
  if (row.kind === 'runbook') tabs.openBeside(row.path);
}

/** Opens what a line stands for: a folder opens or closes, a text is read, the rules of a library have their page. */
export function openRow(context: Context, row: TreeRow): void {
  switch (row.kind) {
    case 'root':
    case 'folder':
      context.library.toggle(row.path, row.isOpen !== true);
      return;
    case 'runbook':
      context.tabs.openFile(row.path);
      return;
    case 'markdown':
    case 'text':
      context.tabs.openText(row.path);
      return;
    case 'settings':
      showEnvironments(context.tabs, row.path);
      return;
  }
}

/** Begins a runbook from a Markdown file of the library, beside it. */
export function beginFromText(context: Context, path: string): void {
  const { library } = context;
  library.layout.setState({ isSideOpen: true });
  library.reveal(path);
  beginRunbook(context, { kind: 'markdown', path }, stemOf(path));
}

export function beginFromTemplate(context: Context, row: TreeRow): void {
  beginRunbook(context, { kind: 'template', path: row.path }, copyName(row.name, 1));
}

function stemOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? '').replace(/\.[^.]+$/, '');
}
