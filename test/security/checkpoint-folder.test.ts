import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../electron/engine/notebook/checkpoint-store';
import { newNotebook } from '../../shared/notebook/new-notebook';

const BOOK = '/library/book.ipynb';
const { notebook } = newNotebook('bash');
const id = (digit: string): string => digit.repeat(20);
const entry = (digit: string, changes: object = {}): string =>
  JSON.stringify({
    v: 1,
    id: id(digit),
    at: '2026-11-28T08:00:00.000Z',
    name: digit,
    why: 'person',
    cells: 1,
    sha256: 'a'.repeat(64),
    bytes: 10,
    removedAt: null,
    ...changes,
  });

/** The folder of checkpoints may have come from a backup, a sync or another program. */
describe('a hostile folder of checkpoints', () => {
  let state: string;
  let folder: string;
  let store: CheckpointStore;
  let victim: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'wb-checkpoints-'));
    folder = join(state, 'checkpoints', createHash('sha256').update(BOOK).digest('hex'));
    await mkdir(join(folder, 'content'), { recursive: true });
    store = new CheckpointStore(state, () => undefined);
    victim = join(state, 'victim');
    await writeFile(victim, 'untouched');
  });
  afterEach(async () => {
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    await rm(state, { recursive: true, force: true });
  });

  const keep = (name: string) => store.keep(BOOK, { notebook, name, why: 'person' });

  it('is listed without what was not written here, and says how much that is', async () => {
    await keep('ours');
    const put = (digit: string, text: string) => writeFile(join(folder, `${id(digit)}.json`), text);
    await put('0', 'no JSON');
    await put('1', entry('2'));
    await put('3', entry('3', { name: 'two\nlines' }));
    await put('4', entry('4', { name: 'turned \u202Eround' }));
    await put('5', entry('5', { sha256: '../../victim' }));
    await put('6', `{"__proto__":{"polluted":1},${entry('6').slice(1)}`);
    await put('7', entry('7', { pad: 'x'.repeat(20_000) }));
    await put('8', entry('8', { at: 'yesterday' }));
    await symlink(victim, join(folder, `${id('9')}.json`));
    execFileSync('mkfifo', [join(folder, `${id('a')}.json`)]);
    await mkdir(join(folder, `${id('b')}.json`));
    await put('c', entry('c', { v: 2 }));
    await writeFile(join(folder, 'readme.txt'), 'passed over');
    const { checkpoints, unreadable } = await store.list(BOOK);
    expect(checkpoints.map(({ name }) => name).toSorted()).toEqual(['6', 'ours']);
    expect(unreadable).toBe(11);
    expect(({} as { readonly polluted?: number }).polluted).toBeUndefined();
    // Nothing of it is thrown away: it may be another program's, or an older version's.
    await store.remove(BOOK, id('6'));
    expect(await readdir(folder)).toHaveLength(15);
    await expect(store.rename(BOOK, id('9'), 'through the link')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('gives no content that is a link, is missing, has other bytes or is no notebook', async () => {
    const { id: ours } = await keep('ours');
    const [name = ''] = await readdir(join(folder, 'content'));
    const file = join(folder, 'content', name);
    const whole = await readFile(file);
    const refused = () => expect(store.read(BOOK, ours)).rejects.toMatchObject({ code: 'not-readable' });
    await writeFile(file, whole.toString().replace('"cells"', '"cellz"'));
    await refused();
    await rm(file);
    await refused();
    await writeFile(join(state, 'elsewhere'), whole);
    await symlink(join(state, 'elsewhere'), file);
    await refused();
    const text = 'no notebook';
    const digest = createHash('sha256').update(text).digest('hex');
    await writeFile(join(folder, 'content', `${digest}.ipynb`), text);
    await writeFile(join(folder, `${id('d')}.json`), entry('d', { sha256: digest }));
    await expect(store.read(BOOK, id('d'))).rejects.toMatchObject({ code: 'not-a-notebook' });
  });

  it('never leads a writing elsewhere: a link in the place of a file is replaced, of a folder refused', async () => {
    await keep('ours');
    const [name = ''] = await readdir(join(folder, 'content'));
    await rm(join(folder, 'content', name));
    await symlink(victim, join(folder, 'content', name));
    await keep('again');
    expect((await store.list(BOOK)).checkpoints).toHaveLength(2);
    const outside = join(state, 'outside');
    await mkdir(outside);
    await rm(join(folder, 'content'), { recursive: true });
    await symlink(outside, join(folder, 'content'));
    await expect(keep('third')).rejects.toMatchObject({ code: 'not-writable' });
    await rename(folder, `${folder}.away`);
    await symlink(outside, folder);
    await expect(keep('fourth')).rejects.toMatchObject({ code: 'not-writable' });
    expect(await store.list(BOOK)).toEqual({ checkpoints: [], unreadable: 0 });
    await store.moved(BOOK, '/library/other.ipynb');
    expect(await readdir(outside)).toEqual([]);
  });
});
