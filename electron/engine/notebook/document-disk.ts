import { basename, dirname, extname } from 'node:path';
import { compareNotebooks } from '../../../shared/notebook/compare';
import type { CellDifference, DocumentState } from '../../../shared/notebook/contract';
import type { Notebook } from '../../../shared/notebook/model';
import { alignIds } from '../../../shared/notebook/merge';
import { readNotebook, type NotebookFile, type ParsedNotebook } from '../../../shared/notebook/notebook-file';
import { saveNotes, writeNotebook } from '../../../shared/notebook/notebook-writer';
import { WatchbookError } from '../../../shared/rpc/errors';
import { findLibrary } from '../library/library-root';
import { removeHalfWritten } from '../whole-file';
import { acquireFileLock, type FileLock } from './file-lock';
import { watchFile, type FileWatch } from './file-watch';
import {
  digestOfRegularFile,
  loadNotebook,
  realTarget,
  refuseTaken,
  replaceFile,
  type LoadedNotebook,
} from './notebook-disk';
import { PackedText } from './packed-text';

/** By then a window has what it waits for. */
const PACK_AFTER_MS = 3_000;

/** How a person wants a save to go where it can not simply go. */
export interface SaveWishes {
  /** Another file, which becomes the document's. */
  readonly path?: string | undefined;
  /** Write over what another program wrote, or over a file that is there already. */
  readonly overwrite?: boolean | undefined;
  /** Agreed to writing an nbformat 3 notebook as nbformat 4.5. */
  readonly convert?: boolean | undefined;
}

export interface DocumentDiskPorts {
  readonly stateFolder: string;
  readonly log: (message: string) => void;
  /** When a text that only a save needs is packed, in milliseconds; after some seconds if absent. */
  readonly packAfterMs?: number;
}

/** What the document stands on: a file as it was read or written, its text apart. */
interface Standing extends Omit<LoadedNotebook, 'file'> {
  readonly file: ParsedNotebook;
  readonly text: PackedText;
}

function standingOf({ file: { text, ...file }, ...rest }: LoadedNotebook): Standing {
  return { ...rest, file, text: new PackedText(text) };
}

/** The file of one document: what was read or written last, who may write it, and what other programs do to it. */
export class DocumentDisk {
  private watch: FileWatch | null = null;
  private listener: () => void = () => undefined;
  private diskState: DocumentState['disk'] = 'same';
  private changedAtInstant: string | null = null;
  private savedAtInstant: string | null = null;
  private standing: Standing;
  private packing: NodeJS.Timeout | undefined;

  private constructor(
    private readonly ports: DocumentDiskPorts,
    private filePath: string,
    private libraryPath: string,
    loaded: LoadedNotebook,
    private lock: FileLock | null,
    private lockedBy: string | null,
  ) {
    this.standing = standingOf(loaded);
    this.packLater();
  }

  /** Reads the file and locks it; a lock of another engine makes it read only here. Rejects as loadNotebook does. */
  static async open(ports: DocumentDiskPorts, path: string): Promise<DocumentDisk> {
    const loaded = await loadNotebook(path, path);
    const { lock, heldBy } = await acquireFileLock(ports.stateFolder, path);
    const disk = new DocumentDisk(ports, path, await findLibrary(path), loaded, lock, heldBy);
    if (lock !== null) {
      await removeHalfWritten(dirname(path)).catch((error: unknown) =>
        ports.log(`${dirname(path)} was not cleared of what a crash left: ${String(error)}`),
      );
    }
    await disk.follow();
    return disk;
  }

  get path(): string {
    return this.filePath;
  }

  get library(): string {
    return this.libraryPath;
  }

  get file(): ParsedNotebook {
    return this.standing.file;
  }

  get digest(): string {
    return this.standing.digest;
  }

  /** The file as it was read or written, at the time of the call. */
  async bytes(): Promise<Uint8Array> {
    const { file, text } = this.standing;
    return writeNotebook({ ...file, text: await text.read() }, file.notebook);
  }

  /** What makes the bytes of a save: of a notebook that is an edit of the file as it is at the time of the call. */
  async writer(): Promise<(current: Notebook) => Uint8Array> {
    const { file, text } = this.standing;
    const whole: NotebookFile = { ...file, text: await text.read() };
    return (current) => writeNotebook(whole, current);
  }

