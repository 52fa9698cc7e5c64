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
import { filesOfSameText, type NamedFile } from '../../../shared/runs/same-text';
import { replaceFile } from '../notebook/notebook-disk';
import { syncFolder } from '../whole-file';
import { openJournal, type RunJournal } from './journal';
import { contentOf, outputsOf, readRunFolder, type RunFolder } from './read-run';
import { readRunFile } from './run-files';
import { RUN_FILE, RUNBOOK_FILE } from './run-places';
import { writeReport } from './write-report';

/** What was done, and where else the same text may stand. */
export interface Withheld {
  /** Files in which the same text stood, and which were taken out with it. */
  readonly withIt: readonly string[];
  /** Cells of `run.ipynb` whose outputs or source were taken out with it. */
  readonly cleared: readonly string[];
  /** Files of the run that may hold the same text and were left. */
  readonly alsoIn: readonly string[];
}

/**
 * Takes a file out of a run that should never have been written, as a leaked secret, and the files in which its text
 * stands as well ({@link filesOfSameText}). The events come first, then the files go, then what `run.ipynb` holds of
 * them, then the report is written anew: a crash in between leaves a run that says what it lacks, and doing it again
 * ends it.
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
  const first = { file, sha256: digestNamed(file, contentNamed(found.reading.events), outputsOf(found)) };
  const withIt = filesOfSameText(file, found.run, (cell) => fullTextsOf(found, cell));
  const { journal, readOnly } = await openJournal(folder, { driver: actor.name });
  if (journal === null) throw new WatchbookError('locked', `Nothing was withheld. ${readOnly ?? ''}`);
  try {
    for (const named of [first, ...withIt]) {
      if (Object.hasOwn(found.run.withheld, named.file)) continue;
      await journal.append(actor, (place) => ({
        type: 'content-withheld',
        data: { file: named.file, sha256: named.sha256, reason: place('reason', { text: reason }) },
      }));
    }
    const gone = [file, ...withIt.map((named) => named.file)];
    for (const one of gone) await removeSynced(folder, one);
    const cleared = await clearNotebook(folder, gone, journal);
    await writeReport(folder);
    return { withIt: gone.slice(1), cleared, alsoIn: otherPlaces(gone, found) };
  } finally {
    await journal.close();
  }
}

async function removeSynced(folder: string, file: string): Promise<void> {
  const path = file.split('/');
  await rm(join(folder, ...path), { force: true });
  await syncFolder(join(folder, ...path.slice(0, -1)));
}

/** The whole texts that `run.ipynb` names for a cell. */
function fullTextsOf({ notebook }: RunFolder, cell: string): readonly NamedFile[] {
  const metadata =
    notebook.kind === 'notebook'
      ? notebook.notebook.cells.find(({ id }) => id === cell)?.metadata
      : undefined;
  if (metadata === undefined) return [];
  return fullOutputsOf(metadata).map(({ path, sha256 }) => ({ file: path, sha256 }));
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

interface Lacking {
  readonly outputs: boolean;
  readonly source: boolean;
}

/** Cells whose last attempt or last source one of the files holds, and what they lack now. */
function cellsOf(files: readonly string[], run: Run): ReadonlyMap<string, Lacking> {
  const cells = new Map<string, Lacking>();
  for (const { cell, attempts, adjustments } of Object.values(run.steps)) {
    const last = attempts.at(-1);
    const isGone = (ref: ContentRef | undefined): boolean => ref !== undefined && files.includes(ref.file);
    const lacking = {
      outputs: isGone(last?.finished?.content),
      source: isGone(last?.source) || isGone(adjustments.at(-1)?.after),
    };
    if (lacking.outputs || lacking.source) cells.set(cell, lacking);
  }
  return cells;
}

async function clearNotebook(
  folder: string,
  files: readonly string[],
  journal: RunJournal,
): Promise<readonly string[]> {
  const read = await readRunFile(folder, RUN_FILE, MAX_NOTEBOOK_BYTES);
  if (read.kind !== 'file') return [];
  const parsed = readNotebook(read.bytes, RUN_FILE);
  const { run } = await readRunFolder(folder);
  const cells = cellsOf(files, run);
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

function cleared(cell: Cell, lacking: Lacking | undefined): Cell {
  if (lacking === undefined) return cell;
  return {
    ...cell,
    ...(lacking.outputs ? { outputs: [] } : {}),
    ...(lacking.source ? { source: '# withheld' } : {}),
  };
}

/** Sources and results of the same cell and the notebooks of checkpoints may repeat what was taken out. */
function otherPlaces(gone: readonly string[], found: RunFolder): readonly string[] {
  const { run } = found;
  const isGone = (file: string): boolean => gone.includes(file);
  const places: string[] = [];
  let isSource = false;
  for (const { cell, attempts, adjustments } of Object.values(run.steps)) {
    const sources = [
      ...attempts.map(({ source }) => source.file),
      ...adjustments.flatMap(({ before, after }) => [before.file, after.file]),
    ];
    const results = attempts.flatMap(({ finished }) => finished?.content.file ?? []);
    const fullTexts = fullTextsOf(found, cell).map(({ file }) => file);
    if (![...sources, ...results, ...fullTexts].some(isGone)) continue;
    places.push(...sources, ...results);
    isSource ||= sources.some(isGone);
  }
  if (isSource) {
    const states = run.checkpoints.map(({ state }) => contentOf(found, state)?.['notebook']);
    places.push(RUNBOOK_FILE, ...states.filter((name) => typeof name === 'string'));
  }
  return [...new Set(places)].filter((name) => !isGone(name) && !Object.hasOwn(run.withheld, name));
}
