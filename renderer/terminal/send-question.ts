import { createStore } from 'zustand/vanilla';

/** What became of a text that was sent, where that is not seen in the terminal, and the way on. */
export interface SendQuestion {
  readonly terminal: string;
  /** What happened; that nothing was sent. */
  readonly message: string;
  /** Sends it all the same; null where there is no such way. */
  readonly act: { readonly label: string; readonly run: () => void } | null;
  /** Sends it to another terminal, which is asked; null where there is none, or nothing to send. */
  readonly elsewhere: (() => void) | null;
}

/** What this window asks about the last text that was sent, and the terminal whose shell is to get marks. */
export const sendQuestion = createStore<{
  readonly asked: SendQuestion | null;
  readonly marking: string | null;
}>(() => ({ asked: null, marking: null }));

export function askSend(asked: SendQuestion | null): void {
  sendQuestion.setState({ asked });
}

/** Shows what would make the shell inside of a terminal mark its commands; null ends it. */
export function askMarks(marking: string | null): void {
  sendQuestion.setState({ marking });
}
