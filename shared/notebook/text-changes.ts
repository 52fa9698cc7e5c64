import { ChangeSet, Text } from '@codemirror/state';
import type { Json } from '../rpc/contract';
import { WatchbookError } from '../rpc/errors';

/**
 * A source as CodeMirror's text: lines end at `\n` only, so that a `\r` of the file stays a character and positions are
 * those of the string. Editors over it need `EditorState.lineSeparator` set to `\n`.
 */
export function sourceText(source: string): Text {
  return Text.of(source.split('\n'));
}

/**
 * The change set of a text operation. Throws `bad-request` for JSON that is none: CodeMirror itself takes negative
 * lengths and lines with line ends in them, which would bring positions and text apart later.
 */
export function parseChanges(changes: Json): ChangeSet {
  if (Array.isArray(changes) && changes.every(isSection)) return ChangeSet.fromJSON(changes);
  throw new WatchbookError('bad-request', 'This edit is not a change of a text. Nothing was changed.');
}

/** A length that stays, or a length that goes followed by the lines that come in its place. */
function isSection(section: Json): boolean {
  if (!Array.isArray(section)) return isLength(section);
  const [length, ...lines] = section as readonly Json[];
  return isLength(length) && lines.every((line) => typeof line === 'string' && !line.includes('\n'));
}

function isLength(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The smallest single replacement that makes `after` of `before`, or null when they are equal. */
export function changesBetween(before: string, after: string): ChangeSet | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end += 1;
  }
  const insert = sourceText(after.slice(start, after.length - end));
  return ChangeSet.of([{ from: start, to: before.length - end, insert }], before.length);
}
