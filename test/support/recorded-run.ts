import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '../../electron/engine/runs/content';
import { createJournal, type EventDraft, type RunJournal } from '../../electron/engine/runs/journal';
import { writeReport } from '../../electron/engine/runs/write-report';
import type { Json } from '../../shared/rpc/contract';
import type { StartDetails } from '../../shared/runs/content';
import type { Actor, EnvironmentRef, EventDataOf } from '../../shared/runs/events';
import { outputsDigest } from '../../shared/runs/report/report';
import { startedData } from './run-events';
import { MARA } from './run-journals';

/** A cell of a template, as `nbformat` has it but for what every cell has. */
export interface RecordedCell {
  readonly id: string;
  readonly type?: 'code' | 'markdown';
  readonly source: string;
  readonly metadata?: object;
}

export interface RecordedStart {
  readonly cells: readonly RecordedCell[];
  readonly environment: EnvironmentRef;
  readonly title: string;
  readonly driver?: string;
  readonly links?: readonly StartDetails['links'][number][];
  /** When it began. Its clock then stands still but for {@link RunPen.pass}. */
  readonly at: Date;
}

type Stream = { readonly output_type: 'stream'; readonly name: string; readonly text: string };

/** Writes the events of one run, at the times that it says. */
export class RunPen {
  private readonly attempts = new Map<string, number>();
  readonly outputs = new Map<string, readonly Stream[]>();
  actor: Actor = MARA;

  constructor(
    private readonly journal: RunJournal,
    private readonly clock: { now: number },
  ) {}

  /** An instant so many seconds from now. */
  in(seconds: number): string {
    return new Date(this.clock.now + seconds * 1_000).toISOString();
  }

  pass(seconds: number): void {
    this.clock.now += seconds * 1_000;
  }

  async add(draft: EventDraft): Promise<void> {
    await this.journal.append(this.actor, draft);
  }

  note(text: string, cell: string | null = null): Promise<void> {
    return this.add((place) => ({ type: 'note', data: { cell, text: place('note', { text }) } }));
  }

  gap(why: EventDataOf<'gap'>['why'], from: number, to: number, cell: string | null = null): Promise<void> {
    return this.add({ type: 'gap', data: { why, from: this.in(from), to: this.in(to), cell } });
  }

  /** An attempt of a cell that takes so many seconds. `during`: what else happens in its midst. */
  async attempt(
    cell: RecordedCell,
    seconds: number,
    text: string,
    status: 'done' | 'failed' = 'done',
    during: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const attempt = (this.attempts.get(cell.id) ?? 0) + 1;
    this.attempts.set(cell.id, attempt);
    await this.add((place) => ({
      type: 'cell-started',
      data: { cell: cell.id, attempt, session: 'kernel', source: place('source', { source: cell.source }) },
    }));
    const began = this.clock.now;
    this.pass(seconds / 2);
    await during();
    this.clock.now = Math.max(this.clock.now, began + seconds * 1_000);
    const outputs: readonly Stream[] = [{ output_type: 'stream', name: 'stdout', text }];
    this.outputs.set(cell.id, outputs);
    await this.add((place) => ({
      type: 'cell-finished',
      data: {
        cell: cell.id,
        attempt,
        status,
        duration_ms: this.clock.now - began,
        exitStatus: status === 'done' ? 0 : 1,
        outputs: outputsDigest(outputs as unknown as Parameters<typeof outputsDigest>[0], sha256),
        content: place('attempt', {
          outputs: outputs as unknown as Json,
          expectations: [],
          line: text.trim().split('\n').at(-1) ?? '',
          failure: null,
        }),
      },
    }));
  }
}

/**
 * Writes a whole run as the engine would: its template, the events that `write` tells, its notebook and its report.
 * The runbook is one of `releases`.
 */
export async function recordRun(
  folder: string,
  start: RecordedStart,
  write: (pen: RunPen) => Promise<void>,
): Promise<void> {
  const { cells, environment, title, driver = MARA.name, links = [], at } = start;
  const clock = { now: at.getTime() };
  await mkdir(join(folder, '..'), { recursive: true });
  const journal = await createJournal(folder, { driver, now: () => new Date(clock.now) });
  const pen = new RunPen(journal, clock);
  pen.actor = { ...MARA, name: driver };
  const runbook = notebookOf(cells, null, pen);
  await writeFile(join(folder, 'runbook.ipynb'), runbook);
  await pen.add((place) => ({
    type: 'run-started',
    data: startedData({
      runbook: `releases/${basename(join(folder, '..'))}.ipynb`,
      digest: sha256(Buffer.from(runbook)),
      environment,
      parameters: place('start', {
        title,
        driver,
        parameters: [{ name: 'version', value: '4.18.0', source: 'given', pinned: true }],
        links: [...links] as unknown as Json,
      }),
    }),
  }));
  await write(pen);
  await writeFile(join(folder, 'run.ipynb'), notebookOf(cells, journal.head, pen));
  await journal.close();
  await writeReport(folder);
}

function notebookOf(cells: readonly RecordedCell[], head: Json | object | null, pen: RunPen): string {
  const notebook = {
    cells: cells.map(({ id, type = 'code', source, metadata = {} }) => ({
      cell_type: type,
      id,
      metadata,
      source,
      ...(type === 'code'
        ? { outputs: head === null ? [] : (pen.outputs.get(id) ?? []), execution_count: null }
        : {}),
    })),
    metadata: {
      kernelspec: { name: 'bash', display_name: 'bash' },
      ...(head === null ? {} : { watchbook: { journal: head } }),
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return JSON.stringify(notebook, null, 1);
}
