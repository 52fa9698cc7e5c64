import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CellOutputs,
  displayIdOf,
  type CellOutputsOptions,
} from '../../../shared/notebook/outputs/cell-outputs';
import { viewsOfOutputs } from '../../../shared/notebook/outputs/from-nbformat';
import { withFullOutputs } from '../../../shared/notebook/outputs/full-output';
import { Redactions } from '../../../shared/notebook/outputs/redactor';
import { textInMemory, type TextSnapshot, type TextStore } from '../../../shared/notebook/outputs/text-store';

class MemoryStore implements TextStore {
  settled = '';
  tail = '';
  discarded = false;
  readonly #source = textInMemory(() => this.settled + this.tail);
  read = this.#source.read;
  search = this.#source.search;
  append(text: string): void {
    this.settled += text;
  }
  setTail(text: string): void {
    this.tail = text;
  }
  readonly name = 'memory';
  snapshot(): TextSnapshot {
    const text = this.settled + this.tail;
    return {
      sha256: createHash('sha256').update(text).digest('hex'),
      async *bytes() {
        yield Buffer.from(text);
      },
    };
  }
  discard(): void {
    this.discarded = true;
  }
}

function make(options: Partial<CellOutputsOptions> = {}): { outputs: CellOutputs; stores: MemoryStore[] } {
  const stores: MemoryStore[] = [];
  const openStore = (): MemoryStore => {
    const store = new MemoryStore();
    stores.push(store);
    return store;
  };
  return {
    outputs: new CellOutputs({ keyPrefix: 'k', limitBytes: 1_048_576, openStore, ...options }),
    stores,
  };
}

function print(outputs: CellOutputs, text: string, name = 'stdout'): void {
  outputs.handle('stream', { name, text });
}

