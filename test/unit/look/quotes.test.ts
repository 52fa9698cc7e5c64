import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from '../../support/imports';

const ROOT = join(__dirname, '../../..');
/** What a window shows. The command line quotes what is typed there as a shell does. */
const FOLDERS = ['renderer', 'shared', 'electron/engine', 'electron/main'];
/** These write, or read, what programs say, whose quotes are straight. */
const WRITES_CODE =
  /\/(?:federated-packages|marks-\w+|remote-hooks|bootstrap|recipe|secret-lookup|ask-command|find-pattern)\.ts$/;

const COMMENT = /^\s*(?:\{?\/?\*|\/\/).*| \/\/ .*$/;
/** A word, or what stands for one, between straight quotes in a sentence. */
const QUOTED =
  /(?:[a-z,] |[('`])"(?:\$\{[^}]*\}|[\w. -]+)" [a-z]|[a-z,] \(?"(?:\$\{[^}]*\}|[\w. -]+)"[,.;:)'`]/;
const APOSTROPHE = /[a-z]'(?:s|t|re|ve|ll) [a-z]/;

test('words of a program, a file or a person are quoted in one way', () => {
  const wrong = FOLDERS.flatMap((folder) => sourceFiles(ROOT, folder))
    .filter((file) => !WRITES_CODE.test(file))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .map((line) => line.replace(COMMENT, ''))
        .filter((line) => QUOTED.test(line) || APOSTROPHE.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(wrong).toEqual([]);
});
