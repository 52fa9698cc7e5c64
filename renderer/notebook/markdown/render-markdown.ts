import type { JsonObject } from '../../../shared/rpc/contract';
import { judgeLink } from './judge-link';
import { judgePicture, type PictureVerdict } from './judge-picture';
import { layOutFormulas } from './math';
import { markdownToHtml } from './parser';
import { makeSign } from './signs';
import { LINK_ADDRESS, PICTURE_SOURCE, sanitiseHtml } from './sanitise';

/** A longer text is shown as it is: parsing it could take longer than anybody waits. */
const LONGEST_TEXT = 1_000_000;

/** What the sanitiser puts before every id and name of a text, so that none can clobber a global. */
export const ID_PREFIX = 'user-content-';

export interface MarkdownPicture {
  /** The `img`, without an address yet. */
  readonly element: HTMLImageElement;
  readonly verdict: PictureVerdict;
}

export interface MarkdownLink {
  readonly kind: 'anchor' | 'external' | 'local';
  readonly target: string;
}

/** A rendered text, and what its owner still has to do: bring the pictures, and follow clicks on links. */
export interface RenderedMarkdown {
  readonly fragment: DocumentFragment;
  /** Of each child of the fragment: its markup with all addresses, equal where nothing changed. */
  readonly keys: readonly string[];
  readonly pictures: readonly MarkdownPicture[];
  /** By link element: where a click leads. A link that is not here is dead. */
  readonly links: ReadonlyMap<Element, MarkdownLink>;
}

export interface MarkdownSource {
  readonly source: string;
  readonly attachments?: JsonObject | undefined;
  /** Keeps ids of two texts on one page apart; a cell's id. */
  readonly scope: string;
}

/**
 * Renders markdown to nodes that can do nothing by themselves: sanitised, no address in any link or picture,
 * formulas laid out.
 */
export function renderMarkdown({ source, attachments, scope }: MarkdownSource): RenderedMarkdown {
  const fragment = source.length > LONGEST_TEXT ? null : sanitiseHtml(markdownToHtml(source, scope));
  if (fragment === null) return asTyped(source);
  const keys = Array.from(fragment.childNodes, (node) =>
    node instanceof Element ? node.outerHTML : (node.textContent ?? ''),
  );
  layOutFormulas(fragment);

  const links = new Map<Element, MarkdownLink>();
  for (const link of fragment.querySelectorAll(`[${LINK_ADDRESS}]`)) {
    const address = link.getAttribute(LINK_ADDRESS) ?? '';
    link.removeAttribute(LINK_ADDRESS);
    const verdict = judgeLink(address);
    if (verdict.kind === 'dead') {
      link.classList.add('md-dead-link');
      link.setAttribute('title', verdict.reason);
      link.setAttribute('aria-disabled', 'true');
      continue;
    }
    link.setAttribute('role', 'link');
    link.setAttribute('tabindex', '0');
    link.classList.add('md-link');
    const target = verdict.kind === 'external' ? verdict.url : verdict.target;
    if (verdict.kind !== 'anchor') link.setAttribute('title', target);
    links.set(link, { kind: verdict.kind, target });
  }
  for (const title of fragment.querySelectorAll('.md-note > .md-note-title')) signNote(title);

  for (const box of fragment.querySelectorAll('.md-task')) {
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', box.classList.contains('md-task-done') ? 'done' : 'open');
  }

  const pictures: MarkdownPicture[] = [];
  for (const element of fragment.querySelectorAll<HTMLImageElement>('img')) {
    const address = element.getAttribute(PICTURE_SOURCE) ?? '';
    element.removeAttribute(PICTURE_SOURCE);
    pictures.push({ element, verdict: judgePicture(address, attachments) });
  }
  return { fragment, keys, pictures, links };
}

/** The sign of a note before its title. Which kind it is shows in the classes that the parser gave it. */
function signNote(title: Element): void {
  const note = title.parentElement;
  const look = LOOKS.find((name) => note?.classList.contains(`md-note-${name}`));
  if (note === null || look === undefined) return;
  if (note.localName !== 'details') note.setAttribute('role', 'note');
  const isNamed = title.textContent?.trim().toLowerCase() === look;
  title.prepend(makeSign(look, isNamed ? null : look));
}

const LOOKS = ['note', 'tip', 'important', 'warning', 'danger'] as const;

/** A text that can not be rendered, as it stands in the file. */
function asTyped(source: string): RenderedMarkdown {
  const fragment = document.createDocumentFragment();
  const pre = document.createElement('pre');
  pre.textContent = source;
  fragment.append(pre);
  return { fragment, keys: [source], pictures: [], links: new Map() };
}
