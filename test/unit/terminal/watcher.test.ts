import { SerializeAddon } from '@xterm/addon-serialize';
import { Terminal } from '@xterm/headless';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '../../../electron/engine/engine-client';
import { Watcher } from '../../../electron/engine/terminals/watcher';
import type { EventData, EventName } from '../../../shared/rpc/contracts';
import { OUTPUT_PIECE, OUTPUT_WINDOW, type TerminalMark } from '../../../shared/terminal/contract';
import { ScreenBacklog } from '../../../shared/terminal/screen-backlog';

const END = { at: '2026-11-24T02:10:00.000Z', status: 0, signal: null };

class Client implements EngineClient {
  readonly id = 'c';
  readonly kind = 'window';
  readonly isPerson = true;
  readonly gone = new AbortController().signal;
  readonly bulkCredit = 0;
  readonly pieces: string[] = [];
  readonly marks: TerminalMark[] = [];
  length = 0;
  hasLeft = false;

  send<E extends EventName>(event: E, data: EventData<E>): void {
    if (event === 'terminal.left') this.hasLeft = true;
    if (event !== 'terminal.output') return;
    expect(this.hasLeft).toBe(false);
    const output = data as EventData<'terminal.output'>;
    for (const mark of output.marks) this.marks.push({ ...mark, at: mark.at + this.length });
    this.length += output.data.length;
    this.pieces.push(output.data);
  }

  sendBulk(): void {
    throw new Error('Not for terminals.');
  }

  onCredit(): () => void {
    return () => undefined;
  }
}

function watch(): { readonly client: Client; readonly watcher: Watcher } {
  const client = new Client();
  const watcher = new Watcher(client, 't', { isAwaited: false, scrollback: null });
  watcher.start();
  return { client, watcher };
}

describe('who looks at a terminal', () => {
  it('gets a flood in large pieces, also when it draws each at once', () => {
    const { client, watcher } = watch();
    for (let n = 0; n < 1_000; n += 1) {
      watcher.push('x'.repeat(4_095), []);
      // As often as output is gathered.
      if (n % 30 === 29) watcher.sendAll();
      const drawn = client.pieces.at(-1)?.length ?? 0;
      if (watcher.waiting > 0 && drawn > 0) watcher.taken(drawn);
    }
    watcher.sendAll();
    expect(client.length + watcher.waiting).toBeGreaterThanOrEqual(4_095_000);
    expect(client.pieces.length).toBeLessThan(150);
  });

  it('gets a key at once, and what there was no room for as soon as there is', () => {
    const { client, watcher } = watch();
    watcher.push('a', []);
    watcher.sendAll();
    expect(client.pieces).toEqual(['a']);
    watcher.push('y'.repeat(OUTPUT_WINDOW), []);
    watcher.sendAll();
    const all = client.length;
    expect(all).toBeLessThanOrEqual(OUTPUT_WINDOW);
    watcher.taken(all);
    expect(client.length).toBe(OUTPUT_WINDOW + 1);
  });

  it('loses nothing, gets marks in their places, and never more than its window', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 150_000 }), isMarked: fc.boolean() }),
      fc.constant('due' as const),
      fc.record({ taken: fc.double({ min: 0.1, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { client, watcher } = watch();
        const wanted: TerminalMark[] = [];
        let pushed = '';
        let drawn = 0;
        const draw = (share: number): void => {
          const some = Math.ceil((client.length - drawn) * share);
          drawn += some;
          if (some > 0) watcher.taken(some);
        };
        for (const [n, one] of steps.entries()) {
          if (one === 'due') watcher.sendAll();
          else if ('taken' in one) draw(one.taken);
          else {
            const text = String.fromCharCode(97 + (n % 26)).repeat(one.push);
            const mark: TerminalMark = { at: text.length, step: 'prompt', command: n };
            watcher.push(text, one.isMarked ? [mark] : []);
            pushed += text;
            if (one.isMarked) wanted.push({ ...mark, at: pushed.length });
          }
          expect(client.length - drawn).toBeLessThanOrEqual(OUTPUT_WINDOW);
          for (const piece of client.pieces) expect(piece.length).toBeLessThanOrEqual(OUTPUT_PIECE);
        }
        watcher.leave(END);
        for (let n = 0; n < 2_000 && !client.hasLeft; n += 1) draw(0.7);
        expect(client.hasLeft).toBe(true);
        expect(client.pieces.join('') === pushed).toBe(true);
        expect(client.marks).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });
});

