/** The last part of a path, of either kind of separator. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** A path of at most `length` characters, shortened in the middle: its end says most. */
export function shortPath(path: string, length = 60): string {
  if (path.length <= length) return path;
  const head = Math.floor((length - 1) / 3);
  return `${path.slice(0, head)}…${path.slice(path.length - (length - 1 - head))}`;
}
