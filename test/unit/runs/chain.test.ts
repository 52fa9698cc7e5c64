import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chainEvents,
  describeFault,
  headOf,
  lineOf,
  MAX_LINE_BYTES,
  readJournal,
  type ChainHead,
  type UnchainedEvent,
} from '../../../shared/runs/chain';
import type { JsonObject } from '../../../shared/rpc/contract';
import { awkwardText } from '../../support/notebook-arbitraries';
import { caseCount } from '../../support/environment';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const read = (bytes: Uint8Array) => readJournal(bytes, sha256);
const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');

const actor = {
  name: 'Mara Lindt',
  account: 'mara',
  host: 'laptop',
  zone: 'Europe/Vienna',
  via: 'window',
} as const;

/** Of any type, with awkward names and any JSON as its data. */
const event = fc
  .record({
    type: fc.constantFrom('note', 'check', 'of-the-future'),
    word: awkwardText,
    value: fc.jsonValue(),
  })
  .map(({ type, word, value }): UnchainedEvent => ({
    at: '2026-11-24T02:18:05.000Z',
    actor: { ...actor, name: word },
    type,
    data: JSON.parse(JSON.stringify({ [word]: value, n: 1 })) as JsonObject,
  }));

const events = fc.array(event, { minLength: 1, maxLength: 12 });

function journal(list: readonly UnchainedEvent[], head: ChainHead | null = null): Buffer {
  const [first, ...rest] = list;
  return first === undefined
    ? Buffer.alloc(0)
    : Buffer.from(chainEvents(head, [first, ...rest], sha256).bytes);
}

function note(n: number): UnchainedEvent {
  return { at: '2026-11-24T02:18:05.000Z', actor, type: 'note', data: { n } };
}

const notes = (count: number): readonly UnchainedEvent[] => Array.from({ length: count }, (_, n) => note(n));
const linesOf = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n').slice(0, -1);
const fromLines = (lines: readonly string[]): Buffer =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''));

describe('a line', () => {
  it('has its members in one order, whatever order they were given in', () => {
    const shuffled = {
      prev: null,
      data: { b: 1, a: 2 },
      actor: { via: 'engine', zone: 'UTC', host: 'h', account: 'a', name: 'n' },
      at: '2026-11-24T02:18:05.000Z',
      type: 'note',
      seq: 0,
      v: 1,
    } as const;
    expect(lineOf(shuffled)).toBe(
      '{"v":1,"seq":0,"at":"2026-11-24T02:18:05.000Z","actor":{"name":"n","account":"a","host":"h","zone":"UTC","via":"engine"},"type":"note","data":{"b":1,"a":2},"prev":null}',
    );
  });

  it('names the digest of the bytes before it, without their newline', () => {
    const [first = '', second = ''] = linesOf(journal(notes(2)));
    expect((JSON.parse(second) as { prev: string }).prev).toBe(sha256(text(first)));
  });

  it('is refused where it is longer than a line may be', () => {
    const long = { ...note(0), data: { text: 'x'.repeat(MAX_LINE_BYTES) } };
    expect(() => chainEvents(null, [long], sha256)).toThrow(RangeError);
  });
});

