import { realpath, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { kindOfFile } from '../../../shared/library/tree';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { TerminalFile } from '../../../shared/terminal/contract';

/** A file as output names it, and where that output came from. */
export interface FileWish {
  /** Whole, from the home folder (`~/`), or from one of `directories`. */
  readonly path: string;
  /** The host that an address names; empty where it names none. */
  readonly host: string;
  /** Where the command may have been, the likeliest first. */
  readonly directories: readonly string[];
  /** The other machine that the output came from, in words; null for this one. */
  readonly elsewhere: string | null;
}

/**
 * Where a file that a terminal shows lies on this machine. Nothing of it is read or run.
 *
 * `forbidden`: it is on another machine; `not-found`: it is not there; `bad-request`: it is no file.
 */
export async function findTerminalFile(
  { path, host, directories, elsewhere }: FileWish,
  isInLibrary: (real: string) => Promise<boolean>,
): Promise<TerminalFile> {
  const isOurs = ['', 'localhost', hostname().toLowerCase()].includes(host.toLowerCase());
  const machine = isOurs ? elsewhere : host;
  if (machine !== null) {
    throw new WatchbookError(
      'forbidden',
      `${path} is on ${machine}, not on this machine. It was not opened.`,
    );
  }
  if (path.includes('\0'))
    throw new WatchbookError('bad-request', 'This is the name of no file. Nothing was opened.');
  const places = directories.filter(isAbsolute).map((directory) => resolve(directory, path));
  const named = path.startsWith('~/') ? [join(homedir(), path.slice(2))] : [...new Set(places)];
  const real = await firstThere(named);
  const facts = await stat(real);
  if (!facts.isFile() && !facts.isDirectory())
    throw new WatchbookError('bad-request', `${real} is no file. It was not opened.`);
  const kind = facts.isFile() ? kindOfFile(basename(real)) : null;
  const isShown = kind !== null && (await isInLibrary(real));
  return { path: real, kind: isShown ? (kind === 'runbook' ? 'runbook' : 'text') : 'elsewhere' };
}

/** The first of these places that is there, without links. */
async function firstThere(places: readonly string[]): Promise<string> {
  let cause: unknown;
  for (const place of places) {
    try {
      return await realpath(place);
    } catch (error) {
      // It may be in the next place.
      cause ??= error;
    }
  }
  throw new WatchbookError('not-found', `There is no file ${places[0] ?? ''}. Nothing was opened.`, {
    cause,
  });
}
