import katex from 'katex';

const LIMITS = { trust: false, maxExpand: 200, maxSize: 40, strict: 'ignore', throwOnError: true } as const;

/**
 * Lays out every formula that the parser left in `root`, in place.
 *
 * Nothing in a formula may link, load or set attributes (`trust: false`), expand without end (`maxExpand`) or grow
 * over the page (`maxSize`). One that cannot be laid out stays as it was typed, with the reason in its tooltip.
 */
export function layOutFormulas(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>('.md-math, .md-math-block')) {
    const formula = element.textContent ?? '';
    try {
      katex.render(formula, element, { ...LIMITS, displayMode: element.classList.contains('md-math-block') });
    } catch (error) {
      // KaTeX throws ParseError for a mistake, and TypeError or RangeError for some that it does not foresee.
      element.textContent = formula;
      element.classList.add('md-math-mistake');
      element.title = error instanceof Error ? error.message : String(error);
    }
  }
}
