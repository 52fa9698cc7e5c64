import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../electron/engine/runs/content';
import { createJournal, type RunJournal } from '../../electron/engine/runs/journal';
import { writeReport } from '../../electron/engine/runs/write-report';
import type { Json } from '../../shared/rpc/contract';
import type { ContentRef } from '../../shared/runs/events';
import { outputsDigest } from '../../shared/runs/report/report';
import { startedData } from './run-events';
import { MARA, noteDraft } from './run-journals';

const stream = (text: string): { output_type: 'stream'; name: string; text: string } => ({
  output_type: 'stream',
  name: 'stdout',
  text,
});

/** The long text of the sample, in `output/`. */
export const LONG_TEXT = 'line\n'.repeat(1_000);

export interface SampleOptions {
  /** Ends with `run-finished`. Default true. */
  readonly isFinished?: boolean;
  readonly commit?: string | null;
  readonly previous?: { readonly run: string; readonly sha256: string };
  /** Stands wherever a person or a program writes. */
  readonly word?: string;
  /** The bytes of the template. */
  readonly runbook?: string;
  /** The clock of its events. Default the machine's. */
  readonly now?: () => Date;
}

/** Bytes of a template for {@link makeSampleRun}. */
export function sampleRunbook(word = 'word'): string {
  return JSON.stringify(notebookOf(word, null), null, 1);
}

/** Writes a whole run as the engine would: two steps, a gate with items, a note, a long text, and the report. */
export async function makeSampleRun(folder: string, options: SampleOptions = {}): Promise<void> {
  const { isFinished = true, commit = null, word = 'word', previous = null } = options;
  const runbook = options.runbook ?? sampleRunbook(word);
  const journal = await createJournal(folder, {
    driver: 'Mara Lindt',
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  await writeFile(join(folder, 'runbook.ipynb'), runbook);
  await mkdir(join(folder, 'output'));
  await writeFile(join(folder, 'output', `${sha256(Buffer.from(LONG_TEXT))}.txt`), LONG_TEXT);
  await journal.append(MARA, (place) => ({
    type: 'run-started',
    data: startedData({
      commit,
      previous,
      digest: sha256(Buffer.from(runbook)),
      parameters: place('start', {
        title: `Release ${word}`,
        driver: 'Mara Lindt',
        parameters: [{ name: 'version', value: word, source: 'given', pinned: true }],
        links: [{ kind: 'change', text: word }],
      }),
    }),
  }));
  await journal.append(MARA, (place) => ({
    type: 'check',
    data: {
      title: word,
      cell: null,
      in: 'shell',
      found: place('check', { command: ['kubectl', word], expected: word, found: word, why: null }),
      result: 'mismatch',
    },
  }));
  await attempt(journal, 'a', 1, 'true', 'done', word);
  await attempt(journal, 'b', 1, 'false', 'failed', word);
  await journal.append(MARA, (place) => ({
    type: 'step-adjusted',
    data: {
      cell: 'b',
      before: place('before', { source: 'false' }),
      after: place('after', { source: 'true' }),
    },
  }));
  await attempt(journal, 'b', 2, 'true', 'done', word);
  await journal.append(MARA, (place) => ({
    type: 'gate-opened',
    data: { cell: 'g', kind: 'approve', until: null, request: place('request', { gate: 'g' }), minimum: 1 },
  }));
  await journal.append(MARA, { type: 'ticked', data: { cell: 'g', item: 1 } });
  await journal.append(MARA, (place) => ({
    type: 'gate-answered',
    data: {
      cell: 'g',
      verdict: 'approved',
      approver: word,
      how: 'laptop',
      reason: place('reason', { text: word }),
    },
  }));
  await journal.append(MARA, noteDraft(word, 'b'));
  await journal.append(MARA, (place) => ({
    type: 'step-skipped',
    data: { cell: 'c', reason: place('reason', { text: word }) },
  }));
  if (isFinished)
    await journal.append(MARA, { type: 'run-finished', data: { status: 'done', reason: null } });
  await writeFile(join(folder, 'run.ipynb'), JSON.stringify(notebookOf(word, journal.head), null, 1));
  await journal.close();
  await writeReport(folder);
}

async function attempt(
  journal: RunJournal,
  cell: string,
  number: number,
  source: string,
  status: 'done' | 'failed',
  word: string,
): Promise<void> {
  await journal.append(MARA, (place) => ({
    type: 'cell-started',
    data: { cell, attempt: number, session: 'shell', source: place('source', { source }) },
  }));
  const outputs = [stream(word)];
  await journal.append(MARA, (place) => ({
    type: 'cell-finished',
    data: {
      cell,
      attempt: number,
      status,
      duration_ms: 1_234,
      exitStatus: status === 'done' ? 0 : 1,
      outputs: outputsDigest(outputs as unknown as Parameters<typeof outputsDigest>[0], sha256),
      content: place('attempt', {
        outputs,
        expectations: [],
        line: word,
        failure: null,
      }) satisfies ContentRef,
    },
  }));
}

function notebookOf(word: string, head: Json | object | null): object {
  const digest = sha256(Buffer.from(LONG_TEXT));
  const fullOutput = [
    { output: 0, path: `output/${digest}.txt`, bytes: 5_000, lines: 1_000, sha256: digest },
  ];
  const code = (id: string, source: string, watchbook: object): object => ({
    cell_type: 'code',
    id,
    metadata: { watchbook: { title: `${id} ${word}`, ...watchbook } },
    source,
    outputs: head === null ? [] : [stream(word)],
    execution_count: null,
  });
  return {
    cells: [
      { cell_type: 'markdown', id: 'h', metadata: {}, source: `# Release ${word}` },
      code('a', 'true', { fullOutput: head === null ? [] : fullOutput }),
      code('b', head === null ? 'false' : 'true', {}),
      {
        cell_type: 'markdown',
        id: 'g',
        metadata: { watchbook: { gate: { kind: 'approve' }, checklist: { required: [1] } } },
        source: `## Approve\n\n- [ ] look at ${word}\n- [ ] and at the rest\n`,
      },
      code('c', 'exit 3', {}),
    ],
    metadata: {
      kernelspec: { name: 'bash', display_name: 'bash' },
      ...(head === null ? {} : { watchbook: { journal: head } }),
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}
