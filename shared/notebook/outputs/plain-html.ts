const OPENING = /<(style|script)(?=[\s/>])/gi;
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'"<>])*>/gi;
const LOUD = /\s(?:style|on[a-z]+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;

/**
 * HTML of an output without styles, scripts and handlers, for other programs' eyes.
 *
 * Not what keeps anything safe: the browser cleans what goes to the clipboard. It reports each of these to our own
 * content policy, though, as if the page had tried to use them.
 */
export function plainHtml(html: string): string {
  return withoutWholes(html).replace(TAG, (tag) => tag.replace(LOUD, ''));
}

/** Without style and script elements; one that is never closed takes the rest with it, as in a browser. */
function withoutWholes(html: string): string {
  const parts: string[] = [];
  let at = 0;
  OPENING.lastIndex = 0;
  for (let opening = OPENING.exec(html); opening !== null; opening = OPENING.exec(html)) {
    parts.push(html.slice(at, opening.index));
    const closing = new RegExp(`</${opening[1] ?? ''}`, 'gi');
    closing.lastIndex = opening.index;
    const close = closing.exec(html);
    const end = close === null ? -1 : html.indexOf('>', close.index);
    if (end < 0) return parts.join('');
    at = end + 1;
    OPENING.lastIndex = at;
  }
  return parts.join('') + html.slice(at);
}
