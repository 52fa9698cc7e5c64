import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, cp, link, lstat, mkdir, readdir, realpath, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { cellsFromMarkdown } from '../../../shared/library/from-markdown';
import { partsBelow } from '../../../shared/library/inside';
import { copyName, isShownFolder, judgeFileName, kindOfFile } from '../../../shared/library/tree';
import type { RunbookOrigin } from '../../../shared/library/tree-contract';
import { formatNewNotebook, formatNotebook } from '../../../shared/notebook/new-notebook';
import { newCellId } from '../../../shared/notebook/cell-ids';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isDiskFull, isSystemError } from '../notebook/disk-errors';
import { fullOutputFolder } from '../notebook/full-output';
import { loadNotebook, replaceFile } from '../notebook/notebook-disk';
import { syncFolder } from '../whole-file';
import { readTextFile } from './text-file';
import { walkTree } from './tree-reader';
import type { LibraryFolders, LibraryPlace } from './library-folders';
import { refuseInRun, refuseRunsMoved } from './run-record';

/** More is no text that somebody wrote. */
const MOST_MARKDOWN_BYTES = 4 * 1024 * 1024;
/** A copy of more than this is not kept; the trash alone has it then. */
const MOST_KEPT_BYTES = 256 * 1024 * 1024;

/** What the files of the library need to know of the documents that are open. */
export interface OpenDocuments {
  /** True where this file is open with edits that are not in it, or something of it runs. */
  isInUse(path: string): boolean;
  /**
   * Moves the file of an open document by `move` and lets the document follow; false where it is not open, and then
   * nothing was moved.
   */
  rename(path: string, target: string, move: () => Promise<void>): Promise<boolean>;
  /** A file has another name: what is kept of it elsewhere follows. */
  fileMoved(from: string, to: string): Promise<void>;
  /** True where something in this folder is open with edits, runs, or is a run that is followed. */
  isAnyInUse(folder: string): boolean;
  /** Moves a folder by `move` and lets the open documents in it follow; nothing was moved where it rejects. */
  renameFolder(folder: string, target: string, move: () => Promise<void>): Promise<void>;
}

/** Makes, renames, duplicates and removes files of the library. Each place is looked at before anything is done there. */
export class LibraryFiles {
  constructor(
    private readonly folders: LibraryFolders,
    private readonly documents: OpenDocuments,
  ) {}

  async newRunbook(folder: string, name: string, origin: RunbookOrigin): Promise<string> {
    requireName(name);
    if (extname(name).toLowerCase() !== '.ipynb')
      throw new WatchbookError('bad-request', 'A runbook has the ending .ipynb. Nothing was made.');
    const { root, path } = await this.folders.locateFolder(folder);
    const target = join(path, name);
    await refuseInRun({ root, path: target }, 'Nothing was made');
    await replaceFile(target, await this.bytesFrom(origin), { mustNotExist: true });
    return target;
  }

  async newFolder(folder: string, name: string): Promise<string> {
    requireName(name);
    const { root, path } = await this.folders.locateFolder(folder);
    requireFolderName(name, path === root);
    const target = join(path, name);
    await refuseInRun({ root, path: target }, 'Nothing was made');
    await mkdir(target).catch((error: unknown) => {
      throw isSystemError(error) && error.code === 'EEXIST' ? taken(target) : problem(error, target);
    });
    return target;
  }

  /** Renames a file with its outputs, or a folder with all that is in it; open documents follow. */
  async rename(path: string, name: string): Promise<string> {
    requireName(name);
    const place = await this.folders.locate(path);
    const { path: from } = place;
    await refuseInRun(place, 'It was not renamed');
    if (await isFolder(from)) return this.renameFolder(place, name);
    await requireShownFile(from);
    const target = join(dirname(from), name);
    if (target === from) return from;
    if (kindOfFile(name) !== kindOfFile(basename(from))) {
      throw new WatchbookError(
        'bad-request',
        `${basename(from)} keeps its kind: the name must end with ${extname(from)}. Nothing was renamed.`,
      );
    }
    const move = async (): Promise<void> => {
      await moveWithOutputs(from, target);
      await this.documents.fileMoved(from, target);
    };
    if (!(await this.documents.rename(from, target, move))) await move();
    return target;
  }

  private async renameFolder(place: LibraryPlace, name: string): Promise<string> {
    const { path: from } = place;
    await this.requireOwnFolder(place);
    requireFolderName(name, dirname(from) === place.root);
    const target = join(dirname(from), name);
    if (target === from) return from;
    await refuseRunsMoved(place);
    await this.documents.renameFolder(from, target, async () => {
      await moveFolder(from, target);
      for await (const { entries } of walkTree(target)) {
        for (const { kind, path } of entries)
          if (kind === 'runbook') await this.documents.fileMoved(from + path.slice(target.length), path);
      }
    });
    return target;
  }

