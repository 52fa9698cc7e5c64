/** The five looks of a note in a text; each has a sign, and a word of its kind. */
export type NoteLook = 'note' | 'tip' | 'important' | 'warning' | 'danger';

export interface NoteKind {
  readonly look: NoteLook;
  /** What stands where the author gave no title. */
  readonly word: string;
}

const kind = (look: NoteLook, word: string): NoteKind => ({ look, word });

/** MyST's admonitions by name. */
const NAMED: ReadonlyMap<string, NoteKind> = new Map([
  ['note', kind('note', 'Note')],
  ['admonition', kind('note', 'Note')],
  ['info', kind('note', 'Note')],
  ['seealso', kind('note', 'See also')],
  ['tip', kind('tip', 'Tip')],
  ['hint', kind('tip', 'Hint')],
  ['success', kind('tip', 'Success')],
  ['important', kind('important', 'Important')],
  ['attention', kind('warning', 'Attention')],
  ['caution', kind('warning', 'Caution')],
  ['warning', kind('warning', 'Warning')],
  ['danger', kind('danger', 'Danger')],
  ['error', kind('danger', 'Error')],
]);

/** The kind of an admonition as MyST names it; null for a directive that is none. */
export function noteNamed(name: string): NoteKind | null {
  return NAMED.get(name.toLowerCase()) ?? null;
}

/** The kind of a GitHub alert, `[!CAUTION]`: there a caution is the gravest of the five. */
export function alertNamed(name: string): NoteKind | null {
  return name.toLowerCase() === 'caution' ? kind('danger', 'Caution') : noteNamed(name);
}
