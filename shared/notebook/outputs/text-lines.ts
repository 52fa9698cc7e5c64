/** How many line ends a text has. */
export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** How many lines a text has; one that ends with a line end has no empty line behind it. */
export function countLines(text: string): number {
  return countLineEnds(text) + (text === '' || text.endsWith('\n') ? 0 : 1);
}

/** Where the last `count` lines begin; 0 when there are fewer. */
export function lastLinesStart(text: string, count: number): number {
  let at = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let line = 0; line < count; line += 1) {
    if (at <= 0) return 0;
    at = text.lastIndexOf('\n', at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

/** Where the first `count` lines end, their last line end included; the length when there are fewer. */
export function firstLinesEnd(text: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}