  /** After a crash: what is here was made on an earlier content of the file, which is changed on disk now. */
  standOnEarlier(bytes: Uint8Array, digest: string): void {
    const { mtime, readOnly } = this.standing;
    const file = readNotebook(bytes, basename(this.filePath));
    this.standOn(standingOf({ file, digest, mtime, readOnly }));
    this.diskState = 'changed';
    this.changedAtInstant = mtime.toISOString();
  }

  /** Why it can not be edited; null when it can. */
  get readOnly(): string | null {
    if (this.lockedBy !== null) return this.lockedBy;
    return this.standing.readOnly;
  }

  get state(): DocumentState['disk'] {
    return this.diskState;
  }

  get changedAt(): string | null {
    return this.changedAtInstant;
  }

  get savedAt(): string | null {
    return this.savedAtInstant;
  }

  /** Called when another program changed or removed the file. */
  onChange(listener: () => void): void {
    this.listener = listener;
  }

  saveNotes(current: Notebook): readonly string[] {
    return saveNotes(this.standing.file, current);
  }

  /**
   * Writes these bytes of the notebook into its file, or into another one, which becomes the document's. `beside` writes
   * what the notebook names, after all refusals and before the notebook itself.
   *
   * @throws WatchbookError `changed-on-disk`, `exists`, `locked`, `needs-consent`, `read-only`, `disk-full`,
   *   `not-writable`; the file is as it was then
   */
  async save(
    bytes: Uint8Array,
    wishes: SaveWishes,
    beside: (target: string) => Promise<void>,
  ): Promise<void> {
    const target = wishes.path === undefined ? this.filePath : await realTarget(wishes.path);
    if (target !== this.filePath) return this.saveElsewhere(target, bytes, wishes, beside);
    this.refuse(target, false, wishes);
    await beside(target);
    const isChecked = wishes.overwrite !== true && this.diskState === 'same';
    const { digest } = await replaceFile(
      target,
      bytes,
      isChecked ? { expectedDigest: this.standing.digest } : {},
    ).catch(async (error: unknown) => {
      // Found before the watch did: the choice is offered at once.
      if (error instanceof WatchbookError && error.code === 'changed-on-disk') await this.watch?.check();
      throw error;
    });
    this.written(target, bytes, digest);
    this.watch?.saved(digest);
  }

  private async saveElsewhere(
    target: string,
    bytes: Uint8Array,
    wishes: SaveWishes,
    beside: (target: string) => Promise<void>,
  ): Promise<void> {
    this.refuse(target, true, wishes);
    const { lock, heldBy } = await acquireFileLock(this.ports.stateFolder, target);
    if (lock === null) {
      throw new WatchbookError(
        'locked',
        `${target} was not written: it is open elsewhere in Watchbook. Close it there, or choose another name.`,
        heldBy === null ? {} : { detail: heldBy },
      );
    }
    try {
      const mustNotExist = wishes.overwrite !== true;
      if (mustNotExist) await refuseTaken(target);
      await beside(target);
      const { digest } = await replaceFile(target, bytes, { mustNotExist });
      this.written(target, bytes, digest);
    } catch (error) {
      await lock.release();
      throw error;
    }
    await this.moveTo(target, lock);
  }

  /**
   * The file gets another name by `move`, which either does it or rejects; what is here follows.
   *
   * @throws WatchbookError `locked`, or as `move` does; the document is as it was then
   */
  async rename(target: string, move: () => Promise<void>): Promise<void> {
    const locked = (detail: string | null): WatchbookError =>
      new WatchbookError(
        'locked',
        `${basename(this.filePath)} was not renamed: it is open elsewhere in Watchbook. Close it there first.`,
        detail === null ? {} : { detail },
      );
    if (this.lockedBy !== null) throw locked(this.lockedBy);
    const { lock, heldBy } = await acquireFileLock(this.ports.stateFolder, target);
    if (lock === null) throw locked(heldBy);
    // The old name goes; that is no news.
    await this.watch?.dispose();
    try {
      await move();
    } catch (error) {
      await lock.release();
      await this.follow();
      throw error;
    }
    await this.moveTo(target, lock);
  }

  private written(target: string, bytes: Uint8Array, digest: string): void {
    const file = readNotebook(bytes, basename(target));
    this.standOn(standingOf({ file, digest, mtime: new Date(), readOnly: null }));
    this.diskState = 'same';
    this.changedAtInstant = null;
    this.savedAtInstant = new Date().toISOString();
  }

