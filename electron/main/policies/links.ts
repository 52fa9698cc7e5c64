/** Whether an address may be handed to the system, and what a person should see of it. */
export type LinkVerdict =
  | { readonly kind: 'open'; readonly url: string; readonly host: string }
  | { readonly kind: 'refuse'; readonly reason: string };

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
    return { kind: 'refuse', reason: 'it is not a whole address' };
  }
  if (!OPENED.has(url.protocol))
    return { kind: 'refuse', reason: `${url.protocol} addresses are not opened` };
  if (url.protocol === 'mailto:') return { kind: 'open', url: url.href, host: url.pathname };
  if (url.username !== '' || url.password !== '') {
    return { kind: 'refuse', reason: 'it hides its host behind a name' };
  }
  return { kind: 'open', url: url.href, host: url.host };
}
