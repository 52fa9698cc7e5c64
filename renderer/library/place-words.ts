import { isAtOrBelow } from '../../shared/library/inside';
import type { LibraryFolder } from '../../shared/library/tree-contract';

/** A path by its library, where it is in one: what leads there is the same for all, and the only one is named above. */
export function placeWords(folders: readonly LibraryFolder[] | null, path: string): string {
  const own = folders?.find((folder) => isAtOrBelow(folder.path, path));
  if (own === undefined) return path;
  const inside = path.slice(own.path.length);
  // A name alone would say nothing of its place.
  const isDeeper = /^[\\/].*[\\/]/.test(inside);
  return folders?.length === 1 && isDeeper ? inside.slice(1) : `${own.name}${inside}`;
}
