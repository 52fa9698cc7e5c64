import { isJsonObject, member } from './notebook-values';
import { cellTags, type Cell } from './model';

/**
 * Why a part of a cell is folded away at first: a `hide-` tag, a `remove-` tag (Jupyter Book leaves it out of the
 * page), or Jupyter's own metadata.
 */
export type HidingCause = 'hide-tag' | 'remove-tag' | 'metadata';

/** What of a cell is folded away at first; null where nothing says so. Nothing is ever beyond a click. */
export interface CellHiding {
  /** The cell as a whole: source and outputs open together. */
  readonly whole: Exclude<HidingCause, 'metadata'> | null;
  readonly source: HidingCause | null;
  readonly outputs: HidingCause | null;
}

type Part = 'input' | 'output' | 'cell';

function tagCause(tags: readonly string[], part: Part): Exclude<HidingCause, 'metadata'> | null {
  const has = (verb: string): boolean => tags.includes(`${verb}-${part}`) || tags.includes(`${verb}_${part}`);
  return has('hide') ? 'hide-tag' : has('remove') ? 'remove-tag' : null;
}

/** Reads the hide and remove tags in both spellings, and `metadata.jupyter` and `metadata.collapsed`. */
export function cellHiding(cell: Pick<Cell, 'metadata'>): CellHiding {
  const tags = cellTags(cell);
  const jupyter = cell.metadata['jupyter'];
  const isSet = (key: string): boolean => isJsonObject(jupyter) && member(jupyter, key) === true;
  const whole = tagCause(tags, 'cell');
  return {
    whole,
    source: tagCause(tags, 'input') ?? whole ?? (isSet('source_hidden') ? 'metadata' : null),
    outputs:
      tagCause(tags, 'output') ??
      whole ??
      (isSet('outputs_hidden') || cell.metadata['collapsed'] === true ? 'metadata' : null),
  };
}
