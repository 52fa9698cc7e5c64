import type { ParameterLanguage } from './language';

/** A line of a cell as the language reads it: lines in open brackets belong together. */
export interface Statement {
  readonly code: string;
  /** The comment behind it, without its sign; empty where there is none. */
  readonly comment: string;
}

const OPENING = '([{';
const CLOSING = ')]}';

/**
 * The statements of a source, in order, without the lines that are indented: those belong to blocks. Quotes, comments
 * and brackets are told apart as far as assignments of literals need it.
 */
export function statementsOf(source: string, language: ParameterLanguage): readonly Statement[] {
  const statements: Statement[] = [];
  let [code, comment, depth, start] = ['', '', 0, 0];
  const end = (): void => {
    const isIndented = /^[ \t]/.test(source.slice(start, start + 1));
    if (code.trim() !== '' && !isIndented) statements.push({ code: code.trim(), comment: comment.trim() });
    [code, comment, depth] = ['', '', 0];
  };
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at] ?? '';
    if (sign === '\n') {
      if (depth > 0) code += ' ';
      else {
        end();
        start = at + 1;
      }
    } else if (sign === '\\' && source[at + 1] === '\n') {
      at += 1;
      code += ' ';
    } else if (sign === '"' || sign === "'") {
      const last = endOfQuoted(source, at, language);
      code += source.slice(at, last);
      at = last - 1;
    } else if (sign === '#' && (language !== 'shell' || at === 0 || /\s/.test(source[at - 1] ?? ''))) {
      const lineEnd = source.indexOf('\n', at);
      const last = lineEnd < 0 ? source.length : lineEnd;
      comment = source.slice(at + 1, last);
      at = last - 1;
    } else if (sign === ';' && depth === 0) {
      end();
      start = at + 1;
      while (/[ \t]/.test(source[start] ?? '')) start += 1;
    } else {
      if (language !== 'shell' && OPENING.includes(sign)) depth += 1;
      if (language !== 'shell' && CLOSING.includes(sign)) depth = Math.max(0, depth - 1);
      code += sign;
    }
  }
  end();
  return statements;
}

/** The place behind a quoted text; the source's end where it has none. */
function endOfQuoted(source: string, start: number, language: ParameterLanguage): number {
  const quote = source[start] ?? '';
  const isTriple = language === 'python' && source.startsWith(quote.repeat(3), start);
  const closing = isTriple ? quote.repeat(3) : quote;
  const hasEscapes = language !== 'shell' || quote === '"';
  for (let at = start + closing.length; at < source.length; at += 1) {
    if (hasEscapes && source[at] === '\\') at += 1;
    else if (source.startsWith(closing, at)) return at + closing.length;
  }
  return source.length;
}
