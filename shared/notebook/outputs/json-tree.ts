import type { Json, JsonObject } from '../../rpc/contract';

/** What one line of a JSON tree shows of its value. */
export type JsonNode =
  | {
      readonly kind: 'list' | 'object';
      readonly size: number;
      readonly isOpen: boolean;
      readonly preview: string;
    }
  | {
      readonly kind: 'string' | 'number' | 'boolean' | 'null';
      readonly text: string;
      readonly isCut: boolean;
    }
  /** Children that are not shown yet. */
  | { readonly kind: 'more'; readonly left: number };

export interface JsonRow {
  /** Names the value by its place: `` for the root, `/0/2` for the third child of its first child. */
  readonly path: string;
  readonly depth: number;
  /** The member's name, or the item's index; null for the root. */
  readonly name: string | null;
  readonly isIndex: boolean;
  readonly node: JsonNode;
}

/** Which containers are open, and how many children each of them shows. */
export interface JsonTreeState {
  readonly open: ReadonlySet<string>;
  readonly shown: ReadonlyMap<string, number>;
}

/** Children of one container that are shown at first, and with each "more". */
export const JSON_PAGE = 100;
/** Rows of a whole tree; beyond, nothing more opens. */
export const JSON_MOST_ROWS = 5_000;
/** Characters of a string, and of a name. */
const MOST_CHARACTERS = 1_000;
const MOST_NAME = 200;
const PREVIEWED = 4;

/** The lines of a tree as it is opened, at most {@link JSON_MOST_ROWS}. */
export function jsonRows(value: Json, state: JsonTreeState): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (item: Json, path: string, depth: number, name: string | null, isIndex: boolean): void => {
    if (rows.length >= JSON_MOST_ROWS) return;
    const children = childrenOf(item);
    if (children === null) {
      rows.push({ path, depth, name, isIndex, node: leaf(item) });
      return;
    }
    const isOpen = children.size > 0 && state.open.has(path);
    const { kind, size } = children;
    rows.push({ path, depth, name, isIndex, node: { kind, size, isOpen, preview: preview(children) } });
    if (!isOpen) return;
    const shown = Math.min(size, state.shown.get(path) ?? JSON_PAGE);
    for (let index = 0; index < shown; index += 1) {
      const child = children.at(index);
      add(child.value, `${path}/${index}`, depth + 1, child.name.slice(0, MOST_NAME), kind === 'list');
    }
    if (shown < size && rows.length < JSON_MOST_ROWS) {
      const node: JsonNode = { kind: 'more', left: size - shown };
      rows.push({ path: `${path}/more`, depth: depth + 1, name: null, isIndex: false, node });
    }
  };
  add(value, '', 0, null, false);
  return rows;
}

/** What is open at first: level after level, as long as no more than `most` rows come of it; the root always is. */
export function openAtFirst(value: Json, most: number): ReadonlySet<string> {
  const open = new Set(['']);
  let level: { readonly path: string; readonly value: Json }[] = [{ path: '', value }];
  let rows = 1 + Math.min(JSON_PAGE, childrenOf(value)?.size ?? 0);
  while (level.length > 0 && level.length <= most) {
    const below = level.flatMap(({ path, value: item }) => {
      const children = childrenOf(item);
      return Array.from({ length: Math.min(JSON_PAGE, children?.size ?? 0) }, (_, index) => ({
        path: `${path}/${index}`,
        value: children?.at(index).value ?? null,
      }));
    });
    const added = below.reduce(
      (sum, item) => sum + Math.min(JSON_PAGE, childrenOf(item.value)?.size ?? 0),
      0,
    );
    if (added === 0 || rows + added > most) break;
    rows += added;
    for (const item of below) if ((childrenOf(item.value)?.size ?? 0) > 0) open.add(item.path);
    level = below;
  }
  return open;
}

interface Children {
  readonly kind: 'list' | 'object';
  readonly size: number;
  readonly names: readonly string[];
  at(index: number): { readonly name: string; readonly value: Json };
}

function childrenOf(value: Json): Children | null {
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return {
      kind: 'list',
      size: list.length,
      names: [],
      at: (index) => ({ name: String(index), value: list[index] ?? null }),
    };
  }
  if (typeof value !== 'object' || value === null) return null;
  const object = value as JsonObject;
  const names = Object.keys(object);
  return {
    kind: 'object',
    size: names.length,
    names,
    at: (index) => {
      const name = names[index] ?? '';
      return { name, value: object[name] ?? null };
    },
  };
}

/** `3 items`, `{name, version, 4 more}`: enough to decide whether to open it. */
function preview({ kind, size, names }: Children): string {
  if (size === 0) return kind === 'list' ? 'empty list' : 'empty object';
  if (kind === 'list') return size === 1 ? '1 item' : `${size.toLocaleString('en-US')} items`;
  const first = names.slice(0, PREVIEWED).map((name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name));
  const left = size - first.length;
  return [...first, ...(left > 0 ? [`${left.toLocaleString('en-US')} more`] : [])].join(', ');
}

function leaf(value: Json): JsonNode {
  if (typeof value === 'string') {
    const isCut = value.length > MOST_CHARACTERS;
    return { kind: 'string', text: JSON.stringify(isCut ? value.slice(0, MOST_CHARACTERS) : value), isCut };
  }
  const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'null';
  return { kind, text: String(value), isCut: false };
}
