// oxlint-disable-next-line no-control-regex -- ASCII is the fast path
const ASCII = /^[\x00-\x7f]*$/;

/** Bytes a text takes in UTF-8; half a surrogate pair counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  if (ASCII.test(text)) return text.length;
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (isPair(text, at)) {
      bytes += 4;
      at += 1;
    } else bytes += 3;
  }
  return bytes;
}

function isPair(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  return first >= 0xd800 && first <= 0xdbff && second >= 0xdc00 && second <= 0xdfff;
}

/** The longest beginning that takes at most so many bytes, without parting a character. */
export function utf8Head(text: string, bytes: number): string {
  let left = bytes;
  let at = 0;
  while (at < text.length) {
    const step = isPair(text, at) ? 2 : 1;
    left -= utf8Length(text.slice(at, at + step));
    if (left < 0) break;
    at += step;
  }
  return text.slice(0, at);
}

/** The longest end that takes at most so many bytes, without parting a character. */
export function utf8Tail(text: string, bytes: number): string {
  let left = bytes;
  let at = text.length;
  while (at > 0) {
    const step = at > 1 && isPair(text, at - 2) ? 2 : 1;
    left -= utf8Length(text.slice(at - step, at));
    if (left < 0) break;
    at -= step;
  }
  return text.slice(at);
}
