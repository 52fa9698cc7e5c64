import { isMac } from './key-words';

/** True for a click that picks one thing more or less: with Ctrl, on macOS with Cmd. */
export function isPicking(event: { readonly ctrlKey: boolean; readonly metaKey: boolean }): boolean {
  return isMac() ? event.metaKey : event.ctrlKey;
}
