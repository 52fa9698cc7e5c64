import { metadataEdit } from '../notebook/metadata-edit';
import { cellTags, type Cell } from '../notebook/model';
import type { Operation } from '../notebook/operation';

const OWN_TAGS = ['rollback', 'skip-execution'] as const;

/**
 * The edits that make a cell undo another one, or (null) an ordinary step again. It gets the tags by which other
 * programs pass over it too, and gives them back.
 */
export function rollbackEdits(
  cell: Pick<Cell, 'id' | 'metadata'>,
  of: string | null,
): readonly (Operation | null)[] {
  const tags = cell.metadata['tags'];
  const list = Array.isArray(tags) ? tags : [];
  const missing = OWN_TAGS.filter((tag) => !cellTags(cell).includes(tag));
  const next =
    of === null ? list.filter((tag) => tag !== OWN_TAGS[0] && tag !== OWN_TAGS[1]) : [...list, ...missing];
  return [
    metadataEdit(cell, ['watchbook', 'rollbackOf'], of ?? undefined),
    metadataEdit(cell, ['tags'], next.length === 0 ? undefined : next),
  ];
}
