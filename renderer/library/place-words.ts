import { isAtOrBelow } from '../../shared/library/inside';
import type { LibraryFolder } from '../../shared/library/tree-contract';

/** A path by its library, where it is in one: what leads there is the same for all of them. */
export function placeWords(folders: readonly LibraryFolder[] | null, path: string): string {
  const own = folders?.find((folder) => isAtOrBelow(folder.path, path));
  return own === undefined ? path : `${own.name}${path.slice(own.path.length)}`;
}