describe('reading a journal', () => {
  it('gives back any list of events, however many were written at once', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 12 }), (list, batch) => {
        let head: ChainHead | null = null;
        const parts: Buffer[] = [];
        for (let from = 0; from < list.length; from += batch) {
          parts.push(journal(list.slice(from, from + batch), head));
          head = headOf(read(Buffer.concat(parts)));
        }
        const bytes = Buffer.concat(parts);
        const reading = read(bytes);
        expect(reading.events).toMatchObject(list.map((one, seq) => ({ ...one, v: 1, seq })));
        expect(reading).toMatchObject({
          faults: [],
          whole: list.length - 1,
          length: bytes.length,
          tornBytes: 0,
        });
        expect(bytes.equals(journal(list))).toBe(true);
      }),
    );
  });

  it('cuts any torn tail back to the last whole line, and loses no event before it', () => {
    fc.assert(
      fc.property(events, fc.nat(), (list, at) => {
        const bytes = journal(list);
        const torn = bytes.subarray(0, at % (bytes.length + 1));
        const reading = read(torn);
        const complete = torn.filter((byte) => byte === 0x0a).length;
        expect(reading.events).toHaveLength(complete);
        expect(reading.faults).toEqual([]);
        expect(reading.length + reading.tornBytes).toBe(torn.length);
        expect(reading.whole).toBe(complete - 1);
        // What is left goes on as if nothing had been torn.
        const whole = bytes.subarray(0, reading.length);
        const goneOn = Buffer.concat([whole, journal([note(99)], headOf(reading))]);
        expect(read(goneOn)).toMatchObject({ faults: [], whole: complete });
      }),
    );
  });

  it('cuts off zeros that a power cut left where data never reached the disk', () => {
    const bytes = Buffer.concat([journal(notes(3)), Buffer.alloc(512)]);
    expect(read(bytes)).toMatchObject({ faults: [], whole: 2, tornBytes: 512 });
  });

  it('finds any changed byte, with its line', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (list, at, byte) => {
          const bytes = journal(list);
          const place = at % bytes.length;
          fc.pre(bytes[place] !== byte);
          const line = bytes.subarray(0, place).filter((one) => one === 0x0a).length + 1;
          const head = headOf(read(bytes));
          const changed = Buffer.from(bytes);
          changed[place] = byte;
          const reading = read(changed);
          // A changed last newline is a torn line; in a last line, only what keeps the head can tell.
          const isSeen = reading.faults.length > 0 || reading.tornBytes > 0;
          const isHeadOther = headOf(reading)?.sha256 !== head?.sha256;
          expect(isSeen || isHeadOther).toBe(true);
          if (line < list.length) expect(reading.faults.length).toBeGreaterThan(0);
          const [fault] = reading.faults;
          if (fault === undefined) return;
          const named =
            fault.kind === 'changed' && fault.isEither ? [fault.line, fault.line + 1] : [fault.line];
          expect(named).toContain(line);
          expect(reading.whole).toBeLessThan(line - 1);
        },
      ),
      { numRuns: caseCount(2_000) },
    );
  });

  it('finds missing lines, at the head, in the middle, and several', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 20 }), fc.nat(), fc.nat(), (count, a, b) => {
        const lines = linesOf(journal(notes(count)));
        const from = a % (count - 1);
        const size = 1 + (b % (count - 1 - from));
        const reading = read(fromLines([...lines.slice(0, from), ...lines.slice(from + size)]));
        expect(reading.faults).toEqual([{ kind: 'missing', line: from + 1, from, to: from + size - 1 }]);
        expect(reading.whole).toBe(from - 1);
        expect(reading.events).toHaveLength(count - size);
      }),
    );
  });

  it('finds a line that is there twice, and lines in another order', () => {
    const lines = linesOf(journal(notes(5)));
    const [a = '', b = '', c = '', d = '', e = ''] = lines;
    expect(read(fromLines([a, b, b, c, d, e]))).toMatchObject({
      faults: [{ kind: 'repeated', line: 3, seq: 1 }],
      whole: 1,
    });
    expect(read(fromLines([a, c, b, d, e])).faults[0]).toEqual({ kind: 'missing', line: 2, from: 1, to: 1 });
  });

  it('takes no interleaving of two writers for one chain', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 10 }),
        (shared, turns) => {
          fc.pre(turns.includes(true) && turns.includes(false));
          const common = journal(notes(shared));
          const head = headOf(read(common));
          const lines = (who: string, count: number): string[] =>
            linesOf(
              journal(
                Array.from({ length: count }, () => ({ ...note(0), data: { who } })),
                head,
              ),
            );
          const left = lines('left', turns.length);
          const right = lines('right', turns.length);
          const mixed = turns.map((turn) => (turn ? left : right).shift() ?? '');
          const reading = read(Buffer.concat([common, fromLines(mixed)]));
          const alone = turns.findIndex((turn) => turn !== turns[0]);
          expect(reading.faults.length).toBeGreaterThan(0);
          expect(reading.faults[0]?.line).toBeGreaterThanOrEqual(shared + alone);
          expect(reading.whole).toBeLessThanOrEqual(shared + alone - 1);
          expect(reading.whole).toBeGreaterThanOrEqual(shared + alone - 2);
        },
      ),
    );
  });

  it('names a line that is no event, and reads on behind it', () => {
    const lines = linesOf(journal(notes(4)));
    const broken = (line: string | Uint8Array, kind: string): void => {
      const bytes = Buffer.concat([
        fromLines(lines.slice(0, 2)),
        Buffer.from(line),
        Buffer.from('\n'),
        fromLines(lines.slice(3)),
      ]);
      const reading = read(bytes);
      expect(reading.faults).toEqual([{ kind, line: 3 }]);
      expect(reading.whole).toBe(1);
      expect(reading.events.map(({ seq }) => seq)).toEqual([0, 1, 3]);
      for (const fault of reading.faults) expect(describeFault(fault)).toContain('ine 3 ');
    };
    broken('', 'not-json');
    broken('{"v":1', 'not-json');
    broken('[]', 'not-an-event');
    broken((lines[2] ?? '').replace('"v":1', '"v":2'), 'not-an-event');
    broken((lines[2] ?? '').replace('"seq":2', '"seq":-2'), 'not-an-event');
    broken(Buffer.from([0x7b, 0xc3, 0x28]), 'not-text');
    broken(`\ufeff${lines[2] ?? ''}`, 'not-text');
    broken('x'.repeat(MAX_LINE_BYTES + 1), 'too-long');
  });

  it('survives any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isBehind) => {
        const whole = isBehind ? Buffer.concat([journal(notes(2)), bytes]) : Buffer.from(bytes);
        const reading = read(whole);
        expect(reading.length + reading.tornBytes).toBe(whole.length);
        for (const fault of reading.faults) expect(describeFault(fault)).toMatch(/[.]$/);
      }),
    );
    expect(read(Buffer.alloc(0))).toMatchObject({ events: [], faults: [], whole: -1, tornBytes: 0 });
    expect(headOf(read(Buffer.alloc(0)))).toBeNull();
  });
});
