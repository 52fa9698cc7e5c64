/**
 * The parts of the way from a folder down to another; null where it does not lie in it. Both are whole paths without
 * links and dots, as the system resolves them.
 */
export function partsBelow(root: string, folder: string, separator: '/' | '\\'): readonly string[] | null {
  if (folder === root) return [];
  const start = root.endsWith(separator) ? root : `${root}${separator}`;
  return folder.startsWith(start) ? folder.slice(start.length).split(separator) : null;
}

/** True for a place itself and for what lies in it, by their names. */
export function isAtOrBelow(place: string, path: string): boolean {
  return partsBelow(place, path, place.includes('\\') ? '\\' : '/') !== null;
}
