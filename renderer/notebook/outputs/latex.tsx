import { memo, useLayoutEffect, useRef, type JSX } from 'react';
import { latexParts } from '../../../shared/notebook/outputs/latex-parts';
import { layOutFormulas } from '../markdown/math';

const CLASSES = { text: '', inline: 'md-math', block: 'md-math-block' } as const;

/** A LaTeX output: its formulas laid out, its words as text. Nothing in a formula can link, load or run. */
export const Latex = memo(function Latex(props: { readonly latex: string }): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const { latex } = props;
  useLayoutEffect(() => {
    const parts = latexParts(latex).map(({ kind, text }) => {
      if (kind === 'text') return document.createTextNode(text);
      const span = document.createElement('span');
      span.className = CLASSES[kind];
      span.textContent = text;
      return span;
    });
    const fragment = document.createDocumentFragment();
    fragment.append(...parts);
    layOutFormulas(fragment);
    root.current?.replaceChildren(fragment);
  }, [latex]);
  return <div ref={root} className="md out-latex" />;
});
