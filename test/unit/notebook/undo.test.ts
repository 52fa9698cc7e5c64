import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EditLog } from '../../../electron/engine/notebook/edit-log';
import { cellsOf } from '../../../electron/engine/notebook/operation-cells';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { diffOperations } from '../../../shared/notebook/diff-operations';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { formatNotebook } from '../../../shared/notebook/new-notebook';
import { readNotebook } from '../../../shared/notebook/notebook-file';
import type { Operation } from '../../../shared/notebook/operation';
import { caseCount } from '../../support/environment';
import { cook, freshIds, notebookArbitrary, recipe, type Recipe } from '../../support/notebook-arbitraries';

/** One thing that happens to a document. `late`: how many versions ago the window that edits has seen the last one. */
type Step =
  | { readonly kind: 'edit'; readonly recipe: Recipe; readonly late: number; readonly pause: number }
  | { readonly kind: 'group'; readonly recipes: readonly Recipe[] }
  | { readonly kind: 'undo' | 'redo' | 'save' }
  | { readonly kind: 'promote' | 'run' | 'disk'; readonly recipe: Recipe };

const edit: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('edit' as const),
  recipe,
  late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3)),
  pause: fc.nat(1_000),
});
const group: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('group' as const),
  recipes: fc.array(recipe, { minLength: 1, maxLength: 3 }),
});
const stepBack: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) });
const save: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('save' as const) });
const disk: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('disk' as const), recipe });
/** Past commands of a terminal become cells, with what they printed; and cells run, which is no edit of anybody. */
const beside: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('promote' as const, 'run' as const),
  recipe,
});

/** A document as the engine keeps it, with a window or two that edit it, and a file on disk. */
class Document {
  readonly log: EditLog;
  /** What changes from disk named: these cells are not what the person alone made them. */
  readonly touched = new Set<string>();
  readonly fromDisk = new Map<string, string>();
  /** Cells that ran: their results and times are the last ones, whatever is undone. */
  readonly ran = new Set<string>();
  /**
   * Places are named by the cell before. Where cells were moved here, or went or were moved on disk, one put in on disk
   * between them may stand elsewhere among them afterwards: then which cells there are is promised, not their order.
   */
  isOrderTouched = false;
  private readonly versions: Notebook[];
  private readonly fresh = freshIds('n');
  private readonly freshOnDisk = freshIds('d');
  private edits = 0;
  private now = 0;

  constructor(readonly first: Notebook) {
    this.log = new EditLog(first);
    this.versions = [first];
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'edit': {
        const base = Math.max(0, this.log.version - step.late);
        this.now += step.pause;
        this.edit(base, cook(this.versions[base]!, step.recipe, this.fresh));
        return;
      }
      case 'group': {
        let notebook = this.log.notebook;
        const operations = step.recipes.map((each): Operation => {
          const operation = cook(notebook, each, this.fresh);
          ({ notebook } = applyOperation(notebook, operation));
          return operation;
        });
        return this.edit(this.log.version, { kind: 'group', operations });
      }
      case 'undo':
        this.log.undo();
        return this.seen();
      case 'redo':
        this.log.redo();
        return this.seen();
      case 'save':
        return this.save();
      case 'promote':
        return this.promote(step.recipe);
      case 'run':
        return this.run(step.recipe);
      case 'disk':
        return this.changeOnDisk(step.recipe);
    }
  }

  all(direction: 'undo' | 'redo'): void {
    while (this.log[direction]() !== null) this.seen();
  }

  private edit(base: number, operation: Operation): void {
    if (kindsOf(operation).includes('move')) this.isOrderTouched = true;
    this.log.edit(base, operation, 'window', `edit-${(this.edits += 1)}`, this.now);
    this.seen();
  }

  /** Every version that was made, so that a window may be late. */
  private seen(): void {
    while (this.versions.length <= this.log.version) this.versions.push(this.log.notebook);
  }

  /** What is read back from the file is what is here: a save takes nothing and adds nothing. */
  private save(): void {
    const { notebook } = readNotebook(Buffer.from(formatNotebook(this.log.notebook)), 'saved.ipynb');
    expect(contentsOf(notebook)).toEqual(contentsOf(this.log.notebook));
  }

  private promote({ a, b, text }: Recipe): void {
    const { cells } = this.log.notebook;
    const after = a % (cells.length + 1) === 0 ? null : cells[(a % (cells.length + 1)) - 1]!.id;
    const made = Array.from({ length: 1 + (b % 2) }, (_, at): Cell => ({
      id: this.fresh(),
      type: 'code',
      source: `${text} ${at}`,
      metadata: { vscode: { languageId: 'shellscript' }, execution: { 'shell.execute_reply': '2026-01-01' } },
      outputs: [{ output_type: 'stream', name: 'stdout', text }],
      executionCount: null,
    }));
    this.edit(this.log.version, { kind: 'insert', after, cells: made });
  }

  /** As the engine does at the end of a cell: its time as an edit without undo, its outputs as values. */
  private run({ a, b, text }: Recipe): void {
    const code = this.log.notebook.cells.filter(({ type }) => type === 'code');
    const cell = code[a % Math.max(1, code.length)];
    if (cell === undefined) return;
    this.ran.add(cell.id);
    this.log.amend({
      kind: 'metadata',
      cell: cell.id,
      path: ['execution'],
      value: { 'iopub.status.idle': text },
    });
    this.seen();
    const { notebook } = this.log;
    this.log.replaceValues({
      ...notebook,
      cells: notebook.cells.map((one) =>
        one.id === cell.id
          ? { ...one, outputs: [{ output_type: 'stream', name: 'stdout', text }], executionCount: b }
          : one,
      ),
    });
  }

  /** Another program changed the file, and the engine merged that: its edits, with no undo of their own. */
  private changeOnDisk(made: Recipe): void {
    const changed = applyOperation(
      this.log.notebook,
      cook(this.log.notebook, made, this.freshOnDisk),
    ).notebook;
    for (const operation of diffOperations(this.log.notebook, changed)) {
      for (const cell of cellsOf(operation)) this.touched.add(cell);
      if (operation.kind === 'delete' || operation.kind === 'move') this.isOrderTouched = true;
      if (operation.kind === 'insert')
        for (const { id, source } of operation.cells) this.fromDisk.set(id, source);
      if (operation.kind === 'delete') for (const id of operation.cells) this.fromDisk.delete(id);
      if (operation.kind === 'text' || operation.kind === 'type') this.fromDisk.delete(operation.cell);
      this.log.amend(operation);
      this.seen();
    }
  }
}

