/** Whether an address may be handed to the system, and what a person should see of it. */
export type LinkVerdict =
  | { readonly kind: 'open'; readonly url: string; readonly host: string }
  | { readonly kind: 'refuse'; readonly reason: string };

/** More is nothing a person reads, and some programs can not take it. */
const MOST_CHARACTERS = 8_192;
const OPENED = new Set(['http:', 'https:', 'mailto:']);

/**
 * Judges an address by its parsed form, never by how its text begins.
 *
 * Only the web and mail are opened: other schemes start programs. A name before the host is refused, since it reads
 * like a host and is none.
 */
export function judgeLink(text: string): LinkVerdict {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The only way in which it fails: what was given is no address.
    return { kind: 'refuse', reason: 'it is not a whole address' };
  }
  if (!OPENED.has(url.protocol))
    return { kind: 'refuse', reason: `${url.protocol} addresses are not opened` };
  if (text.length > MOST_CHARACTERS) return { kind: 'refuse', reason: 'it is too long' };
  if (url.protocol === 'mailto:') return { kind: 'open', url: url.href, host: url.pathname };
  if (url.username !== '' || url.password !== '') {
    return { kind: 'refuse', reason: `it hides its host, ${url.host}, behind a name` };
  }
  return { kind: 'open', url: url.href, host: url.host };
}
