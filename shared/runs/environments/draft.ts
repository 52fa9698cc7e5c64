import { isJsonObject } from '../../notebook/notebook-values';
import type { Json, JsonObject } from '../../rpc/contract';
import type { ConfigEdit } from '../config-contract';

/** What {@link editConfig} begins a new file with. */
const NEW: JsonObject = { version: 1 };

/** The value of a file after changes that are not saved yet; a change whose place is not there does nothing. */
export function draftOf(raw: Json | null, edits: readonly ConfigEdit[]): Json {
  return edits.reduce<Json>((value, edit) => change(value, edit, 0), raw ?? NEW);
}

/** The value at a place; undefined where there is none. */
export function valueAt(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((above, part) => memberOf(above, part), value);
}

/** Adds a change to those that wait; one more of the same place takes the place of the last. */
export function withEdit(edits: readonly ConfigEdit[], edit: ConfigEdit): readonly ConfigEdit[] {
  const last = edits.at(-1);
  const isSame =
    last?.kind === 'set' && edit.kind === 'set' && JSON.stringify(last.path) === JSON.stringify(edit.path);
  return [...(isSame ? edits.slice(0, -1) : edits), edit];
}

function memberOf(above: Json | undefined, part: string | number): Json | undefined {
  if (typeof part === 'number') return Array.isArray(above) ? (above as readonly Json[])[part] : undefined;
  return isJsonObject(above) && Object.hasOwn(above, part) ? above[part] : undefined;
}

function change(value: Json | undefined, edit: ConfigEdit, depth: number): Json {
  const part = edit.path[depth];
  if (part === undefined) return edit.kind === 'set' ? (edit.value as Json) : moved(value, edit);
  const isLast = depth === edit.path.length - 1;
  const below = memberOf(value, part);
  if (edit.kind !== 'set' && below === undefined) return value ?? null;
  if (typeof part === 'number') {
    const list: readonly Json[] = Array.isArray(value) ? value : [];
    if (isLast && edit.kind === 'remove') return list.toSpliced(part, 1);
    return part > list.length ? list : list.toSpliced(part, 1, change(below, edit, depth + 1));
  }
  const members = isJsonObject(value) ? Object.entries(value) : [];
  if (isLast && edit.kind === 'remove') return Object.fromEntries(members.filter(([name]) => name !== part));
  const next: Json = change(below, edit, depth + 1);
  // Defined, never assigned: any name may stand in a file.
  return Object.fromEntries(
    below === undefined
      ? [...members, [part, next]]
      : members.map(([name, old]): [string, Json] => [name, name === part ? next : old]),
  );
}

function moved(value: Json | undefined, edit: ConfigEdit): Json {
  if (edit.kind !== 'move' || !Array.isArray(value)) return value ?? null;
  const list: readonly Json[] = value;
  const item = list[edit.from];
  return item === undefined ? list : list.toSpliced(edit.from, 1).toSpliced(edit.to, 0, item);
}
