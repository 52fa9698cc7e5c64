/**
 * What programs write that draw on the whole screen: the alternate screen (vim, less, ncurses), and the keypad's
 * application mode (top, which draws on the normal screen).
 */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const SCREEN = /\u001b\[\?(?:1049|1047|47|1)h/;

/** Where in this output a program takes the whole screen; -1 where none does. */
export function screenAt(text: string): number {
  return text.search(SCREEN);
}
