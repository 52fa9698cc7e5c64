import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import type { Cell, DataOutput, Notebook, Output } from '../../../shared/notebook/model';
import { CellOutputs, displayIdOf, type FullText } from '../../../shared/notebook/outputs/cell-outputs';
import { textOfOutput, viewsOfOutputs } from '../../../shared/notebook/outputs/from-nbformat';
import type { TextSource } from '../../../shared/notebook/outputs/text-store';
import type { OutputView } from '../../../shared/notebook/view';
import type { Json } from '../../../shared/rpc/contract';
import type { ExecutionResult } from './cell-execution';
import { endsUntold } from './ends-untold';
import type { MadeHere } from './made-here';
import { withOutputs, type Materialised } from './materialised';
import { PrintedBehind } from './printed-behind';
import type { Spool } from './spool';
import type { Spools } from './spools';

export interface DocumentOutputsPorts {
  readonly document: string;
  readonly limitBytes: () => number | null;
  readonly madeHere: MadeHere;
  readonly openSpool: Spools['open'];
  readonly restoreSpool: Spools['restore'];
  /** Outputs that were in the file have changed: they are to be recovered again after a crash. */
  readonly unsavedAgain: (cell: string) => void;
  /** {@link DocumentOutputs.problem} is not what it was. */
  readonly problemChanged: () => void;
  /** The disk takes nothing, and what was printed is as much as memory may hold: the cell is to be stopped. */
  readonly overflowed: (cell: string) => void;
  readonly log: (message: string) => void;
  /** Outputs of a cell from this index on are not what they were. */
  readonly changed: (cell: string, from: number) => void;
}

interface Live {
  readonly execution: string;
  readonly spool: Spool;
  readonly outputs: CellOutputs;
  /** Grows with each change. */
  changes: number;
  isSaved: boolean;
  executionCount: number | null;
  hasOverflowed: boolean;
  /** Of outputs that were brought back: until when they are whole. */
  lastWritten: string | null;
}

/**
 * The outputs of a document: those of cells that ran here live on their own, the others are the file's.
 *
 * Live ones are put into the notebook when it is saved, or when an edit takes their cell away.
 */
export class DocumentOutputs {
  private readonly live = new Map<string, Live>();
  /** Whole texts of outputs that were put into the notebook before it was saved. */
  private readonly bakedTexts: FullText[] = [];
  private readonly bakedSpools: Spool[] = [];
  private readonly behind: PrintedBehind;
  private reading = 0;

  constructor(private readonly ports: DocumentOutputsPorts) {
    this.behind = new PrintedBehind({
      live: (cell) => this.live.get(cell)?.outputs ?? null,
      begin: async ({ id, executionCount }) => {
        const outputs = await this.begin(id, randomUUID());
        const entry = this.live.get(id);
        if (entry !== undefined) entry.executionCount = executionCount;
        return outputs;
      },
      begun: ports.unsavedAgain,
      received: (cell, message) => this.received(cell, message),
      isOwn: (output) => !isData(output) || ports.madeHere.has(output),
      log: ports.log,
    });
  }

  /** Results that are not in the file. */
  get hasUnsaved(): boolean {
    return [...this.live.values()].some(({ isSaved }) => !isSaved);
  }

  isLive(cell: string): boolean {
    return this.live.has(cell);
  }

  /** Takes away what the cell showed and makes the place for a new execution. Rejects where no folder can be made. */
  async begin(cell: string, execution: string): Promise<CellOutputs> {
    const spool = await this.ports.openSpool(execution, () => this.ports.problemChanged());
    const outputs = new CellOutputs({
      keyPrefix: `${execution.slice(0, 8)}.`,
      limitBytes: this.ports.limitBytes(),
      openStore: spool.openStore,
    });
    this.forget(cell);
    this.live.set(cell, {
      execution,
      spool,
      outputs,
      changes: 0,
      isSaved: false,
      executionCount: null,
      hasOverflowed: false,
      lastWritten: null,
    });
    spool.watch(outputs);
    this.ports.changed(cell, 0);
    return outputs;
  }

  /** Takes away what the cell showed; an empty cell was run. */
  clear(cell: string): void {
    if (this.forget(cell)) this.ports.changed(cell, 0);
  }

  /**
   * Brings back the outputs of an execution that an engine before this one followed. Where its place is gone they are
   * in the file, and those count.
   */
  async restore(cell: string, execution: string): Promise<void> {
    const outputs = await this.begin(cell, otherPlace(execution));
    const spool = this.live.get(cell)?.spool;
    const room = async (): Promise<void> => {
      spool?.changed();
      if (spool?.isFull === true) await spool.drained();
    };
    const written = await this.ports.restoreSpool(execution, outputs, room);
    if (written === null) {
      this.forget(cell);
      return;
    }
    const entry = this.live.get(cell);
    if (entry !== undefined) entry.lastWritten = written.toISOString();
    // On disk before any log names this place and no more the one before. A full disk is told, and tried again.
    await spool?.flush().catch(() => undefined);
    outputs.takeDirty();
    this.ports.changed(cell, 0);
  }

