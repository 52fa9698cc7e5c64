import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { DocumentView } from '../support/document-view';
import { testPython } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, ROOT, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const KERNEL = join(ROOT, 'test', 'support', 'hostile-kernel.py');

describe('a kernel that does not keep to the protocol', () => {
  let profile: TestProfile;
  let engine: EngineConnection;
  let view: DocumentView | null = null;
  let count = 0;
  beforeAll(async () => {
    profile = await makeProfile();
    const folder = join(profile.home, '.local/share/jupyter/kernels/evil');
    await mkdir(folder, { recursive: true });
    const argv = [testPython(), KERNEL, '{connection_file}'];
    await writeFile(
      join(folder, 'kernel.json'),
      JSON.stringify({ argv, display_name: 'Evil', language: 'evil' }),
    );
  });
  // A view listens to all that its connection hears: one for each test.
  beforeEach(async () => {
    engine = await profile.connect();
  });
  afterEach(async () => {
    // The engine lives, whatever it was sent, and a further cell of the same kernel runs.
    expect((await engine.request('engine.status', {})).pid).toBe(engine.enginePid);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    if (view !== null) await engine.request('notebook.shutdown', { document: view.document });
    view = null;
    engine.dispose();
  });
  afterAll(() => profile.dispose());

  /** Runs cells whose code names an attack, one after the other, then a plain one. */
  async function play(...attacks: readonly string[]): Promise<DocumentView> {
    const path = join(profile.home, `evil-${(count += 1)}.ipynb`);
    await writeNotebookFile(path, [...attacks, 'plain'], {
      kernelspec: { name: 'evil', display_name: 'Evil', language: 'evil' },
    });
    view = await DocumentView.open(engine, path);
    const cells = [...attacks, 'plain'].map((_, index) => `c${index}`);
    await view.run(...cells);
    for (const cell of cells) {
      const { status, summary } = await view.finished(cell);
      expect(status, `${cell}: ${summary ?? ''}`).toBe('done');
    }
    await until('the last line has come', () => view?.text(`c${attacks.length}`) === 'plain\n');
    return view;
  }

  /** A plain cell once more: what came late has surely been read then. */
  async function again(book: DocumentView, cell: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const before = book.runs.get(cell)?.endedAt;
    await book.run(cell);
    await until('it ran again', () => {
      const run = book.runs.get(cell);
      return run?.status === 'done' && run.endedAt !== before;
    });
  }

  it('shows what is signed rightly, and nothing that is not', async () => {
    const book = await play('wrong-key');
    expect(book.text('c0')).toBe('true\n');
    expect(book.runs.get('c0')?.status).toBe('done');
  });

  it('takes a message once, however often it is sent', async () => {
    expect((await play('replay')).text('c0')).toBe('once\n');
  });

  it('lets a cell clear and fail no other cell that has ended', async () => {
    const book = await play('plain', 'other-cell');
    // Threads that a cell left may still print for it; nothing is taken away, and it has not failed.
    expect(book.text('c0')).toBe('plain\nfor the first cell\n');
    expect(book.outputs.get('c0')).toMatchObject([{ kind: 'stream' }]);
    expect(book.runs.get('c0')?.status).toBe('done');
    expect(book.text('c1')).toBe('own\n');
    expect(book.outputs.get('c1')).toMatchObject([{ kind: 'stream' }]);
  });

  it('changes no display that is not there', async () => {
    const book = await play('display', 'foreign-display');
    expect(book.outputs.get('c0')).toMatchObject([{ kind: 'data', data: { 'text/plain': 'mine' } }]);
    expect(book.outputs.get('c1')).toMatchObject([{ kind: 'stream' }]);
  });

  it('clears as often as it likes, and the last word stands', async () => {
    expect((await play('clear-loop')).text('c0')).toBe('4999\n');
  });

  it('opens comms without end, and nothing comes of it', async () => {
    const book = await play('comm-flood');
    expect(book.text('c0')).toBe('own\n');
    expect(book.outputs.get('c0')).toHaveLength(1);
  });

  it('plants no cell, no pager and no page by the payloads of its reply', async () => {
    const book = await play('payloads');
    const { cells } = await book.fresh();
    expect(cells.map(({ source }) => source)).toEqual(['payloads', 'plain']);
    expect(JSON.stringify(book.outputs.get('c0'))).not.toContain('pager');
  });

  it('sends what is malformed, and only what is whole is shown', async () => {
    const book = await play('malformed');
    expect(book.text('c0')).toContain('own\n');
    expect(book.runs.get('c0')?.status).toBe('done');
    expect(book.state.kernel.state).not.toBe('dead');
    await book.save();
    const { notebook } = readNotebook(await readFile(book.snapshot.state.path), 'evil');
    expect(notebook.cells).toHaveLength(2);
  });

  it('sends a line of 64 MB: all is kept, the view is bounded', async () => {
    const book = await play('giant');
    const [output] = (await book.fresh()).outputs['c0'] ?? [];
    expect(output).toMatchObject({ kind: 'stream' });
    if (output?.kind !== 'stream') throw new Error('no stream');
    expect(output.text.bytes).toBeGreaterThan(64 * 1024 * 1024);
    expect(output.text.head.length + output.text.tail.length).toBeLessThan(1_000_000);
  });

  it('ends no cell a second time, and clears none that has ended', async () => {
    const book = await play('late');
    await again(book, 'c1');
    expect((await book.fresh()).outputs['c0']).toMatchObject([
      { kind: 'stream', text: { head: 'after the end\n' } },
    ]);
    expect((await book.fresh()).runs['c0']?.status).toBe('done');
  });

  it('asks for no password while nothing runs', async () => {
    const asked: unknown[] = [];
    const stop = engine.on('notebook.inputRequested', (request) => asked.push(request));
    const book = await play('ask-late');
    await again(book, 'c1');
    stop();
    expect(asked).toEqual([]);
    expect((await book.fresh()).inputs).toEqual([]);
    expect(JSON.stringify((await book.fresh()).outputs)).not.toContain('ANSWERED');
  });
});
