/** A row is settled up to here while it grows: what a terminal wraps, `\r` can not reach either. */
export const ROW_LIMIT = 65_536;
/** How much more must be there before a row is cut, so that the cut never parts an SGR code. */
export const CUT_MARGIN = 300;
/** More characters than an SGR code has. */
const SGR_ROOM = 260;

/** Where to cut a row that grew too long: not inside an SGR code, not between two halves of a character. */
export function cutPlace(raw: string): number {
  const escape = raw.lastIndexOf('\u001b', ROW_LIMIT);
  if (escape >= 0 && escape > ROW_LIMIT - SGR_ROOM) {
    const end = raw.indexOf('m', escape);
    if (end >= ROW_LIMIT) return escape === 0 ? end + 1 : escape;
  }
  return isHighSurrogate(raw.charCodeAt(ROW_LIMIT - 1)) ? ROW_LIMIT - 1 : ROW_LIMIT;
}

/** True for the first half of a character outside the basic plane. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
