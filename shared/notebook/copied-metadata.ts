import type { JsonObject } from '../rpc/contract';

/** Times and results of runs, which a copy without outputs never had. */
const OF_A_RUN: ReadonlySet<string> = new Set(['execution', 'ExecuteTime', 'trusted']);
/** Of those that are ours: where its full outputs lie, and which source made them. */
const OWN_OF_A_RUN: readonly string[] = ['fullOutput', 'ranAs'];
/** What makes a cell the one of its kind in its notebook: tags that papermill looks for, and names. */
const SINGLE_TAGS: ReadonlySet<string> = new Set(['parameters', 'injected-parameters']);

/**
 * The metadata of a cell for a copy of it, or for a piece that was split off.
 *
 * All that others write is kept (the lineage in `lc_cell_meme` too), without what tells of a run: times, trust, and where
 * its full outputs lie. A piece has no name, title or parameters of its own, which belong to the first one.
 */
export function copiedMetadata(metadata: JsonObject, what: 'copy' | 'piece'): JsonObject {
  const entries = Object.entries(metadata).flatMap(([key, value]): [string, JsonObject[string]][] => {
    if (OF_A_RUN.has(key)) return [];
    if (key === 'watchbook' && isObject(value)) {
      const own = withoutKeys(value, what === 'copy' ? OWN_OF_A_RUN : [...OWN_OF_A_RUN, 'title']);
      return Object.keys(own).length === 0 ? [] : [[key, own]];
    }
    if (what === 'copy') return [[key, value]];
    if (key === 'name') return [];
    if (key !== 'tags' || !Array.isArray(value)) return [[key, value]];
    return [[key, value.filter((tag) => typeof tag !== 'string' || !SINGLE_TAGS.has(tag))]];
  });
  return Object.fromEntries(entries);
}

function withoutKeys(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function isObject(value: JsonObject[string]): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
