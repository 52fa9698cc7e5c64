import { VIEW_HEAD_LINES, VIEW_LINE_CHARACTERS, VIEW_TAIL_LINES, type TextView } from '../view';
import { sgrAfter, SGR_DEFAULT, SGR_PATTERN, sgrTransition, type Sgr } from './sgr';
import { countLines, firstLinesEnd, lastLinesStart } from './text-lines';
import { utf8Length } from './utf8';

/** Marks a line that goes on in the full output. */
export const CUT_MARK = '…';

/** Each line cut to what a view shows of it; colours that the rest would have changed are changed all the same. */
export function cutLines(text: string): string {
  if (text.length <= VIEW_LINE_CHARACTERS) return text;
  return text.split('\n').map(cutLine).join('\n');
}

function cutLine(line: string): string {
  if (line.length <= VIEW_LINE_CHARACTERS) return line;
  let end = VIEW_LINE_CHARACTERS;
  const escape = line.lastIndexOf('\u001b', end);
  if (escape > end - 260 && escape >= 0 && line.indexOf('m', escape) >= end) end = escape;
  const code = line.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  const rest = line.slice(end);
  if (!rest.includes('\u001b')) return line.slice(0, end) + CUT_MARK;
  const codes = (rest.slice(-20_000).match(SGR_PATTERN) ?? []).slice(-8).join('');
  return line.slice(0, end) + CUT_MARK + codes;
}

/** What is known of a long text without holding it. */
export interface TextEnds {
  /** The first lines; the whole text while there are no more lines than a view shows. */
  readonly head: string;
  /** The last lines, from the beginning of a line if there is one. */
  readonly tail: string;
  /** The rendition at the beginning of `tail`. */
  readonly tailEntry: Sgr;
  readonly lines: number;
  readonly bytes: number;
}

/** The bounded view of a text of which both ends are known. */
export function viewOfEnds({ head, tail, tailEntry, lines, bytes }: TextEnds): TextView {
  if (lines <= VIEW_HEAD_LINES + VIEW_TAIL_LINES) {
    return { head: cutLines(head), tail: '', omittedLines: 0, lines, bytes };
  }
  const first = head.slice(0, firstLinesEnd(head, VIEW_HEAD_LINES));
  const start = lastLinesStart(tail, VIEW_TAIL_LINES);
  const last = tail.slice(start);
  const entry = sgrAfter(tailEntry, tail.slice(0, start));
  return {
    head: cutLines(first),
    tail: sgrTransition('', entry.codes) + cutLines(last),
    omittedLines: lines - VIEW_HEAD_LINES - countLines(last),
    lines,
    bytes,
  };
}

/** The bounded view of a text that is at hand as a whole. */
export function viewOfText(text: string): TextView {
  return viewOfEnds({
    head: text,
    tail: text,
    tailEntry: SGR_DEFAULT,
    lines: countLines(text),
    bytes: utf8Length(text),
  });
}
