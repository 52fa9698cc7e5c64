import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FULL_OUTPUT_PATH, fullOutputsOf } from '../../../shared/notebook/outputs/full-output';
import { MAX_NOTEBOOK_BYTES, readNotebook } from '../../../shared/notebook/notebook-file';
import { isJsonObject } from '../../../shared/notebook/notebook-values';
import { writeNotebook } from '../../../shared/notebook/notebook-writer';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { Actor, ContentRef } from '../../../shared/runs/events';
import { contentNamed } from '../../../shared/runs/named-content';
import type { Run } from '../../../shared/runs/model';
import { recordOf } from '../../../shared/runs/position';
import { replaceFile } from '../notebook/notebook-disk';
import { syncFolder } from '../whole-file';
import { openJournal, type RunJournal } from './journal';
import { contentOf, outputsOf, readRunFolder, type RunFolder } from './read-run';
import { readRunFile } from './run-files';
import { RUN_FILE, RUNBOOK_FILE } from './run-places';
import { writeReport } from './write-report';

/** What was done, and where else the same text may stand. */
export interface Withheld {
  /** Cells of `run.ipynb` whose outputs or source were taken out with it. */
  readonly cleared: readonly string[];
  /** Files of the run that may hold the same text and were left. */
  readonly alsoIn: readonly string[];
}

/**
 * Takes a file out of a run that should never have been written, as a leaked secret. The event comes first, then the
 * file goes, then what `run.ipynb` holds of it, then the report is written anew: a crash in between leaves a run that
 * says what it lacks, and doing it again ends it.
 *
 * Rejects with `not-found` (no run, or a file that it does not name), `locked` (somebody drives it), `disk-full`,
 * `not-writable`.
 */
export async function withholdFile(
  folder: string,
  file: string,
  reason: string,
  actor: Actor,
): Promise<Withheld> {
  const found = await readRunFolder(folder);
  const sha256 = digestNamed(file, contentNamed(found.reading.events), outputsOf(found));
  const { journal, readOnly } = await openJournal(folder, { driver: actor.name });
  if (journal === null) throw new WatchbookError('locked', `Nothing was withheld. ${readOnly ?? ''}`);
  try {
    if (!Object.hasOwn(found.run.withheld, file)) {
      await journal.append(actor, (place) => ({
        type: 'content-withheld',
        data: { file, sha256, reason: place('reason', { text: reason }) },
      }));
    }
    await rm(join(folder, ...file.split('/')), { force: true });
    await syncFolder(join(folder, ...file.split('/').slice(0, -1)));
    const cleared = await clearNotebook(folder, file, journal);
    await writeReport(folder);
    return { cleared, alsoIn: otherPlaces(file, found) };
  } finally {
    await journal.close();
  }
}

function digestNamed(file: string, named: readonly ContentRef[], outputs: readonly string[]): string {
  const ref = named.find((one) => one.file === file);
  if (ref !== undefined) return ref.sha256;
  const digest = FULL_OUTPUT_PATH.exec(file)?.[1];
  if (digest !== undefined && outputs.includes(digest)) return digest;
  throw new WatchbookError(
    'not-found',
    `The run names no file ${file}. Nothing was withheld; its files are in content/ and output/.`,
  );
}

/** Cells whose last attempt or last source the file holds. */
function cellsOf(file: string, run: Run): ReadonlyMap<string, 'outputs' | 'source'> {
  const cells = new Map<string, 'outputs' | 'source'>();
  for (const { cell, attempts, adjustments } of Object.values(run.steps)) {
    const last = attempts.at(-1);
    if (last?.finished?.content.file === file) cells.set(cell, 'outputs');
    if ([last?.source.file, adjustments.at(-1)?.after.file].includes(file)) cells.set(cell, 'source');
  }
  return cells;
}

async function clearNotebook(folder: string, file: string, journal: RunJournal): Promise<readonly string[]> {
  const read = await readRunFile(folder, RUN_FILE, MAX_NOTEBOOK_BYTES);
  if (read.kind !== 'file') return [];
  const parsed = readNotebook(read.bytes, RUN_FILE);
  const { run } = await readRunFolder(folder);
  const cells = cellsOf(file, run);
  const { metadata } = parsed.notebook;
  const own = isJsonObject(metadata['watchbook']) ? metadata['watchbook'] : {};
  const { head } = journal;
  const notebook: Notebook = {
    ...parsed.notebook,
    cells: parsed.notebook.cells.map((cell) => cleared(cell, cells.get(cell.id))),
    metadata: { ...metadata, watchbook: { ...own, ...(head === null ? {} : { journal: { ...head } }) } },
  };
  await replaceFile(join(folder, RUN_FILE), writeNotebook(parsed, notebook));
  return [...cells.keys()];
}

function cleared(cell: Cell, what: 'outputs' | 'source' | undefined): Cell {
  if (what === undefined) return cell;
  return what === 'outputs' ? { ...cell, outputs: [] } : { ...cell, source: '# withheld' };
}

/** What was sent and what came of it. */
function filesOfAttempt(
  run: Run,
  step: { readonly cell: string; readonly attempt: number },
): readonly string[] {
  const attempt = recordOf(run, step.cell)?.attempts.find(({ number }) => number === step.attempt);
  if (attempt === undefined) return [];
  return [attempt.source.file, ...(attempt.finished === null ? [] : [attempt.finished.content.file])];
}

/**
 * Sources and results of the same cell, the notebooks of checkpoints, and what a terminal that was attached saw of it may
 * repeat what was taken out.
 */
function otherPlaces(file: string, found: RunFolder): readonly string[] {
  const { run, notebook } = found;
  const isLong = FULL_OUTPUT_PATH.test(file);
  const cells = notebook.kind === 'notebook' ? notebook.notebook.cells : [];
  const naming = new Set(
    cells.flatMap(({ id, metadata }) =>
      fullOutputsOf(metadata).some(({ path }) => path === file) ? [id] : [],
    ),
  );
  const places: string[] = [];
  let isSource = false;
  for (const { cell, attempts, adjustments } of Object.values(run.steps)) {
    const sources = [
      ...attempts.map(({ source }) => source.file),
      ...adjustments.flatMap(({ before, after }) => [before.file, after.file]),
    ];
    const results = attempts.flatMap(({ finished }) => finished?.content.file ?? []);
    if (isLong ? !naming.has(cell) : ![...sources, ...results].includes(file)) continue;
    places.push(...sources, ...results);
    isSource ||= sources.includes(file);
  }
  if (isSource) {
    const states = run.checkpoints.map(({ state }) => contentOf(found, state)?.['notebook']);
    places.push(RUNBOOK_FILE, ...states.filter((name) => typeof name === 'string'));
  }
  for (const { content, output, step } of run.terminals.flatMap(({ commands }) => commands)) {
    const files = [
      ...(content === null ? [] : [content.file]),
      ...output.map((one) => one.file),
      ...(step === undefined ? [] : filesOfAttempt(run, step)),
    ];
    if (files.includes(file)) places.push(...files);
  }
  return [...new Set(places)].filter((name) => name !== file && !Object.hasOwn(run.withheld, name));
}
