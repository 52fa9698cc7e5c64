import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameReader, FrameWriter } from '../../electron/engine/connection';
import { makeNonce, prove, readToken } from '../../electron/engine/handshake';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { BULK_WINDOW_BYTES, PROTOCOL } from '../../shared/rpc/protocol';
import type { DocumentView } from '../support/document-view';
import { engineEach } from '../support/engine-fixture';
import { shortOrLong } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

const MIB = 1024 * 1024;

const here = engineEach();

async function ran(...cells: Parameters<typeof writeNotebookFile>[1]): Promise<DocumentView> {
  await writeNotebookFile(here.path, cells);
  const book = await here.open();
  await book.run('c0');
  return book;
}

const where = (book: DocumentView, output = 0) => ({
  document: book.document,
  cell: 'c0',
  key: book.outputs.get('c0')![output]!.key,
});

/** The most memory the engine ever had. */
async function peakBytes(): Promise<number> {
  const { pid } = await here.engine.request('engine.status', {});
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

const LINES = shortOrLong(300_000, 1_000_000);
const DISPLAYS = shortOrLong(6_000, 20_000);
const SOME = 300_000;
/** A busy machine may need this long for a million lines, in seconds. */
const PATIENCE = 200;
const LONG = 400_000;

describe('a flood', { timeout: LONG }, () => {
  it('of lines without number is kept whole, shown by its ends, searched from first to last', async () => {
    const book = await ran(`for i in range(${LINES}): print('line', i)`);
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    await until('its last view is here', () => book.text('c0').endsWith(`line ${LINES - 1}\n`));
    const [view] = book.outputs.get('c0')!;
    expect(JSON.stringify(view).length).toBeLessThan(64 * 1024);
    const place = where(book);
    for (const from of [0, 1, LINES / 2 - 1, LINES - 2]) {
      expect(await here.engine.request('notebook.outputLines', { ...place, from, count: 2 })).toEqual({
        lines: [`line ${from}`, `line ${from + 1}`],
        total: LINES,
      });
    }
    for (const line of [0, LINES / 2, LINES - 1]) {
      const text = `line ${line}`;
      const found = await here.engine.request('notebook.outputSearch', {
        ...place,
        text,
        caseSensitive: true,
      });
      expect(found.lines).toContain(line);
    }
    expect(
      await here.engine.request('notebook.outputSearch', {
        ...place,
        text: `Line ${LINES - 7}`,
        caseSensitive: true,
      }),
    ).toEqual({ lines: [], more: false });
    const many = await here.engine.request('notebook.outputSearch', {
      ...place,
      text: 'line',
      caseSensitive: true,
    });
    expect(many).toMatchObject({ more: true });
    expect(many.lines).toHaveLength(10_000);
    await book.save();
    const file = await readFile(here.path);
    // 128 KiB of text, in the list of lines that nbformat likes.
    expect(file.length).toBeLessThan(400 * 1024);
    const { notebook } = readNotebook(file, here.path);
    expect(notebook.cells[0]?.metadata).toMatchObject({
      watchbook: { fullOutput: [{ output: 0, lines: LINES }] },
    });
    expect(await peakBytes()).toBeLessThan(700 * MIB);
  });

  it('without end is interrupted, also of stderr and from the shell', async () => {
    await writeNotebookFile(here.path, [
      'import sys\nwhile True: print("out"); print("err", file=sys.stderr)',
      { source: 'while true; do echo flood; done', metadata: { vscode: { languageId: 'shellscript' } } },
    ]);
    const book = await here.open();
    for (const cell of ['c0', 'c1']) {
      await book.run(cell);
      await until('it floods', () => /err|flood/.test(book.text(cell)));
      await here.engine.request('notebook.interrupt', { document: book.document });
      expect(await book.finished(cell)).toMatchObject({ status: 'failed' });
    }
  });

  it('blocks no other document and no other request', async () => {
    const book = await ran('while True: print("flood" * 20)');
    await until('it floods', () => book.text('c0').includes('flood'));
    const other = join(here.profile.home, 'other.ipynb');
    await writeNotebookFile(other, ['1 + 1', 'x']);
    const quiet = await here.open(other);
    await quiet.type('c1', 'typed');
    await quiet.run('c0');
    expect((await quiet.finished('c0')).status).toBe('done');
    await quiet.save();
    await book.type('c0', 'edited while it floods');
    await here.engine.request('notebook.interrupt', { document: book.document });
    await book.finished('c0');
  });

  it('as one line of 50 MB is kept whole, cut on screen and in the notebook', async () => {
    const size = 50 * MIB;
    const book = await ran(`import sys\nn = sys.stdout.write('x' * ${size - 4} + 'last')`);
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    await until('the view has its size', () => {
      const view = book.outputs.get('c0')?.[0];
      return view?.kind === 'stream' && view.text.bytes === size;
    });
    expect(JSON.stringify(book.outputs.get('c0')).length).toBeLessThan(256 * 1024);
    const found = await here.engine.request('notebook.outputSearch', {
      ...where(book),
      text: 'xlast',
      caseSensitive: true,
    });
    expect(found).toEqual({ lines: [0], more: false });
    await book.save();
    expect((await readFile(here.path)).length).toBeLessThan(200 * 1024);
    const { notebook } = readNotebook(await readFile(here.path), here.path);
    const [entry] = (notebook.cells[0]!.metadata['watchbook'] as { fullOutput: { sha256: string }[] })
      .fullOutput;
    const whole = await readFile(join(here.profile.home, 'book.output', `${entry!.sha256}.txt`), 'latin1');
    expect(whole.length).toBe(size);
    expect(whole.endsWith('xlast')).toBe(true);
  });

  it('of thousands of displays keeps each, and the engine answers', async () => {
    const book = await ran(
      `from IPython.display import display, HTML\nfor i in range(${DISPLAYS}): display(HTML(f'<b>{i}</b>'))`,
    );
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    await until('all are here', () => book.outputs.get('c0')?.length === DISPLAYS, PATIENCE);
    expect(book.outputs.get('c0')?.at(-1)).toMatchObject({ data: { 'text/html': `<b>${DISPLAYS - 1}</b>` } });
    await book.save();
    const { notebook } = readNotebook(await readFile(here.path), here.path);
    expect(notebook.cells[0]?.outputs).toHaveLength(DISPLAYS);
    const again = await here.engine.request('notebook.snapshot', { document: book.document });
    expect(again.outputs['c0']).toHaveLength(DISPLAYS);
    expect(await peakBytes()).toBeLessThan(900 * MIB);
  });

  it('is whole after the engine was held up for seconds in the middle of it', async () => {
    const book = await ran(
      "from IPython.display import display, HTML\nfor i in range(6_000): display(HTML(f'<b>{i}</b>'))",
    );
    await until('it has begun', () => (book.outputs.get('c0')?.length ?? 0) > 300);
    const { pid } = await here.engine.request('engine.status', {});
    process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    process.kill(pid, 'SIGCONT');
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    await until('all are here', () => book.outputs.get('c0')?.length === 6_000, PATIENCE);
  });

  it('of progress on one line is one line, however long it goes on', async () => {
    const book = await ran(
      "import sys\nfor i in range(300_000): sys.stdout.write(f'\\r{i:7d} of 300000')\nprint()\nprint('end')",
    );
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    const lines = ' 299999 of 300000\nend\n';
    await until('its end is here', () => book.text('c0') === lines);
    await book.save();
    const { notebook } = readNotebook(await readFile(here.path), here.path);
    expect(notebook.cells[0]?.outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: lines }]);
    expect(await peakBytes()).toBeLessThan(500 * MIB);
  });
});

