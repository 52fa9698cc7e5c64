import { basename, dirname, extname } from 'node:path';
import { compareNotebooks } from '../../../shared/notebook/compare';
import type { CellDifference, DocumentState } from '../../../shared/notebook/contract';
import type { Notebook } from '../../../shared/notebook/model';
import { readNotebook, type NotebookFile } from '../../../shared/notebook/notebook-file';
import { saveNotes, writeNotebook } from '../../../shared/notebook/notebook-writer';
import { WatchbookError } from '../../../shared/rpc/errors';
import { findLibrary } from '../library/library-root';
import { acquireFileLock, type FileLock } from './file-lock';
import { watchFile, type FileWatch } from './file-watch';
import { loadNotebook, replaceFile, type LoadedNotebook } from './notebook-disk';

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
}

/** The file of one document: what was read or written last, who may write it, and what other programs do to it. */
export class DocumentDisk {
  private watch: FileWatch | null = null;
  private listener: () => void = () => undefined;
  private diskState: DocumentState['disk'] = 'same';
  private changedAtInstant: string | null = null;
  private savedAtInstant: string | null = null;

  private constructor(
    private readonly ports: DocumentDiskPorts,
    private filePath: string,
    private libraryPath: string,
    private loaded: LoadedNotebook,
    private lock: FileLock | null,
    private lockedBy: string | null,
  ) {}

  /** Reads the file and locks it; a lock of another engine makes it read only here. Rejects as loadNotebook does. */
  static async open(ports: DocumentDiskPorts, path: string): Promise<DocumentDisk> {
    const loaded = await loadNotebook(path, path);
    const { lock, heldBy } = await acquireFileLock(ports.stateFolder, path);
    const disk = new DocumentDisk(ports, path, await findLibrary(path), loaded, lock, heldBy);
    await disk.follow();
    return disk;
  }

  get path(): string {
    return this.filePath;
  }

  get library(): string {
    return this.libraryPath;
  }

  get file(): NotebookFile {
    return this.loaded.file;
  }

  get digest(): string {
    return this.loaded.digest;
  }

  /** The file as it was read or written. */
  get bytes(): Uint8Array {
    return writeNotebook(this.loaded.file, this.loaded.file.notebook);
  }

  /** After a crash: what is here was made on an earlier content of the file, which is changed on disk now. */
  standOn(bytes: Uint8Array, digest: string): void {
    this.loaded = { ...this.loaded, file: readNotebook(bytes, basename(this.filePath)), digest };
    this.diskState = 'changed';
    this.changedAtInstant = this.loaded.mtime.toISOString();
  }

  /** Why it can not be edited; null when it can. */
  get readOnly(): string | null {
    if (this.lockedBy !== null) return this.lockedBy;
    return this.loaded.readOnly;
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
    return saveNotes(this.loaded.file, current);
  }

  /**
   * Writes the notebook into its file, or into another one, which becomes the document's. Answers the bytes written.
   *
   * @throws WatchbookError `changed-on-disk`, `exists`, `needs-consent`, `read-only`, `disk-full`, `not-writable`;
   *   the file is as it was then
   */
  async save(current: Notebook, wishes: SaveWishes): Promise<number> {
    const target = wishes.path ?? this.filePath;
    const isElsewhere = target !== this.filePath;
    this.refuse(target, isElsewhere, wishes);
    const bytes = writeNotebook(this.loaded.file, current);
    const { digest } = await replaceFile(target, bytes, {
      ...(isElsewhere && wishes.overwrite !== true ? { mustNotExist: true } : {}),
      ...(!isElsewhere && wishes.overwrite !== true && this.diskState === 'same'
        ? { expectedDigest: this.loaded.digest }
        : {}),
    });
    this.loaded = { ...this.loaded, file: readNotebook(bytes, basename(target)), digest, readOnly: null };
    this.diskState = 'same';
    this.changedAtInstant = null;
    this.savedAtInstant = new Date().toISOString();
    if (isElsewhere) await this.moveTo(target);
    else this.watch?.saved(digest);
    return bytes.byteLength;
  }

  /** What differs between here and the file as it is now, cell by cell. */
  async compare(current: Notebook): Promise<readonly CellDifference[]> {
    const disk = await loadNotebook(this.filePath, this.filePath);
    return compareNotebooks(this.loaded.file.notebook, current, disk.file.notebook);
  }

  /** The next save writes over what is on disk now; what is written after that is noticed again. */
  async keepMine(): Promise<void> {
    if (this.diskState === 'changed') {
      const disk = await loadNotebook(this.filePath, this.filePath);
      this.loaded = { ...this.loaded, digest: disk.digest };
      this.watch?.saved(disk.digest);
    }
    this.diskState = 'same';
    this.changedAtInstant = null;
  }

  /** Takes the file as it is now. Rejects when it can not be read; then nothing changed here. */
  async reload(): Promise<void> {
    this.loaded = await loadNotebook(this.filePath, this.filePath);
    this.diskState = 'same';
    this.changedAtInstant = null;
    this.watch?.saved(this.loaded.digest);
  }

  async dispose(): Promise<void> {
    await this.watch?.dispose();
    await this.lock?.release();
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
    if (this.loaded.file.nbformat < 4 && convert !== true) {
      throw new WatchbookError(
        'needs-consent',
        `${name} is in nbformat ${this.loaded.file.nbformat}. Saving writes it as nbformat 4.5, which older programs do not read.`,
      );
    }
  }

  private async moveTo(target: string): Promise<void> {
    await this.watch?.dispose();
    await this.lock?.release();
    this.filePath = target;
    this.libraryPath = await findLibrary(target);
    const { lock, heldBy } = await acquireFileLock(this.ports.stateFolder, target);
    this.lock = lock;
    this.lockedBy = heldBy;
    await this.follow();
  }

  private async follow(): Promise<void> {
    this.watch = await watchFile(this.filePath, this.loaded.digest, (state) => {
      if (state === this.diskState) return;
      this.diskState = state;
      this.changedAtInstant = state === 'same' ? null : new Date().toISOString();
      this.ports.log(`${dirname(this.filePath)}: a notebook is ${state} on disk`);
      this.listener();
    });
  }
}
