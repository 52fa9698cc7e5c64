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

/** Puts every line of a source into a box of its own, whose number the style sheet writes beside it. */
function boxLines(pre: HTMLPreElement): void {
  const rest = [...pre.childNodes];
  let box = document.createElement('span');
  box.className = 'still-line';
  const boxes = [box];
  for (const node of rest) {
    const pieces = (node.textContent ?? '').split('\n');
    pieces.forEach((piece, index) => {
      if (index > 0) {
        // The end of the line stays in it: places in the text are counted over all of it.
        box.append('\n');
        box = document.createElement('span');
        box.className = 'still-line';
        boxes.push(box);
      }
      if (piece === '') return;
      const copy = node.cloneNode(false);
      copy.textContent = piece;
      box.append(copy);
    });
  }
  pre.replaceChildren(...boxes);
}

let widths: ResizeObserver | null = null;

/** Makes a source that is wider than its place a stop of Tab, so that it is moved by keys too. Returns what ends that. */
function followWidth(pre: HTMLPreElement): () => void {
  // Told after the layout: asked for earlier, each source would be laid out by itself.
  const observer = (widths ??= new ResizeObserver((all) => all.forEach(({ target }) => markWidth(target))));
  observer.observe(pre);
  return () => observer.unobserve(pre);
}

function markWidth(pre: Element): void {
  const isWide = pre.scrollWidth > pre.clientWidth;
  if (isWide === pre.hasAttribute('tabindex')) return;
  for (const [name, value] of Object.entries({
    tabindex: '0',
    role: 'group',
    'aria-label': 'Source, scrolls',
  }))
    if (isWide) pre.setAttribute(name, value);
    else pre.removeAttribute(name);
}

/** A source that is not being edited: coloured text, no editor. */
export const StillCode = memo(function StillCode(props: {
  readonly source: string;
  readonly language: LanguageName;
  readonly wrap: boolean;
  readonly lineNumbers: boolean;
}): JSX.Element {
  const { source, language, wrap, lineNumbers } = props;
  const element = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    // A last empty line has no height in a `pre` but has one in the editor: the box must not change its size.
    const drawn = source === '' || source.endsWith('\n') ? `${source}\u200b` : source;
    writeHighlighted(element.current, drawn, language);
    if (lineNumbers) {
      boxLines(element.current);
      const digits = String(element.current.childElementCount).length;
      element.current.style.setProperty('--number-digits', String(Math.max(2, digits)));
    }
    return followWidth(element.current);
  }, [source, language, lineNumbers, wrap]);
  const classes = ['still-code', wrap && 'still-code-wrap', lineNumbers && 'has-numbers'];
  return <pre ref={element} className={classes.filter(Boolean).join(' ')} />;
});
