import { findNodeAtLocation, parseTree, type ParseError } from 'jsonc-parser';

/** The line of each command in the setting `keys`, counted from 1; none where it is not there or not an object. */
export function keyLinesOf(text: string): Readonly<Record<string, number>> {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const keys = tree === undefined ? undefined : findNodeAtLocation(tree, ['keys']);
  if (keys?.type !== 'object') return {};
  const lines = (keys.children ?? []).flatMap((property): [string, number][] => {
    const command: unknown = property.children?.[0]?.value;
    return typeof command === 'string' ? [[command, text.slice(0, property.offset).split('\n').length]] : [];
  });
  // Defined, never assigned: a person may write any name.
  return Object.fromEntries(lines);
}
