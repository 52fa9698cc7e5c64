import type { Json } from '../rpc/contract';
import { WatchbookError } from '../rpc/errors';
import { notebookToJson } from './cell-json';
import { cellText, newCellText, type CellStyle } from './cell-writer';
import { detectCellStyle } from './detect-cell-style';
import { detectStyle } from './detect-style';
import { patchJson, patchMembers, rebuild, type MemberChange, type PatchItem } from './json-patch';
import { formatJson, jsonEquals, type JsonStyle } from './json-style';
import { type JsonMember, type TextRange } from './json-text';
import type { Cell, Notebook } from './model';
import type { NotebookFile, ParsedNotebook } from './notebook-file';
import { NEWEST_MINOR } from './nbformat-version';

/**
 * The bytes of a notebook's file with the changes of `current`.
 *
 * Nothing differs: the very same bytes. Otherwise only the text of changed members is replaced, in the file's own
 * style; a 4.0 to 4.4 notebook becomes 4.5 and ids that are missing or double are repaired. nbformat 3 is written anew
 * as 4.5. After a save the caller reads the bytes again.
 */
export function writeNotebook(file: NotebookFile, current: Notebook): Uint8Array {
  return encode(writeText(file, current), file.bom);
}

function encode(text: string, bom: boolean): Uint8Array {
  return new TextEncoder().encode(bom ? `\ufeff${text}` : text);
}

function writeText(file: NotebookFile, current: Notebook): string {
  if (!isChanged(file.notebook, current)) return file.text;
  const style = detectStyle(file.text, file.ranges.root, file.ranges.members);
  return file.nbformat === 3 ? convert(file, current, style) : patch(file, current, style);
}

/** True when the values differ. Versions do not count: they follow from saving. */
export function isChanged(base: Notebook, current: Notebook): boolean {
  return !(jsonEquals(base.metadata, current.metadata) && haveSameCells(base.cells, current.cells));
}

function haveSameCells(a: readonly Cell[], b: readonly Cell[]): boolean {
  return a === b || (a.length === b.length && a.every((cell, index) => isSameCell(cell, b[index])));
}

/** Equality of two cells by value; a member that is absent equals one that is undefined. */
export function isSameCell(a: Cell, b: Cell | undefined): boolean {
  if (a === b) return true;
  return (
    b !== undefined &&
    a.id === b.id &&
    a.type === b.type &&
    a.source === b.source &&
    a.executionCount === b.executionCount &&
    jsonEquals(a.metadata, b.metadata) &&
    jsonEquals(a.attachments ?? {}, b.attachments ?? {}) &&
    jsonEquals(a.extra, b.extra) &&
    jsonEquals(a.outputs as unknown as Json, b.outputs as unknown as Json)
  );
}

function convert(file: NotebookFile, current: Notebook, style: JsonStyle): string {
  const tail = file.text.slice(file.ranges.root.end);
  return formatJson(notebookToJson(current), { ...style, sorted: true }, '') + tail;
}

function patch(file: NotebookFile, current: Notebook, style: JsonStyle): string {
  const { text, ranges, notebook: base } = file;
  const { root } = ranges;
  const changes = new Map<string, MemberChange>();
  const member = (key: string): JsonMember | undefined => ranges.members.findLast((each) => each.key === key);
  const cells = member('cells');
  if (cells === undefined)
    throw new WatchbookError('internal', `${file.name}: the text of the cells is not known.`);
  changes.set('cells', { kind: 'text', text: cellsText(file, current.cells, cells, style) });
  if (!jsonEquals(base.metadata, current.metadata)) {
    const metadata = member('metadata');
    changes.set(
      'metadata',
      metadata === undefined
        ? { kind: 'value', value: current.metadata }
        : {
            kind: 'text',
            text: patchJson(text, metadata, valueOf(text, metadata), current.metadata, root, style),
          },
    );
  }
  if (file.nbformatMinor < NEWEST_MINOR) {
    changes.set('nbformat_minor', { kind: 'text', text: String(NEWEST_MINOR) });
  }
  return text.slice(0, root.start) + patchMembers(text, root, changes, style) + text.slice(root.end);
}

function valueOf(text: string, range: TextRange): Json {
  return JSON.parse(text.slice(range.start, range.end)) as Json;
}

function cellsText(file: NotebookFile, current: readonly Cell[], range: TextRange, style: JsonStyle): string {
  const { text, ranges, notebook: base } = file;
  const old = pairs(ranges.elements);
  const placeOf = new Map(base.cells.map((cell, index) => [cell.id, index]));
  const cellStyle: CellStyle = detectCellStyle(text, old, range, style);
  const items = current.map((cell): PatchItem => {
    const from = placeOf.get(cell.id);
    const before = from === undefined ? undefined : base.cells[from];
    const place = from === undefined ? undefined : old[from];
    if (from === undefined || before === undefined || place === undefined) {
      return { text: newCellText(cell, cellStyle), from: null };
    }
    return { text: cellText(text, place, before, cell, cellStyle), from };
  });
  return rebuild(text, range, old, items, style);
}

function pairs(elements: Int32Array): TextRange[] {
  const ranges: TextRange[] = [];
  for (let index = 0; index < elements.length; index += 2) {
    ranges.push({ start: elements[index] ?? 0, end: elements[index + 1] ?? 0 });
  }
  return ranges;
}

/**
 * What saving `current` changes beside the edits, as sentences to show before it happens; none when nothing differs.
 */
export function saveNotes(file: ParsedNotebook, current: Notebook): string[] {
  if (!isChanged(file.notebook, current)) return [];
  if (file.nbformat === 3) {
    return [
      `This file is nbformat 3. Saving converts it to nbformat 4.${NEWEST_MINOR}, which old programs do not read.`,
    ];
  }
  const notes: string[] = [];
  if (file.nbformatMinor < NEWEST_MINOR) {
    notes.push(
      `This file is nbformat 4.${file.nbformatMinor}. Saving makes it 4.${NEWEST_MINOR}: each cell gets an id.`,
    );
  } else {
    const repaired = current.cells.filter(({ id }) => file.givenIds.has(id)).length;
    if (repaired > 0) {
      const what =
        repaired === 1
          ? 'One cell has no id of its own and gets'
          : `${repaired} cells have no id of their own and get`;
      notes.push(`${what} a new one.`);
    }
  }
  return notes;
}
