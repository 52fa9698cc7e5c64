import { isAbsolute, resolve } from 'node:path';

const MOST_FILES = 20;
const ADDRESS = /^[a-z][a-z0-9+.-]+:/i;

/**
 * The files among the words of a command line, as whole paths.
 *
 * Options and addresses are passed over. Whether a file is a notebook is not judged here: opening says what is wrong
 * with one, in words.
 */
export function givenFiles(words: readonly string[], cwd: string): readonly string[] {
  return words
    .filter((word) => word !== '' && !word.startsWith('-') && !word.includes('\0') && !ADDRESS.test(word))
    .slice(0, MOST_FILES)
    .map((word) => (isAbsolute(word) ? word : resolve(cwd, word)));
}
