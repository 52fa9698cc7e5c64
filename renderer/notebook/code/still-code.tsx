import { highlightCode } from '@lezer/highlight';
import { memo, useLayoutEffect, useRef, type JSX } from 'react';
import { grammarOf } from './grammar';
import type { LanguageName } from './language-of';
import { tokenClasses } from './token-classes';

/** A longer source is shown without colours: parsing it would hold up the scrolling. */
const LONGEST_COLOURED = 60_000;

/** Writes `source` into `element` as text with coloured spans, by the same grammar as the live editor. */
export function writeHighlighted(element: Element, source: string, language: LanguageName): void {
  if (source.length > LONGEST_COLOURED) {
    element.textContent = source;
    return;
  }
  const fragment = document.createDocumentFragment();
  highlightCode(
    source,
    grammarOf(language).parser.parse(source),
    tokenClasses,
    (text, classes) => {
      if (classes === '') {
        fragment.append(text);
        return;
      }
      const span = document.createElement('span');
      span.className = classes;
      span.textContent = text;
      fragment.append(span);
    },
    () => fragment.append('\n'),
  );
  element.replaceChildren(fragment);
}

/** A source that is not being edited: coloured text, no editor. */
export const StillCode = memo(function StillCode(props: {
  readonly source: string;
  readonly language: LanguageName;
  readonly wrap: boolean;
}): JSX.Element {
  const { source, language, wrap } = props;
  const element = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    // A last empty line has no height in a `pre` but has one in the editor: the box must not change its size.
    if (element.current)
      writeHighlighted(
        element.current,
        source === '' || source.endsWith('\n') ? `${source}\u200b` : source,
        language,
      );
  }, [source, language]);
  return <pre ref={element} className={wrap ? 'still-code still-code-wrap' : 'still-code'} />;
});
