import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import type { SearchedRunbook } from '../../shared/library/search-contract';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';

let profile: TestProfile;
let engine: EngineConnection;
let library: string;

beforeEach(async () => {
  profile = await makeProfile();
  library = join(profile.home, 'ops');
  await mkdir(join(library, 'releases'), { recursive: true });
  // The list is the person's own file; a command may not add to it.
  await mkdir(profile.places.state, { recursive: true, mode: 0o700 });
  await writeFile(
    join(profile.places.state, 'library.json'),
    JSON.stringify({ version: 1, folders: [library] }),
  );
  engine = await profile.connect();
});
afterEach(async () => {
  engine.dispose();
  await profile.dispose();
});

const QUERY = { isPattern: false, isCaseSensitive: false, isWholeWord: false };

async function search(
  text: string,
  more: Partial<typeof QUERY> = {},
): Promise<{ readonly runbooks: SearchedRunbook[]; readonly passedOver: string[]; readonly parts: number }> {
  const runbooks: SearchedRunbook[] = [];
  const passedOver: string[] = [];
  let parts = 0;
  for (let from: number | null = 0; from !== null; parts += 1) {
    const part: Awaited<ReturnType<typeof ask>> = await ask(text, more, from);
    runbooks.push(...part.runbooks);
    passedOver.push(...part.passedOver);
    from = part.next;
  }
  return { runbooks, passedOver, parts };
}

function ask(text: string, more: Partial<typeof QUERY>, from: number) {
  return engine.request('library.search', { query: { ...QUERY, text, ...more }, from });
}

describe('the search in the library', () => {
  it('finds in sources by runbook and cell, with the line around it', async () => {
    await writeNotebookFile(join(library, 'releases', 'payments.ipynb'), [
      { type: 'markdown', source: '# Payments\n\nRoll out slowly' },
      {
        source: 'first()\nrollout("Payments")',
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'payments\n' }],
      },
    ]);
    await writeNotebookFile(join(library, 'other.ipynb'), ['nothing here']);
    const { runbooks, passedOver } = await search('payments');
    expect(passedOver).toEqual([]);
    expect(runbooks).toEqual([
      {
        path: join(library, 'releases', 'payments.ipynb'),
        name: 'payments.ipynb',
        place: 'ops/releases',
        more: false,
        hits: [
          { cell: 'c0', index: 0, type: 'markdown', line: 1, text: '# Payments', from: 2, to: 10 },
          { cell: 'c1', index: 1, type: 'code', line: 2, text: 'rollout("Payments")', from: 9, to: 17 },
        ],
      },
    ]);
    expect((await search('payments', { isCaseSensitive: true })).runbooks).toEqual([]);
    expect((await search('^roll', { isPattern: true })).runbooks[0]?.hits).toHaveLength(2);
  });

  it('looks at nothing outside of the library, in .git, in runs, and at no other files', async () => {
    const outside = join(profile.home, 'outside');
    await mkdir(outside);
    for (const folder of ['.git', 'runs', '.ipynb_checkpoints']) await mkdir(join(library, folder));
    for (const path of [
      join(outside, 'a.ipynb'),
      join(library, '.git', 'b.ipynb'),
      join(library, 'runs', 'c.ipynb'),
      join(library, '.ipynb_checkpoints', 'd.ipynb'),
      join(library, 'e.txt'),
      join(library, 'inside.ipynb'),
    ]) {
      await writeNotebookFile(path, ['needle']);
    }
    await symlink(join(outside, 'a.ipynb'), join(library, 'link.ipynb'));
    await symlink(outside, join(library, 'folder'));
    await symlink(join(library, 'inside.ipynb'), join(library, 'twice.ipynb'));
    const { runbooks } = await search('needle');
    expect(runbooks).toHaveLength(1);
    expect(runbooks[0]?.name).toMatch(/^(?:inside|twice)\.ipynb$/);
  });

  it('says what it passed over, and goes on', async () => {
    await writeFile(join(library, 'broken.ipynb'), '{"cells": [');
    await writeFile(join(library, 'list.ipynb'), '[]');
    await writeFile(
      join(library, 'odd.ipynb'),
      JSON.stringify({ cells: [null, 3, { source: 7 }, { source: ['nee', 4, 'dle'], cell_type: 'code' }] }),
    );
    const { runbooks, passedOver } = await search('needle');
    expect(passedOver).toEqual([join(library, 'broken.ipynb'), join(library, 'list.ipynb')]);
    expect(runbooks[0]?.hits).toEqual([
      { cell: null, index: 3, type: 'code', line: 1, text: 'needle', from: 0, to: 6 },
    ]);
  });

  it('stops a pattern that takes for ever, says what is wrong with one, and lives', async () => {
    await writeNotebookFile(join(library, 'slow.ipynb'), [`x = "${'a'.repeat(60)}!"`]);
    await expect(search('(a+)+$', { isPattern: true })).rejects.toMatchObject({ code: 'timeout' });
    await expect(search('(', { isPattern: true })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(/not a regular expression: unterminated group/) as string,
    });
    expect((await search('x =')).runbooks).toHaveLength(1);
  });

  it('comes in parts, bounded in each runbook and each line', async () => {
    for (let index = 0; index < 12; index += 1) {
      await writeNotebookFile(join(library, `book-${index}.ipynb`), [
        `${'long '.repeat(10_000)}needle ${'long '.repeat(10_000)}`,
        ...Array.from({ length: 80 }, () => 'needle'),
      ]);
    }
    const { runbooks, parts } = await search('needle');
    expect(runbooks).toHaveLength(12);
    expect(parts).toBeGreaterThan(1);
    for (const { hits, more } of runbooks) {
      expect(hits).toHaveLength(50);
      expect(more).toBe(true);
      for (const { text, from, to } of hits) {
        expect(text.length).toBeLessThanOrEqual(240);
        expect(text.slice(from, to)).toBe('needle');
      }
    }
  });
});
