import type { Operation } from '../../../shared/notebook/operation';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { KernelEnd } from '../kernels/kernel-handle';
import type { ExecutionResult } from './cell-execution';
import type { SessionName } from './runtime';

/** What a run has to know of its document. */
export interface RunDocumentListener {
  finished(cell: string, result: ExecutionResult): void;
  /** A session ended by itself, and what cells had put into it is gone. */
  sessionLost(session: SessionName, end: KernelEnd): void;
  /** The state of a kernel or of the line. */
  changed(): void;
}

/** Members of a cell's metadata that only say how it is shown. */
const SHOWN: ReadonlySet<string> = new Set([
  'collapsed',
  'jupyter',
  'scrolled',
  'jp-MarkdownHeadingCollapsed',
]);

/**
 * What makes a document that of a run: its cells are sent, and its text is changed, by the run's actions alone, also
 * while nobody has the run open. What ends before the run is there to record it waits here.
 */
export class RunDocument {
  private listener: RunDocumentListener | null = null;
  private readonly ended: { readonly cell: string; readonly result: ExecutionResult }[] = [];
  private readonly lost: { readonly session: SessionName; readonly end: KernelEnd }[] = [];

  /** What a command that drives the run gave its kernels; null: they get the login shell's. */
  variables: Readonly<Record<string, string>> | null = null;

  /** `folder`: the run's. */
  constructor(readonly folder: string) {}

  follow(listener: RunDocumentListener): void {
    this.listener = listener;
    for (const { cell, result } of this.ended.splice(0)) listener.finished(cell, result);
    for (const { session, end } of this.lost.splice(0)) listener.sessionLost(session, end);
  }

  leave(listener: RunDocumentListener): void {
    if (this.listener === listener) this.listener = null;
  }

  finished(cell: string, result: ExecutionResult): void {
    if (this.listener === null) this.ended.push({ cell, result });
    else this.listener.finished(cell, result);
  }

  sessionLost(session: SessionName, end: KernelEnd): void {
    if (this.listener === null) this.lost.push({ session, end });
    else this.listener.sessionLost(session, end);
  }

  changed(): void {
    this.listener?.changed();
  }

  /** Refuses what a run's own actions do, with a record of it. Throws `forbidden`. */
  refuse(what: string): never {
    throw new WatchbookError(
      'forbidden',
      `This is a run: ${what} by the actions of the run, so that it is in the record. Nothing was changed.`,
    );
  }

  /** Lets only through how cells are shown. Throws `forbidden`. */
  checkEdit(operation: Operation): void {
    if (operation.kind === 'group') for (const part of operation.operations) this.checkEdit(part);
    else if (operation.kind !== 'metadata' || operation.cell === null || !SHOWN.has(operation.path[0] ?? ''))
      this.refuse('its cells are changed');
  }
}
