/** A part of a text; `end` is the first character after it. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** One member of an object in a JSON text. `start` and `end` are those of the value, `keyStart` the key's quote. */
export interface JsonMember extends TextRange {
  readonly key: string;
  readonly keyStart: number;
}

/** A key that stands twice in one object; `path` is that of the object's member. */
export interface DuplicateKey {
  readonly path: readonly (string | number)[];
  readonly offset: number;
}

/** What one pass over a JSON text finds. */
export interface JsonIndex {
  readonly root: TextRange;
  /** Members of the root in the order of the text; empty when the root is no object. */
  readonly members: readonly JsonMember[];
  /** Start and end of each element of the root's array member that was asked for, in pairs. */
  readonly elements: Int32Array;
  /** At most `MAX_DUPLICATES`, the first ones. */
  readonly duplicates: readonly DuplicateKey[];
}

/** A text that is not JSON (RFC 8259), or nests too deep. `offset` counts UTF-16 units from the start. */
export class JsonTextError extends Error {
  constructor(
    readonly offset: number,
    readonly reason: string,
    readonly isTooDeep = false,
  ) {
    super(reason);
    this.name = 'JsonTextError';
  }
}

/** Deeper JSON is refused: no program writes it on purpose, and whoever walks it may run out of stack. */
export const MAX_JSON_DEPTH = 512;
const MAX_DUPLICATES = 200;
/** Objects with more members than this look their keys up in a set. */
const FEW_KEYS = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/**
 * Checks a whole JSON text in one pass and finds where the members of its root are.
 *
 * Strict, so that what it accepts `JSON.parse` accepts too; made because `JSON.parse` says neither where something
 * stands nor that a key was there twice. Throws {@link JsonTextError}.
 */
export function indexJson(text: string, elementsOf: string): JsonIndex {
  return new Scanner(text, elementsOf).run();
}

/** One pass. A class because position and path are state that every step shares. */
class Scanner {
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly duplicates: DuplicateKey[] = [];
  private readonly members: JsonMember[] = [];
  private elements: number[] = [];

  constructor(
    private readonly text: string,
    private readonly elementsOf: string,
  ) {}

  run(): JsonIndex {
    this.space();
    const start = this.at;
    this.value(0);
    const end = this.at;
    this.space();
    if (this.at < this.text.length) this.fail('there is text after the end of the JSON');
    return {
      root: { start, end },
      members: this.members.map((member) => ({ ...member, key: apart(member.key) })),
      elements: Int32Array.from(this.elements),
      duplicates: this.duplicates.map(({ path, offset }) => ({
        path: path.map((part) => (typeof part === 'string' ? apart(part) : part)),
        offset,
      })),
    };
  }

  private fail(reason: string): never {
    throw new JsonTextError(this.at, reason);
  }

  private space(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  private value(depth: number): void {
    const code = this.text.charCodeAt(this.at);
    if (code === QUOTE) this.string();
    else if (code === OPEN_OBJECT) this.object(depth + 1);
    else if (code === OPEN_ARRAY) this.array(depth + 1);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) this.number();
    else this.word();
  }

  private enter(depth: number): void {
    if (depth > MAX_JSON_DEPTH) {
      throw new JsonTextError(this.at, `it nests more than ${MAX_JSON_DEPTH} levels deep`, true);
    }
    this.at += 1;
    this.space();
  }

  private object(depth: number): void {
    this.enter(depth);
    if (this.text.charCodeAt(this.at) === CLOSE_OBJECT) {
      this.at += 1;
      return;
    }
    const keys: string[] = [];
    let seen: Set<string> | null = null;
    for (;;) {
      if (this.text.charCodeAt(this.at) !== QUOTE) this.fail('a member name in quotes is missing here');
      const keyStart = this.at;
      const key = this.key();
      this.path.push(key);
      if (seen === null ? keys.includes(key) : seen.has(key)) this.duplicate(keyStart);
      if (seen !== null) seen.add(key);
      else if (keys.push(key) > FEW_KEYS) seen = new Set(keys);
      this.space();
      if (this.text.charCodeAt(this.at) !== COLON) this.fail('a colon is missing after a member name');
      this.at += 1;
      this.space();
      const start = this.at;
      if (depth === 1 && key === this.elementsOf) this.elements = [];
      this.value(depth);
      if (depth === 1) this.members.push({ key, keyStart, start, end: this.at });
      this.path.pop();
      this.space();
      const next = this.text.charCodeAt(this.at);
      if (next !== COMMA && next !== CLOSE_OBJECT) this.fail('a comma or } is missing here');
      this.at += 1;
      if (next === CLOSE_OBJECT) return;
      this.space();
    }
  }

  private duplicate(offset: number): void {
    if (this.duplicates.length < MAX_DUPLICATES) this.duplicates.push({ path: [...this.path], offset });
  }

  private array(depth: number): void {
    const isWatched = depth === 2 && this.path.length === 1 && this.path[0] === this.elementsOf;
    this.enter(depth);
    if (this.text.charCodeAt(this.at) === CLOSE_ARRAY) {
      this.at += 1;
      return;
    }
    const place = this.path.length;
    for (let index = 0; ; index += 1) {
      this.path[place] = index;
      const start = this.at;
      this.value(depth);
      if (isWatched) this.elements.push(start, this.at);
      this.space();
      const next = this.text.charCodeAt(this.at);
      if (next !== COMMA && next !== CLOSE_ARRAY) this.fail('a comma or ] is missing here');
      this.at += 1;
      if (next === CLOSE_ARRAY) break;
      this.space();
    }
    this.path.length = place;
  }