  /** What differs between here and the file as it is now, cell by cell, and which content that is. */
  async compare(
    current: Notebook,
  ): Promise<{ readonly cells: readonly CellDifference[]; readonly digest: string }> {
    const disk = await this.look();
    return {
      cells: compareNotebooks(this.standing.file.notebook, current, disk.file.notebook),
      digest: disk.digest,
    };
  }

  /** The file as it is now. Nothing changes here until it is accepted. Rejects as loadNotebook does. */
  async look(): Promise<LoadedNotebook> {
    const theirs = await loadNotebook(this.filePath, this.filePath);
    // Without ids in the file they are ours to give.
    if (theirs.file.nbformat !== 4 || theirs.file.nbformatMinor >= 5) return theirs;
    const notebook = alignIds(this.standing.file.notebook, theirs.file.notebook);
    return { ...theirs, file: { ...theirs.file, notebook } };
  }

  /** What was looked at is what edits here are made on from now on. Answers how to stand on what was before again. */
  accept(theirs: LoadedNotebook): () => void {
    const before = this.standing;
    const changedAt = this.changedAtInstant ?? new Date().toISOString();
    this.standOn(standingOf(theirs));
    this.diskState = 'same';
    this.changedAtInstant = null;
    this.watch?.saved(theirs.digest);
    return () => {
      this.standOn(before);
      this.diskState = 'changed';
      this.changedAtInstant = changedAt;
    };
  }

  /** The next save writes over what is on disk now; what is written after that is noticed again. */
  async keepMine(): Promise<void> {
    if (this.diskState === 'changed') {
      // What is there now need not be a notebook any more.
      const digest = await digestOfRegularFile(this.filePath);
      this.standing = { ...this.standing, digest };
      this.watch?.saved(digest);
    }
    this.diskState = 'same';
    this.changedAtInstant = null;
  }

  async dispose(): Promise<void> {
    clearTimeout(this.packing);
    await this.watch?.dispose();
    await this.lock?.release();
  }

  private standOn(standing: Standing): void {
    this.standing = standing;
    this.packLater();
  }

  private packLater(): void {
    const { text } = this.standing;
    clearTimeout(this.packing);
    this.packing = setTimeout(() => {
      text.pack().catch((error: unknown) => this.ports.log(`a text stays unpacked: ${String(error)}`));
    }, this.ports.packAfterMs ?? PACK_AFTER_MS);
    this.packing.unref();
  }

  private refuse(target: string, isElsewhere: boolean, { overwrite, convert }: SaveWishes): void {
    const name = basename(this.filePath);
    if (!isElsewhere && this.readOnly !== null) {
      throw new WatchbookError(
        'read-only',
        `${name} was not saved: ${this.readOnly} Save it as another file.`,
      );
    }
    if (extname(target).toLowerCase() !== '.ipynb') {
      throw new WatchbookError(
        'bad-request',
        'A notebook is saved with the ending .ipynb. Nothing was written.',
      );
    }
    if (!isElsewhere && this.diskState === 'changed' && overwrite !== true) {
      throw new WatchbookError(
        'changed-on-disk',
        `${name} was changed on disk by another program. Your edits are kept here; choose which version to keep.`,
      );
    }
    if (this.standing.file.nbformat < 4 && convert !== true) {
      throw new WatchbookError(
        'needs-consent',
        `${name} is in nbformat ${this.standing.file.nbformat}. Saving writes it as nbformat 4.5, which older programs do not read.`,
      );
    }
  }

  private async moveTo(target: string, lock: FileLock): Promise<void> {
    await this.watch?.dispose();
    await this.lock?.release();
    this.filePath = target;
    this.lock = lock;
    this.lockedBy = null;
    this.libraryPath = await findLibrary(target);
    await this.follow();
  }

  private async follow(): Promise<void> {
    this.watch = await watchFile(this.filePath, this.standing.digest, (state) => {
      if (state !== 'changed' && state === this.diskState) return;
      this.diskState = state;
      this.changedAtInstant = state === 'same' ? null : new Date().toISOString();
      this.ports.log(`${dirname(this.filePath)}: a notebook is ${state} on disk`);
      this.listener();
    });
  }
}
