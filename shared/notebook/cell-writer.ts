import type { Json, JsonObject } from '../rpc/contract';
import { cellToJson, outputToJson, shapeText, type TextShape } from './cell-json';
import { lineIndentAt, patchJson, patchMembers, rebuild, spaceIn, type MemberChange } from './json-patch';
import { formatJson, formatString, jsonEquals, type JsonStyle } from './json-style';
import { elementsAt, membersAt, type JsonMember, type TextRange } from './json-text';
import type { Cell, Output } from './model';
import { isKnownMember } from './notebook-values';

/** How a file writes its cells. */
export interface CellStyle {
  /** `sorted` is that of the cells' own members. */
  readonly json: JsonStyle;
  /** The indent of the line on which a cell begins. */
  readonly lineIndent: string;
  /** The members of cells in the order in which they were seen, for files that do not sort them. */
  readonly keyOrder: readonly string[];
  readonly sourceShape: TextShape;
  readonly outputShape: TextShape;
}

/** The text of a cell that is not in the file yet. */
export function newCellText(cell: Cell, style: CellStyle): string {
  const json = cellToJson(cell, style.sourceShape, style.outputShape);
  const place = (key: string): number => {
    const index = style.keyOrder.indexOf(key);
    return index === -1 ? style.keyOrder.length : index;
  };
  if (style.json.sorted) return formatJson(json, style.json, style.lineIndent);
  const ordered = Object.entries(json).sort(([a], [b]) => place(a) - place(b));
  return formatJson(Object.fromEntries(ordered), style.json, style.lineIndent);
}

/**
 * The text of a cell that stands at `range` as `before` and is `cell` now: only changed members are written anew, and
 * its id where the file has another one or none.
 */
export function cellText(text: string, range: TextRange, before: Cell, cell: Cell, style: CellStyle): string {
  const members = new Map(membersAt(text, range.start).map((member) => [member.key, member]));
  const changes = new Map<string, MemberChange>();
  const id = members.get('id');
  if (id === undefined || valueOf(text, id) !== cell.id) {
    changes.set('id', { kind: 'text', text: formatString(cell.id, true) });
  }
  if (before !== cell) {
    if (before.type !== cell.type)
      changes.set('cell_type', { kind: 'text', text: JSON.stringify(cell.type) });
    if (before.source !== cell.source) {
      changes.set('source', {
        kind: 'value',
        value: shapeText(cell.source, sourceShape(text, members, style)),
      });
    }
    const context = { text, range, members, changes, style: style.json };
    patchObjectMember(context, 'metadata', before.metadata, cell.metadata);
    if (cell.type !== 'code') patchObjectMember(context, 'attachments', before.attachments, cell.attachments);
    changeResults(context, before, cell, style);
    changeExtra(changes, before, cell);
  }
  return changes.size === 0
    ? text.slice(range.start, range.end)
    : patchMembers(text, range, changes, style.json);
}

interface CellContext {
  readonly text: string;
  readonly range: TextRange;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly changes: Map<string, MemberChange>;
  readonly style: JsonStyle;
}

function valueOf(text: string, range: TextRange): Json {
  return JSON.parse(text.slice(range.start, range.end)) as Json;
}

/** The cell's own shape; an empty source shows none. */
function sourceShape(text: string, members: ReadonlyMap<string, JsonMember>, style: CellStyle): TextShape {
  const member = members.get('source');
  if (member === undefined || member.end - member.start <= 2) return style.sourceShape;
  const first = text.charAt(member.start);
  if (first === '[') return 'list';
  return first === '"' ? 'string' : style.sourceShape;
}

function patchObjectMember(
  context: CellContext,
  key: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): void {
  if (jsonEquals(before ?? {}, after ?? {})) return;
  const { text, range, members, changes, style } = context;
  const member = members.get(key);
  if (after === undefined) changes.set(key, { kind: 'remove' });
  else if (member === undefined) changes.set(key, { kind: 'value', value: after });
  else {
    const patched = patchJson(text, member, valueOf(text, member), after, range, style);
    changes.set(key, { kind: 'text', text: patched });
  }
}

/** Outputs and count of a code cell; a cell that is none any more loses them, as nbformat allows them nowhere else. */
function changeResults(context: CellContext, before: Cell, cell: Cell, style: CellStyle): void {
  const { members, changes } = context;
  if (cell.type !== 'code') {
    if (before.type !== 'code') return;
    changes.set('outputs', { kind: 'remove' });
    changes.set('execution_count', { kind: 'remove' });
    return;
  }
  if (before.type !== 'code') changes.set('attachments', { kind: 'remove' });
  if (before.type !== 'code' || before.executionCount !== cell.executionCount) {
    changes.set('execution_count', { kind: 'value', value: cell.executionCount });
  }
  if (before.type === 'code' && sameOutputs(before.outputs, cell.outputs)) return;
  const member = members.get('outputs');
  const canPatch = member !== undefined && context.text.charAt(member.start) === '[';
  changes.set(
    'outputs',
    canPatch
      ? { kind: 'text', text: outputsText(context, member, before.outputs, cell.outputs, style) }
      : { kind: 'value', value: cell.outputs.map((output) => outputToJson(output, style.outputShape)) },
  );
}

function sameOutputs(a: readonly Output[], b: readonly Output[]): boolean {
  return a === b || (a.length === b.length && a.every((output, index) => sameOutput(output, b[index])));
}

function sameOutput(a: Output, b: Output | undefined): boolean {
  return a === b || jsonEquals(a as unknown as Json, b as unknown as Json);
}

/** Outputs that are still the same at the same place keep their own text; it may hold more than the values do. */
function outputsText(
  context: CellContext,
  range: TextRange,
  before: readonly Output[],
  outputs: readonly Output[],
  style: CellStyle,
): string {
  const { text } = context;
  const old = elementsAt(text, range.start);
  const isBroken = spaceIn(text, range, old, style.json).lead.includes('\n');
  const own: JsonStyle = isBroken ? { ...style.json } : { ...style.json, indent: null };
  const first = old[0];
  const inner =
    first === undefined
      ? lineIndentAt(text, range.start) + (own.indent ?? '')
      : lineIndentAt(text, first.start);
  const items = outputs.map((output, index) => {
    const place = old[index];
    const previous = before[index];
    if (place !== undefined && previous !== undefined && sameOutput(previous, output)) {
      return { text: text.slice(place.start, place.end), from: index };
    }
    return { text: formatJson(outputToJson(output, style.outputShape), own, inner), from: null };
  });
  return rebuild(text, range, old, items, own);
}

function changeExtra(changes: Map<string, MemberChange>, before: Cell, cell: Cell): void {
  const old = before.extra ?? {};
  const now = cell.extra ?? {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (isKnownMember(cell.type, key)) continue;
    const value = Object.hasOwn(now, key) ? now[key] : undefined;
    if (jsonEquals(Object.hasOwn(old, key) ? old[key] : undefined, value)) continue;
    changes.set(key, value === undefined ? { kind: 'remove' } : { kind: 'value', value });
  }
}
