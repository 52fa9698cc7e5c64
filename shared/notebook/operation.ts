import * as z from 'zod';
import { jsonSchema } from '../rpc/contract';
import { cellSchema, cellTypeSchema } from './model';

/**
 * One edit of a notebook. Cells are named by id and places by the cell before, never by index, so that an operation
 * still means the same after somebody else's edit.
 *
 * Results of a run are not operations: they have no undo.
 */
export const operationSchema = z.discriminatedUnion('kind', [
  /** A change of a cell's source; `changes` is a CodeMirror change set as JSON, over the source at the base version. */
  z.object({ kind: z.literal('text'), cell: z.string(), changes: jsonSchema }),
  /** `after` null: at the beginning. */
  z.object({ kind: z.literal('insert'), after: z.string().nullable(), cells: z.array(cellSchema).min(1) }),
  z.object({ kind: z.literal('delete'), cells: z.array(z.string()).min(1) }),
  /** The cells keep the order given. */
  z.object({ kind: z.literal('move'), cells: z.array(z.string()).min(1), after: z.string().nullable() }),
  z.object({ kind: z.literal('type'), cell: z.string(), type: cellTypeSchema }),
  /** Sets or (value absent) removes one member of the metadata of a cell, or of the notebook where `cell` is null. */
  z.object({
    kind: z.literal('metadata'),
    cell: z.string().nullable(),
    path: z.array(z.string()).min(1).max(8),
    value: jsonSchema.optional(),
  }),
  /** Attachments of a markdown or raw cell; value absent removes one. */
  z.object({
    kind: z.literal('attachment'),
    cell: z.string(),
    name: z.string(),
    value: jsonSchema.optional(),
  }),
  z.object({ kind: z.literal('clear-outputs'), cells: z.array(z.string()).min(1) }),
  /** Several as one: one undo, all or nothing. */
  z.object({
    kind: z.literal('group'),
    get operations() {
      return z.array(operationSchema).min(1);
    },
  }),
]);
export type Operation = z.infer<typeof operationSchema>;
export type OperationOf<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
