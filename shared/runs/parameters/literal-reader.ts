import type { Json } from '../../rpc/contract';
import type { ParameterLanguage } from './language';

const MOST_DEPTH = 32;

/**
 * The value of a literal as people write it in a cell `parameters`; undefined for whatever only the language itself
 * can tell: calls, names, formatted texts. Nothing is ever run.
 */
export function readLiteral(text: string, language: ParameterLanguage): Json | undefined {
  if (language === 'shell') return readWord(text);
  const reader = new LiteralReader(text, language);
  const value = reader.value(0);
  return value === undefined || !reader.isAtEnd() ? undefined : value;
}

const WORDS: Readonly<Record<'python' | 'r', ReadonlyMap<string, Json>>> = {
  python: new Map<string, Json>([
    ['True', true],
    ['False', false],
    ['None', null],
  ]),
  r: new Map<string, Json>([
    ['TRUE', true],
    ['FALSE', false],
    ['NULL', null],
  ]),
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

class LiteralReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly language: 'python' | 'r',
  ) {}

  isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length;
  }

  value(depth: number): Json | undefined {
    if (depth > MOST_DEPTH) return undefined;
    this.skipSpace();
    const sign = this.text[this.at];
    if (sign === '"' || sign === "'") return this.quoted();
    if (this.language === 'python' && sign === '[') return this.list(depth);
    if (this.language === 'python' && sign === '{') return this.members(depth);
    const word = /[A-Za-z0-9_.+-]+/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    const known = WORDS[this.language].get(found);
    return known !== undefined ? known : numberOf(found, this.language);
  }

  private list(depth: number): Json | undefined {
    const items: Json[] = [];
    this.at += 1;
    for (;;) {
      if (this.take(']')) return items;
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.take(',') && !this.peek(']')) return undefined;
    }
  }

  private members(depth: number): Json | undefined {
    const members: [string, Json][] = [];
    this.at += 1;
    for (;;) {
      if (this.take('}')) return Object.fromEntries(members);
      this.skipSpace();
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || !this.take(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      members.push([key, value]);
      if (!this.take(',') && !this.peek('}')) return undefined;
    }
  }

  private quoted(): string | undefined {
    const quote = this.text[this.at] ?? '';
    // A text of several lines is rarely a parameter; two quotes and no third are an empty one.
    if (this.text.startsWith(quote.repeat(3), this.at)) return undefined;
    let value = '';
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const sign = this.text[this.at] ?? '';
      if (sign === quote) {
        this.at += 1;
        return value;
      }
      if (sign !== '\\') {
        value += sign;
        continue;
      }
      this.at += 1;
      const escaped = ESCAPES[this.text[this.at] ?? ''];
      // Others differ between languages; who writes them gets their own cell's value.
      if (escaped === undefined) return undefined;
      value += escaped;
    }
    return undefined;
  }

  private take(sign: string): boolean {
    const isThere = this.peek(sign);
    if (isThere) this.at += 1;
    return isThere;
  }

  private peek(sign: string): boolean {
    this.skipSpace();
    return this.text[this.at] === sign;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}

function numberOf(word: string, language: 'python' | 'r'): number | undefined {
  const plain = language === 'python' ? word.replace(/(?<=\d)_(?=\d)/g, '') : word.replace(/L$/, '');
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  // One that would be another number here is left to its own language.
  return Number.isFinite(value) && (/[.eE]/.test(plain) || Number.isSafeInteger(value)) ? value : undefined;
}

/** A shell's word that is what it looks like. Numbers and true or false are told by their look: a shell has only text. */
function readWord(word: string): Json | undefined {
  const single = /^'([^']*)'$/.exec(word)?.[1];
  if (single !== undefined) return single;
  const double = /^"([^"\\$`]*)"$/.exec(word)?.[1];
  const plain = double ?? /^[A-Za-z0-9_./:@%+,=-]*$/.exec(word)?.[0];
  if (plain === undefined) return undefined;
  if (plain === 'true' || plain === 'false') return plain === 'true';
  const value = Number(plain);
  return plain !== '' && String(value) === plain && Number.isFinite(value) ? value : plain;
}
