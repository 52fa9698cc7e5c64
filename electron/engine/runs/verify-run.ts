import { lstat, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { decodeUtf8 } from '../../../shared/notebook/utf8';
import { WatchbookError } from '../../../shared/rpc/errors';
import { contentNamed, contentKey } from '../../../shared/runs/named-content';
import { verifyRun, type FileState, type Verdict } from '../../../shared/runs/verify';
import { isSystemError, readError } from '../notebook/disk-errors';
import { MAX_CONTENT_BYTES, sha256 } from './content';
import { isRunFolder } from './journal';
import {
  contentOf,
  outputsNamed,
  outputsOf,
  readRunFolder,
  REPORT_FILE,
  reportOf,
  type RunFolder,
} from './read-run';
import { readRunFile } from './run-files';
import { RUNS_FOLDER } from './run-places';

/** Folders below `runs` are looked through to this depth, and no more of them than this. */
const DEEPEST = 24;
const MOST_FOLDERS = 100_000;

/** A run and what verifying it found. */
export interface VerifiedRun {
  readonly folder: string;
  readonly verdict: Verdict;
  readonly found: RunFolder;
}

/** Verifies one run and writes nothing. Rejects with `not-found` for what is no run, and with `not-readable`. */
export async function verifyRunFolder(folder: string): Promise<VerifiedRun> {
  // Before the others: it is written last.
  const report = await readReport(folder);
  const found = await readRunFolder(folder);
  const { reading, run, notebook } = found;
  const inNotebook = notebook.kind === 'notebook' ? outputsNamed(notebook.notebook) : [];
  const outputs = await Promise.all(
    outputsOf(found).map(async (digest) => ({
      file: `output/${digest}.txt`,
      by: inNotebook.includes(digest) ? 'run.ipynb' : 'the journal',
      state: await outputState(folder, digest),
    })),
  );
  const withheld = await Promise.all(
    Object.keys(run.withheld).map(async (file): Promise<readonly [string, boolean]> => {
      const kept = await readRunFile(folder, file, 0);
      return [file, kept.kind !== 'missing'];
    }),
  );
  const stillThere = new Map(withheld);
  const verdict = verifyRun({
    reading,
    run,
    notebook:
      notebook.kind === 'notebook' ? notebook.notebook : notebook.kind === 'missing' ? null : notebook.why,
    runbook: found.runbook,
    contents: contentNamed(reading.events).map((ref) => ({
      ref,
      state: contentState(found, contentKey(ref)),
    })),
    content: (ref) => contentOf(found, ref),
    outputs,
    isStillThere: (file) => stillThere.get(file) === true,
    report,
    expectedReport: reportOf(found),
    sha256,
  });
  return { folder, verdict, found };
}

function contentState({ contents }: RunFolder, key: string): FileState {
  const kind = contents.get(key)?.kind ?? 'missing';
  return kind === 'value' ? 'good' : kind;
}

/** Long texts may be as long as a disk holds; up to the limit of content files they are read at once. */
async function outputState(folder: string, digest: string): Promise<FileState> {
  const file = await readRunFile(folder, `output/${digest}.txt`, 2 ** 31 - 1);
  if (file.kind !== 'file') return file.kind;
  return sha256(file.bytes) === digest ? 'good' : 'changed';
}

async function readReport(folder: string): Promise<string | null> {
  const file = await readRunFile(folder, REPORT_FILE, MAX_CONTENT_BYTES);
  if (file.kind === 'missing') return null;
  const text = file.kind === 'file' ? decodeUtf8(file.bytes) : null;
  return text?.kind === 'text' && !text.bom ? text.text : '';
}

/** All run folders of a library, in the order of their paths. Links are not followed. */
export async function findRunFolders(library: string): Promise<readonly string[]> {
  const runs: string[] = [];
  let seen = 0;
  const look = async (folder: string, depth: number): Promise<void> => {
    seen += 1;
    if (depth > DEEPEST || seen > MOST_FOLDERS) return;
    if (await isRunFolder(folder)) {
      runs.push(folder);
      return;
    }
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) await look(join(folder, entry.name), depth + 1);
    }
  };
  await look(join(library, RUNS_FOLDER), 0);
  return runs.toSorted();
}

async function entriesOf(folder: string): Promise<readonly { name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw readError(error, folder);
  }
}

/** True for a folder with a folder `runs` in it. */
async function isLibraryWithRuns(folder: string): Promise<boolean> {
  try {
    return (await lstat(join(folder, RUNS_FOLDER))).isDirectory();
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** What a library's runs say of one another: runs that `previous` names and that are missing, or are other ones. */
export function missingRuns(library: string, verified: readonly VerifiedRun[]): readonly string[] {
  const problems: string[] = [];
  for (const { folder, found } of verified) {
    const previous = found.run.started?.data.previous;
    if (!previous) continue;
    const before = verified.find((other) => isNamed(library, other.folder, previous.run));
    if (before === undefined) {
      problems.push(
        `Run ${previous.run} is missing, which ${nameOf(library, folder)} names as the one before it.`,
      );
    } else if (!before.found.reading.digests.includes(previous.sha256)) {
      problems.push(
        `Run ${previous.run} is not the one that ${nameOf(library, folder)} names as the one before it.`,
      );
    }
  }
  return problems;
}

/** A run is named by its path in the library, below `runs` or with it, or by its folder's name alone. */
function isNamed(library: string, folder: string, name: string): boolean {
  const path = nameOf(library, folder);
  return [path, path.slice(RUNS_FOLDER.length + 1), basename(folder)].includes(name);
}

function nameOf(library: string, folder: string): string {
  return relative(library, folder).split(sep).join('/');
}

/** What to verify at a path. Rejects with `not-found` where there is neither a run nor a library with runs. */
export async function whatToVerify(path: string): Promise<'run' | 'library'> {
  if (await isRunFolder(path)) return 'run';
  if (await isLibraryWithRuns(path)) return 'library';
  throw new WatchbookError('not-found', `${path} is no run and no library with runs. Name a run’s folder.`);
}