  private key(): string {
    const start = this.at;
    const hasEscapes = this.string();
    return hasEscapes
      ? (JSON.parse(this.text.slice(start, this.at)) as string)
      : this.text.slice(start + 1, this.at - 1);
  }

  /** True when the string has escapes. */
  private string(): boolean {
    const { text } = this;
    const start = this.at;
    let at = this.at + 1;
    let hasEscapes = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        hasEscapes = true;
        at = this.escape(at);
      } else if (code >= 0x20) {
        at += 1;
      } else {
        // NaN, beyond the end of the text, also comes here.
        this.at = at < text.length ? at : start;
        this.fail(
          at < text.length ? 'a line end or control character stands in a text' : 'a text is not closed',
        );
      }
    }
    this.at = at + 1;
    return hasEscapes;
  }

  private escape(at: number): number {
    const code = this.text.charCodeAt(at + 1);
    if (code === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit += 1) {
        if (!isHexDigit(this.text.charCodeAt(digit))) this.failAt(at, 'an escape \\u lacks its four digits');
      }
      return at + 6;
    }
    // " \ / b f n r t
    if (
      code !== QUOTE &&
      code !== BACKSLASH &&
      code !== 0x2f &&
      code !== 0x62 &&
      code !== 0x66 &&
      code !== 0x6e &&
      code !== 0x72 &&
      code !== 0x74
    ) {
      this.failAt(at, 'an escape that JSON does not know');
    }
    return at + 2;
  }

  private failAt(at: number, reason: string): never {
    this.at = at;
    this.fail(reason);
  }

  private digits(): number {
    const start = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (!(code >= 0x30 && code <= 0x39)) return this.at - start;
      this.at += 1;
    }
  }

  private number(): void {
    const { text } = this;
    const start = this.at;
    if (text.charCodeAt(this.at) === 0x2d) this.at += 1;
    const first = text.charCodeAt(this.at);
    if (first === 0x49) this.failAt(start, '-Infinity is not JSON');
    const whole = this.digits();
    if (whole === 0 || (first === 0x30 && whole > 1)) this.failAt(start, 'a number is malformed');
    if (text.charCodeAt(this.at) === 0x2e) {
      this.at += 1;
      if (this.digits() === 0) this.failAt(start, 'a number is malformed');
    }
    const exponent = text.charCodeAt(this.at);
    if (exponent === 0x65 || exponent === 0x45) {
      this.at += 1;
      const sign = text.charCodeAt(this.at);
      if (sign === 0x2b || sign === 0x2d) this.at += 1;
      if (this.digits() === 0) this.failAt(start, 'a number is malformed');
    }
  }

  private word(): void {
    for (const word of ['true', 'false', 'null']) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return;
      }
    }
    for (const word of ['NaN', 'Infinity']) {
      if (this.text.startsWith(word, this.at)) this.fail(`${word} is not JSON`);
    }
    this.fail(this.at >= this.text.length ? 'the file ends too early' : 'a value is missing here');
  }
}

/** The same text by itself: a slice of V8's leans on the whole that it was cut from, and would keep it in memory. */
function apart(slice: string): string {
  return JSON.parse(JSON.stringify(slice)) as string;
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** Members of the object that begins at `start`, in order, duplicates too. The text must have been checked before. */
export function membersAt(text: string, start: number): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_OBJECT) {
    const keyStart = at;
    at = skipValue(text, at);
    const key = JSON.parse(text.slice(keyStart, at)) as string;
    const valueStart = skipSpace(text, skipSpace(text, at) + 1);
    at = skipValue(text, valueStart);
    members.push({ key, keyStart, start: valueStart, end: at });
    at = skipSeparator(text, at);
  }
  return members;
}

/** Elements of the array that begins at `start`. The text must have been checked before. */
export function elementsAt(text: string, start: number): TextRange[] {
  const elements: TextRange[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_ARRAY) {
    const elementStart = at;
    at = skipValue(text, at);
    elements.push({ start: elementStart, end: at });
    at = skipSeparator(text, at);
  }
  return elements;
}

function skipSeparator(text: string, at: number): number {
  const next = skipSpace(text, at);
  return text.charCodeAt(next) === COMMA ? skipSpace(text, next + 1) : next;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  for (;;) {
    const code = text.charCodeAt(next);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return next;
    next += 1;
  }
}

function skipString(text: string, at: number): number {
  let next = at + 1;
  for (;;) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) return next + 1;
    next += code === BACKSLASH ? 2 : 1;
  }
}

function skipValue(text: string, at: number): number {
  let next = at;
  let depth = 0;
  do {
    const code = text.charCodeAt(next);
    if (code === QUOTE) next = skipString(text, next);
    else {
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
      next += 1;
    }
  } while (depth > 0);
  const first = text.charCodeAt(at);
  return first === QUOTE || first === OPEN_OBJECT || first === OPEN_ARRAY ? next : skipScalar(text, at);
}

function skipScalar(text: string, at: number): number {
  let next = at;
  while (next < text.length && !/[\s,\]}]/.test(text.charAt(next))) next += 1;
  return next;
}

/** Line and column of an offset, both from 1; `\n`, `\r\n` and `\r` end lines. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (const match of text.slice(0, offset).matchAll(/\r\n?|\n/g)) {
    line += 1;
    lineStart = match.index + match[0].length;
  }
  return { line, column: offset - lineStart + 1 };
}
