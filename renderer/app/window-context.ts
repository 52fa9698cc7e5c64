import { createContext, use } from 'react';
import type { NotebookHost } from '../notebook/document-context';
import type { Client } from '../rpc/client';
import type { Library } from '../library/library-store';
import type { AppActions } from './actions';
import type { Terminals } from '../terminal/terminal-store';
import type { Tabs } from './tabs';

/** What every part of the window may use. */
export interface WindowContext {
  readonly client: Client;
  readonly tabs: Tabs;
  readonly library: Library;
  readonly terminals: Terminals;
  readonly host: NotebookHost;
  readonly actions: AppActions;
  readonly toast: (text: string) => void;
}

const Context = createContext<WindowContext | null>(null);

export const WindowProvider = Context.Provider;

/** Throws outside of the window. */
export function useWindow(): WindowContext {
  const context = use(Context);
  if (context === null) throw new Error('A part was used outside of the window');
  return context;
}
