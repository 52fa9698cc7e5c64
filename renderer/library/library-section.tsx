import { FolderPlus, Search, Undo2, X } from 'lucide-react';
import { useRef, type JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { searchFieldKeys } from '../ui/search-keys';
import { addFolder, putBack, takeOffered } from './library-actions';
import { FolderMenu, NewMenu } from './library-menus';
import { TreeView } from './tree-view';
import './library.css';

/** The library in the side: its folders, a filter, the tree, and what can be done with it. */
export function LibrarySection(): JSX.Element {
  const context = useWindow();
  const { library } = context;
  const folders = useStore(library.store, (model) => model.folders);
  const problem = useStore(library.store, (model) => model.problem);
  const tree = useRef<HTMLDivElement>(null);
  const [only] = folders ?? [];
  return (
    <section className="lib" aria-label="Library">
      <div className="side-head lib-head">
        <span className="lib-title">Library</span>
        {folders?.length === 1 && only !== undefined && (
          <span className="lib-name cut" title={only.path}>
            {only.name}
          </span>
        )}
        <span className="grow" />
        {folders !== null && folders.length > 0 && <NewMenu />}
        <FolderMenu />
      </div>
      {problem !== null && (
        <p className="lib-problem" role="alert">
          {problem}
          <button
            type="button"
            className="lib-close"
            aria-label="Close"
            title="Close"
            onClick={() => library.set({ problem: null })}
          >
            <X className="icon icon-s" aria-hidden="true" />
          </button>
        </p>
      )}
      <Offer />
      {folders !== null && folders.length === 0 && (
        <div className="lib-empty">
          <p>A folder of runbooks, often a git working tree, can be listed here. Nothing in it is run.</p>
          <button type="button" className="btn" onClick={() => void addFolder(context)}>
            <FolderPlus className="icon" aria-hidden="true" />
            Add a folder…
          </button>
        </div>
      )}
      {folders !== null && folders.length > 0 && (
        <>
          <Filter onDown={() => tree.current?.focus()} />
          <TreeView tree={tree} />
        </>
      )}
      <Removed />
    </section>
  );
}

function Filter(props: { readonly onDown: () => void }): JSX.Element {
  const { library } = useWindow();
  const filter = useStore(library.store, (model) => model.filter);
  return (
    <label className="field-search lib-filter">
      <Search className="icon icon-s" aria-hidden="true" />
      <input
        type="search"
        aria-label="Filter the library by name"
        placeholder="Filter by name"
        value={filter}
        onChange={(event) => library.setFilter(event.target.value)}
        onKeyDown={(event) => searchFieldKeys(event, () => library.setFilter(''), props.onDown)}
      />
    </label>
  );
}

/** Asks whether a dropped folder becomes one of the library. */
function Offer(): JSX.Element | null {
  const context = useWindow();
  const { library } = context;
  const offered = useStore(library.store, (model) => model.offered);
  if (offered === null) return null;
  return (
    <div className="lib-notice" role="alert">
      <p>
        Add <b className="lib-path">{offered}</b> to the library? Files in it can then be renamed and removed
        here.
      </p>
      <div className="lib-notice-foot">
        <button type="button" className="btn" autoFocus onClick={() => void takeOffered(context)}>
          Add the folder
        </button>
        <button type="button" className="btn" onClick={() => library.set({ offered: null })}>
          Leave it
        </button>
      </div>
    </div>
  );
}

function Removed(): JSX.Element | null {
  const context = useWindow();
  const { library } = context;
  const removed = useStore(library.store, (model) => model.removed);
  if (removed === null) return null;
  return (
    <div className="lib-notice lib-removed" role="status">
      <span className="grow cut" title={removed.name}>
        In the trash: {removed.name}
      </span>
      <button
        type="button"
        className="link lib-undo"
        title="Put it back where it was (Ctrl Z in the tree). Possible until this window closes"
        onClick={() => void putBack(context)}
      >
        <Undo2 className="icon icon-s" aria-hidden="true" />
        Undo
      </button>
      <button
        type="button"
        className="lib-close"
        aria-label="Close"
        title="Close"
        onClick={() => library.set({ removed: null })}
      >
        <X className="icon icon-s" aria-hidden="true" />
      </button>
    </div>
  );
}