/** What a screen shows that is written to piece by piece. */
async function drawn(pieces: readonly string[]): Promise<string> {
  const terminal = new Terminal({ cols: 12, rows: 4, scrollback: 6, allowProposedApi: true });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  for (const piece of pieces) terminal.write(piece);
  await new Promise<void>((resolve) => terminal.write('', resolve));
  const text = serializer.serialize();
  terminal.dispose();
  return text;
}

describe('a screen that looks at a terminal', () => {
  afterEach(() => void vi.useRealTimers());

  it('shows in the end what it would show of every byte, with the marks in their places', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('one\r\n', 'two\r\nthree\r\n', 'words ', '\u001b[32m', '\u001b[0m'),
      },
      { weight: 1, arbitrary: fc.constantFrom('mark' as const, '\u001b[2J' as const) },
      { weight: 2, arbitrary: fc.constantFrom('due' as const, 'taken' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const client = new Client();
        const held = new ScreenBacklog({ least: 0, most: 4_096 });
        const watcher = new Watcher(client, 't', { isAwaited: false, scrollback: 6 }, held);
        watcher.start();
        let written = '';
        let marked = 0;
        let taken = 0;
        const take = (): void => {
          const some = client.length - taken;
          taken += some;
          if (some > 0) watcher.taken(some);
        };
        for (const one of steps) {
          if (one === 'due') watcher.sendAll();
          else if (one === 'taken') take();
          else if (one === 'mark') {
            const text = `<${(marked += 1)}>`;
            written += text;
            watcher.push(text, [{ at: 0, step: 'start', command: marked }]);
          } else {
            written += one;
            if (one.endsWith('J')) watcher.push(one, []);
            else watcher.pushPlain(one, 4);
          }
        }
        watcher.leave(END);
        for (let n = 0; n < 100 && !client.hasLeft; n += 1) take();
        expect(client.hasLeft).toBe(true);
        const sent = client.pieces.join('');
        expect(await drawn(client.pieces)).toBe(await drawn([written]));
        expect(client.marks.map(({ command }) => command)).toEqual(
          Array.from({ length: marked }, (_, n) => n + 1),
        );
        for (const { at, command } of client.marks) expect(sent.startsWith(`<${command}>`, at)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gets of a flood what it can show, in turns, and nobody waits for it', () => {
    vi.useFakeTimers();
    const client = new Client();
    const watcher = new Watcher(client, 't', { isAwaited: false, scrollback: 1_000 });
    watcher.start();
    let most = 0;
    for (let n = 0; n < 300; n += 1) {
      watcher.pushPlain('a line of a flood that nobody reads\r\n'.repeat(1_000), 30);
      watcher.sendAll();
      const last = client.pieces.at(-1)?.length ?? 0;
      if (watcher.waiting > 0) watcher.taken(last);
      most = Math.max(most, watcher.pressing);
      vi.advanceTimersByTime(2);
    }
    expect(most).toBe(0);
    // Some 11 MB in 0.6 s.
    expect(client.length).toBeLessThan(2_000_000);
    expect(client.length).toBeGreaterThan(200_000);
    // The flood is over, and nothing more is due: its last lines come all the same.
    watcher.pushPlain('the end\r\n', 30);
    watcher.sendAll();
    for (let n = 0; n < 20; n += 1) {
      vi.advanceTimersByTime(20);
      if (watcher.waiting > 0) watcher.taken(client.pieces.at(-1)?.length ?? 0);
    }
    expect(client.pieces.at(-1)).toMatch(/the end\r\n$/);
  });

  it('gets a key at once, and holds a program up whose lines have no end', () => {
    const client = new Client();
    const watcher = new Watcher(client, 't', { isAwaited: false, scrollback: 1_000 });
    watcher.start();
    watcher.pushPlain('a', 30);
    watcher.sendAll();
    expect(client.pieces).toEqual(['a']);
    for (let n = 0; n < 40; n += 1) watcher.pushPlain('x'.repeat(65_536), 30);
    expect(watcher.pressing).toBeGreaterThan(1_000_000);
  });
});