describe('the outputs of a cell', () => {
  it('joins texts of one stream that follow each other, and keeps the order of streams', () => {
    const { outputs } = make();
    print(outputs, 'a');
    print(outputs, 'b\n');
    print(outputs, 'e\n', 'stderr');
    print(outputs, 'c\n');
    expect(outputs.kept().outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'ab\n' },
      { output_type: 'stream', name: 'stderr', text: 'e\n' },
      { output_type: 'stream', name: 'stdout', text: 'c\n' },
    ]);
  });

  it('makes every kind of output as nbformat has it', () => {
    const { outputs } = make();
    outputs.handle('display_data', {
      data: { 'text/plain': ['a\n', 'b'] },
      metadata: { x: 1 },
      transient: {},
    });
    outputs.handle('execute_result', { data: { 'text/plain': '4' }, metadata: {}, execution_count: 7 });
    outputs.handle('error', { ename: 'E', evalue: 'v', traceback: ['\u001b[31mE\u001b[0m: v'] });
    expect(outputs.handle('status', { execution_state: 'idle' })).toBe(false);
    expect(outputs.kept().outputs).toEqual([
      { output_type: 'display_data', data: { 'text/plain': 'a\nb' }, metadata: { x: 1 } },
      { output_type: 'execute_result', data: { 'text/plain': '4' }, metadata: {}, execution_count: 7 },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\u001b[31mE\u001b[0m: v'] },
    ]);
  });

  it('tells from which output on views are to be sent anew', () => {
    const { outputs } = make();
    expect(outputs.takeDirty()).toBeNull();
    print(outputs, 'a');
    outputs.handle('display_data', { data: { 'text/plain': 'b' }, transient: { display_id: 'd' } });
    expect(outputs.takeDirty()).toBe(0);
    expect(outputs.takeDirty()).toBeNull();
    print(outputs, 'c');
    expect(outputs.takeDirty()).toBe(2);
    outputs.updateDisplay('d', { data: { 'text/plain': 'B' } });
    expect(outputs.takeDirty()).toBe(1);
    expect(outputs.views(1).map(({ key }) => key)).toEqual(['k1d', 'k2s']);
  });

  it('updates every output of a display id, and none for an id it does not know', () => {
    const { outputs } = make();
    for (const text of ['a', 'b']) {
      outputs.handle('display_data', { data: { 'text/plain': text }, transient: { display_id: 'one' } });
    }
    outputs.handle('display_data', { data: { 'text/plain': 'c' }, transient: { display_id: 'two' } });
    outputs.handle('update_display_data', {
      data: { 'text/plain': 'x' },
      transient: { display_id: 'foreign' },
    });
    expect(outputs.updateDisplay('foreign', { data: {} })).toBe(false);
    expect(outputs.hasDisplay('one')).toBe(true);
    outputs.handle('update_display_data', { data: { 'text/plain': 'z' }, transient: { display_id: 'one' } });
    const texts = outputs.kept().outputs.map((output) => 'data' in output && output.data['text/plain']);
    expect(texts).toEqual(['z', 'z', 'c']);
    expect(displayIdOf({ transient: { display_id: '' } })).toBeNull();
  });

  it('clears at once, or with the next output when asked to wait', () => {
    const { outputs } = make();
    print(outputs, 'a');
    outputs.handle('clear_output', { wait: true });
    expect(outputs.length).toBe(1);
    print(outputs, 'b');
    expect(outputs.kept().outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'b' }]);
    outputs.handle('clear_output', { wait: false });
    expect(outputs.length).toBe(0);
    expect(outputs.takeDirty()).toBe(0);
  });

  it('draws again in the same place after a clear that waited', () => {
    const { outputs } = make();
    outputs.handle('display_data', { data: { 'image/png': 'a' } });
    const [before] = outputs.views();
    outputs.handle('clear_output', { wait: true });
    outputs.handle('display_data', { data: { 'image/png': 'b' } });
    expect(outputs.views().map(({ key }) => key)).toEqual([before!.key]);
  });

  it('opens no store and keeps nothing for a loop of clear_output', () => {
    const { outputs, stores } = make();
    for (let turn = 0; turn < 20_000; turn += 1) {
      outputs.handle('clear_output', { wait: true });
      print(outputs, `turn ${turn}\n`);
    }
    expect(stores).toHaveLength(0);
    expect(outputs.length).toBe(1);
  });

  it('keeps both ends of a text over the limit in the notebook, and says where the whole is', () => {
    const { outputs, stores } = make();
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index}\n`).join('');
    for (let at = 0; at < lines.length; at += 50_000) print(outputs, lines.slice(at, at + 50_000));
    outputs.finish();
    const { outputs: kept, full } = outputs.kept();
    const [output] = kept;
    const text = output?.output_type === 'stream' ? output.text : '';
    expect(text.startsWith('line 0\nline 1\n')).toBe(true);
    expect(text.endsWith('line 199998\nline 199999\n')).toBe(true);
    expect(text.length).toBeLessThan(2 * 65_536 + 200);
    expect(text.length).toBeGreaterThan(2 * 65_536 - 200);
    const sha256 = createHash('sha256').update(lines).digest('hex');
    expect(full).toHaveLength(1);
    expect(full[0]?.entry).toEqual({
      output: 0,
      path: `output/${sha256}.txt`,
      bytes: lines.length,
      lines: 200_000,
      sha256,
    });
    expect(stores[0]!.settled + stores[0]!.tail).toBe(lines);
    const [between] = text.split('\n').filter((line) => line.startsWith('['));
    const shown = text.split('\n').filter((line) => line.startsWith('line ')).length;
    expect(between).toContain(`${(200_000 - shown).toLocaleString('en-US')} lines`);

    const views = viewsOfOutputs(
      kept,
      withFullOutputs(
        {},
        full.map(({ entry }) => entry),
      ),
      {
        keyPrefix: 'f',
        madeHere: () => false,
      },
    );
    expect(views[0]).toMatchObject({
      kind: 'stream',
      text: { lines: 200_000, fullOutput: `output/${sha256}.txt` },
    });
  });

  it.each([0, 1_000, 70_000, 200_000])(
    'keeps no more than a limit of %i bytes and the line between',
    (limitBytes) => {
      const { outputs } = make({ limitBytes });
      print(outputs, 'x\n'.repeat(150_000));
      const [output] = outputs.kept().outputs;
      const text = output?.output_type === 'stream' ? output.text : '';
      expect(text.length).toBeLessThanOrEqual(Math.min(limitBytes, 131_072) + 250);
      expect(outputs.kept().full).toHaveLength(1);
    },
  );

  it('keeps everything in the notebook when there is no limit', () => {
    const { outputs } = make({ limitBytes: null });
    const text = 'y'.repeat(3_000_000);
    print(outputs, text);
    expect(outputs.kept()).toEqual({ outputs: [{ output_type: 'stream', name: 'stdout', text }], full: [] });
  });

  it('shows up to 200 lines whole, and of more the first and last 100', () => {
    const { outputs } = make();
    for (let line = 0; line < 200; line += 1) print(outputs, `${line}\n`);
    expect(outputs.views()[0]).toMatchObject({ text: { tail: '', omittedLines: 0, lines: 200 } });
    for (let line = 200; line < 5_000; line += 1) print(outputs, `${line}\n`);
    const [view] = outputs.views();
    const text = view?.kind === 'stream' ? view.text : null;
    expect(text?.head.split('\n')[99]).toBe('99');
    expect(text?.head.endsWith('\n99\n')).toBe(true);
    expect(text?.tail.startsWith('4900\n')).toBe(true);
    expect(text?.tail.endsWith('4999\n')).toBe(true);
    expect(text).toMatchObject({ omittedLines: 4_800, lines: 5_000, bytes: 23_890 });
  });

  it('begins the tail of a view in the colour it had', () => {
    const { outputs } = make();
    print(outputs, `\u001b[32m${'green\n'.repeat(1_000)}`);
    const [view] = outputs.views();
    expect(view?.kind === 'stream' && view.text.tail.startsWith('\u001b[32mgreen\n')).toBe(true);
  });

  it('bounds the view of a line without end', () => {
    const { outputs, stores } = make();
    for (let part = 0; part < 50; part += 1) print(outputs, 'z'.repeat(100_000));
    const [view] = outputs.views();
    expect(view?.kind === 'stream' && view.text.head.length).toBeLessThan(5_000);
    expect(view).toMatchObject({ text: { lines: 1, bytes: 5_000_000 } });
    expect(stores).toHaveLength(1);
  });

  it('keeps views small and memory bounded under a flood', () => {
    const { outputs, stores } = make();
    const chunk = `${'some log line that is not short at all, with words\n'.repeat(1_000)}`;
    stores.length = 0;
    const before = process.memoryUsage().heapUsed;
    for (let part = 0; part < 400; part += 1) {
      print(outputs, chunk);
      // The store of this test keeps nothing, so that only what CellOutputs holds is measured.
      for (const store of stores) store.settled = '';
      expect(JSON.stringify(outputs.views()).length).toBeLessThan(20_000);
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  });

  it('leaves large values out of views and gives them when asked', () => {
    const { outputs } = make();
    outputs.handle('display_data', { data: { 'image/png': 'A'.repeat(300_000), 'text/plain': 'small' } });
    const [view] = outputs.views();
    expect(view).toMatchObject({
      data: { 'text/plain': 'small' },
      deferred: [{ mime: 'image/png', bytes: 300_000 }],
      madeHere: true,
    });
    expect(outputs.value('k0d', 'image/png')).toHaveLength(300_000);
    expect(outputs.value('k0d', 'constructor')).toBeUndefined();
    expect(outputs.value('k9d', 'image/png')).toBeUndefined();
  });

  it('takes names of prototypes in bundles as names', () => {
    const { outputs } = make();
    const content = JSON.parse(
      '{"data": {"__proto__": "x", "constructor": "y", "text/plain": "z"}, "metadata": {}}',
    );
    outputs.handle('display_data', content);
    expect(JSON.stringify(outputs.kept().outputs[0])).toContain('"__proto__":"x"');
    expect(outputs.value('k0d', '__proto__')).toBe('x');
    expect(({} as Record<string, unknown>)['text/plain']).toBeUndefined();
  });

  it('survives contents of any shape', () => {
    const { outputs } = make();
    for (const type of [
      'stream',
      'display_data',
      'execute_result',
      'error',
      'update_display_data',
      'clear_output',
    ]) {
      for (const content of [
        null,
        undefined,
        5,
        [],
        {},
        { data: 5, text: 5, traceback: 'x', transient: 7, name: {} },
      ]) {
        outputs.handle(type, content);
      }
    }
    expect(() => JSON.stringify([outputs.views(), outputs.kept().outputs])).not.toThrow();
  });

  it('lets no secret into any output, also when an overwrite puts it together', () => {
    const redactions = new Redactions([{ text: 'hunter22', replacement: '[PASSWORD]' }]);
    const { outputs } = make({ redactions });
    print(outputs, 'a hunt');
    print(outputs, 'er22 b\n');
    print(outputs, 'hunter2X\b2\n');
    print(outputs, 'hunt');
    outputs.handle('display_data', {
      data: { 'text/html': '<b>hunter22</b>', 'application/json': { hunter22: ['hunter22'] } },
    });
    outputs.handle('error', { ename: 'hunter22', evalue: 'hunter22', traceback: ['hun\u001b[1mter22'] });
    print(outputs, 'hunter22', 'stderr');
    outputs.finish();
    const all = JSON.stringify([outputs.views(), outputs.kept().outputs]);
    expect(all.replaceAll(/\\u001b\[\d*m/g, '')).not.toContain('hunter22');
    const [first] = outputs.kept().outputs;
    expect(first).toMatchObject({ text: 'a [PASSWORD] b\n[PASSWORD]\nhunt' });
  });

  it('marks a gap where it was, in the notebook too', () => {
    const { outputs } = make();
    print(outputs, 'before\n');
    outputs.gap('2026-11-24T02:18:05.000Z', '2026-11-24T02:19:05.000Z', 'the engine was stopped');
    print(outputs, 'after\n');
    expect(outputs.views().map(({ kind }) => kind)).toEqual(['stream', 'gap', 'stream']);
    const again = viewsOfOutputs(outputs.kept().outputs, {}, { keyPrefix: 'f', madeHere: () => false });
    expect(again[1]).toMatchObject({
      kind: 'gap',
      from: '2026-11-24T02:18:05.000Z',
      reason: 'the engine was stopped',
    });
  });

  it('is the same again when its records are restored', () => {
    const { outputs } = make();
    print(outputs, 'a\rb\n');
    expect(outputs.takeRecords()).toMatchObject({ count: 1, changed: [{ index: 0 }] });
    print(outputs, 'c', 'stderr');
    outputs.handle('execute_result', {
      data: { 'text/plain': '4' },
      execution_count: 2,
      transient: { display_id: 'd' },
    });
    outputs.handle('error', { ename: 'E', evalue: 'v', traceback: ['t'] });
    outputs.gap('2026-11-24T02:18:05.000Z', '2026-11-24T02:19:05.000Z', 'r');
    const later = outputs.takeRecords();
    expect(later).toMatchObject({
      count: 5,
      changed: [{ index: 1 }, { index: 2 }, { index: 3 }, { index: 4 }],
    });
    expect(outputs.takeRecords()).toBeNull();
    const again = make().outputs;
    again.restore(outputs.records().changed.map(({ record }) => record));
    expect(again.views()).toEqual(outputs.views());
    expect(again.hasDisplay('d')).toBe(true);
  });

  it('discards the stores of what was cleared', () => {
    const { outputs, stores } = make();
    print(outputs, 'w\n'.repeat(100_000));
    expect(stores).toHaveLength(1);
    outputs.clear();
    expect(stores[0]!.discarded).toBe(true);
  });

  it('reads a text by lines, in memory and in the store alike', async () => {
    const { outputs } = make();
    print(outputs, 'one\n\u001b[31mt\u001b[0mwo\nthree');
    expect(await outputs.text('k0s')!.read(1, 5)).toEqual({
      lines: ['\u001b[31mt\u001b[0mwo', 'three'],
      total: 3,
    });
    expect(await outputs.text('k0s')!.search('TWO', false)).toEqual({ lines: [1], more: false });
    expect(outputs.text('k5s')).toBeNull();
  });
});