  /** Goes on with an execution that was running when the engine ended. What came meanwhile is a gap. */
  async takeUp(cell: string, execution: string, missedSince: string): Promise<CellOutputs> {
    if (this.live.get(cell)?.execution.replace(/~$/, '') !== execution) await this.restore(cell, execution);
    const outputs = this.live.get(cell)?.outputs ?? (await this.begin(cell, otherPlace(execution)));
    outputs.gap(
      this.live.get(cell)?.lastWritten ?? missedSince,
      new Date().toISOString(),
      'the engine was not running',
    );
    this.received(cell, null);
    return outputs;
  }

  /** A message was taken by the cell's outputs; display ids reach outputs of other cells too. */
  received(cell: string, message: KernelMessage.IIOPubMessage | null): void {
    const id = message === null ? null : displayIdOf(message.content);
    if (id !== null) {
      for (const [other, { outputs }] of this.live) {
        if (other !== cell && outputs.updateDisplay(id, message?.content)) this.drain(other);
      }
    }
    this.drain(cell);
  }

  /** What a widget's handlers printed goes on behind the outputs of the cell that shows it, also where those are the file's. */
  printed(cell: Cell, message: KernelMessage.IIOPubMessage): void {
    this.behind.printed(cell, message);
  }

  /** The execution ended; a kernel that died or did not stop leaves its own line. */
  finished(cell: string, result: ExecutionResult): void {
    const entry = this.live.get(cell);
    if (entry === undefined) return;
    if (entry.executionCount !== result.executionCount) {
      entry.executionCount = result.executionCount;
      this.unsaved(cell, entry);
    }
    for (const error of endsUntold(result)) entry.outputs.handle('error', error);
    entry.outputs.finish();
    this.drain(cell);
    const { outputs } = entry.outputs.kept();
    for (const output of outputs) if (isData(output)) this.ports.madeHere.add(output);
    this.ports.madeHere.flush().catch((error: unknown) => {
      this.ports.log(`the list of outputs made here could not be written: ${String(error)}`);
    });
  }

  /** Why some of what was printed is in memory only, as sentences for a person; null when all is well. */
  get problem(): string | null {
    for (const { spool } of this.live.values()) if (spool.problem !== null) return spool.problem.message;
    return null;
  }

  views(cell: Cell, from: number): readonly OutputView[] {
    const entry = this.live.get(cell.id);
    if (entry !== undefined) return entry.outputs.views(from);
    return viewsOfOutputs(cell.outputs, cell.metadata, {
      keyPrefix: `f${this.reading}.`,
      madeHere: (output) => this.ports.madeHere.has(output),
    }).slice(from);
  }

  /** One value of a MIME bundle in full; undefined when there is none. */
  value(cell: Cell, key: string, mime: string): Json | undefined {
    const entry = this.live.get(cell.id);
    if (entry !== undefined) return entry.outputs.value(key, mime);
    const output = this.fileOutput(cell, key);
    return output !== undefined && isData(output) && Object.hasOwn(output.data, mime)
      ? output.data[mime]
      : undefined;
  }

  /** A text output by lines, in full; null when it is not a text. */
  text(cell: Cell, key: string): TextSource | null {
    const entry = this.live.get(cell.id);
    if (entry !== undefined) return entry.outputs.text(key);
    const output = this.fileOutput(cell, key);
    return output === undefined ? null : textOfOutput(output);
  }

  /** Number of the output with this key, for where the file's whole text lies. */
  indexOf(cell: Cell, key: string): number {
    return this.views(cell, 0).findIndex((view) => view.key === key);
  }

  /** The outputs of one cell as a save writes them. */
  keptOf(cell: Cell): readonly Output[] {
    return this.live.get(cell.id)?.outputs.kept().outputs ?? cell.outputs;
  }

  /** The notebook with all live outputs in it. Nothing here changes by it. */
  materialise(notebook: Notebook): Materialised {
    const states = new Map<string, { readonly execution: string; readonly changes: number }>();
    const full: FullText[] = [...this.bakedTexts];
    const put = notebook.cells.map((cell) => {
      const entry = this.live.get(cell.id);
      if (entry === undefined) return cell;
      states.set(cell.id, { execution: entry.execution, changes: entry.changes });
      const kept = entry.outputs.kept();
      full.push(...kept.full);
      return withOutputs(cell, entry.executionCount, kept.outputs, kept.full);
    });
    return { notebook: states.size === 0 ? notebook : { ...notebook, cells: put }, full, states };
  }

  /** What was materialised is in the file now; what came since is not. */
  saved({ states }: Materialised): void {
    for (const [cell, { execution, changes }] of states) {
      const entry = this.live.get(cell);
      if (entry?.execution === execution && entry.changes === changes) entry.isSaved = true;
    }
    this.bakedTexts.length = 0;
  }

