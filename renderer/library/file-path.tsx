import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { fileName } from '../notebook/file-name';
import { placeWords } from './place-words';

/** Where a file is, by its library; without the room for all of it the folders give way, and its name is read last. */
export function FilePath(props: { readonly path: string; readonly className: string }): JSX.Element {
  const { path, className } = props;
  const { library } = useWindow();
  const folders = useStore(library.store, (model) => model.folders);
  const words = placeWords(folders, path);
  // What parts it from its folders stays with the name.
  const at = Math.max(0, words.length - fileName(path).length - 1);
  return (
    <span className={`file-path ${className}`} title={path}>
      <span className="cut">{words.slice(0, at)}</span>
      <span className="cut">{words.slice(at)}</span>
    </span>
  );
}