function kindsOf(operation: Operation): readonly Operation['kind'][] {
  return operation.kind === 'group' ? operation.operations.flatMap(kindsOf) : [operation.kind];
}

/** All that a cell is: also its metadata and pictures, and its results where none came from a run. */
function contentsOf({ cells, metadata }: Notebook, ran: ReadonlySet<string> = new Set()): readonly unknown[] {
  return [
    metadata,
    ...cells.map((cell) => {
      const { execution, ...others } = cell.metadata;
      const given = { ...cell, attachments: cell.attachments ?? {} };
      return ran.has(cell.id)
        ? { ...given, metadata: others, outputs: null, executionCount: null }
        : { ...given, metadata: { ...others, execution: execution ?? null } };
    }),
  ];
}

/** Cells that the disk did not touch; in their order, where it did not touch that. */
function untouched({ touched, isOrderTouched, ran }: Document, notebook: Notebook): readonly unknown[] {
  const left = notebook.cells.filter(({ id }) => !touched.has(id));
  const cells = isOrderTouched ? left.toSorted((one, other) => one.id.localeCompare(other.id)) : left;
  return contentsOf({ ...notebook, cells, metadata: {} }, ran);
}

describe('undo, over all that happens to a document', () => {
  it('gives the first cells and sources, and redo the last, with late windows and saves in between', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.array(fc.oneof({ weight: 5, arbitrary: edit }, group, stepBack, save, beside), { maxLength: 14 }),
        (start, steps) => {
          const document = new Document(start);
          for (const step of steps) document.take(step);
          document.all('redo');
          const contents = (notebook: Notebook) => contentsOf(notebook, document.ran);
          const last = contents(document.log.notebook);
          document.all('undo');
          expect(contents(document.log.notebook)).toEqual(contents(start));
          document.all('redo');
          expect(contents(document.log.notebook)).toEqual(last);
          document.all('undo');
          expect(contents(document.log.notebook)).toEqual(contents(start));
        },
      ),
      { numRuns: caseCount(1_000) },
    );
  });

  it('leaves standing what came from disk, and gives all else as it was', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.array(
          fc.oneof({ weight: 5, arbitrary: edit }, group, stepBack, save, beside, {
            weight: 2,
            arbitrary: disk,
          }),
          {
            maxLength: 14,
          },
        ),
        (start, steps) => {
          const document = new Document(start);
          for (const step of steps) document.take(step);
          document.all('redo');
          const last = untouched(document, document.log.notebook);
          document.all('undo');
          expect(untouched(document, document.log.notebook)).toEqual(untouched(document, start));
          const sources = new Map(document.log.notebook.cells.map(({ id, source }) => [id, source]));
          for (const [id, source] of document.fromDisk) expect([id, sources.get(id)]).toEqual([id, source]);
          document.all('redo');
          expect(untouched(document, document.log.notebook)).toEqual(last);
        },
      ),
      { numRuns: caseCount(1_000) },
    );
  });
});
