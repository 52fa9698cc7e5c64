import type { Json } from '../rpc/contract';
import { jsonEquals } from './json-style';
import { valueAt } from './metadata-path';
import type { Cell } from './model';
import { isJsonObject } from './notebook-values';
import type { OperationOf } from './operation';

/**
 * The edit that sets one member of a cell's metadata, or (value undefined) takes it out, with the objects around it
 * that would be left empty. Null where it is so already.
 */
export function metadataEdit(
  cell: Pick<Cell, 'id' | 'metadata'>,
  path: readonly string[],
  value: Json | undefined,
): OperationOf<'metadata'> | null {
  const base = { kind: 'metadata', cell: cell.id } as const;
  if (jsonEquals(valueAt(cell.metadata, path), value)) return null;
  if (value !== undefined) return { ...base, path: [...path], value };
  let end = path.length;
  while (end > 1) {
    const holder = valueAt(cell.metadata, path.slice(0, end - 1));
    if (!isJsonObject(holder) || Object.keys(holder).length > 1) break;
    end -= 1;
  }
  return { ...base, path: path.slice(0, end) };
}
