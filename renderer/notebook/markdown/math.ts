import katex from 'katex';

const LIMITS = { trust: false, maxExpand: 200, maxSize: 40, strict: 'ignore', throwOnError: true } as const;

/** A text may take so long for its formulas, in milliseconds. The window stands still meanwhile. */
const LONGEST_LAYOUT = 400;
/** So many characters of formulas a text may hold: what KaTeX makes of them is a hundred times as long. */
const MOST_CHARACTERS = 40_000;

/**
 * Lays out every formula that the parser left in `root`, in place.
 *
 * Nothing in a formula may link, load or set attributes (`trust: false`), expand without end (`maxExpand`) or grow
 * over the page (`maxSize`). One that cannot be laid out stays as it was typed, with the reason in its tooltip; so do
 * those after the ones that used up what one text is given.
 */
export function layOutFormulas(root: ParentNode): void {
  const deadline = performance.now() + LONGEST_LAYOUT;
  let characters = 0;
  for (const element of root.querySelectorAll<HTMLElement>('.md-math, .md-math-block')) {
    const formula = element.textContent ?? '';
    characters += formula.length;
    if (characters > MOST_CHARACTERS || performance.now() > deadline) {
      element.classList.add('md-math-mistake');
      element.title = 'Not laid out: this text has too many formulas';
      continue;
    }
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
