/** So many rows beyond the view are drawn at most, on each side. */
const MOST = 6;

interface Row {
  readonly start: number;
  readonly end: number;
}

/**
 * The rows that are drawn of a list: those in view, and beyond them what is scrolled to next. The nearest row on each
 * side is always there; the others are within `reach` of the view: of long outputs a few fill many views, which cost
 * more than they are ever seen.
 *
 * @param measured the places of all rows, in pixels
 * @param reach pixels
 */
export function nearRows(
  range: { readonly startIndex: number; readonly endIndex: number; readonly count: number },
  measured: readonly Row[],
  reach: number,
): number[] {
  const { startIndex, endIndex, count } = range;
  const top = (measured[startIndex]?.start ?? 0) - reach;
  const bottom = (measured[endIndex]?.end ?? 0) + reach;
  let first = Math.max(0, startIndex - 1);
  while (first > 0 && startIndex - first < MOST && (measured[first - 1]?.end ?? 0) > top) first -= 1;
  let last = Math.min(count - 1, endIndex + 1);
  while (last < count - 1 && last - endIndex < MOST && (measured[last + 1]?.start ?? 0) < bottom) last += 1;
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
