import type { JsonObject } from '../rpc/contract';
import { compareNotebooks } from './compare';
import type { CellDifference } from './contract';
import { diffOperations } from './diff-operations';
import { jsonEquals } from './json-style';
import { withResultsOf } from './merge';
import type { Notebook } from './model';
import type { Operation } from './operation';
import { withoutResults } from './without-results';

/**
 * The one edit that makes the texts, settings and order of cells here those of `then`; null when they are. Results are
 * no edits: those of cells that stay are left as they are.
 */
export function checkpointEdit(here: Notebook, then: Notebook): Operation | null {
  const wanted = withResultsOf({ ...then, metadata: wantedMetadata(here, then) }, here, () => true);
  const operations = [...diffOperations(here, wanted)];
  return operations.length === 0 ? null : { kind: 'group', operations };
}

/** What differs between here and `then`, and whether settings of the whole notebook do. */
export function compareWithCheckpoint(
  here: Notebook,
  then: Notebook,
): { readonly cells: readonly CellDifference[]; readonly settings: boolean } {
  const bare = { ...here, ...withoutResults(here) };
  return {
    cells: compareNotebooks(then, bare, then),
    settings: !jsonEquals(wantedMetadata(here, then), here.metadata),
  };
}

/** The notebook's metadata then, with what is a result, as the state of widgets, as it is here. */
function wantedMetadata(here: Notebook, then: Notebook): JsonObject {
  const { widgets: _left, ...settings } = then.metadata;
  return Object.hasOwn(here.metadata, 'widgets')
    ? { ...settings, widgets: here.metadata['widgets'] ?? null }
    : settings;
}
