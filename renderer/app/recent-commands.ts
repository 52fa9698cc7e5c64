const KEY = 'watchbook.commands';
/** How many are offered before anything is typed. */
const OFFERED = 5;
const REMEMBERED = 30;

let recent: readonly string[] = read();

function read(): readonly string[] {
  return (localStorage.getItem(KEY) ?? '').split(' ').filter((id) => id !== '');
}

/** Remembers that a command was given in the palette, for this window and those opened later. */
export function commandGiven(id: string): void {
  recent = [id, ...recent.filter((one) => one !== id)].slice(0, REMEMBERED);
  localStorage.setItem(KEY, recent.join(' '));
}

/** The ids of the commands given last, the latest first. */
export function lastCommands(): readonly string[] {
  return recent.slice(0, OFFERED);
}

/** How late a command was given, from 0 (not lately) to 1 (the last one). */
export function recency(id: string): number {
  const at = recent.indexOf(id);
  return at === -1 ? 0 : 1 - at / REMEMBERED;
}
