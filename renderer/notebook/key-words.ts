/** Whether keys are named and taken as on a Mac. */
export function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

const ARROWS: ReadonlyMap<string, string> = new Map([
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  ['Escape', 'Esc'],
  ['PageUp', 'Page Up'],
  ['PageDown', 'Page Down'],
]);

/** `Mod-Shift-Z` as a person reads it: `Ctrl Shift Z`, on a Mac `Cmd Shift Z`. */
export function keyWords(keys: string, onMac = isMac()): string {
  return keys
    .split(' ')
    .map((press) => {
      const modifiers = /^(?:(?:Mod|Ctrl|Meta|Alt|Shift)-)*/.exec(press)?.[0] ?? '';
      const key = press.slice(modifiers.length);
      const names = modifiers.split('-').filter((name) => name !== '');
      return [...names.map((name) => modifierWord(name, onMac)), ARROWS.get(key) ?? key].join(' ');
    })
    .join(' ');
}

function modifierWord(name: string, onMac: boolean): string {
  if (name === 'Mod') return onMac ? 'Cmd' : 'Ctrl';
  return name === 'Alt' && onMac ? 'Option' : name;
}
