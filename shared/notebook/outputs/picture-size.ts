import type { JsonObject } from '../../rpc/contract';

/** Width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** More pixels than any screen has are not believed. */
const MOST_PIXELS = 100_000;
/** Bytes: a JPEG says its size behind its notes and previews, which are short or long. */
const JPEG_PARTS = [1_024, 65_536, 393_216];

/** The size a picture is shown in: what its output asks for, else its own; null when neither is known. */
export function pictureSize(metadata: JsonObject, mime: string, base64: string): PictureSize | null {
  return sizeInMetadata(metadata, mime) ?? sizeInHeader(mime, base64);
}

/** The size a picture is to be shown in by its output's metadata, as IPython writes it; null when it says none. */
export function sizeInMetadata(metadata: JsonObject, mime: string): PictureSize | null {
  const own = metadata[mime];
  const from =
    typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonObject) : metadata;
  const { width, height } = from;
  return isLength(width) && isLength(height) ? { width, height } : null;
}

/** The size by the picture's own header, so that its place is known before it is decoded; null when it is not found. */
export function sizeInHeader(mime: string, base64: string): PictureSize | null {
  switch (mime) {
    case 'image/png': {
      const bytes = decodeBase64(base64, 24);
      return size(number(bytes, 16, 4), number(bytes, 20, 4));
    }
    case 'image/gif': {
      const bytes = decodeBase64(base64, 10);
      return size((bytes[6] ?? 0) + (bytes[7] ?? 0) * 256, (bytes[8] ?? 0) + (bytes[9] ?? 0) * 256);
    }
    case 'image/jpeg':
      return firstOf(JPEG_PARTS, (bytes) => jpegSize(decodeBase64(base64, bytes)));
    default:
      return null;
  }
}

/** Segments of a JPEG: marker, length, content; the size is in a "start of frame". */
function jpegSize(bytes: Uint8Array): PictureSize | null {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return size(number(bytes, at + 7, 2), number(bytes, at + 5, 2));
    at += marker === 0xff ? 1 : 2 + Math.max(2, number(bytes, at + 2, 2));
  }
  return null;
}

function size(width: number, height: number): PictureSize | null {
  return isLength(width) && isLength(height) ? { width, height } : null;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MOST_PIXELS;
}

function number(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function firstOf<T>(limits: readonly number[], find: (limit: number) => T | null): T | null {
  for (const limit of limits) {
    const found = find(limit);
    if (found !== null) return found;
  }
  return null;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...ALPHABET].map((character, value) => [character.charCodeAt(0), value]));
const SPACE = 0x20;

/** The first bytes of a base64 text; white space is passed over, and anything else ends it. */
function decodeBase64(base64: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let length = 0;
  let held = 0;
  let bits = 0;
  for (let at = 0; at < base64.length && length < count; at += 1) {
    const code = base64.charCodeAt(at);
    if (code <= SPACE) continue;
    const value = VALUES.get(code);
    if (value === undefined) break;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = (held >> bits) & 0xff;
    length += 1;
  }
  return bytes.subarray(0, length);
}
