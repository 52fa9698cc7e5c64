import type { Json, JsonObject } from '../rpc/contract';
import { WatchbookError } from '../rpc/errors';
import { isJsonObject, member } from './notebook-values';

/** The value at a path of members; undefined when there is none. */
export function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path) {
    if (!isJsonObject(value)) return undefined;
    value = member(value, key);
  }
  return value;
}

/**
 * The object with one member set, or removed where `value` is undefined. Objects on the way are made where they are
 * missing. `__proto__` and the like are names as any other.
 *
 * Throws `bad-request` when something that is no object is in the way.
 */
export function withValueAt(
  object: JsonObject,
  path: readonly string[],
  value: Json | undefined,
): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined)
    throw new WatchbookError('bad-request', 'A path of metadata is empty. Nothing was changed.');
  const old = member(object, key);
  if (rest.length === 0)
    return value === undefined ? withoutMember(object, key) : withMember(object, key, value);
  if (old === undefined && value === undefined) return object;
  if (old !== undefined && !isJsonObject(old)) {
    throw new WatchbookError('bad-request', `The metadata “${key}” has no members. Nothing was changed.`);
  }
  return withMember(object, key, withValueAt(old ?? {}, rest, value));
}

/** The shortest part of a path that is not there yet; the whole path when all of it but the last member is. */
export function missingPart(object: JsonObject, path: readonly string[]): readonly string[] {
  const count = path.findIndex((_, index) => valueAt(object, path.slice(0, index + 1)) === undefined);
  return count === -1 ? path : path.slice(0, count + 1);
}

function withMember(object: JsonObject, key: string, value: Json): JsonObject {
  // Not by assignment: `__proto__` would set the prototype.
  return Object.hasOwn(object, key)
    ? Object.fromEntries(Object.entries(object).map(([name, old]) => [name, name === key ? value : old]))
    : Object.fromEntries([...Object.entries(object), [key, value]]);
}

function withoutMember(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
