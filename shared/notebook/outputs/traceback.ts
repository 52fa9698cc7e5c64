import { SGR_PATTERN } from './sgr';

/** One call on the way to a failure. Line numbers count from 0 in the traceback's text. */
export interface TracebackFrame {
  /** What its head says: `Cell In[3], line 5` or `File ~/deploy.py:41, in roll(name)`. */
  readonly head: string;
  readonly at: number;
  /** It lies in a cell of a notebook, and not in a module. */
  readonly isCell: boolean;
  /** The line in it that was being run; null when the traceback does not show it. */
  readonly hit: TracebackHit | null;
}

export interface TracebackHit {
  /** Where it stands in the traceback's text. */
  readonly at: number;
  /** Its number in its own file or cell, from 1. */
  readonly line: number | null;
  readonly source: string;
}

const CELL_HEAD = /^\s*(?:Cell In\s?\[\d+\]|Input In \[\d+\]|<ipython-input-[^>]*>)(?:,? line (\d+)| in )?/;
const FILE_HEAD = /^\s*(?:File (?:"[^"]+", line \d+|\S.*?:\d+)|(?:~|\.{0,2}\/|[A-Za-z]:\\)\S*\.pyx? in )/;
const ARROW = /^-+> (\d+)(?: (.*))?$/;
/** A text in which nothing is looked for: what is drawn of it is bounded anyway. */
const MOST_LINES = 2_000;

/**
 * The calls that a traceback tells of, outermost first, as IPython (7 to 9) and plain Python write them.
 *
 * Empty for everything else: other languages' tracebacks are shown as they are.
 */
export function tracebackFrames(text: string): readonly TracebackFrame[] {
  const lines = text.replace(SGR_PATTERN, '').split('\n', MOST_LINES);
  const heads = lines.flatMap((line, at) => (CELL_HEAD.test(line) || FILE_HEAD.test(line) ? [at] : []));
  return heads.map((at, index) => {
    const head = lines[at] ?? '';
    const end = heads[index + 1] ?? lines.length;
    const named = CELL_HEAD.exec(head)?.[1] ?? /(?:line |:)(\d+)/.exec(head)?.[1];
    return {
      head: head.trim(),
      at,
      isCell: CELL_HEAD.test(head),
      hit: arrowIn(lines, at + 1, end) ?? sourceBelow(lines, at + 1, end, named),
    };
  });
}

/** How many lines at the top say nothing but the error's name, which stands above already: IPython's ruler and title. */
export function headingLines(text: string): number {
  const [ruler = '', title = ''] = text.replace(SGR_PATTERN, '').split('\n', 2);
  return /^-{20,}$/.test(ruler) && /Traceback \(most recent call last\)\s*$/.test(title) ? 2 : 0;
}

function arrowIn(lines: readonly string[], from: number, to: number): TracebackHit | null {
  for (let at = from; at < to; at += 1) {
    const arrow = ARROW.exec(lines[at] ?? '');
    if (arrow !== null) return { at, line: Number(arrow[1]), source: (arrow[2] ?? '').trim() };
  }
  return null;
}

/** Where no arrow points (a syntax error, plain Python) the source stands right below the head. */
function sourceBelow(
  lines: readonly string[],
  at: number,
  end: number,
  line: string | undefined,
): TracebackHit | null {
  const source = at < end ? (lines[at] ?? '').trim() : '';
  return source === '' ? null : { at, line: line === undefined ? null : Number(line), source };
}

/** The call a person can do something about: the innermost one in a cell, else the innermost of all. */
export function failingFrame(frames: readonly TracebackFrame[]): TracebackFrame | null {
  return frames.findLast(({ isCell }) => isCell) ?? frames.at(-1) ?? null;
}

/** The first lines of an error's own words, for its headline; `isCut` when there are more. */
export function errorWords(evalue: string): { readonly text: string; readonly isCut: boolean } {
  const bare = evalue.slice(0, MOST_CHARACTERS + 1).replace(SGR_PATTERN, '');
  const lines = bare.split('\n');
  const text = lines.slice(0, MOST_EVALUE_LINES).join('\n').slice(0, MOST_CHARACTERS);
  return { text, isCut: text.length < bare.length };
}

const MOST_CHARACTERS = 2_000;
const MOST_EVALUE_LINES = 8;
