import type { TextShape } from './cell-json';
import type { CellStyle } from './cell-writer';
import { lineIndentAt } from './json-patch';
import { areSorted, type JsonStyle } from './json-style';
import { elementsAt, membersAt, type JsonMember, type TextRange } from './json-text';

/** Cells looked at to learn how a file writes them. */
const SAMPLE = 200;

/**
 * How a file writes its cells: learnt from the first ones, canonical where they show nothing.
 */
export function detectCellStyle(
  text: string,
  cells: readonly TextRange[],
  array: TextRange,
  style: JsonStyle,
): CellStyle {
  const sample = cells.slice(0, SAMPLE).map((cell) => membersAt(text, cell.start));
  const first = cells[0];
  const isBroken = first === undefined || text.slice(first.start, first.end).includes('\n');
  const keys = sample.map((members) => members.map((member) => member.key));
  return {
    json: { ...style, indent: isBroken ? style.indent : null, sorted: keys.every(areSorted) },
    lineIndent:
      first === undefined
        ? lineIndentAt(text, array.start) + (style.indent ?? '')
        : lineIndentAt(text, first.start),
    keyOrder: [...new Set(keys.flat())],
    sourceShape:
      shapeOf(
        text,
        sample.map((members) => named(members, 'source')),
      ) ?? 'list',
    outputShape:
      shapeOf(
        text,
        sample.flatMap((members) => outputTexts(text, members)),
      ) ?? 'list',
  };
}

function named(members: readonly JsonMember[], key: string): JsonMember | undefined {
  return members.findLast((member) => member.key === key);
}

/** The shape of the first text that shows it: an empty one does not. */
function shapeOf(text: string, values: readonly (JsonMember | undefined)[]): TextShape | null {
  const shown = values.find((value) => value !== undefined && value.end - value.start > 2);
  if (shown === undefined) return null;
  return text.charAt(shown.start) === '[' ? 'list' : 'string';
}

function outputTexts(text: string, cell: readonly JsonMember[]): (JsonMember | undefined)[] {
  const outputs = named(cell, 'outputs');
  if (outputs === undefined || text.charAt(outputs.start) !== '[') return [];
  return elementsAt(text, outputs.start).flatMap((output) => {
    if (text.charAt(output.start) !== '{') return [];
    const members = membersAt(text, output.start);
    const data = named(members, 'data');
    const plain =
      data === undefined || text.charAt(data.start) !== '{'
        ? undefined
        : named(membersAt(text, data.start), 'text/plain');
    return [named(members, 'text'), plain];
  });
}
