import { randomUUID } from 'node:crypto';
import { newCellId } from '../../../shared/notebook/cell-ids';
import { diffOperations } from '../../../shared/notebook/diff-operations';
import {
  chooseNotebook,
  mergeNotebooks,
  withResultsOf,
  type CellChoice,
  type Merged,
} from '../../../shared/notebook/merge';
import type { Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { EngineClient } from '../engine-client';
import type { DocumentDisk } from './document-disk';
import type { DocumentOutputs } from './document-outputs';
import type { EditLog } from './edit-log';
import type { LoadedNotebook } from './notebook-disk';
import { cellsLosingOutputs } from './operation-cells';

export interface DiskChangesPorts {
  readonly disk: DocumentDisk;
  readonly edits: EditLog;
  readonly outputs: DocumentOutputs;
  /** Runs, or waits in the line. */
  readonly isInLine: (cell: string) => boolean;
  /** What touches the file goes one after the other. */
  readonly inLine: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves when the edits of an earlier session are here: until then there seem to be none to lose. */
  readonly replayed: Promise<void>;
  /** The recovery log begins anew on the file as it was accepted. */
  readonly restartRecovery: (file: Notebook) => Promise<void>;
  /** The notebook is another as a whole. */
  readonly reset: (reason: string) => void;
  readonly stateChanged: () => void;
  readonly log: (message: string) => void;
}

/** A change that was taken in by itself, and the way back. */
interface TakenIn {
  readonly at: string;
  readonly cells: number;
  readonly takeBack: () => void;
}

/** What happens when another program writes the file of an open document. */
export class DiskChanges {
  private takenIn: TakenIn | null = null;

  constructor(private readonly ports: DiskChangesPorts) {
    ports.disk.onChange(() => void ports.inLine(() => this.changed()));
  }

  /** The change that was taken in last, as the windows say it. */
  get merged(): { readonly at: string; readonly cells: number } | null {
    return this.takenIn === null ? null : { at: this.takenIn.at, cells: this.takenIn.cells };
  }

  /** The file holds what is here: there is no way back behind that. */
  settled(): void {
    this.takenIn = null;
  }

  /** Solves a change on disk for one side. Taking theirs drops the edits here; the window has asked. */
  resolve(take: 'mine' | 'theirs'): Promise<void> {
    return this.ports.inLine(async () => {
      const { disk, edits, outputs } = this.ports;
      if (take === 'mine') {
        await disk.keepMine();
        this.ports.stateChanged();
        return;
      }
      const theirs = await disk.look();
      disk.accept(theirs);
      this.takenIn = null;
      const before = edits.notebook;
      edits.reset(theirs.file.notebook);
      outputs.keepWhereSame(before, edits.notebook, this.ports.isInLine);
      await this.publish('The version on disk was taken.');
    });
  }

  /**
   * Solves a change on disk cell by cell, as one step of undo.
   *
   * @throws WatchbookError `changed-on-disk` when the file is not the one that was compared, `busy` when a running cell
   *   would be touched; nothing was changed then
   */
  choose(digest: string, choices: ReadonlyMap<string, CellChoice>, client: EngineClient): Promise<void> {
    return this.ports.inLine(async () => {
      const { disk, edits } = this.ports;
      const theirs = await disk.look();
      if (theirs.digest !== digest) {
        throw new WatchbookError(
          'changed-on-disk',
          'The file was changed on disk again while you were choosing. Nothing was changed here. Compare once more.',
          { retryable: true },
        );
      }
      const here = edits.notebook;
      const wanted = chooseNotebook(disk.file.notebook, here, theirs.file.notebook, choices, newCellId);
      if (this.touchesRunning(here, wanted)) {
        throw new WatchbookError(
          'busy',
          'A running cell would be changed. Nothing was changed. Interrupt it first, or keep yours there.',
        );
      }
      const operation = this.operationTo(wanted);
      if (operation !== null) edits.edit(edits.version, operation, client.id, randomUUID(), Date.now());
      disk.accept(theirs);
      this.takenIn = null;
      this.takeResults(theirs);
      await this.publish('The chosen cells were taken.');
    });
  }

  /** Takes back what was taken in by itself, and nothing of what was edited since. */
  takeBack(): Promise<void> {
    return this.ports.inLine(async () => {
      const { takenIn } = this;
      if (takenIn === null) return;
      this.takenIn = null;
      takenIn.takeBack();
      await this.publish('What was taken from the disk was taken back.');
    });
  }

  private async changed(): Promise<void> {
    await this.ports.replayed;
    const { disk } = this.ports;
    if (disk.state === 'changed') {
      const theirs = await disk.look().catch((error: unknown) => {
        // Half written, or no notebook any more: what is here stays until it can be read or a person chooses.
        this.ports.log(`${disk.path} was changed and can not be read: ${String(error)}`);
        return null;
      });
      if (theirs !== null && this.takeIn(theirs)) return this.publish('The file was changed on disk.');
    }
    this.ports.stateChanged();
  }

  /** True when it was taken in; false where something here would be lost or a person has to choose. */
  private takeIn(theirs: LoadedNotebook): boolean {
    const { disk, edits, outputs } = this.ports;
    const here = edits.notebook;
    const merged = mergeNotebooks(disk.file.notebook, here, theirs.file.notebook);
    if (merged === null || this.touchesRunning(here, merged)) return false;
    if (!outputs.surviveIn(here, merged.notebook)) return false;
    const at = disk.changedAt ?? new Date().toISOString();
    const before = outputs.materialise(here).notebook;
    const operation = this.operationTo(merged);
    const undo = operation === null ? null : edits.amendFor(operation);
    const standBack = disk.accept(theirs);
    this.takeResults(theirs);
    if (undo === null) return true;
    this.takenIn = {
      at,
      cells: merged.taken.length,
      takeBack: () => {
        undo();
        edits.replaceValues(withResultsOf(edits.notebook, before, (cell) => !outputs.isLive(cell)));
        outputs.followFile(new Set(), this.ports.isInLine);
        standBack();
      },
    };
    return true;
  }

  /** The edit that makes it of what is here; null when it is that already. Outputs it takes away come back with it. */
  private operationTo({ notebook }: Merged): Operation | null {
    const { edits, outputs } = this.ports;
    const operations = [...diffOperations(edits.notebook, notebook)];
    if (operations.length === 0) return null;
    const operation: Operation = { kind: 'group', operations };
    const losing = cellsLosingOutputs(operation).filter((cell) => outputs.isLive(cell));
    if (losing.length > 0) edits.replaceValues(outputs.bake(edits.notebook, losing));
    return operation;
  }

  /** Results of the file come with it, but for cells that ran here since. */
  private takeResults({ file }: LoadedNotebook): void {
    const { edits, outputs, isInLine } = this.ports;
    const code = file.notebook.cells.filter(({ type }) => type === 'code');
    outputs.followFile(new Set(code.map(({ id }) => id)), isInLine);
    edits.replaceValues(withResultsOf(edits.notebook, file.notebook, (cell) => !outputs.isLive(cell)));
  }

  private touchesRunning(here: Notebook, merged: Merged): boolean {
    const after = new Map(merged.notebook.cells.map((cell) => [cell.id, cell]));
    return here.cells.some(({ id, source }) => this.ports.isInLine(id) && after.get(id)?.source !== source);
  }

  private async publish(reason: string): Promise<void> {
    await this.ports.restartRecovery(this.ports.disk.file.notebook);
    this.ports.reset(reason);
    this.ports.stateChanged();
  }
}
