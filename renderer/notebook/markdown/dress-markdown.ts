import { toWireError } from '../../../shared/rpc/errors';
import { languageNamed } from '../code/language-of';
import { writeHighlighted } from '../code/still-code';
import { ID_PREFIX, type MarkdownPicture } from './render-markdown';
import { makeSign } from './signs';

/** How a rendered text reaches what is outside of it. Every function is called only after a click, `loadPicture` aside. */
export interface MarkdownHost {
  /** A picture by its relative path, as a data URL. */
  readonly loadPicture: (source: string) => Promise<string>;
  /** A picture from another host, as a data URL. */
  readonly loadRemotePicture: (url: string) => Promise<string>;
  readonly openLink: (url: string) => void;
  /** Goes to a heading or a named place elsewhere in the notebook. */
  readonly goToAnchor: (anchor: string) => void;
  /** Opens another runbook by the path that the text gives, at its anchor. */
  readonly openLocal: (target: string) => void;
  /** Copies a link to a heading of this runbook. */
  readonly copyLink: (anchor: string) => void;
}

function placeholder(text: string, title?: string): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = 'md-picture-note';
  span.textContent = text;
  if (title !== undefined) span.title = title;
  return span;
}

function show(element: HTMLImageElement, url: string, instead: Element): void {
  element.src = url;
  element.decoding = 'async';
  instead.replaceWith(element);
}

/** Puts what can be shown of a picture in its place: the picture, a button that loads it, or why there is none. */
function bringPicture({ element, verdict }: MarkdownPicture, host: MarkdownHost): void {
  const words = element.alt === '' ? 'Picture' : `Picture “${element.alt}”`;
  switch (verdict.kind) {
    case 'data':
      element.src = verdict.url;
      return;
    case 'refused':
      element.replaceWith(placeholder(`${words} not shown. ${verdict.reason}.`));
      return;
    case 'file': {
      const waiting = placeholder(words, verdict.source);
      element.replaceWith(waiting);
      host.loadPicture(verdict.source).then(
        (url) => show(element, url, waiting),
        (error: unknown) => {
          waiting.textContent = `${words} not shown. ${toWireError(error).message}`;
        },
      );
      return;
    }
    case 'remote': {
      const box = placeholder(`${words} from ${verdict.host} `, verdict.url);
      const load = document.createElement('button');
      load.type = 'button';
      load.className = 'md-picture-load';
      load.textContent = 'Load';
      load.setAttribute('aria-label', `Load the picture from ${verdict.host}`);
      load.addEventListener('click', (event) => {
        event.preventDefault();
        event.stopPropagation();
        load.disabled = true;
        host.loadRemotePicture(verdict.url).then(
          (url) => show(element, url, box),
          (error: unknown) => {
            box.textContent = `${words} not loaded: ${toWireError(error).message}`;
          },
        );
      });
      box.append(load);
      element.replaceWith(box);
    }
  }
}

/** Gives each heading a button beside it that copies a link to it. */
function linkHeadings(root: ParentNode, copyLink: (anchor: string) => void): void {
  for (const heading of root.querySelectorAll<HTMLElement>('h1, h2, h3, h4, h5, h6')) {
    if (!heading.id.startsWith(ID_PREFIX)) continue;
    const anchor = heading.id.slice(ID_PREFIX.length);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'md-heading-link';
    button.title = 'Copy a link to this section';
    button.setAttribute(
      'aria-label',
      `Copy a link to the section ${(heading.textContent ?? '').trim().slice(0, 200)}`,
    );
    button.append(makeSign('link', null));
    button.addEventListener('click', (event) => {
      event.stopPropagation();
      copyLink(anchor);
    });
    const line = document.createElement('div');
    line.className = 'md-heading';
    heading.replaceWith(line);
    line.append(heading, button);
  }
}

/** Colours code, puts tables into boxes that scroll, brings pictures, and gives headings their links. */
export function dressMarkdown(
  root: ParentNode,
  pictures: readonly MarkdownPicture[],
  { host, hasSections }: { readonly host: MarkdownHost; readonly hasSections: boolean },
): void {
  for (const code of root.querySelectorAll('pre > code[class^="language-"]')) {
    const name = /language-([\w+#-]+)/.exec(code.className)?.[1] ?? null;
    writeHighlighted(code, (code.textContent ?? '').replace(/\n$/, ''), languageNamed(name));
  }
  for (const table of root.querySelectorAll('table')) {
    const scroller = document.createElement('div');
    scroller.className = 'md-table';
    table.replaceWith(scroller);
    scroller.append(table);
  }
  for (const picture of pictures) bringPicture(picture, host);
  if (hasSections) linkHeadings(root, (anchor) => host.copyLink(anchor));
}
