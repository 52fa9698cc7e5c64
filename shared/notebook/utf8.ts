/** What a file's bytes are, before anything is known of their content. */
export type DecodedText =
  | { readonly kind: 'text'; readonly text: string; readonly bom: boolean }
  /** `utf-16` or `utf-32`, seen by its byte order mark or its zero bytes. */
  | { readonly kind: 'other-encoding'; readonly encoding: string }
  | { readonly kind: 'invalid'; readonly offset: number; readonly line: number };

/**
 * Decodes UTF-8 strictly, so that encoding the text again gives the very same bytes. The byte order mark is not in the
 * text.
 */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  const other = otherEncoding(bytes);
  if (other !== null) return { kind: 'other-encoding', encoding: other };
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    const body = bom ? bytes.subarray(3) : bytes;
    return {
      kind: 'text',
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body),
      bom,
    };
  } catch (error) {
    // The decoder says only that something is wrong.
    if (!(error instanceof TypeError)) throw error;
    const offset = firstInvalidByte(bytes);
    let line = 1;
    for (let index = 0; index < offset; index += 1) if (bytes[index] === 0x0a) line += 1;
    return { kind: 'invalid', offset, line };
  }
}

function otherEncoding(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    return 'UTF-32';
  }
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'UTF-16';
  if (a === 0 && b === 0 && c === 0 && d !== undefined && d !== 0) return 'UTF-32';
  if ((a === 0 && b !== undefined && b !== 0) || (a !== undefined && a !== 0 && b === 0)) return 'UTF-16';
  return null;
}

/** The first byte that is no part of well-formed UTF-8 (Unicode, table 3-7). */
function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Bytes of the character at `at`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const continues = (offset: number): boolean => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const isShort = first === 0xe0 && second < 0xa0;
    const isSurrogate = first === 0xed && second > 0x9f;
    return !isShort && !isSurrogate && continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const isShort = first === 0xf0 && second < 0x90;
    const isBeyond = first === 0xf4 && second > 0x8f;
    return !isShort && !isBeyond && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}
