import type { Json, JsonObject } from '../rpc/contract';
import { membersAt, type JsonMember, type TextRange } from './json-text';
import {
  areSorted,
  byCharacters,
  formatJson,
  formatString,
  isAsciiStyle,
  jsonEquals,
  type JsonStyle,
} from './json-style';

/** One element or member of a rewritten array or object: new text, or that of the item at `from` in the old one. */
export interface PatchItem {
  readonly text: string;
  /** The item's place in the old text; null for one that was not there. */
  readonly from: number | null;
}

/** What a member becomes: a value to format, a text that is ready, or nothing. */
export type MemberChange =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'remove' };

/** The spaces and tabs that begin the line of `offset`. */
export function lineIndentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

/**
 * The style for a value that takes the place of `old`, or for a new one in the object or array at `container`.
 *
 * Files mix: a list on one line in a file that is indented otherwise stays on one line.
 */
function styleBeside(text: string, old: TextRange | null, container: TextRange, style: JsonStyle): JsonStyle {
  const isList = old !== null && /[[{]/.test(text.charAt(old.start));
  const shown = isList && old.end - old.start > 2 ? old : container;
  const isBroken = text.slice(shown.start, shown.end).includes('\n');
  const before = old === null ? '' : text.slice(old.start, old.end);
  const isAscii = isAsciiStyle(before, style.asciiOnly);
  if (isBroken && style.indent !== null && isAscii === style.asciiOnly) return style;
  return { ...style, indent: isBroken ? (style.indent ?? ' ') : null, asciiOnly: isAscii };
}

/**
 * Writes an array or object anew from its items, with the separators, the space after the bracket and the space before
 * the closing one that it had.
 */
export function rebuild(
  text: string,
  range: TextRange,
  old: readonly TextRange[],
  items: readonly PatchItem[],
  style: JsonStyle,
): string {
  const open = text.charAt(range.start);
  const close = text.charAt(range.end - 1);
  if (items.length === 0) return open + close;
  const separators = old.slice(1).map((item, index) => text.slice(old[index]?.end ?? 0, item.start));
  const space = spaceIn(text, range, old, style);
  const separator = separators[0] ?? (space.lead === '' ? style.comma : `,${space.lead}`);
  const parts = [open, space.lead];
  items.forEach((item, index) => {
    if (index > 0) {
      parts.push(
        item.from === null || item.from === 0 ? separator : (separators[item.from - 1] ?? separator),
      );
    }
    parts.push(item.text);
  });
  parts.push(space.tail, close);
  return parts.join('');
}

/** The space that an array or object has, or as an empty one would have, inside its brackets. */
export function spaceIn(
  text: string,
  range: TextRange,
  old: readonly TextRange[],
  style: JsonStyle,
): { readonly lead: string; readonly tail: string } {
  const first = old[0];
  const last = old.at(-1);
  if (first !== undefined && last !== undefined) {
    return { lead: text.slice(range.start + 1, first.start), tail: text.slice(last.end, range.end - 1) };
  }
  if (style.indent === null) return { lead: '', tail: '' };
  const indent = lineIndentAt(text, range.start);
  return { lead: style.newline + indent + style.indent, tail: style.newline + indent };
}

/**
 * The object at `range` with some members changed; every other character stays as it was.
 *
 * A key that stands there twice: the last one is changed, as the last one counts; a removal takes all of them.
 */
export function patchMembers(
  text: string,
  range: TextRange,
  changes: ReadonlyMap<string, MemberChange>,
  style: JsonStyle,
): string {
  const members = membersAt(text, range.start);
  const old = members.map(({ keyStart, end }) => ({ start: keyStart, end }));
  const lastOf = new Map(members.map((member, index) => [member.key, index]));
  const isBroken = spaceIn(text, range, old, styleBeside(text, null, range, style)).lead.includes('\n');
  const own: JsonStyle = members.length === 0 || isBroken ? style : { ...style, indent: null };
  const items: (PatchItem & { readonly key: string })[] = [];
  members.forEach((member, index) => {
    const change = changes.get(member.key);
    if (change?.kind === 'remove') return;
    const isChanged = change !== undefined && lastOf.get(member.key) === index;
    const item = isChanged
      ? text.slice(member.keyStart, member.start) + memberText(text, range, member, change, style)
      : text.slice(member.keyStart, member.end);
    items.push({ key: member.key, text: item, from: index });
  });
  const keysAreSorted = members.length < 2 ? style.sorted : areSorted(members.map((member) => member.key));
  const inner = innerIndent(text, range, members, own);
  for (const [key, change] of changes) {
    if (change.kind === 'remove' || lastOf.has(key)) continue;
    const value = change.kind === 'text' ? change.text : formatJson(change.value, own, inner);
    const item = { key, text: formatString(key, style.asciiOnly) + style.colon + value, from: null };
    const place = keysAreSorted ? items.findIndex((other) => byCharacters(other.key, key) > 0) : -1;
    items.splice(place === -1 ? items.length : place, 0, item);
  }
  return rebuild(text, range, old, items, own);
}

/** The indent of the lines on which members of this object begin. */
function innerIndent(
  text: string,
  range: TextRange,
  members: readonly JsonMember[],
  style: JsonStyle,
): string {
  const first = members[0];
  return first === undefined
    ? lineIndentAt(text, range.start) + (style.indent ?? '')
    : lineIndentAt(text, first.keyStart);
}

function memberText(
  text: string,
  container: TextRange,
  member: JsonMember,
  change: Exclude<MemberChange, { kind: 'remove' }>,
  style: JsonStyle,
): string {
  if (change.kind === 'text') return change.text;
  const own = styleBeside(text, member, container, style);
  return formatJson(change.value, own, lineIndentAt(text, member.start));
}

/**
 * The text of a value that was `before` and is `after` now: objects are changed member by member down to what differs,
 * anything else is written anew.
 */
export function patchJson(
  text: string,
  range: TextRange,
  before: Json,
  after: Json,
  container: TextRange,
  style: JsonStyle,
): string {
  if (jsonEquals(before, after)) return text.slice(range.start, range.end);
  if (!isObject(before) || !isObject(after)) {
    return formatJson(after, styleBeside(text, range, container, style), lineIndentAt(text, range.start));
  }
  const changes = new Map<string, MemberChange>();
  const members = new Map(membersAt(text, range.start).map((member) => [member.key, member]));
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) changes.set(key, { kind: 'remove' });
  }
  for (const key of Object.keys(after)) {
    const value = after[key] as Json;
    const member = members.get(key);
    if (member === undefined || !Object.hasOwn(before, key)) changes.set(key, { kind: 'value', value });
    else if (!jsonEquals(before[key], value)) {
      changes.set(key, {
        kind: 'text',
        text: patchJson(text, member, before[key] as Json, value, range, style),
      });
    }
  }
  return patchMembers(text, range, changes, style);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
