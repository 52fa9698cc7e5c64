import { holdInCss, judgeResource } from '../../shared/notebook/outputs/held-resource';
import type { Held } from './held';

/** Attributes that load something. */
const LOADING = ['src', 'poster', 'data', 'background', 'longdesc', 'lowsrc', 'dynsrc', 'manifest'];
/** Elements that are pages or programs of their own, or that would turn addresses around. */
const REMOVED = 'iframe, frame, frameset, object, embed, applet, base, portal, fencedframe, meta[http-equiv]';

/**
 * Takes out of a parsed content, before it is part of the page, what the policy would refuse, and counts it.
 *
 * The policy is the boundary, not this: without it the same would be held back, with less to tell a person.
 * `keepScripts`: inline scripts and handlers stay, to be run.
 */
export function quieten(root: ParentNode, held: Held, keepScripts: boolean): void {
  for (const element of root.querySelectorAll(REMOVED)) {
    const address = element.getAttribute('src') ?? element.getAttribute('data');
    if (address !== null) held.resource(address);
    else if (element.hasAttribute('srcdoc')) held.script();
    element.remove();
  }
  for (const link of root.querySelectorAll('link')) {
    const address = link.getAttribute('href');
    if (address !== null && judgeResource(address).kind === 'held') held.resource(address);
    link.remove();
  }
  for (const script of root.querySelectorAll('script')) {
    const address =
      script.getAttribute('src') ?? script.getAttribute('href') ?? script.getAttribute('xlink:href');
    if (address !== null) held.resource(address);
    else if (keepScripts) continue;
    else if (isProgram(script)) held.script();
    script.remove();
  }
  for (const element of root.querySelectorAll('*')) quietenElement(element, held, keepScripts);
}

/** True for what a browser would run; data that a page keeps in a script element is none. */
function isProgram(script: Element): boolean {
  const type = (script.getAttribute('type') ?? '').trim().toLowerCase();
  return type === '' || type === 'module' || /(?:java|ecma)script$/.test(type);
}

function quietenElement(element: Element, held: Held, keepScripts: boolean): void {
  for (const { name, value } of Array.from(element.attributes)) {
    const plain = name.toLowerCase();
    if (plain.startsWith('on')) {
      if (keepScripts) continue;
      held.script();
      element.removeAttribute(name);
    } else if (LOADING.includes(plain) || (/^(?:xlink:)?href$/.test(plain) && loadsByLink(element))) {
      if (judgeResource(value).kind === 'inside') continue;
      held.resource(value);
      element.removeAttribute(name);
      if (element.localName === 'img' && plain === 'src') standIn(element);
    } else if (plain === 'srcset' || plain === 'imagesrcset') {
      if (/^\s*data:/i.test(value)) continue;
      held.resource(value.trim().split(/\s/, 1)[0] ?? '');
      element.removeAttribute(name);
    } else if (plain === 'style') {
      element.setAttribute(
        name,
        holdInCss(value, (address) => held.resource(address)),
      );
    } else if (plain === 'ping' || plain === 'autofocus') {
      element.removeAttribute(name);
    }
  }
  if (element.localName === 'style') {
    const css = element.textContent ?? '';
    const quiet = holdInCss(css, (address) => held.resource(address));
    if (quiet !== css) element.textContent = quiet;
  }
}

/** In SVG a link of these elements is a picture, or a part of another file. */
function loadsByLink(element: Element): boolean {
  return [
    'image',
    'use',
    'feimage',
    'pattern',
    'lineargradient',
    'radialgradient',
    'textpath',
    'mpath',
  ].includes(element.localName.toLowerCase());
}

/** What stands where a picture would be: its words, as a browser's sign for a broken one says less. */
function standIn(picture: Element): void {
  const words = picture.ownerDocument.createElement('span');
  words.className = 'held-picture';
  words.textContent = picture.getAttribute('alt')?.trim() || 'picture';
  picture.replaceWith(words);
}
