/** An argument that needs no quotes to be told from its neighbours. */
const PLAIN = /^[^\s"'\\]+$/;

/** An argument list as one line of a form: what has blanks or quotes in it stands in double quotes. */
export function argumentText(list: readonly string[]): string {
  return list.map((one) => (PLAIN.test(one) ? one : `"${one.replace(/["\\]/g, '\\$&')}"`)).join(' ');
}

/**
 * The argument list of such a line. Quotes keep blanks, a backslash keeps the next character; nothing else means
 * anything, as no shell reads it. Null while a quote is open.
 */
export function argumentsOf(text: string): readonly string[] | null {
  const list: string[] = [];
  let current: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '\\' && quote !== "'") {
      at += 1;
      current = (current ?? '') + (text[at] ?? '');
    } else if (quote !== null) {
      if (sign === quote) quote = null;
      else current = (current ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      current ??= '';
    } else if (/\s/.test(sign)) {
      if (current !== null) list.push(current);
      current = null;
    } else current = (current ?? '') + sign;
  }
  if (quote !== null) return null;
  return current === null ? list : [...list, current];
}
