import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocumentDisk } from '../../electron/engine/notebook/document-disk';
import { DocumentRecovery } from '../../electron/engine/notebook/document-recovery';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { writeNotebook } from '../../shared/notebook/notebook-writer';
import type { Notebook } from '../../shared/notebook/model';

let folder: string;
let path: string;
let disk: DocumentDisk;
const ports = () => ({ stateFolder: join(folder, 'state'), log: () => undefined, packAfterMs: 0 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watchbook-disk-'));
  path = join(folder, 'odd.ipynb');
  await mkdir(join(folder, 'state'));
  await writeFile(path, ODD);
  disk = await DocumentDisk.open(ports(), path);
  // Time to be packed; what is asserted holds before and after.
  await new Promise((resolve) => setTimeout(resolve, 50));
});
afterEach(async () => {
  await disk.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** What no formatter would write so: indents, escapes, spelling of numbers, unknown members, order of keys. */
const ODD = Buffer.from(
  `\ufeff{ "nbformat_minor" : 5,\r\n\t"metadata": {"x": 1.50e3, "né": "\\u00e9 \\ud83d\\ude00 😀"},\r\n\t"cells": [${Array.from(
    { length: 400 },
    (_, index) =>
      `{"source": ["a = ${index}\\n",  "b"], "outputs":[], "metadata" : {"y":0.10},\r\n "id":"c${index}","execution_count":null,"more":"${'w'.repeat(900)}","cell_type":"code"}`,
  ).join(',\r\n  ')}]  ,"nbformat":4 }\r\n\r\n`,
);

function edited({ cells, ...rest }: Notebook): Notebook {
  return { ...rest, cells: cells.map((cell) => (cell.id === 'c7' ? { ...cell, source: 'changed' } : cell)) };
}

const WANTED = ((): Uint8Array => {
  const file = readNotebook(ODD, 'odd.ipynb');
  return writeNotebook(file, edited(file.notebook));
})();

/** How the file lies on disk when it is wanted again. */
const TROUBLES: readonly (readonly [string, () => Promise<void>])[] = [
  ['the same', async () => undefined],
  ['cut off', () => truncate(path, 1_000)],
  ['emptied', () => truncate(path, 0)],
  ['another one', () => writeFile(path, '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}')],
  ['gone', () => rm(path)],
];

describe.each(TROUBLES)('a large file that is %s by now', (_name, strike) => {
  it('is saved with every byte that was not edited', async () => {
    await strike();
    const bytesOf = await disk.writer();
    const bytes = bytesOf(edited(disk.file.notebook));
    await disk.save(bytes, { overwrite: true }, async () => undefined);
    expect(Buffer.from(bytes).equals(WANTED)).toBe(true);
    expect((await readFile(path)).equals(WANTED)).toBe(true);
    // And once more, on what was written.
    const { notebook } = readNotebook(ODD, 'odd.ipynb');
    const back = writeNotebook(readNotebook(WANTED, 'odd.ipynb'), notebook);
    expect(Buffer.from((await disk.writer())(notebook)).equals(back)).toBe(true);
  });

  it('is whole beside the log of its edits', async () => {
    const { recovery } = await DocumentRecovery.open(ports(), disk);
    await strike();
    recovery.append({ kind: 'seen', edits: ['one'] });
    await recovery.flush();
    await recovery.close(true);
    const kept = join(folder, 'state', 'recovery');
    const base = (await readdir(kept)).find((name) => name.endsWith('.base'));
    expect((await readFile(join(kept, base ?? ''))).equals(ODD)).toBe(true);
  });
});

it('takes what another program wrote, and stands on what was before again', async () => {
  const other = Buffer.from(ODD.toString().replace('"a = 7\\n"', '"other\\n"'));
  await writeFile(path, other);
  const standBack = disk.accept(await disk.look());
  expect(Buffer.from(await disk.bytes()).equals(other)).toBe(true);
  standBack();
  expect(Buffer.from(await disk.bytes()).equals(ODD)).toBe(true);
  expect(Buffer.from((await disk.writer())(edited(disk.file.notebook))).equals(WANTED)).toBe(true);
});
