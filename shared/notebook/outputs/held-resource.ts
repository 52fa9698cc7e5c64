/** Whether an address in an output is part of the output, or lies elsewhere and is held back. */
export type ResourceVerdict =
  | { readonly kind: 'inside' }
  /** `host` is null for an address without one: a path, another scheme. */
  | { readonly kind: 'held'; readonly host: string | null };

const INSIDE: ResourceVerdict = { kind: 'inside' };

/**
 * Judges an address that an output would load: a frame has no network, and no files beside it.
 *
 * This makes the held ones known and named; what keeps them out is the frame's content policy.
 */
export function judgeResource(address: string): ResourceVerdict {
  // A browser passes over these at any place.
  const plain = address.replace(/[\t\n\r]/g, '').trim();
  if (plain === '' || plain.startsWith('#') || /^(?:data|blob):/i.test(plain)) return INSIDE;
  return { kind: 'held', host: hostOf(plain) };
}

function hostOf(address: string): string | null {
  const [, authority] = /^(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}([^\\/?#]+)/i.exec(address) ?? [];
  if (authority === undefined) return null;
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return host === '' ? null : host.slice(0, 260);
}

const URL_IN_CSS = /(url\(\s*(["']?))([^"')]*)/gi;
const IMPORT_IN_CSS = /(@import\s+(["']))([^"']*)/gi;

/** A style text with its foreign addresses made empty; each of them is told to `held`. */
export function holdInCss(css: string, held: (address: string) => void): string {
  const replace = (whole: string, before: string, _quote: string, address: string): string => {
    if (judgeResource(address).kind === 'inside') return whole;
    held(address);
    return `${before}data:,`;
  };
  return css.replace(URL_IN_CSS, replace).replace(IMPORT_IN_CSS, replace);
}
