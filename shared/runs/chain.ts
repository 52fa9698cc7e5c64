import * as z from 'zod';
import { instantSchema, jsonObjectSchema, type JsonObject } from '../rpc/contract';
import { actorSchema, digestSchema, type Actor } from './events';

/** The journal's name in its folder, which it makes that of a run. */
export const JOURNAL_FILE = 'journal.jsonl';

/** SHA-256 in hex; whoever has one passes it in. */
export type Sha256 = (bytes: Uint8Array) => string;

/** An event of any type, also of one that this version does not know. */
export interface JournalEvent {
  readonly v: 1;
  readonly seq: number;
  readonly at: string;
  readonly actor: Actor;
  readonly type: string;
  readonly data: JsonObject;
}

/** A line of a journal: an event, and the digest of the line before it; null at first. */
export interface ChainedEvent extends JournalEvent {
  readonly prev: string | null;
}

/** Where a chain ends: what `metadata.watchbook.journal` of `run.ipynb` keeps. */
export const chainHeadSchema = z.object({ seq: z.number().int().nonnegative(), sha256: digestSchema });
export type ChainHead = z.infer<typeof chainHeadSchema>;

/** Events hold no texts of people or programs, so a longer line is none of ours. Bytes without the newline. */
export const MAX_LINE_BYTES = 1_048_576;

const lineSchema = z.object({
  v: z.literal(1),
  seq: z.number().int().nonnegative(),
  at: instantSchema,
  actor: actorSchema,
  type: z.string().min(1).max(64),
  data: jsonObjectSchema,
  prev: digestSchema.nullable(),
});

const NEWLINE = 0x0a;

/** An event as its line, without the newline: compact JSON, its members always in this order. */
export function lineOf({ v, seq, at, actor, type, data, prev }: ChainedEvent): string {
  const { name, account, host, zone, via } = actor;
  return JSON.stringify({ v, seq, at, actor: { name, account, host, zone, via }, type, data, prev });
}

/** What an event says before it has its place in a chain. */
export type UnchainedEvent = Pick<JournalEvent, 'at' | 'actor' | 'type' | 'data'>;

/** Lines that go on a chain. */
export interface ChainedLines {
  /** All of them, each with its newline. */
  readonly bytes: Uint8Array;
  readonly events: readonly ChainedEvent[];
  readonly head: ChainHead;
}

/** Links events to the end of a chain. Throws `RangeError` for one that is longer than a line may be. */
export function chainEvents(
  head: ChainHead | null,
  events: readonly [UnchainedEvent, ...UnchainedEvent[]],
  sha256: Sha256,
): ChainedLines {
  const encoder = new TextEncoder();
  const lines: Uint8Array[] = [];
  const chained: ChainedEvent[] = [];
  let last = head;
  for (const { at, actor, type, data } of events) {
    const event: ChainedEvent = {
      v: 1,
      seq: (last?.seq ?? -1) + 1,
      at,
      actor,
      type,
      data,
      prev: last?.sha256 ?? null,
    };
    const line = encoder.encode(lineOf(event));
    if (line.length > MAX_LINE_BYTES) throw new RangeError(`An event of ${line.length} bytes`);
    lines.push(line);
    chained.push(event);
    last = { seq: event.seq, sha256: sha256(line) };
  }
  const bytes = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, 0));
  let offset = 0;
  for (const line of lines) {
    bytes.set(line, offset);
    bytes[offset + line.length] = NEWLINE;
    offset += line.length + 1;
  }
  // Not empty: there was at least one event.
  return { bytes, events: chained, head: last as ChainHead };
}

/** One place where a chain does not hold. Lines count from 1. */
export type ChainFault =
  /** Other bytes than those that were written. `isEither`: this line or the next, nothing tells which. */
  | { readonly kind: 'changed'; readonly line: number; readonly isEither: boolean }
  /** Events `from` to `to` are not there; the line is the first one after them. */
  | { readonly kind: 'missing'; readonly line: number; readonly from: number; readonly to: number }
  /** A number that was there before: two writers, or a line that was copied. */
  | { readonly kind: 'repeated'; readonly line: number; readonly seq: number }
  | { readonly kind: 'not-text' | 'not-json' | 'not-an-event' | 'too-long'; readonly line: number };

/** What the bytes of a journal say. */
export interface JournalReading {
  /** All that can be read, in the order of the file; also what stands after a fault. */
  readonly events: readonly ChainedEvent[];
  /** Of each event its line's digest. */
  readonly digests: readonly string[];
  /** In the order of their lines; empty where the chain holds. */
  readonly faults: readonly ChainFault[];
  /** Number of the last event before anything that may have been changed; -1: none. */
  readonly whole: number;
  /** Bytes up to the end of the last line. */
  readonly length: number;
  /** Bytes of a last line without its newline, which was never acknowledged: it is to be cut off. 0: none. */
  readonly tornBytes: number;
}

