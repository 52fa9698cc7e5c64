import { ChangeSet } from '@codemirror/state';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../shared/rpc/contract';
import type { Cell, Notebook, Output } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import { sourceText } from '../../shared/notebook/text-changes';

/** Texts with what breaks naive code: line ends of all sorts, quotes, escapes, lone surrogates, colours. */
export const awkwardText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('a', 'b = 1', ' ', '\n', 'x\ny') },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          '\r\n',
          '\t',
          '"',
          '\\',
          '\\u00e9',
          'é',
          '漢',
          '😀',
          '\u2028',
          '\u001b[31m',
          '\u007f',
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom('\r', '\u0000', '\ud800', '\u0085', '\v', '\f', '__proto__') },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const key = fc.constantFrom('a', 'b', 'tags', 'name2', '__proto__', 'constructor', 'é', 'Z');
const number = fc.oneof(fc.integer(), fc.constantFrom(0, 0.5, 1e21, -3.25));
const scalar: fc.Arbitrary<Json> = fc.oneof(awkwardText, number, fc.boolean(), fc.constant(null));

/** JSON objects with names that pollute where they are assigned. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc
  .array(
    fc.tuple(
      key,
      fc.oneof(
        scalar,
        fc.array(scalar, { maxLength: 3 }),
        fc.array(fc.tuple(key, scalar), { maxLength: 3 }).map(toObject),
      ),
    ),
    { maxLength: 4 },
  )
  .map(toObject);

function toObject(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}

const output: fc.Arbitrary<Output> = fc.oneof(
  fc.record({
    output_type: fc.constant('stream' as const),
    name: fc.constantFrom('stdout' as const, 'stderr' as const),
    text: awkwardText,
  }),
  fc.record({
    output_type: fc.constant('display_data' as const),
    data: fc.record({
      'text/plain': awkwardText,
      'application/json': jsonObject,
      'image/png': fc.constant('iVBOR\n'),
    }),
    metadata: jsonObject,
  }),
  fc.record({
    output_type: fc.constant('error' as const),
    ename: awkwardText,
    evalue: awkwardText,
    traceback: fc.array(awkwardText, { maxLength: 2 }),
  }),
);

/** A cell of a given id. */
export function cellArbitrary(id: string): fc.Arbitrary<Cell> {
  return fc.oneof(
    fc.record({
      id: fc.constant(id),
      type: fc.constant('code' as const),
      source: awkwardText,
      metadata: jsonObject,
      outputs: fc.array(output, { maxLength: 2 }),
      executionCount: fc.oneof(fc.constant(null), fc.nat(99)),
    }),
    fc.record({
      id: fc.constant(id),
      type: fc.constantFrom('markdown' as const, 'raw' as const),
      source: awkwardText,
      metadata: jsonObject,
      outputs: fc.constant([]),
      executionCount: fc.constant(null),
    }),
  );
}

/** A notebook of nbformat 4.5 with a few cells. */
export const notebookArbitrary: fc.Arbitrary<Notebook> = fc
  .nat(6)
  .chain((count) =>
    fc.tuple(fc.tuple(...Array.from({ length: count }, (_, at) => cellArbitrary(`c${at}`))), jsonObject),
  )
  .map(([cells, metadata]) => ({ cells, metadata, nbformat: 4, nbformatMinor: 5 }));

/** Numbers from which an operation that fits a given notebook is made. */
export interface Recipe {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly text: string;
  readonly value: JsonObject;
}

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  kind: fc.nat(19),
  a: fc.nat(999),
  b: fc.nat(999),
  c: fc.nat(999),
  text: awkwardText,
  value: jsonObject,
});

/** An operation that fits the notebook; `fresh` makes ids that were never used. */
export function cook(
  notebook: Notebook,
  { kind, a, b, c, text, value }: Recipe,
  fresh: () => string,
): Operation {
  const { cells } = notebook;
  const cell = cells[a % Math.max(1, cells.length)];
  const anchor = (n: number): string | null =>
    n % (cells.length + 1) === 0 ? null : cells[(n % (cells.length + 1)) - 1]!.id;
  const insert: Operation = {
    kind: 'insert',
    after: anchor(b),
    cells: Array.from({ length: 1 + (c % 2) }, (): Cell => ({
      id: fresh(),
      type: 'code',
      source: text,
      metadata: value,
      outputs: [],
      executionCount: null,
    })),
  };
  if (cell === undefined) return insert;
  switch (kind) {
    case 0:
    case 1:
      return insert;
    case 2:
    case 3: {
      const other = cells[b % cells.length]!;
      return { kind: 'delete', cells: [...new Set([cell.id, ...(c % 2 === 0 ? [other.id] : [])])] };
    }
    case 4:
    case 5: {
      const other = cells[c % cells.length]!;
      const moved = [...new Set([cell.id, ...(c % 3 === 0 ? [other.id] : [])])];
      const after = anchor(b);
      return { kind: 'move', cells: moved, after: after !== null && moved.includes(after) ? null : after };
    }
    case 6:
      return { kind: 'type', cell: cell.id, type: (['code', 'markdown', 'raw'] as const)[b % 3]! };
    case 7:
    case 8: {
      const on = c % 4 === 0 ? null : cell.id;
      const path = [['a', 'b', '__proto__', 'watchbook'][b % 4]!];
      return c % 3 === 0 ? { kind: 'metadata', cell: on, path } : { kind: 'metadata', cell: on, path, value };
    }
    case 9:
      return { kind: 'clear-outputs', cells: [cell.id] };
    case 10:
      return cell.type === 'code'
        ? insert
        : { kind: 'attachment', cell: cell.id, name: `p${b % 2}.png`, ...(c % 3 === 0 ? {} : { value }) };
    default: {
      const length = cell.source.length;
      const from = b % (length + 1);
      const to = from + (c % (length - from + 1));
      const changes = ChangeSet.of([{ from, to, insert: sourceText(text) }], length);
      return { kind: 'text', cell: cell.id, changes: changes.toJSON() };
    }
  }
}

/** Ids that no notebook of these arbitraries has. */
export function freshIds(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}-${(count += 1)}`;
}
