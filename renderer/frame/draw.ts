import type { Held } from './held';
import { quieten } from './quieten';
import { sideTables } from './tables';

export interface Drawing {
  readonly content: string;
  readonly place: HTMLElement;
  readonly held: Held;
  /** The output's own scripts run. */
  readonly isLive: boolean;
}

/** Draws HTML, a fragment or a whole document. */
export function drawHtml({ content, place, held, isLive }: Drawing): void {
  const parsed = new DOMParser().parseFromString(content, 'text/html');
  quieten(parsed, held, isLive);
  const styles = parsed.head.querySelectorAll('style, script');
  // A page of frames has no body once its frames are gone.
  const body: HTMLElement | null = parsed.body;
  place.className = 'html';
  place.replaceChildren(...styles);
  // One by one: a list of arguments may be too long for the stack.
  while (body?.firstChild) place.append(body.firstChild);
  sideTables(place);
  if (isLive) runScripts(place);
}

/** Draws an SVG picture; one that is not well formed is read as HTML reads it. */
export function drawSvg(drawing: Drawing): void {
  const { content, place, held, isLive } = drawing;
  const parsed = new DOMParser().parseFromString(content, 'image/svg+xml');
  const root = parsed.documentElement;
  if (root.localName !== 'svg' || parsed.querySelector('parsererror') !== null) {
    drawHtml(drawing);
    place.className = 'svg';
    return;
  }
  quieten(parsed, held, isLive);
  place.className = 'svg';
  place.replaceChildren(document.importNode(root, true));
  if (isLive) runScripts(place);
}

/** Runs JavaScript with `element` to draw into, as Jupyter does. Only ever under the live policy. */
export function drawScript({ content, place, held, isLive }: Drawing): void {
  place.className = 'script';
  place.replaceChildren();
  if (!isLive) {
    held.script();
    return;
  }
  const element = document.createElement('div');
  Object.assign(window, { element });
  writeInto(element);
  const script = document.createElement('script');
  script.textContent = content;
  place.append(element);
  place.append(script);
}

/** Scripts that came by parsing never run; made anew they do, one after the other. */
function runScripts(place: HTMLElement): void {
  writeInto(place);
  for (const parsed of place.querySelectorAll('script')) {
    const script = document.createElementNS(parsed.namespaceURI ?? '', parsed.localName);
    for (const { name, value } of Array.from(parsed.attributes)) script.setAttribute(name, value);
    script.textContent = parsed.textContent;
    parsed.replaceWith(script);
  }
}

/** `document.write` of a page that is loaded would put another page in its place. */
function writeInto(place: HTMLElement): void {
  const write = (...parts: readonly unknown[]): void => place.insertAdjacentHTML('beforeend', parts.join(''));
  Object.assign(document, { write, writeln: write, open: () => document, close: () => undefined });
}
