import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineClient } from '../../../electron/engine/engine-client';
import { Watcher } from '../../../electron/engine/terminals/watcher';
import type { EventData, EventName } from '../../../shared/rpc/contracts';
import { OUTPUT_PIECE, OUTPUT_WINDOW, type TerminalMark } from '../../../shared/terminal/contract';

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
  const watcher = new Watcher(client, 't', false);
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
