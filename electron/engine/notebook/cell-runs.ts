import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { CellRun } from '../../../shared/notebook/view';
import type { JsonObject } from '../../../shared/rpc/contract';
import { hasResult } from '../../../shared/notebook/ran-as';
import type { ExecutionResult } from './cell-execution';
import type { RanSources } from './ran-sources';
import type { CellPlace, SessionName } from './runtime';

const IDLE: CellRun = {
  status: 'idle',
  executionCount: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  position: null,
  exitStatus: null,
  summary: null,
  session: 'kernel',
  edited: false,
};

/** One plain line for a person: how the cell failed. Null when it did not. */
export function summaryOf(result: ExecutionResult): string | null {
  const { outcome } = result;
  switch (outcome.kind) {
    case 'ok':
      return null;
    case 'error':
      return outcome.ename === 'ExitStatus'
        ? `exit status ${outcome.evalue}`
        : `${outcome.ename}: ${firstLine(outcome.evalue)}`;
    case 'interrupted':
      return 'interrupted';
    case 'aborted':
      return 'not run: a cell before it failed';
    case 'timeout':
      return `stopped after its time limit of ${outcome.seconds} s`;
    case 'died':
      return outcome.end.reason;
    case 'lost':
      return outcome.reason;
    case 'unknown':
      return 'ended while the engine was away; its result was not received';
  }
}

/** What each cell's spine shows: the last or present execution, here or as the file tells it. */
export class CellRuns {
  private readonly runs = new Map<string, CellRun>();
  /** What a waiting cell showed, for when it leaves the line unrun. */
  private readonly beforeQueue = new Map<string, CellRun | null>();

  constructor(
    private readonly sources: RanSources,
    private readonly changed: (cell: string) => void,
  ) {}

  /** Null for a cell never run here and without times in its file, but for one that was edited since it was run. */
  of(cell: Cell): CellRun | null {
    const run = this.runs.get(cell.id) ?? runFromFile(cell);
    const isEdited = this.sources.isEdited(cell);
    if (run === null) {
      if (!isEdited || !hasResult(cell)) return null;
      return { ...IDLE, executionCount: cell.executionCount, edited: true, fromFile: true };
    }
    return run.edited === isEdited ? run : { ...run, edited: isEdited };
  }

  all(notebook: Notebook): Record<string, CellRun> {
    // Defined, never assigned: `__proto__` is a good id of a cell.
    return Object.fromEntries(
      notebook.cells.flatMap((cell): [string, CellRun][] => {
        const run = this.of(cell);
        return run === null ? [] : [[cell.id, run]];
      }),
    );
  }

  /** These cells came into the line, left it, or have another number; who left it unrun shows what it showed before. */
  queued(
    cells: readonly string[],
    numberOf: (cell: string) => number | null,
    session: (cell: string) => SessionName,
  ): void {
    const now = new Date().toISOString();
    for (const cell of cells) {
      const position = numberOf(cell);
      const before = this.runs.get(cell);
      if (position === null) {
        if (before?.status === 'queued') this.leave(cell);
        continue;
      }
      const queuedAt = before?.status === 'queued' ? before.queuedAt : now;
      if (before?.status !== 'queued') this.beforeQueue.set(cell, before ?? null);
      this.set(cell, { ...IDLE, status: 'queued', queuedAt, position, session: session(cell) });
    }
  }

  sentCell(cell: Cell, session: CellPlace, startedAt: string): void {
    const queuedAt = this.runs.get(cell.id)?.queuedAt ?? null;
    this.beforeQueue.delete(cell.id);
    this.sources.sentCell(cell.id, cell.source);
    this.set(cell.id, { ...IDLE, status: 'running', queuedAt, startedAt, session });
  }

  started(cell: string, executionCount: number | null): void {
    const run = this.runs.get(cell);
    if (run !== undefined) this.set(cell, { ...run, executionCount });
  }

  finished(cell: string, result: ExecutionResult, isGood: boolean): void {
    const run = this.runs.get(cell) ?? IDLE;
    this.set(cell, {
      ...run,
      status: isGood ? 'done' : 'failed',
      executionCount: result.executionCount ?? run.executionCount,
      startedAt: result.startedAt,
      endedAt: result.endedAt,
      exitStatus: result.exitStatus,
      summary: summaryOf(result),
    });
  }

  /** The cell could not be sent at all. */
  refused(cell: string, reason: string): void {
    const now = new Date().toISOString();
    this.set(cell, { ...IDLE, status: 'failed', endedAt: now, summary: reason });
  }

  restore(cell: string, run: CellRun, source: string | null): void {
    if (source !== null) this.sources.sentCell(cell, source);
    this.set(cell, run);
  }

  /** The last thing known of a cell before the engine went away. */
  lastSign(cell: string): string | null {
    const run = this.runs.get(cell);
    return run?.endedAt ?? run?.startedAt ?? null;
  }

  /** Their results were given up: what the file says counts again. What runs or waits in line goes on. */
  forgetEnded(): void {
    for (const [cell, { status }] of this.runs) {
      if (status === 'running' || status === 'queued') continue;
      this.runs.delete(cell);
      this.changed(cell);
    }
    for (const cell of this.beforeQueue.keys()) this.beforeQueue.set(cell, null);
  }

  clear(): void {
    this.runs.clear();
    this.sources.clear();
    this.beforeQueue.clear();
  }

  private leave(cell: string): void {
    const before = this.beforeQueue.get(cell) ?? null;
    this.beforeQueue.delete(cell);
    this.set(cell, before ?? IDLE);
  }

  private set(cell: string, run: CellRun): void {
    this.runs.set(cell, run);
    this.changed(cell);
  }
}

/** The times a file carries: `metadata.execution` as JupyterLab writes it, else ExecuteTime's. */
function runFromFile(cell: Cell): CellRun | null {
  if (cell.type !== 'code') return null;
  const times = member(cell.metadata, 'execution');
  const legacy = member(cell.metadata, 'ExecuteTime');
  const startedAt =
    instant(times?.['shell.execute_reply.started']) ??
    instant(times?.['iopub.execute_input']) ??
    instant(legacy?.['start_time']);
  if (startedAt === null) return null;
  const failedAt = instant(times?.['execution_failed']);
  const hasError = cell.outputs.some((output) => output.output_type === 'error');
  return {
    ...IDLE,
    status: hasError || failedAt !== null ? 'failed' : 'done',
    executionCount: cell.executionCount,
    startedAt,
    endedAt:
      instant(times?.['shell.execute_reply']) ??
      failedAt ??
      instant(times?.['iopub.status.idle']) ??
      instant(legacy?.['end_time']),
    fromFile: true,
  };
}

function member(metadata: JsonObject, key: string): JsonObject | null {
  const value = metadata[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** Files hold any ISO form, also with microseconds or without a zone (then it is UTC); views hold one. */
function instant(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(value);
  const time = Date.parse(hasZone ? value : `${value}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
