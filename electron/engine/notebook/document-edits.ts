import { randomUUID } from 'node:crypto';
import type { Cell } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { withoutOutputs } from '../../../shared/notebook/operation-outputs';
import type { EngineClient } from '../engine-client';
import { checkEdit } from './check-edit';
import type { DocumentDisk } from './document-disk';
import type { DocumentOutputs } from './document-outputs';
import type { DocumentRecovery } from './document-recovery';
import type { DocumentRuns } from './document-runs';
import type { AppliedEdit, EditLog, SteppedEdit } from './edit-log';
import { cellsLosingOutputs, cellsOf, cellsWithNewOutputs } from './operation-cells';
import type { RunDocument } from './run-document';
import type { Subscribers } from './subscribers';

export interface DocumentEditsPorts {
  readonly document: string;
  readonly log: EditLog;
  readonly disk: Pick<DocumentDisk, 'readOnly'>;
  readonly recovery: Pick<DocumentRecovery, 'append'>;
  readonly outputs: DocumentOutputs;
  readonly runs: DocumentRuns;
  readonly subscribers: Subscribers;
  /** Null for a document that is no run's. */
  readonly run: RunDocument | null;
}

/**
 * What changes a document: edits by persons, each with an undo, and what the engine and its runs amend, without.
 *
 * Each is judged, applied in the engine's order, written to the recovery log and told to all who show the document.
 */
export class DocumentEdits {
  private readonly log: EditLog;

  constructor(private readonly ports: DocumentEditsPorts) {
    this.log = ports.log;
  }

  /** Applies a person's edit made at `base`; sent twice it is applied once. */
  edit(base: number, edit: string, operation: Operation, client: EngineClient): { readonly version: number } {
    const seen = this.log.seen(edit);
    if (seen !== null) return { version: seen };
    this.ports.run?.checkEdit(operation);
    this.requireEditable(operation);
    this.bake(operation);
    const applied = this.log.edit(base, operation, client.id, edit, Date.now());
    if (applied !== null) {
      this.publish(applied);
      this.ports.subscribers.edited();
    }
    return { version: this.log.version };
  }

  /** A person's edit that the engine works out on what is here now. Throws as {@link edit}. */
  editHere(operation: Operation, client: EngineClient): void {
    this.edit(this.log.version, randomUUID(), operation, client);
  }

  /**
   * Cells with results that this engine saw elsewhere, as a person's edit with one undo. Throws as {@link edit}; the
   * place too may be gone.
   */
  insertResults(after: string | null, cells: readonly Cell[], client: EngineClient): void {
    this.requireEditable({ kind: 'insert', after, cells: cells.map((cell) => ({ ...cell, outputs: [] })) });
    const operation: Operation = { kind: 'insert', after, cells: [...cells] };
    const applied = this.log.edit(this.log.version, operation, client.id, randomUUID(), Date.now());
    if (applied === null) return;
    for (const { id, source } of cells) this.ports.runs.sources.sentCell(id, source);
    this.publish(applied);
    this.ports.subscribers.edited();
  }

  /** Throws `read-only` or `busy` where this edit would be refused. */
  requireEditable(operation: Operation): void {
    checkEdit(this.log.notebook, operation, {
      readOnly: this.ports.disk.readOnly,
      isRunning: (cell) => this.ports.runs.isInLine(cell),
    });
  }

  /** A change that a run makes by one of its actions, which has the record of it. It has no undo. */
  amendForRun(operation: Operation): void {
    this.bake(operation);
    this.amend(operation);
  }

  /** A change that the engine makes by itself. It has no undo. */
  amend(operation: Operation): void {
    this.publish(this.log.amend(operation));
  }

  undo(): { readonly cell: string | null } {
    this.ports.run?.refuse('its cells are changed');
    return this.step(this.log.undo());
  }

  redo(): { readonly cell: string | null } {
    this.ports.run?.refuse('its cells are changed');
    return this.step(this.log.redo());
  }

  private step(applied: SteppedEdit | null): { readonly cell: string | null } {
    if (applied === null) return { cell: null };
    this.publish(applied);
    this.ports.subscribers.edited();
    return { cell: applied.cell };
  }

  private publish({ version, operation, client, edit }: AppliedEdit): void {
    const { document, log, recovery, runs, subscribers } = this.ports;
    recovery.append({ kind: 'edit', operation, edit });
    // A deleted cell comes back with its outputs: windows get those as views.
    const shown = withoutOutputs(operation);
    subscribers.send('notebook.applied', { document, version, operation: shown, client, edit });
    for (const cell of cellsWithNewOutputs(operation)) subscribers.outputsChanged(cell, 0);
    for (const cell of cellsOf(operation)) {
      if (!log.notebook.cells.some(({ id }) => id === cell)) runs.dropFromLine(cell);
      else subscribers.runChanged(cell);
    }
    subscribers.stateChanged();
  }

  /** Puts live outputs into the cells that an operation takes away, so that its inverse brings them back. */
  private bake(operation: Operation): void {
    const { log, outputs } = this.ports;
    const taken = cellsLosingOutputs(operation).filter((cell) => outputs.isLive(cell));
    if (taken.length > 0) log.replaceValues(outputs.bake(log.notebook, taken));
  }
}
