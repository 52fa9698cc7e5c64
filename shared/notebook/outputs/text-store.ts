import { countLines } from './text-lines';

/** A part of a text by its lines, without line ends. `total`: lines of the whole text. */
export interface TextLines {
  readonly lines: readonly string[];
  readonly total: number;
}

/** Numbers of the lines (from 0) that contain what was looked for. */
export interface LineMatches {
  readonly lines: readonly number[];
  readonly more: boolean;
}

/** A text that can be read by lines, wherever it lies. */
export interface TextSource {
  /** `from` counts from 0. Lines beyond the end are left out. */
  read(from: number, count: number): Promise<TextLines>;
  /** At most `limit` lines; matches that a colour code parts are found too. */
  search(text: string, caseSensitive: boolean, limit?: number): Promise<LineMatches>;
}

/** A text as it was at one moment, while it may go on growing. */
export interface TextSnapshot {
  /** SHA-256 (hex) of the text in UTF-8. */
  readonly sha256: string;
  /** The text in UTF-8, in parts. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** Where a text output lies when it is too long for memory. Writing never waits: see the spool for its limits. */
export interface TextStore extends TextSource {
  /** Names it among the stores of its execution. */
  readonly name: string;
  /** Adds text that will not change any more. */
  append(text: string): void;
  /** Replaces what stands behind the settled text: rows that can still be overwritten. */
  setTail(text: string): void;
  /** Settled text and tail as they are now. */
  snapshot(): TextSnapshot;
  /** The text is not needed any more: the output was cleared. */
  discard(): void;
}

// oxlint-disable-next-line no-control-regex -- colour codes
const SGR = /\u001b\[[0-9;:]{0,256}m/g;

/** Makes the test that all searches in outputs share: colour codes are not part of the text. */
export function lineMatcher(text: string, caseSensitive: boolean): (line: string) => boolean {
  const wanted = caseSensitive ? text : text.toLowerCase();
  return (line) => {
    const bare = line.includes('\u001b') ? line.replace(SGR, '') : line;
    return (caseSensitive ? bare : bare.toLowerCase()).includes(wanted);
  };
}

/** At most this many matches are answered. */
export const SEARCH_LIMIT = 10_000;

/** A text source over a text in memory. */
export function textInMemory(text: () => string): TextSource {
  const lines = (): string[] => {
    const all = text();
    return all.split('\n').slice(0, countLines(all));
  };
  return {
    read: (from, count) => {
      const all = lines();
      return Promise.resolve({ lines: all.slice(from, from + count), total: all.length });
    },
    search: (wanted, caseSensitive, limit = SEARCH_LIMIT) => {
      const matches = lineMatcher(wanted, caseSensitive);
      const found = lines().flatMap((line, index) => (matches(line) ? [index] : []));
      return Promise.resolve({ lines: found.slice(0, limit), more: found.length > limit });
    },
  };
}
