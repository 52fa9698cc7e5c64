import { memo, useLayoutEffect, useRef, useState, type JSX } from 'react';
import { createPortal } from 'react-dom';
import type { JsonObject } from '../../../shared/rpc/contract';
import { dressMarkdown, type MarkdownHost } from './dress-markdown';
import { MarkdownDiagram } from './markdown-diagram';
import { patchBlocks } from './patch-blocks';
import { ID_PREFIX, renderMarkdown, type MarkdownLink } from './render-markdown';

interface Diagram {
  /** Where it is drawn, a part of the rendered text. */
  readonly place: Element;
  readonly id: number;
  readonly source: string;
}

/** What is in the element: keys of its blocks, where its links lead, and what it was made with. */
interface Shown {
  readonly keys: readonly string[];
  readonly links: WeakMap<Element, MarkdownLink>;
  readonly given: readonly unknown[];
}

const diagrams = new WeakMap<Element, Diagram>();
let diagramsMade = 0;

/** Takes the sources out of the places of diagrams; each place is one diagram for as long as it lives. */
function takeDiagrams(root: ParentNode): void {
  for (const place of root.querySelectorAll('.md-diagram')) {
    diagramsMade += 1;
    diagrams.set(place, { place, id: diagramsMade, source: place.textContent ?? '' });
    place.replaceChildren();
  }
}

/** Shows a text of a notebook. Nothing in it can run, load, navigate or leave its box. */
export const MarkdownView = memo(function MarkdownView(props: {
  readonly source: string;
  readonly attachments?: JsonObject | undefined;
  /** Keeps ids of two texts on one page apart. */
  readonly scope: string;
  /** The cell that the text is of. */
  readonly cell: string;
  readonly host: MarkdownHost;
  /** Headings are parts of the notebook, to which links can lead. */
  readonly hasSections?: boolean;
}): JSX.Element {
  const { source, attachments, scope, cell, host, hasSections = false } = props;
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown | null>(null);
  const [drawn, setDrawn] = useState<readonly Diagram[]>([]);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const given = [attachments, scope, host, hasSections];
    const before = shown.current;
    const isSame = before !== null && given.every((value, index) => value === before.given[index]);
    const { fragment, keys, pictures, links } = renderMarkdown({ source, attachments, scope });
    const kept = isSame ? before : { keys: [], links: new WeakMap<Element, MarkdownLink>() };
    if (!isSame) element.replaceChildren();
    patchBlocks(element, fragment, kept.keys, keys, (blocks) => {
      const own = pictures.filter((picture) => blocks.contains(picture.element));
      takeDiagrams(blocks);
      dressMarkdown(blocks, own, { host, hasSections });
    });
    for (const [link, lead] of links) kept.links.set(link, lead);
    shown.current = { keys, links: kept.links, given };
    setDrawn((now) => {
      const next = [...element.querySelectorAll('.md-diagram')].flatMap((place) => diagrams.get(place) ?? []);
      return next.length === now.length && next.every((diagram, index) => diagram === now[index])
        ? now
        : next;
    });
  }, [source, attachments, scope, host, hasSections]);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const follow = (event: Event): void => {
      const origin = event.target;
      if (!(origin instanceof Element)) return;
      const link = origin.closest('a');
      if (!link || !element.contains(link)) return;
      event.preventDefault();
      event.stopPropagation();
      const lead = shown.current?.links.get(link);
      if (!lead) return;
      if (lead.kind === 'external') host.openLink(lead.target);
      else if (lead.kind === 'local') host.openLocal(lead.target);
      else {
        const inside = element.querySelector(`[id="${CSS.escape(ID_PREFIX + lead.target)}"]`);
        if (inside) inside.scrollIntoView({ block: 'start' });
        else host.goToAnchor(lead.target);
      }
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Enter') follow(event);
    };
    element.addEventListener('click', follow);
    element.addEventListener('keydown', onKey);
    return () => {
      element.removeEventListener('click', follow);
      element.removeEventListener('keydown', onKey);
    };
  }, [host]);

  return (
    <>
      <div ref={root} className="md" />
      {drawn.map(({ place, id, source: text }, index) =>
        createPortal(<MarkdownDiagram cell={cell} index={index} source={text} />, place, String(id)),
      )}
    </>
  );
});
