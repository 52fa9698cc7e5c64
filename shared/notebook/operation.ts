import * as z from 'zod';
import { jsonSchema } from '../rpc/contract';
import { cellSchema, cellTypeSchema } from './model';

const simpleOperationSchema = z.discriminatedUnion('kind', [
  /** A change of a cell's source; `changes` is a CodeMirror change set as JSON, over the source at the base version. */
  z.object({ kind: z.literal('text'), cell: z.string(), changes: jsonSchema }),
  /** `after` null: at the beginning. */
  z.object({ kind: z.literal('insert'), after: z.string().nullable(), cells: z.array(cellSchema).min(1) }),
  /**
   * `anchors` names for each deleted cell the nearest one before it that stays, null for the beginning. It is filled in
   * where the operation is applied, so that what was anchored on a deleted cell finds its place.
   */
  z.object({
    kind: z.literal('delete'),
    cells: z.array(z.string()).min(1),
    anchors: z.record(z.string(), z.string().nullable()).optional(),
  }),
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
  /** Undoes `clear-outputs`, in cells that have no newer results. Made by the engine only, never by a client. */
  z.object({
    kind: z.literal('restore-outputs'),
    cells: z
      .array(
        z.object({
          cell: z.string(),
          outputs: cellSchema.shape.outputs,
          executionCount: z.number().int().nullable(),
        }),
      )
      .min(1),
  }),
]);

/** Several as one: one undo, all or nothing. */
export interface GroupOperation {
  readonly kind: 'group';
  readonly operations: readonly Operation[];
}

/**
 * One edit of a notebook. Cells are named by id and places by the cell before, never by index, so that an operation
 * still means the same after somebody else's edit.
 *
 * Results of a run are not operations: they have no undo.
 */
export type Operation = z.infer<typeof simpleOperationSchema> | GroupOperation;
export type OperationOf<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

export const operationSchema: z.ZodType<Operation, Operation> = z.lazy(() =>
  z.union([
    simpleOperationSchema,
    z.object({ kind: z.literal('group'), operations: z.array(operationSchema).min(1) }),
  ]),
);