  /** Puts the live outputs of these cells into the notebook's values, where edits and their inverses find them. */
  bake(notebook: Notebook, cells: readonly string[]): Notebook {
    const put = notebook.cells.map((cell) => {
      const entry = cells.includes(cell.id) ? this.live.get(cell.id) : undefined;
      if (entry === undefined) return cell;
      this.live.delete(cell.id);
      this.bakedSpools.push(entry.spool);
      const kept = entry.outputs.kept();
      this.bakedTexts.push(...kept.full);
      return withOutputs(cell, entry.executionCount, kept.outputs, kept.full);
    });
    return { ...notebook, cells: put };
  }

  /**
   * After the file took the place of what was here: outputs of cells whose source is not the same any more go. Those of a
   * cell that runs stay, whatever of them is in the file already: more is to come.
   */
  keepWhereSame(before: Notebook, after: Notebook, isInLine: (cell: string) => boolean): void {
    this.reading += 1;
    const sources = new Map(before.cells.map((cell) => [cell.id, cell.source]));
    const kept = new Set(
      after.cells.filter((cell) => sources.get(cell.id) === cell.source).map(({ id }) => id),
    );
    for (const [cell, { isSaved }] of this.live) {
      if (!kept.has(cell) || (isSaved && !isInLine(cell))) this.forget(cell);
    }
  }

  /** The file's outputs count again for these cells, but for what ran here since it was written. */
  followFile(cells: ReadonlySet<string>, isInLine: (cell: string) => boolean): void {
    this.reading += 1;
    for (const [cell, { isSaved }] of this.live) {
      if (isSaved && cells.has(cell) && !isInLine(cell)) this.forget(cell);
    }
  }

  /** True where no result that is not in the file would go with these cells in place of those. */
  surviveIn(before: Notebook, after: Notebook): boolean {
    const sources = new Map(after.cells.map((cell) => [cell.id, cell.source]));
    return before.cells.every(
      ({ id, source }) => this.live.get(id)?.isSaved !== false || sources.get(id) === source,
    );
  }

  /** Forgets all results that are not in the file, but for those of cells that run: more is to come. */
  reset(isInLine: (cell: string) => boolean): void {
    for (const cell of this.live.keys()) if (!isInLine(cell)) this.forget(cell);
    this.bakedTexts.length = 0;
    this.reading += 1;
  }

  /** The execution whose outputs a cell shows; null when they are the file's, or none. */
  executionOf(cell: string): string | null {
    return this.live.get(cell)?.execution ?? null;
  }

  /** Cells whose outputs live here, and whether those are in the file. */
  get liveCells(): readonly { readonly cell: string; readonly isSaved: boolean }[] {
    return [...this.live].map(([cell, { isSaved }]) => ({ cell, isSaved }));
  }

  /** Spools of results that are in the file go; the others stay for the next time. */
  async dispose(): Promise<void> {
    const entries: { readonly spool: Spool; readonly isSaved: boolean }[] = [...this.live.values()];
    this.live.clear();
    for (const spool of this.bakedSpools.splice(0)) entries.push({ spool, isSaved: true });
    for (const { spool, isSaved } of entries) {
      await (isSaved ? spool.remove() : spool.close()).catch((error: unknown) => {
        this.ports.log(`the spool ${spool.folder} could not be closed: ${String(error)}`);
      });
    }
  }

  private forget(cell: string): boolean {
    const entry = this.live.get(cell);
    if (entry === undefined) return false;
    this.live.delete(cell);
    entry.spool.remove().catch((error: unknown) => {
      this.ports.log(`the spool ${entry.spool.folder} could not be removed: ${String(error)}`);
    });
    return true;
  }

  private fileOutput(cell: Cell, key: string): Output | undefined {
    return cell.outputs[this.indexOf(cell, key)];
  }

  private drain(cell: string): void {
    const entry = this.live.get(cell);
    const from = entry?.outputs.takeDirty() ?? null;
    if (entry === undefined || from === null) return;
    this.unsaved(cell, entry);
    entry.spool.changed();
    if (entry.spool.isOverflowing && !entry.hasOverflowed) {
      entry.hasOverflowed = true;
      this.ports.overflowed(cell);
    }
    this.ports.changed(cell, from);
  }

  private unsaved(cell: string, entry: Live): void {
    entry.changes += 1;
    if (!entry.isSaved) return;
    entry.isSaved = false;
    this.ports.unsavedAgain(cell);
  }
}

/** An execution has two places in turn: what is read after a crash and what is written must not be the same files. */
function otherPlace(execution: string): string {
  return execution.endsWith('~') ? execution.slice(0, -1) : `${execution}~`;
}

function isData(output: Output): output is DataOutput {
  return output.output_type === 'display_data' || output.output_type === 'execute_result';
}
