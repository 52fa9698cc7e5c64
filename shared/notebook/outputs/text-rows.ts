import { VIEW_LINE_CHARACTERS, type TextView } from '../view';
import { sgrAfter, SGR_DEFAULT, SGR_PATTERN, type Sgr } from './sgr';
import { countLines } from './text-lines';
import { CUT_MARK } from './text-view';

/** One line of a text as it is drawn. */
export interface TextRow {
  /** From 0, in the whole text: the same line keeps its number while text is added. */
  readonly number: number;
  readonly text: string;
  /** The rendition it begins in. Equal renditions are equal objects. */
  readonly entry: Sgr;
  /** The line goes on, and only the full output has the rest. */
  readonly isCut: boolean;
}

/** The lines of a bounded view. `tail` is empty while nothing is left out. */
export function viewRows(view: TextView): {
  readonly head: readonly TextRow[];
  readonly tail: readonly TextRow[];
} {
  const head = textRows(view.head, 0);
  if (view.tail === '') return { head, tail: [] };
  return { head, tail: textRows(view.tail, view.lines - countLines(view.tail)) };
}

/** The lines of a text of which the first has this number and begins in this rendition. */
export function textRows(text: string, from: number, entry: Sgr = SGR_DEFAULT): readonly TextRow[] {
  if (text === '') return [];
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return rowsOfLines(lines, from, entry);
}

/** As {@link textRows}, for lines that are apart already. */
export function rowsOfLines(
  lines: readonly string[],
  from: number,
  entry: Sgr = SGR_DEFAULT,
): readonly TextRow[] {
  let state = entry;
  return lines.map((line, index) => {
    const row = { number: from + index, text: line, entry: state, isCut: isCut(line) };
    state = sgrAfter(state, line);
    return row;
  });
}

/** True when a view does not hold the whole of its text. */
export function isShortened(view: TextView): boolean {
  if (view.omittedLines > 0 || view.fullOutput !== undefined) return true;
  return view.head.split('\n').some(isCut) || view.tail.split('\n').some(isCut);
}

function isCut(line: string): boolean {
  // Shorter than the limit by a colour code at most, which is never cut in two.
  if (line.length < VIEW_LINE_CHARACTERS - 260) return false;
  return line.slice(-2_200).replace(SGR_PATTERN, '').endsWith(CUT_MARK);
}
