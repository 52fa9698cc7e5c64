import { isAtOrBelow } from '../../shared/library/inside';
import type { LibraryFolder } from '../../shared/library/tree-contract';

/** A path by its library, where it is in one: what leads there is the same for all, and the only library is named above. */
export function placeWords(folders: readonly LibraryFolder[] | null, path: string): string {
  const own = folders?.find((folder) => isAtOrBelow(folder.path, path));
  if (own === undefined) return path;
  const inside = path.slice(own.path.length);
  return folders?.length === 1 && inside !== '' ? inside.slice(1) : `${own.name}${inside}`;
}
