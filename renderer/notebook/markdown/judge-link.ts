/** Where a link of a text may lead. */
export type LinkVerdict =
  | { readonly kind: 'anchor'; readonly target: string }
  | { readonly kind: 'external'; readonly url: string }
  /** Another file of the library, as the text names it; the engine looks at it after a click. */
  | { readonly kind: 'local'; readonly target: string }
  | { readonly kind: 'dead'; readonly reason: string };

// What nobody sees but a browser may pass over or turn around: control, zero-width and direction characters.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0020\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const OPENED = new Set(['http:', 'https:', 'mailto:']);

/**
 * Says what a click on a link may do. Only http, https and mailto leave the window, by the system's browser and only
 * after a click; `#…` moves inside the notebook, a relative path opens another runbook of the library; everything else is dead, with the reason for its tooltip.
 */
export function judgeLink(address: string): LinkVerdict {
  const trimmed = address.trim();
  if (trimmed === '' || trimmed === '#') return { kind: 'dead', reason: 'This link leads nowhere' };
  if (CONTROL.test(trimmed)) {
    return { kind: 'dead', reason: 'Not opened: the address contains hidden characters' };
  }
  if (trimmed.startsWith('#')) {
    return { kind: 'anchor', target: decodeAnchor(trimmed.slice(1)) };
  }
  if (/^[\\/]{2}/.test(trimmed)) {
    return { kind: 'dead', reason: 'Not opened: the address names a host without saying how to reach it' };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed)?.[1];
  if (scheme === undefined) {
    return judgePath(trimmed);
  }
  let url: URL;
  try {
    url = new URL(trimmed);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'dead', reason: 'Not opened: the address is not complete' };
  }
  if (!OPENED.has(url.protocol)) {
    return {
      kind: 'dead',
      reason: `Not opened: only http, https and mailto links are, this one is ${scheme.toLowerCase()}`,
    };
  }
  if (url.username !== '' || url.password !== '') {
    return { kind: 'dead', reason: `Not opened: the address carries a name before its host ${url.host}` };
  }
  return { kind: 'external', url: url.href };
}

/** Only paths from the runbook's own folder lead anywhere. */
function judgePath(path: string): LinkVerdict {
  if (path.startsWith('/')) {
    return { kind: 'dead', reason: 'Not opened: only paths from this runbook’s folder are followed' };
  }
  // A browser would take it for a slash, a file system may not: what it means is not clear.
  if (path.includes('\\')) return { kind: 'dead', reason: 'Not opened: a path is written with / here' };
  return { kind: 'local', target: path };
}

/** A `%` that is no escape stays as it is. */
function decodeAnchor(anchor: string): string {
  try {
    return decodeURIComponent(anchor);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return anchor;
  }
}
