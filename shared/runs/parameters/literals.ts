import { isJsonObject } from '../../notebook/notebook-values';
import type { Json } from '../../rpc/contract';
import type { ParameterLanguage } from './language';

/** A value as a literal of a language, or why there is none. */
export type Literal =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'refused'; readonly reason: string };

// Control characters, and those that turn text around or hide in it: a source must be what it looks like.
const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
const UNSEEN_ALL = new RegExp(UNSEEN.source, 'g');

/**
 * A value as a literal of the language: whatever stands in it, it is data there and never code.
 *
 * A shell has texts only: true, false, numbers as they are written, nothing for null, and lists and objects as JSON.
 */
export function literalOf(value: Json, language: ParameterLanguage): Literal {
  try {
    return { kind: 'literal', text: write(value, language) };
  } catch (error) {
    if (error instanceof NoLiteral) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

class NoLiteral extends Error {}

function write(value: Json, language: ParameterLanguage): string {
  switch (language) {
    case 'python':
      return python(value);
    case 'shell':
      return shell(value);
    case 'r':
      return r(value);
  }
}

function python(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numeral(value);
  if (typeof value === 'string') return pythonText(value);
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([name, member]) => `${pythonText(name)}: ${python(member)}`)
      .join(', ')}}`;
  return `[${value.map(python).join(', ')}]`;
}

/** JSON's texts are Python's, but for what is not seen. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(UNSEEN_ALL, (sign) => `\\u${hex(sign, 4)}`);
}

function r(value: Json): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return numeral(value);
  if (typeof value === 'string') return rText(value);
  if (isJsonObject(value))
    return `list(${Object.entries(value)
      .map(([name, member]) => `${rText(name)} = ${r(member)}`)
      .join(', ')})`;
  return `list(${value.map(r).join(', ')})`;
}

function rText(text: string): string {
  refuseUnwritable(text, 'R');
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replace(UNSEEN_ALL, (sign) => `\\u{${hex(sign, 4)}}`);
  return `"${escaped}"`;
}

function shell(value: Json): string {
  const text =
    value === null
      ? ''
      : typeof value === 'string'
        ? value
        : typeof value === 'number'
          ? numeral(value)
          : null;
  return shellText(text ?? JSON.stringify(value));
}

/** In single quotes nothing means anything but their end; with what is not seen in it, in bash's `$'…'` as bytes. */
function shellText(text: string): string {
  refuseUnwritable(text, 'A shell');
  if (!UNSEEN.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(UNSEEN_ALL, (sign) =>
      [...new TextEncoder().encode(sign)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  // A hexadecimal digit behind an escape belongs to it no more: two digits are the most bash takes.
  return `$'${escaped}'`;
}

function refuseUnwritable(text: string, who: string): void {
  if (text.includes('\0')) throw new NoLiteral(`${who} can not hold a text with the character of number 0`);
  if (/\p{Surrogate}/u.test(text)) throw new NoLiteral(`${who} can not hold half of a character`);
}

function numeral(value: number): string {
  if (!Number.isFinite(value)) throw new NoLiteral('It is no number that can be written');
  return Object.is(value, -0) ? '-0.0' : String(value);
}

function hex(sign: string, digits: number): string {
  return sign.charCodeAt(0).toString(16).padStart(digits, '0');
}
