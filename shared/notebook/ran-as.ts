import * as z from 'zod';
import type { Json, JsonObject } from '../rpc/contract';
import type { Cell } from './model';
import { canonicalJson } from './outputs/output-digest';

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A cell's `metadata.watchbook.ranAs`: the digest of the source that made its results, where that is not the one that
 * stands in the file. `result` is the digest of those results: with any other ones the note says nothing.
 */
export const ranAsSchema = z.object({ source: digestSchema, result: digestSchema });
export type RanAs = z.infer<typeof ranAsSchema>;

type Sha256 = (text: string) => string;

/** True for a cell that shows or tells of a run: outputs, a count, or times. */
export function hasResult(cell: Cell): boolean {
  return (
    cell.type === 'code' &&
    (cell.outputs.length > 0 ||
      cell.executionCount !== null ||
      hasTimes(cell.metadata['execution']) ||
      hasTimes(cell.metadata['ExecuteTime']))
  );
}

function hasTimes(times: Json | undefined): boolean {
  if (typeof times !== 'object' || times === null || Array.isArray(times)) return false;
  return Object.values(times).some((time) => typeof time === 'string' && !Number.isNaN(Date.parse(time)));
}

/** The note in a cell's metadata, where it speaks of the results that the cell has; null for none and any other. */
export function ranAsOf(cell: Cell, sha256: Sha256): RanAs | null {
  const own = ownOf(cell.metadata);
  if (own === null || !Object.hasOwn(own, 'ranAs')) return null;
  const parsed = ranAsSchema.safeParse(own['ranAs']);
  return parsed.success && parsed.data.result === resultDigest(cell, sha256) ? parsed.data : null;
}

/** What tells one result of a cell from another, also where neither printed anything: count and times too. */
export function resultDigest(cell: Cell, sha256: Sha256): string {
  const { execution = null, ExecuteTime = null } = cell.metadata;
  // Outputs are JSON: what a notebook's file holds of them.
  return sha256(
    canonicalJson([cell.outputs as unknown as Json, cell.executionCount, execution, ExecuteTime]),
  );
}

/** A cell's metadata without the note; the same object where there is none. */
export function withoutRanAs(metadata: JsonObject): JsonObject {
  const own = ownOf(metadata);
  if (own === null || !Object.hasOwn(own, 'ranAs')) return metadata;
  const { ranAs: _note, ...rest } = own;
  if (Object.keys(rest).length > 0) return { ...metadata, watchbook: rest };
  const { watchbook: _empty, ...others } = metadata;
  return others;
}

function ownOf(metadata: JsonObject): JsonObject | null {
  const own = metadata['watchbook'];
  return typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonObject) : null;
}
