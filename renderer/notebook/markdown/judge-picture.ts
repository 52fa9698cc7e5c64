import type { JsonObject } from '../../../shared/rpc/contract';

/** How a picture of a text is shown. */
export type PictureVerdict =
  | { readonly kind: 'data'; readonly url: string }
  | { readonly kind: 'file'; readonly source: string }
  | { readonly kind: 'remote'; readonly url: string; readonly host: string }
  | { readonly kind: 'refused'; readonly reason: string };

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The first bytes, in base64, of each type of picture we show. SVG has none: it is shown as an image, inert. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['iVBORw0KGgo'],
  'image/jpeg': ['/9j/'],
  'image/gif': ['R0lGODdh', 'R0lGODlh'],
  'image/webp': ['UklGR'],
  'image/svg+xml': [],
};

/** A data URL for a picture whose bytes are of the type they claim to be; null otherwise. */
export function pictureDataUrl(mime: string, base64: string): string | null {
  const signatures = Object.hasOwn(SIGNATURES, mime) ? SIGNATURES[mime] : undefined;
  const compact = base64.replace(/\s/g, '');
  if (signatures === undefined || !BASE64.test(compact)) return null;
  if (signatures.length > 0 && !signatures.some((start) => compact.startsWith(start))) return null;
  return `data:${mime};base64,${compact}`;
}

function attachmentPicture(name: string, attachments: JsonObject | undefined): PictureVerdict {
  const bundle = attachments && Object.hasOwn(attachments, name) ? attachments[name] : undefined;
  if (typeof bundle !== 'object' || bundle === null || Array.isArray(bundle)) {
    return { kind: 'refused', reason: `No attachment named ${name} in this cell` };
  }
  for (const [mime, value] of Object.entries(bundle)) {
    const text = Array.isArray(value) ? value.join('') : value;
    const url = typeof text === 'string' ? pictureDataUrl(mime, text) : null;
    if (url !== null) return { kind: 'data', url };
  }
  return { kind: 'refused', reason: `The attachment ${name} is not a picture that can be shown` };
}

/**
 * Says how the picture at `source` is shown: at once (attachments, data URLs), by asking the engine (a path), after
 * a click (http and https), or not at all, with the reason.
 */
export function judgePicture(source: string, attachments: JsonObject | undefined): PictureVerdict {
  const trimmed = source.trim();
  if (trimmed === '') return { kind: 'refused', reason: 'The picture has no address' };
  if (trimmed.toLowerCase().startsWith('attachment:')) {
    const name = trimmed.slice('attachment:'.length);
    return attachmentPicture(safeDecode(name), attachments);
  }
  const data = /^data:([a-z0-9.+/-]+);base64,(.*)$/is.exec(trimmed);
  if (data !== null) {
    const url = pictureDataUrl((data[1] ?? '').toLowerCase(), data[2] ?? '');
    return url === null
      ? { kind: 'refused', reason: 'The picture in the text is not of a type that can be shown' }
      : { kind: 'data', url };
  }
  if (/^[\\/]{2}/.test(trimmed))
    return { kind: 'refused', reason: 'The address names a host without a scheme' };
  if (/^https?:/i.test(trimmed) && URL.canParse(trimmed)) {
    const url = new URL(trimmed);
    return { kind: 'remote', url: url.href, host: url.host };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed)) {
    return {
      kind: 'refused',
      reason: `Pictures are not loaded by ${trimmed.slice(0, trimmed.indexOf(':'))}`,
    };
  }
  // The engine decodes it, once.
  return { kind: 'file', source: trimmed };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
