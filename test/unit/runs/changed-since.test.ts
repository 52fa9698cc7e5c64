import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { changedSince } from '../../../electron/engine/runs/changed-since';
import { RUNBOOK_FILE } from '../../../electron/engine/runs/run-places';
import { readNotebook } from '../../../shared/notebook/notebook-file';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'watchbook-'));
});
afterEach(() => rm(run, { recursive: true }));

/** A notebook of code cells by their ids; `minor` 4 writes none. */
function bytes(cells: Readonly<Record<string, string>>, minor: 4 | 5): Uint8Array {
  const written = Object.entries(cells).map(([id, source]) => ({
    cell_type: 'code',
    ...(minor === 5 ? { id } : {}),
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const notebook = { cells: written, metadata: {}, nbformat: 4, nbformat_minor: minor };
  return new TextEncoder().encode(JSON.stringify(notebook));
}

async function changes(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  minor: 4 | 5 = 5,
): Promise<readonly string[]> {
  await writeFile(join(run, RUNBOOK_FILE), bytes(then, minor));
  return changedSince(readNotebook(bytes(now, minor), 'now.ipynb').notebook, run);
}

const THEN = { a: '1', b: '2', c: '3' };

it('names cells with another text, new ones and those that are gone', async () => {
  expect(await changes(THEN, THEN)).toEqual([]);
  expect(await changes(THEN, { a: '1', b: 'x', c: '3', d: '4' })).toEqual(['b', 'd']);
  expect(await changes(THEN, { a: '1', c: '3' })).toEqual(['b']);
  expect(await changes(THEN, { c: 'x' })).toEqual(['c', 'a', 'b']);
});

it('counts a changed cell once where cells have no ids', async () => {
  expect(await changes(THEN, THEN, 4)).toEqual([]);
  expect(await changes(THEN, { a: '1', b: 'x', c: '3' }, 4)).toHaveLength(1);
  expect(await changes(THEN, { a: '1', b: '2' }, 4)).toHaveLength(1);
});

it('names all where the runbook of then can not be read', async () => {
  const now = readNotebook(bytes(THEN, 5), 'now.ipynb').notebook;
  expect(await changedSince(now, run)).toEqual(['a', 'b', 'c']);
});
