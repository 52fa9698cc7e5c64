import type { Finding } from '../../shared/notebook/contract';
import { checkNotebook, isProblem } from '../../shared/notebook/check';
import { writeNotebook } from '../../shared/notebook/notebook-writer';
import { toWireError, WatchbookError, type WireError } from '../../shared/rpc/errors';
import { digestOf, loadNotebook, replaceFile, type LoadedNotebook } from '../engine/notebook/notebook-disk';

export interface CheckOptions {
  /** Where to save the one file, unedited, as the window would. */
  readonly rewrite: string | null;
  readonly json: boolean;
}

/** Where a command writes; each call is one line, without its end. */
export interface CheckOutput {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
}

interface CheckedFile {
  readonly file: string;
  readonly exit: 0 | 1 | 2;
  readonly findings: readonly Finding[];
  readonly error: WireError | null;
}

/**
 * `watchbook check FILE... [--rewrite OUT]`, without an engine.
 *
 * Answers the exit code: 0 valid, 1 faults that Watchbook would repair or warn of, 2 not readable or not writable; of
 * several files the highest. `--json`: one object a line for each file.
 */
export async function checkCommand(
  files: readonly string[],
  options: CheckOptions,
  io: CheckOutput,
): Promise<number> {
  if (files.length === 0) return usage(io, 'check needs at least one file.');
  if (options.rewrite !== null && files.length > 1) return usage(io, '--rewrite takes one file.');
  let exit = 0;
  for (const file of files) {
    const checked = await checkFile(file, options.rewrite);
    exit = Math.max(exit, checked.exit);
    if (options.json) io.out(JSON.stringify(checked));
    else print(checked, io);
  }
  return exit;
}

function usage(io: CheckOutput, message: string): number {
  io.error(`watchbook: ${message}`);
  return 2;
}

async function checkFile(typed: string, rewrite: string | null): Promise<CheckedFile> {
  try {
    const loaded = await loadNotebook(typed);
    const findings = checkNotebook(loaded.file);
    const exit = findings.some(isProblem) ? 1 : 0;
    if (rewrite !== null) await rewriteTo(rewrite, loaded);
    return { file: typed, exit, findings, error: null };
  } catch (error) {
    return { file: typed, exit: 2, findings: [], error: toWireError(error) };
  }
}

async function rewriteTo(path: string, loaded: LoadedNotebook): Promise<void> {
  const bytes = writeNotebook(loaded.file, loaded.file.notebook);
  if (digestOf(bytes) !== loaded.digest) {
    throw new WatchbookError(
      'internal',
      `${loaded.file.name} would not be saved as it was. Nothing was written; please report this file.`,
    );
  }
  await replaceFile(path, bytes);
}

function print({ file, findings, error }: CheckedFile, io: CheckOutput): void {
  if (error !== null) {
    io.error(error.message);
    return;
  }
  for (const finding of findings) io.out(lineOf(file, finding));
  if (!findings.some(isProblem)) io.out(`${printable(file)}: valid`);
}

function lineOf(file: string, { cell, place, severity, message }: Finding): string {
  const where = [cell === null ? '' : `cell ${cell + 1}`, place ?? '']
    .filter((part) => part !== '')
    .join(', ');
  return printable(`${file}: ${where === '' ? '' : `${where}: `}${severity}: ${message}`);
}

/** Names and keys of a file are foreign text: no control characters of theirs reach the terminal. */
function printable(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
