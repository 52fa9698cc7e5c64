/** A piece of a LaTeX output: words, or a formula in a line or on its own. */
export interface LatexPart {
  readonly kind: 'text' | 'inline' | 'block';
  readonly text: string;
}

/** Longer ones are shown as text: nobody reads them, and laying one out may take minutes. */
const LONGEST_LATEX = 20_000;

/** What opens a formula, what closes it, and how it is set. */
const FENCES = [
  ['$$', '$$', 'block'],
  ['\\[', '\\]', 'block'],
  ['\\(', '\\)', 'inline'],
  ['$', '$', 'inline'],
] as const;

const ENVIRONMENT =
  /\\begin\{(equation|align|alignat|gather|multline|split|cases|[bBpvV]?matrix|array|eqnarray)(\*?)\}/;

/**
 * The formulas in a `text/latex` output, and the words between them, as MathJax finds them in Jupyter.
 *
 * A text without any delimiter is one formula as a whole. A delimiter that is never closed is text.
 */
export function latexParts(latex: string): readonly LatexPart[] {
  if (latex.length > LONGEST_LATEX) return [{ kind: 'text', text: latex }];
  const parts: LatexPart[] = [];
  let words = '';
  let at = 0;
  while (at < latex.length) {
    const formula = formulaAt(latex, at);
    if (formula === null) {
      // An escaped dollar is a dollar.
      const isEscaped = latex.startsWith('\\$', at);
      words += isEscaped ? '$' : (latex[at] ?? '');
      at += isEscaped ? 2 : 1;
      continue;
    }
    if (words !== '') parts.push({ kind: 'text', text: words });
    words = '';
    parts.push({ kind: formula.kind, text: formula.text });
    at = formula.end;
  }
  if (words !== '') parts.push({ kind: 'text', text: words });
  const isBare = parts.every(({ kind }) => kind === 'text') && /[\^_{}=]|\\[A-Za-z]/.test(latex);
  return isBare ? [{ kind: 'block', text: latex.trim() }] : parts.filter(({ text }) => text.trim() !== '');
}

function formulaAt(
  latex: string,
  at: number,
): { readonly kind: 'inline' | 'block'; readonly text: string; readonly end: number } | null {
  const character = latex[at];
  if (character !== '$' && character !== '\\') return null;
  const environment = character === '\\' ? ENVIRONMENT.exec(latex.slice(at, at + 40)) : null;
  if (environment?.index === 0) {
    const close = `\\end{${environment[1]}${environment[2]}}`;
    const end = latex.indexOf(close, at);
    return end < 0
      ? null
      : { kind: 'block', text: latex.slice(at, end + close.length), end: end + close.length };
  }
  for (const [open, close, kind] of FENCES) {
    if (!latex.startsWith(open, at)) continue;
    const from = at + open.length;
    const end = closeOf(latex, from, close);
    if (end < 0 || latex.slice(from, end).trim() === '') return null;
    return {
      kind: kindOf(kind, latex, at, end + close.length),
      text: latex.slice(from, end),
      end: end + close.length,
    };
  }
  return null;
}

/** `$\displaystyle …$` alone is how SymPy writes a formula of its own; it has the room of one. */
function kindOf(kind: 'inline' | 'block', latex: string, start: number, end: number): 'inline' | 'block' {
  const isAlone = latex.slice(0, start).trim() === '' && latex.slice(end).trim() === '';
  return isAlone ? 'block' : kind;
}

function closeOf(latex: string, from: number, close: string): number {
  for (let at = latex.indexOf(close, from); at >= 0; at = latex.indexOf(close, at + 1)) {
    if (close[0] === '\\' || latex[at - 1] !== '\\') return at;
  }
  return -1;
}
