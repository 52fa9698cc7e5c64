import type { Json, JsonObject } from '../rpc/contract';

/** How a JSON text is written, so that what is added to it looks like the rest. */
export interface JsonStyle {
  /** One step of indent; null when everything stands on one line. */
  readonly indent: string | null;
  readonly newline: '\n' | '\r\n';
  /** Between key and value, with its spaces. */
  readonly colon: string;
  /** Between members on one line, with its spaces. */
  readonly comma: string;
  /** Characters beyond ASCII are written as `\u` escapes. */
  readonly asciiOnly: boolean;
  /** Keys are in the order of their characters. */
  readonly sorted: boolean;
}

/** The style of Python's nbformat, which is the canonical one. */
export const CANONICAL_STYLE: JsonStyle = {
  indent: ' ',
  newline: '\n',
  colon: ': ',
  comma: ', ',
  asciiOnly: false,
  sorted: true,
};

/** A string as JSON. Lone surrogates are escaped always: they have no UTF-8. */
export function formatString(value: string, asciiOnly: boolean): string {
  const json = JSON.stringify(value);
  return asciiOnly ? json.replace(/[\u007f-\uffff]/g, escapeUnit) : json;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A value as JSON in the given style. `lineIndent` is the indent of the line on which the value begins.
 */
export function formatJson(value: Json, style: JsonStyle, lineIndent: string): string {
  if (typeof value === 'string') return formatString(value, style.asciiOnly);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = style.indent === null ? '' : lineIndent + style.indent;
  const items = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => formatJson(item, style, inner))
    : keysOf(value as JsonObject, style).map((key) => {
        const member = (value as JsonObject)[key] as Json;
        return formatString(key, style.asciiOnly) + style.colon + formatJson(member, style, inner);
      });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return open + close;
  if (style.indent === null) return open + items.join(style.comma) + close;
  const lineStart = style.newline + inner;
  return open + lineStart + items.join(`,${lineStart}`) + style.newline + lineIndent + close;
}

function keysOf(value: JsonObject, style: JsonStyle): string[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return style.sorted ? keys.sort(byCharacters) : keys;
}

/** An escape of a character beyond ASCII. A lone surrogate does not count: it has no other spelling. */
const ESCAPED =
  /(?<!\\)(?:\\\\)*\\u(?:(?!00[0-7]|[dD][89a-fA-F])[0-9a-fA-F]{4}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F])/;

/** Whether a text writes characters beyond ASCII as escapes; `otherwise` when it has none. */
export function isAsciiStyle(text: string, otherwise: boolean): boolean {
  if (/[\u0080-\uffff]/.test(text)) return false;
  return ESCAPED.test(text) || otherwise;
}

/** Orders as Python's `sort_keys` does: by code point, where JavaScript's own order is by UTF-16 unit. */
export function byCharacters(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    // A surrogate stands for a code point above all others.
    if (isSurrogate(left) !== isSurrogate(right)) return isSurrogate(left) ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

/** True for keys in the order that `sort_keys` gives; fewer than two keys show no order and count as ordered. */
export function areSorted(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || byCharacters(keys[index - 1] ?? '', key) < 0);
}

/** Equality of JSON values. The order of members does not count, nor how a number is spelled. */
export function jsonEquals(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item: Json, index) => jsonEquals(item, b[index] as Json));
  }
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && jsonEquals(left[key], right[key]));
}
