import { partsBelow } from '../../../shared/library/inside';
import { isShownFolder, kindOfFile } from '../../../shared/library/tree';

export interface PlaceToRemove {
  /** The folder it lies in, without links. */
  readonly folder: string;
  readonly name: string;
  readonly isFolder: boolean;
  /** The folders of the library, without links. */
  readonly roots: readonly string[];
  /** It lies in the folder of a run, at whatever depth. */
  readonly isInRun: boolean;
  readonly separator: '/' | '\\';
}

/**
 * True for what a window may have moved to the trash: a file or a folder that the tree of a library folder shows, and
 * the folder of whole outputs of a runbook; never a library folder itself or what holds one, nor a single file of a
 * run's record. The engine has looked before; the desktop looks by itself, since a page that was taken over need not
 * ask the engine.
 */
export function mayBeTrashed(place: PlaceToRemove): boolean {
  const { folder, name, isFolder, roots, isInRun, separator } = place;
  if (isInRun) return false;
  const whole = folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
  if (roots.some((root) => partsBelow(whole, root, separator) !== null)) return false;
  return roots.some((root) => {
    const parts = partsBelow(root, folder, separator);
    if (parts === null || !parts.every((part, depth) => isShownFolder(part, depth === 0))) return false;
    return isFolder ? isShownFolder(name, parts.length === 0) : kindOfFile(name) !== null;
  });
}
