/**
 * Words that somebody looks for a command by and that its title does not have: other programs call it so, or what they
 * want is a part of what it opens.
 */
export const OTHER_WORDS: Readonly<Record<string, string>> = {
  'inspect-cell':
    'tags parameters gate checklist approval expected result time limit retry rollback destructive note metadata',
  'choose-kernel': 'change select environment venv conda python',
  'shut-down': 'stop kill end quit',
  interrupt: 'stop cancel',
  'restart-run-all': 'rerun again',
  'toggle-outputs': 'collapse fold',
  'toggle-source': 'collapse fold hide code',
  'keep-checkpoint': 'snapshot version',
  'show-checkpoints': 'snapshot history versions revert',
  'show-keys': 'shortcuts keyboard',
  keys: 'shortcuts keyboard',
  export: 'html pdf download convert',
  find: 'search',
  search: 'grep',
  settings: 'preferences options theme dark light vim font',
  'toggle-side': 'contents outline tree sidebar',
  'new-terminal': 'shell console',
  'toggle-terminal': 'shell console',
  'side-by-side': 'split',
  environments: 'staging production watchbook.json',
};

/** The shortest beginning of such a word that counts, in characters: fewer are letters of a title. */
const SHORTEST = 3;

/** How well letters begin one of the other words of a command; less than its title's own words, 0 where they do not. */
export function otherScore(letters: string, id: string): number {
  const wanted = letters.trim().toLowerCase();
  const words = Object.hasOwn(OTHER_WORDS, id) ? (OTHER_WORDS[id] ?? '') : '';
  if (wanted.length < SHORTEST || !` ${words}`.includes(` ${wanted}`)) return 0;
  return 10 + 2 * wanted.length;
}
