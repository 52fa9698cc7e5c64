import { createStore } from 'zustand/vanilla';
import type { TerminalCommand } from '../../shared/terminal/commands';

/** The past commands that are selected in a terminal. */
export interface Picked {
  readonly terminal: string;
  /** From the first to the last. */
  readonly commands: readonly TerminalCommand[];
  /** The one that was reached last, and its place among all that are shown, from 1. */
  readonly active: { readonly command: TerminalCommand; readonly at: number; readonly of: number };
  /** What is said of the first one has no room in its row. */
  readonly isCrowded: boolean;
}

export interface PicksModel {
  /** One terminal at a time has some. */
  readonly picked: Picked | null;
  /** A strict run asks whether a person takes the word of the shell for these. */
  readonly isAsked: boolean;
}

/** What is selected in the terminals of this window, for the bar beside it, the keys and the palette. */
export const picks = createStore<PicksModel>(() => ({ picked: null, isAsked: false }));

/** What a terminal has selected from now on; null ends it where it was that terminal's. */
export function pick(terminal: string, picked: Picked | null): void {
  const before = picks.getState().picked;
  if (picked === null && before?.terminal !== terminal) return;
  const isSame =
    picked !== null &&
    before?.terminal === terminal &&
    before.commands.length === picked.commands.length &&
    before.commands.every(({ id }, at) => id === picked.commands[at]?.id);
  picks.setState((model) => ({ picked, isAsked: isSame && model.isAsked }));
}
