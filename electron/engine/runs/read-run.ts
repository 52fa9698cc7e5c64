import { fullOutputsOf } from '../../../shared/notebook/outputs/full-output';
import { MAX_NOTEBOOK_BYTES, readNotebook } from '../../../shared/notebook/notebook-file';
import type { Notebook } from '../../../shared/notebook/model';
import type { JsonObject } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { headOf, JOURNAL_FILE, type JournalReading } from '../../../shared/runs/chain';
import type { ContentRef } from '../../../shared/runs/events';
import type { Run } from '../../../shared/runs/model';
import { contentKey, contentNamed, outputsOfEvents } from '../../../shared/runs/named-content';
import { reduce } from '../../../shared/runs/reduce';
import { reportMarkdown, type ReportFiles } from '../../../shared/runs/report/report';
import { readContent, sha256, type ContentReading } from './content';
import { MAX_JOURNAL_BYTES, readRunJournal } from './journal';
import { readRunFile } from './run-files';
import { RUN_FILE, RUNBOOK_FILE } from './run-places';

/** The report of a run, in its folder. */
export const REPORT_FILE = 'report.md';

/** A notebook of a run folder. */
export type RunNotebook =
  | { readonly kind: 'notebook'; readonly notebook: Notebook; readonly sha256: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly why: string };

/** All that a run's report is made of, and that verifying looks at. */
export interface RunFolder {
  readonly folder: string;
  readonly reading: JournalReading;
  readonly run: Run;
  readonly notebook: RunNotebook;
  /** `runbook.ipynb`: its digest; null where it is not there, or is no file. */
  readonly runbook: string | null;
  /** By {@link contentKey}: every content file that the journal names. */
  readonly contents: ReadonlyMap<string, ContentReading>;
  readonly files: ReportFiles | null;
}

/** Reads a run folder as it lies there, and writes nothing. Rejects as {@link readRunJournal}. */
export async function readRunFolder(folder: string): Promise<RunFolder> {
  // Before the journal: written after it, so that it is never newer than what is read, while an engine goes on.
  const notebook = await readRunNotebook(folder);
  const reading = await readRunJournal(folder);
  const run = reduce(reading.events);
  const contents = new Map<string, ContentReading>();
  for (const ref of contentNamed(reading.events))
    contents.set(contentKey(ref), await readContent(folder, ref));
  const runbook = await digestOf(folder, RUNBOOK_FILE, MAX_NOTEBOOK_BYTES);
  const head = headOf(reading);
  const files = head === null ? null : await filesOf(folder, { reading, notebook, runbook, head });
  return { folder, reading, run, notebook, runbook, contents, files };
}

async function filesOf(
  folder: string,
  found: Pick<RunFolder, 'reading' | 'notebook' | 'runbook'> & Pick<ReportFiles, 'head'>,
): Promise<ReportFiles> {
  const journal = await readRunFile(folder, JOURNAL_FILE, MAX_JOURNAL_BYTES);
  // Up to the line that was read: another engine may go on writing.
  const bytes = journal.kind === 'file' ? journal.bytes.subarray(0, found.reading.length) : new Uint8Array();
  const { notebook } = found;
  return {
    head: found.head,
    journal: sha256(bytes),
    notebook: notebook.kind === 'notebook' ? notebook.sha256 : null,
    runbook: found.runbook,
    outputs: outputsOf(found),
  };
}

/** Digests of the files in `output/` that a run's notebook and its journal name, each once. */
export function outputsOf({ reading, notebook }: Pick<RunFolder, 'reading' | 'notebook'>): readonly string[] {
  const named = notebook.kind === 'notebook' ? outputsNamed(notebook.notebook) : [];
  return [...new Set([...named, ...outputsOfEvents(reading.events)])];
}

/** Digests of the full texts that a notebook names, each once, in their order there. */
export function outputsNamed({ cells }: Pick<Notebook, 'cells'>): readonly string[] {
  return [...new Set(cells.flatMap(({ metadata }) => fullOutputsOf(metadata).map((entry) => entry.sha256)))];
}

async function readRunNotebook(folder: string): Promise<RunNotebook> {
  const found = await readRunFile(folder, RUN_FILE, MAX_NOTEBOOK_BYTES);
  if (found.kind !== 'file') return found;
  try {
    const { notebook } = readNotebook(found.bytes, RUN_FILE);
    return { kind: 'notebook', notebook, sha256: sha256(found.bytes) };
  } catch (error) {
    if (!(error instanceof WatchbookError)) throw error;
    return { kind: 'refused', why: error.message };
  }
}

async function digestOf(folder: string, name: string, limitBytes: number): Promise<string | null> {
  const found = await readRunFile(folder, name, limitBytes);
  return found.kind === 'file' ? sha256(found.bytes) : null;
}

/** A content file's value; null for one that is missing, withheld, or not what the event names. */
export function contentOf({ contents }: Pick<RunFolder, 'contents'>, ref: ContentRef): JsonObject | null {
  const found = contents.get(contentKey(ref));
  return found?.kind === 'value' ? found.value : null;
}

/** `report.md` of a run as its files are now; null for one without an event. */
export function reportOf(found: RunFolder): string | null {
  const { files, notebook, run } = found;
  if (files === null) return null;
  return reportMarkdown(run, {
    notebook: notebook.kind === 'notebook' ? notebook.notebook : { cells: [], metadata: {} },
    content: (ref) => contentOf(found, ref),
    files,
    sha256,
  });
}
