import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunbookLink, readRunbookLink, type LinkReading } from '../../../shared/library/runbook-link';

const MOST_FILES = 20;
/** One link is one gesture. */
const MOST_LINKS = 3;
const ADDRESS = /^[a-z][a-z0-9+.-]+:/i;

/**
 * The files among the words of a command line, as whole paths.
 *
 * Options and addresses are passed over, but for those of files of this machine, which a desktop gives where a program
 * takes links too. Whether a file is a notebook is not judged here: opening says what is wrong
 * with one, in words.
 */
export function givenFiles(words: readonly string[], cwd: string): readonly string[] {
  return words
    .map(withoutFileAddress)
    .filter((word) => word !== '' && !word.startsWith('-') && !word.includes('\0') && !ADDRESS.test(word))
    .slice(0, MOST_FILES)
    .map((word) => (isAbsolute(word) ? word : resolve(cwd, word)));
}

/** What a link on the command line means, or why it means nothing: anybody may have written it. */
export function givenLinks(words: readonly string[]): readonly LinkReading[] {
  return words.filter(isRunbookLink).slice(0, MOST_LINKS).map(readRunbookLink);
}

/** The path of `file:///a`; anything else stays as it is, a file of another machine too. */
function withoutFileAddress(word: string): string {
  if (!/^file:\/\/\/(?!\/)/i.test(word)) return word;
  try {
    return fileURLToPath(word);
  } catch {
    // No path of this system: it stays an address, and those are passed over.
    return word;
  }
}
