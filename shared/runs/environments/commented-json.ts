import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Json } from '../../rpc/contract';
import { syntaxWords } from '../../settings/mistake-words';

/** Deeper files are nobody's settings: the parser goes down by calling itself. */
const MOST_DEPTH = 64;
const MOST_CHARACTERS = 1_048_576;
const MOST_SYNTAX_MISTAKES = 20;

// The scanner's tokens for { } [ ]; its own names are a const enum, which is not there at run time.
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const END = 17;

export interface SyntaxMistake {
  readonly line: number;
  readonly message: string;
}

/** JSON with comments as a tree of nodes; null where there is nothing that can be read. */
export interface CommentedJson {
  readonly tree: Node | null;
  readonly mistakes: readonly SyntaxMistake[];
  /** The line of an offset, from 1. */
  lineOf(offset: number): number;
}

/** Parses a file that people edit: comments and a comma at the end are theirs. Sizes and depths of attacks are refused. */
export function parseCommentedJson(text: string): CommentedJson {
  const lineOf = lineFinder(text);
  const refused = (line: number, message: string): CommentedJson => ({
    tree: null,
    mistakes: [{ line, message }],
    lineOf,
  });
  if (text.length > MOST_CHARACTERS) return refused(1, 'The file is larger than 1 MiB and was not read.');
  const deep = tooDeepAt(text);
  if (deep !== null)
    return refused(
      lineOf(deep),
      `Lists and objects lie in each other more than ${MOST_DEPTH} deep. The file was not read.`,
    );
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true }) ?? null;
  const mistakes = errors.slice(0, MOST_SYNTAX_MISTAKES).map(({ error, offset }) => ({
    line: lineOf(offset),
    message: `The file is not valid here: ${syntaxWords(printParseErrorCode(error))}.`,
  }));
  return { tree, mistakes, lineOf };
}

/** The members of an object in their order; of those of one name each. Empty for what is no object. */
export function membersOf(
  node: Node,
): readonly { readonly key: string; readonly at: Node; readonly value: Node }[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? [];
    const key: unknown = name?.value;
    return typeof key === 'string' && value !== undefined ? [{ key, at: property, value }] : [];
  });
}

/** A node's value. Members are defined, never assigned: `__proto__` is a name like any other. */
export function jsonOf(node: Node): Json {
  if (node.type === 'array') return (node.children ?? []).map(jsonOf);
  if (node.type === 'object')
    return Object.fromEntries(membersOf(node).map(({ key, value }) => [key, jsonOf(value)]));
  const value: unknown = node.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** The node at a place; of members of one name the last, which counts. Undefined where there is none. */
export function nodeAt(node: Node, path: readonly PropertyKey[]): Node | undefined {
  let found: Node | undefined = node;
  for (const part of path) {
    if (found === undefined) return undefined;
    found =
      found.type === 'array'
        ? found.children?.[Number(part)]
        : membersOf(found).findLast(({ key }) => key === part)?.value;
  }
  return found;
}

function tooDeepAt(text: string): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth += 1;
    else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth -= 1;
    if (depth > MOST_DEPTH) return scanner.getTokenOffset();
  }
  return null;
}

function lineFinder(text: string): (offset: number) => number {
  let starts: readonly number[] | null = null;
  return (offset) => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
