import * as z from 'zod';
import { jsonObjectSchema, type Json, type JsonObject } from '../rpc/contract';

/**
 * A notebook as values, in the terms of nbformat 4.5. Immutable: an operation makes a new one and shares what it
 * did not touch, so that "unchanged" can be seen by identity.
 *
 * What the file looks like (indent, escapes, key order, number spelling) is not here but in the parsed file.
 */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: JsonObject;
  readonly nbformat: number;
  readonly nbformatMinor: number;
}

export const cellTypeSchema = z.enum(['code', 'markdown', 'raw']);
export type CellType = z.infer<typeof cellTypeSchema>;

/** nbformat 4.5: 1 to 64 of these characters, unique in the notebook. */
export const cellIdSchema = z.string().regex(/^[a-zA-Z0-9-_]{1,64}$/);

export const cellSchema = z.object({
  id: z.string().min(1).max(64),
  type: cellTypeSchema,
  /** Always one string here, whatever the file's style. */
  source: z.string(),
  metadata: jsonObjectSchema,
  /** Code cells only; empty otherwise. */
  outputs: z.array(z.custom<Output>((value) => typeof value === 'object' && value !== null)).readonly(),
  executionCount: z.number().int().nullable(),
  /** Markdown and raw cells only. */
  attachments: jsonObjectSchema.optional(),
  /** Members nbformat does not know, kept as they are. */
  extra: jsonObjectSchema.optional(),
});
export type Cell = z.infer<typeof cellSchema>;

/** MIME bundle with text joined: a value is a string, or JSON for `*json` types. */
export type MimeBundle = { readonly [mime: string]: Json };

export interface StreamOutput {
  readonly output_type: 'stream';
  readonly name: 'stdout' | 'stderr';
  readonly text: string;
}
export interface DataOutput {
  readonly output_type: 'display_data' | 'execute_result';
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  readonly execution_count?: number | null;
}
export interface ErrorOutput {
  readonly output_type: 'error';
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}
/** An output of a type nbformat does not know yet (a newer minor); kept and shown by name. */
export interface UnknownOutput {
  readonly output_type: 'unknown';
  readonly raw: JsonObject;
}
/** nbformat's outputs, with multi-line text joined to one string. */
export type Output = StreamOutput | DataOutput | ErrorOutput | UnknownOutput;

/** The languageId by which VS Code marks a shell cell, which runs beside the main kernel. */
export const SHELL_LANGUAGE_ID = 'shellscript';

/** True for a code cell that runs in the notebook's built-in shell session, whatever its kernel. */
export function isShellCell(cell: Pick<Cell, 'type' | 'metadata'>): boolean {
  const vscode = cell.metadata['vscode'];
  return (
    cell.type === 'code' &&
    typeof vscode === 'object' &&
    vscode !== null &&
    (vscode as JsonObject)['languageId'] === SHELL_LANGUAGE_ID
  );
}

/** The cell's tags; anything in `metadata.tags` that is not text is passed over. */
export function cellTags(cell: Pick<Cell, 'metadata'>): readonly string[] {
  const tags = cell.metadata['tags'];
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
}

/** What a notebook asks to be run with. */
export interface WantedKernel {
  readonly name: string | null;
  readonly language: string | null;
}

/**
 * Reads `metadata.kernelspec.name`, and `metadata.language_info.name`, else `metadata.kernelspec.language`; values that
 * are not text count as absent.
 */
export function wantedKernel(notebook: Pick<Notebook, 'metadata'>): WantedKernel {
  const text = (key: string, member: string): string | null => {
    const value = notebook.metadata[key];
    const found = typeof value === 'object' && value !== null ? (value as JsonObject)[member] : undefined;
    return typeof found === 'string' && found !== '' ? found : null;
  };
  return {
    name: text('kernelspec', 'name'),
    language: text('language_info', 'name') ?? text('kernelspec', 'language'),
  };
}
