import type { MarkdownIt } from 'markdown-it';

/** Longer formulas are shown as text: nobody reads them, and laying one out may take seconds. */
const LONGEST_FORMULA = 4_000;

let known: { readonly source: string; readonly places: readonly number[] } = { source: '', places: [] };

/**
 * Where a `$` can close: not escaped, not preceded by space, not followed by a digit. Found once for each text: a
 * text of many `$` must not be searched from each of them.
 */
function closingPlaces(source: string): readonly number[] {
  if (known.source === source) return known.places;
  const places: number[] = [];
  for (let at = source.indexOf('$'); at !== -1; at = source.indexOf('$', at + 1)) {
    const isEscaped = source[at - 1] === '\\';
    const isAfterSpace = /\s/.test(source[at - 1] ?? ' ');
    const isBeforeDigit = /\d/.test(source[at + 1] ?? '');
    if (!isEscaped && !isAfterSpace && !isBeforeDigit) places.push(at);
  }
  known = { source, places };
  return places;
}

/** The first `$` from here on that closes; -1 where there is none before the limit. */
function closingDollar(source: string, from: number, limit: number): number {
  const places = closingPlaces(source);
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const place = places[low];
  return place === undefined || place > limit ? -1 : place;
}

/**
 * Adds `$…$` and `$$…$$` to a markdown parser, as Jupyter writes formulas.
 *
 * A formula leaves the parser as escaped text in an element of class `md-math` or `md-math-block`. It is laid out
 * after sanitising, straight into that element, so that no markup of the layout passes through the sanitiser.
 */
export function addMathRule(markdown: MarkdownIt): void {
  markdown.inline.ruler.after('escape', 'math', (state, silent) => {
    if (state.src[state.pos] !== '$') return false;
    const isBlock = state.src[state.pos + 1] === '$';
    const start = state.pos + (isBlock ? 2 : 1);
    const limit = Math.min(state.posMax, start + LONGEST_FORMULA);
    const end = isBlock
      ? state.src.slice(0, limit + 2).indexOf('$$', start)
      : /\s/.test(state.src[start] ?? ' ')
        ? -1
        : closingDollar(state.src, start, limit);
    if (end === -1 || end <= start || end > state.posMax) return false;
    if (!silent) {
      const token = state.push(isBlock ? 'math_block' : 'math_inline', 'span', 0);
      token.content = state.src.slice(start, end);
    }
    state.pos = end + (isBlock ? 2 : 1);
    return true;
  });

  markdown.block.ruler.before(
    'fence',
    'math_block',
    (state, startLine, endLine, silent) => {
      const first = state.src.slice(
        (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0),
        state.eMarks[startLine],
      );
      if (!first.startsWith('$$')) return false;
      const lines = [first.slice(2)];
      let line = startLine;
      for (;;) {
        const text = lines[lines.length - 1] ?? '';
        const close = text.indexOf('$$');
        if (close !== -1) {
          if (text.slice(close + 2).trim() !== '') return false;
          lines[lines.length - 1] = text.slice(0, close);
          break;
        }
        line += 1;
        if (line >= endLine) return false;
        lines.push(
          state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]),
        );
      }
      const content = lines.join('\n').trim();
      if (content === '' || content.length > LONGEST_FORMULA) return false;
      if (silent) return true;
      const token = state.push('math_block', 'div', 0);
      token.block = true;
      token.content = content;
      token.map = [startLine, line + 1];
      state.line = line + 1;
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );

  const escape = markdown.utils.escapeHtml;
  markdown.renderer.rules['math_inline'] = (tokens, index) =>
    `<span class="md-math">${escape(tokens[index]?.content ?? '')}</span>`;
  markdown.renderer.rules['math_block'] = (tokens, index) =>
    `<span class="md-math-block">${escape(tokens[index]?.content ?? '')}</span>`;
}
