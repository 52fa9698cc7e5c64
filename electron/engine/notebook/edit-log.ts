import type { Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import {
  emptyHistory,
  record,
  redo,
  undo,
  rebaseHistory,
  type History,
  type SteppedHistory,
} from '../../../shared/notebook/history';
import { rebaseOperation } from '../../../shared/notebook/rebase';
import { WatchbookError } from '../../../shared/rpc/errors';

/** An edit in its final form, at the version it made. */
export interface AppliedEdit {
  readonly version: number;
  readonly operation: Operation;
  readonly client: string | null;
  readonly edit: string | null;
}

/** A step of undo or redo that was taken. */
export interface SteppedEdit extends AppliedEdit {
  /** The cell to show: the first one that the edit was about, also where that is not there now. */
  readonly cell: string | null;
}

/** So many ids of edits a snapshot names: each window has one under way. */
const RECENT_EDITS = 64;
/** How many versions back a client may base an edit. Older ones ask for a snapshot first. */
const KEPT_VERSIONS = 10_000;

/**
 * The one order of all edits of a document.
 *
 * Edits come with the version they were made at and are rebased over what came between. Results of runs pass here
 * too, so that every client sees one order, but have no undo.
 */
export class EditLog {
  private history: History = emptyHistory();
  private readonly applied: AppliedEdit[] = [];
  private readonly versionOfEdit = new Map<string, number>();
  private currentVersion = 0;

  constructor(private current: Notebook) {}

  get notebook(): Notebook {
    return this.current;
  }

  get version(): number {
    return this.currentVersion;
  }

  get canUndo(): boolean {
    return this.history.undo.length > 0;
  }

  get canRedo(): boolean {
    return this.history.redo.length > 0;
  }

  /** The version an edit sent before had made; null for a new one. */
  seen(edit: string): number | null {
    return this.versionOfEdit.get(edit) ?? null;
  }

  /**
   * Rebases and applies a person's edit. Null: what it edited was deleted meanwhile, nothing is left of it.
   *
   * @throws WatchbookError `conflict` for a base that is not known, `bad-request` for an edit that does not fit
   */
  edit(base: number, operation: Operation, client: string, edit: string, at: number): AppliedEdit | null {
    const rebased = this.rebase(base, operation);
    if (rebased === null) {
      this.remember(edit, this.currentVersion);
      return null;
    }
    const { notebook, inverse } = applyOperation(this.current, rebased);
    this.history = record(this.history, rebased, inverse, at);
    this.remember(edit, this.currentVersion + 1);
    return this.advance(notebook, rebased, client, edit);
  }

  /** Ids of the last edits that are in the notebook. */
  get recent(): readonly string[] {
    return [...this.versionOfEdit.keys()].slice(-RECENT_EDITS);
  }

  /** Applies an edit of an earlier session again; one that its author sends again is known. */
  replay(operation: Operation, edit: string | null): void {
    const { version } = this.amend(operation);
    if (edit !== null) this.remember(edit, version);
  }

  /** These are in the notebook already; one that its author sends again is known. */
  know(edits: readonly string[]): void {
    for (const edit of edits) this.remember(edit, this.currentVersion);
  }

  /** Applies what was not a person's edit: the times of a run, a merge from disk. No undo; the history bends around it. */
  amend(operation: Operation): AppliedEdit {
    const { notebook } = applyOperation(this.current, operation);
    this.history = rebaseHistory(this.history, operation);
    return this.advance(notebook, operation, null, null);
  }

  /** As {@link amend}, and answers how it is taken back, whatever is edited until then. Null: nothing of it is left. */
  amendFor(operation: Operation): () => AppliedEdit | null {
    const { inverse } = applyOperation(this.current, operation);
    const { version } = this.amend(operation);
    return () => {
      const back = this.rebase(version, inverse);
      return back === null ? null : this.amend(back);
    };
  }

  undo(): SteppedEdit | null {
    return this.step(undo(this.history, this.current));
  }

  redo(): SteppedEdit | null {
    return this.step(redo(this.history, this.current));
  }

  /** Another notebook takes this one's place; what was before has no undo. */
  reset(notebook: Notebook): void {
    this.current = notebook;
    this.history = emptyHistory();
    this.applied.length = 0;
    this.currentVersion += 1;
  }

  /** The same notebook with other outputs or counts, which are no edits. */
  replaceValues(notebook: Notebook): void {
    this.current = notebook;
  }

  private rebase(base: number, operation: Operation): Operation | null {
    const first = this.applied[0]?.version ?? this.currentVersion + 1;
    if (base > this.currentVersion || base < first - 1) {
      throw new WatchbookError(
        'conflict',
        'This edit was made on a version that is not known any more. It is kept in the window; the document is read anew.',
        { retryable: true },
      );
    }
    let rebased: Operation | null = operation;
    for (const between of this.applied.slice(base - first + 1)) {
      if (rebased === null) return null;
      rebased = rebaseOperation(rebased, between.operation);
    }
    return rebased;
  }

  private remember(edit: string, version: number): void {
    this.versionOfEdit.set(edit, version);
    const [oldest] = this.versionOfEdit.keys();
    if (this.versionOfEdit.size > KEPT_VERSIONS && oldest !== undefined) this.versionOfEdit.delete(oldest);
  }

  private step(stepped: SteppedHistory | null): SteppedEdit | null {
    if (stepped === null) return null;
    const { notebook } = applyOperation(this.current, stepped.operation);
    this.history = stepped.history;
    return { ...this.advance(notebook, stepped.operation, null, null), cell: stepped.cell };
  }

  private advance(
    notebook: Notebook,
    operation: Operation,
    client: string | null,
    edit: string | null,
  ): AppliedEdit {
    this.current = notebook;
    this.currentVersion += 1;
    const entry = { version: this.currentVersion, operation, client, edit };
    this.applied.push(entry);
    if (this.applied.length > KEPT_VERSIONS) this.applied.splice(0, this.applied.length - KEPT_VERSIONS);
    return entry;
  }
}