  /** Refuses what is no folder of the tree, and one that holds a folder of the list, which would be lost from it. */
  private async requireOwnFolder({ root, path }: LibraryPlace): Promise<void> {
    if (!isShownFolder(basename(path), dirname(path) === root))
      throw new WatchbookError('forbidden', `${path} is not a folder of the library. Nothing was changed.`);
    const listed = await this.folders.listedIn(path);
    if (listed !== null) {
      throw new WatchbookError(
        'busy',
        `${basename(path)} holds ${listed}, which is a library folder itself. Nothing was changed; take that off the list first.`,
      );
    }
  }

  /** Copies a file beside itself under the first name that is free. */
  async duplicate(path: string): Promise<string> {
    const place = await this.folders.locate(path);
    const { root, path: from } = place;
    await refuseInRun(place, 'It was not copied');
    await requireShownFile(from);
    const real = await realpath(from);
    if (partsBelow(root, real, sep) === null) {
      throw new WatchbookError(
        'forbidden',
        `${basename(from)} is a link to a file outside of the library. It was not copied.`,
      );
    }
    for (let number = 1; ; number += 1) {
      const target = join(dirname(from), copyName(basename(from), number));
      try {
        await copyFile(real, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      } catch (error) {
        if (isSystemError(error) && error.code === 'EEXIST') continue;
        throw problem(error, target);
      }
      await copyOutputs(real, target);
      return target;
    }
  }

  /** What goes to the trash with this file or folder. Rejects with `busy` where it is in use. */
  async removal(path: string): Promise<{ readonly path: string; readonly paths: readonly string[] }> {
    const place = await this.folders.locate(path);
    const { path: from } = place;
    await refuseInRun(place, 'It was not removed');
    if (await isFolder(from)) {
      await this.requireOwnFolder(place);
      if (!this.documents.isAnyInUse(from)) return { path: from, paths: [from] };
      throw new WatchbookError(
        'busy',
        `${basename(from)} was not removed: a runbook in it is open with edits that are not saved, or a cell or run in it goes on. Save or close it first.`,
      );
    }
    await requireShownFile(from);
    if (this.documents.isInUse(from)) {
      throw new WatchbookError(
        'busy',
        `${basename(from)} is open with edits that are not saved, or a cell of it runs. It was not removed; save or close it first.`,
      );
    }
    const outputs = await outputsOf(from);
    return { path: from, paths: outputs === null ? [from] : [from, outputs] };
  }

  private async bytesFrom(origin: RunbookOrigin): Promise<Uint8Array> {
    switch (origin.kind) {
      case 'empty': {
        const cell = { id: newCellId(), type: 'code', source: '', metadata: {}, outputs: [] } as const;
        return formatNewNotebook(origin.language, [{ ...cell, executionCount: null }]);
      }
      case 'template': {
        const { path } = await this.folders.locate(origin.path);
        const { file } = await loadNotebook(path, path);
        const cells = file.notebook.cells.map((cell) => ({ ...cell, outputs: [], executionCount: null }));
        return formatNotebook({ cells, metadata: file.notebook.metadata });
      }
      case 'markdown':
        return formatNewNotebook('bash', cellsFromMarkdown(await readMarkdown(origin.path)));
    }
  }
}

/** A file's copy, kept while its window is open so that a removal can be undone. */
export interface KeptCopy {
  readonly id: string;
  /** Where the file was. */
  readonly path: string;
  /** Puts it back under its own name. Rejects with `exists`. */
  putBack(): Promise<string>;
  drop(): Promise<void>;
}

/** Copies what goes to the trash into `removed/` of the state folder. Rejects with `too-large` or as a write fails. */
export async function keepCopy(
  stateFolder: string,
  path: string,
  paths: readonly string[],
): Promise<KeptCopy> {
  const id = randomUUID();
  const folder = join(stateFolder, 'removed', id);
  const copies = paths.map((from, index) => ({ from, copy: join(folder, String(index)) }));
  if ((await bytesOf(paths)) > MOST_KEPT_BYTES) {
    throw new WatchbookError(
      'too-large',
      `${basename(path)} and its outputs are too large to keep a copy for undoing. Nothing was removed; the file manager can do it.`,
    );
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    for (const { from, copy } of copies) await cp(from, copy, { recursive: true, verbatimSymlinks: true });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw problem(error, folder);
  }
  return {
    id,
    path,
    putBack: async () => {
      for (const { from } of copies) if ((await lstatOrNull(from)) !== null) throw taken(from);
      for (const { from, copy } of copies) {
        await cp(copy, from, {
          recursive: true,
          verbatimSymlinks: true,
          errorOnExist: true,
          force: false,
        }).catch((error: unknown) => {
          throw problem(error, from);
        });
      }
      await rm(folder, { recursive: true, force: true });
      return path;
    },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

function requireName(name: string): void {
  const reason = judgeFileName(name);
  if (reason !== null) throw new WatchbookError('bad-request', `${reason} Nothing was changed.`);
}

/** A name under which the tree would not show the folder any more. */
function requireFolderName(name: string, isTop: boolean): void {
  if (isShownFolder(name, isTop)) return;
  throw new WatchbookError(
    'bad-request',
    `A folder called ${name} is not shown in the library. Nothing was changed; choose another name.`,
  );
}

/** True for a folder itself; a link to one is a link. */
async function isFolder(path: string): Promise<boolean> {
  return (await lstatOrNull(path))?.isDirectory() === true;
}

/** Moves a folder and never onto another one: an empty one would be replaced without a word. */
async function moveFolder(from: string, to: string): Promise<void> {
  const isSameName = from.toLowerCase() === to.toLowerCase() && (await isOneFile(from, to));
  if (!isSameName && (await lstatOrNull(to)) !== null) throw taken(to);
  await rename(from, to).catch((error: unknown) => {
    throw isSystemError(error) && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(error.code ?? '')
      ? taken(to)
      : problem(error, to);
  });
  await syncFolder(dirname(to));
}

async function requireShownFile(path: string): Promise<void> {
  const found = await lstatOrNull(path);
  if (found === null) throw new WatchbookError('not-found', `${path} is not there any more.`);
  if (kindOfFile(basename(path)) === null || !(found.isFile() || found.isSymbolicLink())) {
    throw new WatchbookError('forbidden', `${path} is not a file of the library. Nothing was changed.`);
  }
}

/** Moves without ever replacing a file: a link under the new name first, where the file system has links. */
async function moveWithOutputs(from: string, to: string): Promise<void> {
  const outputs = await outputsOf(from);
  const toOutputs = fullOutputFolder(to);
  if (outputs !== null && (await lstatOrNull(toOutputs)) !== null) throw taken(toOutputs);
  await moveFile(from, to);
  if (outputs !== null) {
    await rename(outputs, toOutputs).catch(async (error: unknown) => {
      // Both or none: a runbook without its outputs would name files that are not there.
      await rename(to, from);
      throw problem(error, toOutputs);
    });
  }
  await syncFolder(dirname(to));
}

async function moveFile(from: string, to: string): Promise<void> {
  const isSameName = from.toLowerCase() === to.toLowerCase() && (await isOneFile(from, to));
  try {
    if (isSameName) return await rename(from, to);
    await link(from, to);
    return await unlink(from);
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') throw taken(to);
    const hasNoLinks =
      isSystemError(error) && ['EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS'].includes(error.code ?? '');
    if (!hasNoLinks) throw problem(error, to);
  }
  if ((await lstatOrNull(to)) !== null) throw taken(to);
  return rename(from, to).catch((error: unknown) => {
    throw problem(error, to);
  });
}

/** Where capitals make no difference, another spelling of the name is the file itself. */
async function isOneFile(a: string, b: string): Promise<boolean> {
  const [one, other] = [await lstatOrNull(a), await lstatOrNull(b)];
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** The folder of whole outputs beside a runbook; null where there is none, or a link in its place. */
async function outputsOf(path: string): Promise<string | null> {
  if (kindOfFile(basename(path)) !== 'runbook') return null;
  const folder = fullOutputFolder(path);
  return (await lstatOrNull(folder))?.isDirectory() === true ? folder : null;
}

async function copyOutputs(from: string, to: string): Promise<void> {
  const outputs = await outputsOf(from);
  if (outputs === null) return;
  const target = fullOutputFolder(to);
  await cp(outputs, target, {
    recursive: true,
    verbatimSymlinks: true,
    errorOnExist: true,
    force: false,
  }).catch((error: unknown) => {
    throw problem(error, target);
  });
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    // A link counts as what it is: it may lead in a circle.
    const found = await lstat(path);
    if (!found.isDirectory()) bytes += found.size;
    else bytes += await bytesOf((await readdir(path)).map((name) => join(path, name)));
  }
  return bytes;
}

async function readMarkdown(path: string): Promise<string> {
  if (kindOfFile(basename(path)) !== 'markdown')
    throw new WatchbookError('bad-request', `${path} is not a Markdown file. Nothing was made.`);
  return readTextFile(path, MOST_MARKDOWN_BYTES, 'Nothing was made.');
}

async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw problem(error, path);
  }
}

function taken(path: string): WatchbookError {
  return new WatchbookError(
    'exists',
    `${basename(path)} exists already. Nothing was changed; choose another name.`,
  );
}

function problem(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  return isDiskFull(error)
    ? new WatchbookError('disk-full', `The disk of ${dirname(path)} is full. The file is as it was.`, {
        cause: error,
        retryable: true,
      })
    : new WatchbookError(
        'not-writable',
        `${path} could not be written (${error.code ?? 'unknown'}). The file is as it was; check the folder and try again.`,
        { cause: error },
      );
}