describe('a slow client', { timeout: LONG }, () => {
  it('that gives no credit gets one window of output, and costs nobody else anything', async () => {
    await writeNotebookFile(here.path, [`for i in range(${SOME}): print('line', i)`]);
    const slow = await creditless(here.path);
    const book = await here.open();
    await book.run('c0');
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    await until('the quick one has all', () => book.text('c0').endsWith(`line ${SOME - 1}\n`));
    // One view may begin while there is credit left.
    expect(slow.bulkBytes()).toBeLessThan(BULK_WINDOW_BYTES + 256 * 1024);
    expect(slow.bulkBytes()).toBeGreaterThan(0);
    // With credit again it gets the last state, not all that it missed.
    const before = slow.bulkBytes();
    slow.credit();
    await until('it has the end', () => slow.last().includes(`line ${SOME - 1}\\n`));
    expect(slow.bulkBytes() - before).toBeLessThan(256 * 1024);
    slow.close();
  });

  it('that reads nothing at all is not waited for', async () => {
    await writeNotebookFile(here.path, [`for i in range(${SOME}): print('line', i)`]);
    const deaf = await creditless(here.path);
    deaf.pause();
    const before = await peakBytes();
    const book = await here.open();
    await book.run('c0');
    expect((await book.finished('c0', PATIENCE)).status).toBe('done');
    await until('the other has all', () => book.text('c0').endsWith(`line ${SOME - 1}\n`));
    expect((await peakBytes()) - before).toBeLessThan(600 * MIB);
    deaf.close();
  });
});

/** A client that opens a document and never gives credit back. */
async function creditless(file: string) {
  const socket = connect(here.profile.places.socket);
  const writer = new FrameWriter(socket);
  const token = await readToken(here.profile.places.token);
  const nonce = makeNonce();
  let bulk = 0;
  let last = '';
  let isOpen = false;
  type Frame = {
    readonly t: string;
    readonly nonce?: string;
    readonly bytes?: number;
    readonly event?: string;
    readonly data?: unknown;
  };
  const reader = new FrameReader(
    (value) => {
      const frame = value as Frame;
      if (frame.t === 'challenge') {
        writer.write({ t: 'proof', proof: prove(token, 'client', nonce, frame.nonce!) });
      } else if (frame.t === 'welcome') {
        writer.write({ t: 'request', id: 1, method: 'notebook.open', params: { path: file } });
      } else if (frame.t === 'result') isOpen = true;
      else if (frame.bytes !== undefined) {
        bulk += frame.bytes;
        last = JSON.stringify(frame.data);
      }
    },
    (reason) => {
      throw new Error(reason);
    },
  );
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => undefined);
  writer.write({ t: 'hello', protocol: PROTOCOL, kind: 'window', pid: process.pid, version: '0', nonce });
  await until('it has opened the document', () => isOpen);
  return {
    bulkBytes: () => bulk,
    last: () => last,
    credit: () => writer.write({ t: 'credit', bytes: BULK_WINDOW_BYTES }),
    pause: () => void socket.pause(),
    close: () => void socket.destroy(),
  };
}
