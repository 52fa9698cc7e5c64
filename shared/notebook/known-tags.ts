import type { Json } from '../rpc/contract';
import { metadataEdit } from './metadata-edit';
import { cellTags, type Cell } from './model';
import type { Operation } from './operation';

/** A tag that means something here. */
export interface KnownTag {
  readonly name: string;
  /** What it does here, in one sentence without its full stop. */
  readonly does: string;
}

/** The tags with a meaning, in the order in which they are offered. Hide and remove tags count in both spellings. */
export const KNOWN_TAGS: readonly KnownTag[] = [
  { name: 'parameters', does: 'Holds the defaults; values given to a run come in a cell right below' },
  { name: 'injected-parameters', does: 'Holds the values that a run was given; the next one replaces it' },
  { name: 'destructive', does: 'Changes what cannot be changed back; marked in red' },
  { name: 'rollback', does: 'Undoes another step; passed over when many cells run' },
  { name: 'skip-execution', does: 'Passed over when many cells run; runs when it alone is picked' },
  { name: 'raises-exception', does: 'May fail: the cells after it run all the same' },
  { name: 'hide-input', does: 'The code is folded; a click shows it' },
  { name: 'hide-output', does: 'The output is folded; a click shows it' },
  { name: 'hide-cell', does: 'Code and output are folded; a click shows both' },
  { name: 'remove-input', does: 'Jupyter Book leaves the code out of its pages; folded here' },
  { name: 'remove-output', does: 'Jupyter Book leaves the output out of its pages; folded here' },
  { name: 'remove-cell', does: 'Jupyter Book leaves the cell out of its pages; folded here' },
];

/** What a tag does here; null for one that only people read. */
export function tagMeaning(tag: string): string | null {
  const name = /^(?:hide|remove)_/.test(tag) ? tag.replace('_', '-') : tag;
  return KNOWN_TAGS.find((known) => known.name === name)?.does ?? null;
}

/** Tags to offer for what was typed: those that begin with it, then those that hold it, without the cell's own. */
export function offeredTags(
  typed: string,
  own: readonly string[],
  inNotebook: readonly string[],
): readonly string[] {
  const wanted = typed.trim().toLowerCase();
  const all = new Set([...KNOWN_TAGS.map(({ name }) => name), ...inNotebook]);
  const free = [...all].filter((tag) => !own.includes(tag));
  const begins = (tag: string): boolean => tag.toLowerCase().startsWith(wanted);
  return [
    ...free.filter(begins),
    ...free.filter((tag) => !begins(tag) && tag.toLowerCase().includes(wanted)),
  ];
}

/** Why nbformat does not take this as one more tag of the cell; null where it does. */
export function tagFault(tag: string, own: readonly string[]): string | null {
  if (tag.includes(',')) return 'A tag has no comma in it';
  return own.includes(tag) ? 'The cell has this tag already' : null;
}

/** The edit that gives a cell a tag, or takes it away; null when it is so already. What is no text among them stays. */
export function tagEdit(cell: Pick<Cell, 'id' | 'metadata'>, tag: string, isOn: boolean): Operation | null {
  if (cellTags(cell).includes(tag) === isOn) return null;
  const { tags } = cell.metadata;
  const before: readonly Json[] = Array.isArray(tags) ? (tags as readonly Json[]) : [];
  const after = isOn ? [...before, tag] : before.filter((one) => one !== tag);
  return metadataEdit(cell, ['tags'], after.length === 0 ? undefined : after);
}
