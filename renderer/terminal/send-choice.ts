import { createStore } from 'zustand/vanilla';

/** A text that is to be sent, and in which terminal is asked. */
export interface SendChoice {
  readonly text: string;
  /** The terminal that is chosen until another one is; null where none goes on. */
  readonly first: string | null;
  readonly send: (terminal: string) => void;
}

/** What this window asks about a text that is to be sent; null where it asks nothing. */
export const sendChoice = createStore<{ readonly asked: SendChoice | null }>(() => ({ asked: null }));