/** The end of the chain; null for an empty journal. */
export function headOf({ events, digests }: JournalReading): ChainHead | null {
  const seq = events.at(-1)?.seq;
  const sha256 = digests.at(-1);
  return seq === undefined || sha256 === undefined ? null : { seq, sha256 };
}

interface Line {
  readonly digest: string;
  readonly event: ChainedEvent | null;
  readonly fault: 'not-text' | 'not-json' | 'not-an-event' | 'too-long' | null;
}

/** Reads a journal and checks its chain. Never throws: whatever is wrong is named with its place. */
export function readJournal(bytes: Uint8Array, sha256: Sha256): JournalReading {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    lines.push(readLine(bytes.subarray(start, end), sha256));
    start = end + 1;
  }
  const { faults, whole } = checkChain(lines);
  const events: ChainedEvent[] = [];
  const digests: string[] = [];
  for (const { event, digest } of lines) {
    if (event === null) continue;
    events.push(event);
    digests.push(digest);
  }
  return { events, digests, faults, whole, length: start, tornBytes: bytes.length - start };
}

/** One for all lines: making one takes longer than reading a line. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null for what is not UTF-8, or begins as no line of ours does. */
function decodeLine(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.startsWith('\ufeff') ? null : text;
  } catch (error) {
    // The decoder says only that something is wrong.
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

function readLine(bytes: Uint8Array, sha256: Sha256): Line {
  const digest = sha256(bytes);
  const bad = (fault: Line['fault']): Line => ({ digest, event: null, fault });
  if (bytes.length > MAX_LINE_BYTES) return bad('too-long');
  const text = decodeLine(bytes);
  if (text === null) return bad('not-text');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return bad('not-json');
  }
  const parsed = lineSchema.safeParse(value);
  return parsed.success ? { digest, event: parsed.data, fault: null } : bad('not-an-event');
}

/**
 * Walks along the links. Where a link does not hold, the line before it or the one behind it was changed: the one
 * behind, where its own link to the next does not hold either. Nothing from the first line on that may have been
 * changed counts as whole.
 */
function checkChain(lines: readonly Line[]): {
  readonly faults: readonly ChainFault[];
  readonly whole: number;
} {
  const faults: ChainFault[] = [];
  /** Index of the first line in doubt. */
  let doubt = lines.length;
  const found = (fault: ChainFault, firstInDoubt: number): void => {
    faults.push(fault);
    doubt = Math.min(doubt, firstInDoubt);
  };
  let expected = 0;
  /** The line before was named already: its digest tells nothing more. */
  let isBlamed = false;
  for (const [index, { event, fault }] of lines.entries()) {
    const line = index + 1;
    const before = lines[index - 1];
    if (event === null) {
      found({ kind: fault ?? 'not-an-event', line }, index);
      isBlamed = true;
      expected += 1;
      continue;
    }
    const isLinked = event.prev === (before?.digest ?? null);
    const wasBlamed = isBlamed;
    isBlamed = false;
    if (event.seq > expected && (!isLinked || index === 0)) {
      found({ kind: 'missing', line, from: expected, to: event.seq - 1 }, index);
      expected = event.seq + 1;
      continue;
    }
    if (event.seq < expected && !isLinked) {
      found({ kind: 'repeated', line, seq: event.seq }, index);
      continue;
    }
    if (event.seq !== expected) {
      // Linked by its digest: only its number is another one.
      found({ kind: 'changed', line, isEither: false }, index);
      isBlamed = true;
    } else if (!isLinked && !wasBlamed) {
      const next = lines[index + 1];
      const isNextOff = next?.event?.prev !== undefined && next.event.prev !== lines[index]?.digest;
      const isOwn = before === undefined || isNextOff;
      found(
        { kind: 'changed', line: isOwn ? line : line - 1, isEither: !isOwn && next === undefined },
        Math.max(index - 1, 0),
      );
      isBlamed = isOwn;
    }
    expected += 1;
  }
  return { faults, whole: lines.slice(0, doubt).findLast(({ event }) => event !== null)?.event?.seq ?? -1 };
}

/** A fault as a sentence, with its place. */
export function describeFault(fault: ChainFault): string {
  const { line } = fault;
  switch (fault.kind) {
    case 'changed':
      return fault.isEither
        ? `Line ${line} or line ${line + 1} of the journal was changed after it was written.`
        : `Line ${line} of the journal was changed after it was written.`;
    case 'missing':
      return fault.from === fault.to
        ? `Event ${fault.from} is missing before line ${line} of the journal.`
        : `Events ${fault.from} to ${fault.to} are missing before line ${line} of the journal.`;
    case 'repeated':
      return `Line ${line} of the journal has the number ${fault.seq}, which was there before.`;
    case 'not-text':
      return `Line ${line} of the journal is not UTF-8 text.`;
    case 'not-json':
      return `Line ${line} of the journal is not JSON.`;
    case 'not-an-event':
      return `Line ${line} of the journal is not an event that this version can read.`;
    case 'too-long':
      return `Line ${line} of the journal is longer than an event can be.`;
  }
}
