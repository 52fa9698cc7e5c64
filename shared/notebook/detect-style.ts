import { elementsAt, membersAt, type JsonMember, type TextRange } from './json-text';
import { areSorted, CANONICAL_STYLE, isAsciiStyle, type JsonStyle } from './json-style';

/**
 * The style of a whole text, from its outermost object.
 *
 * Where it does not show, as in an empty object, it is that of nbformat.
 */
export function detectStyle(text: string, root: TextRange, members: readonly JsonMember[]): JsonStyle {
  const first = members[0];
  const second = members[1];
  const newline = /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n';
  if (first === undefined) return { ...CANONICAL_STYLE, newline };
  const lead = text.slice(root.start + 1, first.keyStart);
  const keyEnd = first.keyStart + keyLength(text, first.keyStart);
  const comma = second === undefined ? ', ' : text.slice(first.end, second.keyStart);
  return {
    indent: lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : nestedIndent(text, members),
    newline,
    colon: text.slice(keyEnd, first.start),
    comma: comma.includes('\n') ? ', ' : comma,
    asciiOnly: isAsciiStyle(text, false),
    sorted: areSorted(members.map((member) => member.key)),
  };
}

/** The indent inside the first array or object that is broken into lines; null when there is none. */
function nestedIndent(text: string, members: readonly JsonMember[]): string | null {
  for (const member of members) {
    const inside =
      text.charAt(member.start) === '['
        ? elementsAt(text, member.start)[0]
        : text.charAt(member.start) === '{'
          ? membersAt(text, member.start)[0]
          : undefined;
    if (inside === undefined) continue;
    const start = 'keyStart' in inside ? (inside as JsonMember).keyStart : inside.start;
    const lead = text.slice(member.start + 1, start);
    if (lead.includes('\n')) return lead.slice(lead.lastIndexOf('\n') + 1) || ' ';
  }
  return null;
}

function keyLength(text: string, start: number): number {
  return /^"(?:[^"\\]|\\.)*"/.exec(text.slice(start, start + 1_000))?.[0].length ?? 0;
}
