import * as z from 'zod';

/**
 * asciicast v2, the format of terminal recordings that asciinema and its players read: a header and one event a line,
 * each as JSON. https://docs.asciinema.org/manual/asciicast/v2/
 */
const headerSchema = z.object({
  version: z.literal(2),
  /** Columns and rows at the beginning. */
  width: z.number().int().min(1).max(10_000),
  height: z.number().int().min(1).max(10_000),
  /** When it began; seconds since 1970. */
  timestamp: z.number().int().optional(),
  title: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});
export type CastHeader = z.infer<typeof headerSchema>;

const CODES = ['o', 'i', 'r', 'm'] as const;
/** What the program wrote, what was typed, a new size (`80x24`), and a place that a player can jump to, with its name. */
export type CastCode = (typeof CODES)[number];

export interface CastEvent {
  /** Since the beginning. */
  readonly seconds: number;
  readonly code: CastCode;
  readonly data: string;
}

export interface Cast {
  readonly header: CastHeader;
  readonly events: readonly CastEvent[];
  /** The last line was not written whole: the recording broke off there. */
  readonly isTorn: boolean;
}

/** Half of a character that takes two: JSON of it is no Unicode, and most readers refuse the file. */
const HALVES = /\p{Surrogate}/gu;
/** What JSON leaves as it is and a terminal or an editor would obey, were the file only looked at. */
const OBEYED = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Writes a recording piece by piece: each call answers the whole lines that come next. Times never go back. */
export class CastWriter {
  private seconds = 0;
  /** The first half of a character whose other half is in the next piece. */
  private readonly held = { o: '', i: '' };

  constructor(private readonly header: Omit<CastHeader, 'version'>) {}

  /** The first line. */
  begin(): string {
    const { width, height, ...more } = this.header;
    return line({ version: 2, width, height, ...more });
  }

  /** `milliseconds`: since the beginning. */
  wrote(milliseconds: number, text: string): string {
    return this.text('o', milliseconds, text);
  }

  typed(milliseconds: number, text: string): string {
    return this.text('i', milliseconds, text);
  }

  resized(milliseconds: number, columns: number, rows: number): string {
    return this.event(milliseconds, 'r', `${columns}x${rows}`);
  }

  marked(milliseconds: number, name: string): string {
    return this.event(milliseconds, 'm', name);
  }

  /** The last lines: half a character that nothing followed. */
  end(milliseconds: number): string {
    const lines = (['o', 'i'] as const).map((code) =>
      this.held[code] === '' ? '' : this.event(milliseconds, code, this.held[code]),
    );
    this.held.o = '';
    this.held.i = '';
    return lines.join('');
  }

  private text(code: 'o' | 'i', milliseconds: number, text: string): string {
    const all = this.held[code] + text;
    this.held[code] = /[\ud800-\udbff]$/.exec(all)?.[0] ?? '';
    const whole = this.held[code] === '' ? all : all.slice(0, -1);
    return whole === '' ? '' : this.event(milliseconds, code, whole);
  }

  private event(milliseconds: number, code: CastCode, data: string): string {
    this.seconds = Math.max(this.seconds, Math.round(milliseconds) / 1_000);
    return line([this.seconds, code, data]);
  }
}

function line(value: object): string {
  const json = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.replaceAll(HALVES, '\ufffd') : member,
  );
  const escaped = json.replaceAll(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}

/**
 * Reads a recording. A string says why it is none, with the line. Events of a kind that is not known are passed over,
 * as the format wants it.
 */
export function readCast(text: string): Cast | string {
  const lines = text.split('\n');
  const isTorn = lines.pop() !== '';
  const [first = '', ...rest] = lines;
  const header = headerSchema.safeParse(parsed(first));
  if (!header.success) return 'line 1: no header of an asciicast of version 2';
  const events: CastEvent[] = [];
  for (const [index, one] of rest.entries()) {
    if (one.trim() === '') continue;
    const event: unknown = parsed(one);
    if (!Array.isArray(event)) return `line ${index + 2}: no event`;
    const [seconds, code, data] = event as readonly unknown[];
    if (typeof seconds !== 'number' || typeof code !== 'string' || typeof data !== 'string')
      return `line ${index + 2}: no event`;
    const known = CODES.find((name) => name === code);
    if (known !== undefined) events.push({ seconds, code: known, data });
  }
  return { header: header.data, events, isTorn };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // No JSON: what asks says which line it is.
    return undefined;
  }
}
