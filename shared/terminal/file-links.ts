import { kindOfFile } from '../library/tree';

/** A file that a line of output names, with the place in it. */
export interface FileLink {
  /** Characters into the line. */
  readonly start: number;
  readonly end: number;
  /** As it was printed: whole, from the home folder, or from where the command ran. */
  readonly path: string;
  /** From 1; null where none is named. */
  readonly line: number | null;
}

/** Longer words are no paths that somebody reads. */
const MOST_CHARACTERS = 1_024;
/** Lines longer than this are not looked through. */
const MOST_LINE = 10_000;

/**
 * The files that a line names with a line number, as compilers, grep and Python do, and runbooks also without one.
 *
 * No disk is asked: what is printed is hostile, and a look at a path can reach another machine.
 */
export function fileLinks(line: string): readonly FileLink[] {
  if (line.length > MOST_LINE) return [];
  const quoted = [...line.matchAll(/\bFile "([^"]{1,1024})", line (\d{1,7})\b/g)].map(
    ({ index, 0: whole, 1: path = '', 2: number }): FileLink => ({
      start: index,
      end: index + whole.length,
      path,
      line: Number(number),
    }),
  );
  const words = [...line.matchAll(/[^\s"'`<>|]+/g)].flatMap(({ index, 0: word }): FileLink[] => {
    const isIn = quoted.some(({ start, end }) => index >= start && index < end);
    const link = isIn ? null : wordLink(word);
    return link === null ? [] : [{ ...link, start: link.start + index, end: link.end + index }];
  });
  return [...quoted, ...words].toSorted((a, b) => a.start - b.start);
}

function wordLink(word: string): FileLink | null {
  // An address of the web, or a host without a scheme.
  if (word.length > MOST_CHARACTERS || word.includes('://') || /^[([{]*\/\//.test(word)) return null;
  const start = /^[([{]*/.exec(word)?.[0].length ?? 0;
  const rest = word.slice(start);
  const placed = /^([^:]+):(\d{1,7})(?::\d{1,7})?(?!\d)/.exec(rest);
  if (placed !== null) {
    const [whole, path = '', number] = placed;
    return isPath(path) ? { start, end: start + whole.length, path, line: Number(number) } : null;
  }
  const bare = /^[^:]*?\.ipynb(?=$|[\])},.;:!?])/i.exec(rest)?.[0];
  return bare === undefined ? null : { start, end: start + bare.length, path: bare, line: null };
}

/** A name alone is a path only with the ending of a text: `host:22` and `12:30` are none. */
function isPath(path: string): boolean {
  if (path.endsWith('/')) return false;
  return path.includes('/') ? /[^./]/.test(path) : kindOfFile(path) !== null;
}

/** Programs whose output comes from another machine. */
const LEADING_ELSEWHERE = /^\s*(?:(?:\w+=\S*|sudo|command|exec|time)\s+)*(?:ssh|mosh|autossh|et|telnet)\s/;

/** True for a command that shows what another machine prints: a path in it is none of this one. */
export function isElsewhere(command: string): boolean {
  return LEADING_ELSEWHERE.test(command);
}
