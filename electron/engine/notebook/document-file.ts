import type { Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import type { DocumentDisk, SaveWishes } from './document-disk';
import type { DocumentOutputs } from './document-outputs';
import type { DocumentRecovery } from './document-recovery';
import { recordsSince } from './document-replay';
import type { DocumentRuns } from './document-runs';
import type { DocumentServices } from './document-services';
import type { EditLog } from './edit-log';
import { writeTextsOf } from './full-output';
import { digestOf } from './notebook-disk';
import type { RecoveryRecord } from './recovery-record';

export interface DocumentFilePorts {
  readonly document: string;
  readonly services: DocumentServices;
  readonly disk: DocumentDisk;
  readonly recovery: DocumentRecovery;
  readonly edits: EditLog;
  readonly outputs: DocumentOutputs;
  readonly runs: DocumentRuns;
  /** A run's notebook is saved by the run. */
  readonly isOfRun: boolean;
  readonly hasUnsavedEdits: () => boolean;
  /** Puts what belongs into the file, and is no edit, into the notebook. */
  readonly amend: (operation: Operation) => void;
  /** Widgets are shown by a kernel that is here, so that their state is known. */
  readonly hasWidgets: () => boolean;
  readonly saveWidgetState: () => void;
  /** The file holds what is here: there is no way back behind that. */
  readonly settled: () => void;
  /** That is in the recovery log too. */
  readonly written: () => void;
  readonly renamed: () => void;
}

/** How a document gets into its file: what writes that, or takes it anew, goes one after the other. */
export class DocumentFile {
  /** The tail of the line. */
  private withFile: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: DocumentFilePorts) {}

  /** Does something with the file when all before it is done. */
  inLine<T>(work: () => Promise<T>): Promise<T> {
    const next = this.withFile.then(work);
    // The next in line goes on whatever happened before; who asked for this is told of its failure.
    this.withFile = next.catch(() => undefined);
    return next;
  }

  /** Resolves when nothing is written any more. */
  async settled(): Promise<void> {
    await this.withFile;
  }

  /** Writes the file; what was edited while it was being written stays unsaved. One save follows the other. */
  save(wishes: SaveWishes): Promise<{ readonly path: string; readonly bytes: number }> {
    return this.inLine(() => this.saveNow(wishes));
  }

  /** The setting: also after each finished cell, when nothing else is unsaved. */
  async saveAfterRun(): Promise<void> {
    const { services, disk, edits, isOfRun } = this.ports;
    if (isOfRun || !services.settings().saveAfterRun) return;
    if (this.ports.hasUnsavedEdits() || disk.readOnly !== null) return;
    if (disk.state !== 'same' || disk.saveNotes(edits.notebook).length > 0) return;
    await this.save({}).catch((error: unknown) => services.log(`saving after a cell: ${String(error)}`));
  }

  /** Gives the file another name by `move`; the document, its kernels and its unsaved edits follow. */
  rename(target: string, move: () => Promise<void>): Promise<void> {
    const { disk } = this.ports;
    return this.inLine(async () => {
      await disk.rename(target, move);
      await this.moved(disk.file.notebook);
      this.ports.renamed();
    });
  }

  /** What the recovery log must hold, where the file holds the notebook `written`. */
  recordsSince(written: Notebook): readonly RecoveryRecord[] {
    return recordsSince(this.ports, written);
  }

  private async saveNow(wishes: SaveWishes): Promise<{ readonly path: string; readonly bytes: number }> {
    const { services, disk, recovery, edits, outputs } = this.ports;
    // First: from what is written to the record of it no edit may come in between.
    const bytesOf = await disk.writer();
    // Of a kernel that is here: what a file keeps is never touched by itself.
    if (services.settings().saveWidgetState && disk.readOnly === null && this.ports.hasWidgets()) {
      this.ports.saveWidgetState();
    }
    this.noteRanSources();
    const before = edits.notebook;
    const final = outputs.materialise(before);
    const bytes = bytesOf(final.notebook);
    recovery.append({ kind: 'saved', digest: digestOf(bytes) });
    // A log that can not be written is told as a problem; the file may lie where there is room.
    await recovery.flush().catch(() => undefined);
    const from = disk.path;
    await disk.save(bytes, wishes, (target) => writeTextsOf(final.notebook, final.full, from, target));
    outputs.saved(final);
    this.ports.settled();
    if (disk.path === from) await recovery.restart(this.recordsSince(before));
    else await this.moved(before);
    this.ports.written();
    return { path: disk.path, bytes: bytes.byteLength };
  }

  /** A cell that was edited after its run says so in the file; a run has a record of its own. */
  private noteRanSources(): void {
    const { disk, edits, outputs, runs, isOfRun } = this.ports;
    if (isOfRun || disk.readOnly !== null) return;
    const cells = edits.notebook.cells.filter((cell) => runs.sources.mayHaveNote(cell));
    if (cells.length === 0) return;
    const shown = outputs.materialise({ ...edits.notebook, cells }).notebook.cells;
    for (const operation of runs.sources.notesFor(shown)) this.ports.amend(operation);
  }

  private async moved(written: Notebook): Promise<void> {
    const { document, services, disk, recovery } = this.ports;
    await recovery.move(() => this.recordsSince(written));
    await services
      .documentMoved(document, disk.path)
      .catch((error: unknown) => services.log(`kernels of ${disk.path} keep its old name: ${String(error)}`));
  }
}
