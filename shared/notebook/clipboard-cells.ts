import * as z from 'zod';
import type { Json, JsonObject } from '../rpc/contract';
import { cellToJson } from './cell-json';
import { copiedMetadata } from './copied-metadata';
import { cellIdSchema, cellSchema, cellTypeSchema, type Cell } from './model';

/** A cell on its way over the clipboard: a text with its metadata, never with outputs. */
export const copiedCellSchema = cellSchema.pick({
  id: true,
  type: true,
  source: true,
  metadata: true,
  attachments: true,
});
export type CopiedCell = z.infer<typeof copiedCellSchema>;

/** What the system's clipboard holds of cells: the sources as plain text, and all of them inside of HTML. */
export interface ClipboardTexts {
  readonly text: string;
  readonly html: string;
}

/** More than this is not read: no person copied it from a notebook. In UTF-16 units. */
const MAX_LENGTH = 64 * 1024 * 1024;
const MAX_CELLS = 5_000;
/** Nested deeper than this, metadata is nobody's, and would break whoever walks through it. */
const MAX_DEPTH = 100;

const OWN = /<pre data-watchbook-cells="([^"]*)">/;
/** What the classic Notebook writes: the JSON itself, as its browser put it there. */
const CLASSIC = /<pre class="jupyter-nb-cells-json">([\s\S]*?)<\/pre>/;

/**
 * Cells in the form in which other programs take them: plain text where only text is wanted, a block of it where HTML is.
 * The cells themselves are nbformat 4.5 in an attribute of that block, which no program shows.
 */
export function clipboardTexts(cells: readonly CopiedCell[]): ClipboardTexts {
  const text = cells.map(({ source }) => source).join('\n\n');
  const json = cells.map((cell) => {
    const plain: Cell = {
      ...cell,
      metadata: copiedMetadata(cell.metadata, 'copy'),
      outputs: [],
      executionCount: null,
    };
    return cellToJson(plain, 'string', 'string');
  });
  return { text, html: `<pre data-watchbook-cells="${escape(JSON.stringify(json))}">${escape(text)}</pre>` };
}

/**
 * The cells on a clipboard: our own, JupyterLab's (a JSON list as plain text) or the classic Notebook's (the same inside of
 * HTML). Null where there are none.
 *
 * Whoever filled the clipboard is not known, so they are texts and nothing more: outputs, counts, times and trust are left
 * behind, and members that are not as nbformat wants them with them.
 */
export function clipboardCells(clipboard: ClipboardTexts): readonly CopiedCell[] | null {
  for (const json of candidates(clipboard)) {
    const cells = cellsOfJson(json);
    if (cells !== null) return cells;
  }
  return null;
}

function* candidates({ text, html }: ClipboardTexts): Generator<string> {
  if (html.length <= MAX_LENGTH) {
    const own = OWN.exec(html)?.[1];
    if (own !== undefined) yield unescape(own);
    const classic = CLASSIC.exec(html)?.[1];
    if (classic !== undefined) {
      yield classic;
      yield unescape(classic);
    }
  }
  if (text.length <= MAX_LENGTH && text.trimStart().startsWith('[')) yield text;
}

function cellsOfJson(json: string): readonly CopiedCell[] | null {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch (error) {
    // Text that only looked like cells, or nested without end: a clipboard may hold anything.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_CELLS) return null;
  const cells = list.map(cellOfJson);
  // A list with anything else in it is not a list of cells.
  return cells.every((cell) => cell !== null) ? cells : null;
}

const rawCellSchema = z.object({
  cell_type: cellTypeSchema,
  source: z.union([z.string(), z.array(z.string())]),
  id: z.unknown().optional(),
  metadata: z.unknown().optional(),
  attachments: z.unknown().optional(),
});

function cellOfJson(value: unknown): CopiedCell | null {
  const parsed = rawCellSchema.safeParse(value);
  if (!parsed.success) return null;
  const { cell_type: type, source, id, metadata, attachments } = parsed.data;
  const isKept = type !== 'code' && isJsonObject(attachments) && isShallow(attachments, MAX_DEPTH);
  return {
    id: cellIdSchema.safeParse(id).data ?? NO_ID,
    type,
    source: typeof source === 'string' ? source : source.join(''),
    metadata:
      isJsonObject(metadata) && isShallow(metadata, MAX_DEPTH) ? copiedMetadata(metadata, 'copy') : {},
    ...(isKept
      ? {
          attachments: Object.fromEntries(Object.entries(attachments).filter(([, one]) => isJsonObject(one))),
        }
      : {}),
  };
}

/** Stands where a cell has no id that nbformat allows, and is none itself: a new one is made where it is put in. */
export const NO_ID = ' ';

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShallow(value: Json | undefined, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member: Json) => isShallow(member, depth - 1));
}

const ESCAPES: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
];

function escape(text: string): string {
  return ESCAPES.reduce((escaped, [plain, name]) => escaped.replaceAll(plain, name), text);
}

function unescape(text: string): string {
  return ESCAPES.toReversed().reduce((plain, [sign, name]) => plain.replaceAll(name, sign), text);
}
