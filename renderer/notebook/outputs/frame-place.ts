import { createContext, use } from 'react';
import { useOptionalNotebook, type NotebookContext } from '../document-context';
import { selectOne } from '../selection';
import { allowLive } from './output-actions';
import { outputMemory, type OutputMemory } from './output-memory';

/** What a frame needs of the page that it stands in: a notebook, or a text file of the library. */
export interface FramePlace {
  readonly memory: OutputMemory;
  /** A person went into the frame of this cell. */
  readonly entered: (cell: string) => void;
  /** Opens a link in the system's browser, after the person said so. */
  readonly openLink: (url: string) => void;
  /** Lets the scripts of the notebook run; null where there is nothing that could. */
  readonly allowLive: (() => void) | null;
}

const Context = createContext<FramePlace | null>(null);

/** For pages that are no notebook. */
export const FramePlaceProvider = Context.Provider;

const ofNotebooks = new WeakMap<NotebookContext, FramePlace>();

function placeOf(notebook: NotebookContext): FramePlace {
  const known = ofNotebooks.get(notebook);
  if (known !== undefined) return known;
  const { open, host } = notebook;
  const place: FramePlace = {
    memory: outputMemory(open),
    entered: (cell) => open.set({ selection: selectOne(cell), mode: 'command' }),
    openLink: (url) => void host.openLink(url).catch(open.say),
    allowLive: () => void allowLive(open),
  };
  ofNotebooks.set(notebook, place);
  return place;
}

/** Where the frame stands. Throws outside of both. */
export function useFramePlace(): FramePlace {
  const own = use(Context);
  const notebook = useOptionalNotebook();
  if (own !== null) return own;
  if (notebook === null) throw new Error('A frame was drawn outside of a page that can hold one');
  return placeOf(notebook);
}
