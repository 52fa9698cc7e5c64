import { extname } from 'node:path';

/**
 * The file that a person meant in the save dialog. A name without an ending gets that of a notebook; one that a dialog
 * gave it twice (GTK selects only what stands before the ending, so that a whole name is typed before it) keeps it once.
 * Where a file has the shorter name, about which nobody was asked, the longer one stays.
 */
export function pickedNotebook(path: string, exists: (path: string) => boolean): string {
  if (extname(path) === '') return `${path}.ipynb`;
  const once = path.replace(/\.ipynb\.ipynb$/i, '.ipynb');
  return once === path || exists(path) || exists(once) ? path : once;
}
