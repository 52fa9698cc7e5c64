import * as z from 'zod';
import { cellSchema, type Notebook } from '../../../shared/notebook/model';
import { operationSchema } from '../../../shared/notebook/operation';
import { cellRunSchema } from '../../../shared/notebook/view';
import { jsonObjectSchema } from '../../../shared/rpc/contract';

/** A notebook as the log holds it: where edits came in while the file was being written. */
const notebookSchema: z.ZodType<Notebook> = z.object({
  cells: z.array(cellSchema),
  metadata: jsonObjectSchema,
  nbformat: z.number().int(),
  nbformatMinor: z.number().int(),
});

/** One line of a document's recovery log, on top of the file as it was last read or written. */
export const recoveryRecordSchema = z.discriminatedUnion('kind', [
  /** `edit` is its author's id for it, so that one sent again after a crash is known. */
  z.object({ kind: z.literal('edit'), operation: operationSchema, edit: z.string().nullable() }),
  z.object({ kind: z.literal('notebook'), notebook: notebookSchema }),
  /** Ids of edits that are in the file already, so that one of them sent again after a crash is known. */
  z.object({ kind: z.literal('seen'), edits: z.array(z.string()) }),
  /** A save of these bytes was begun. Where the file has this digest, all that stands before is in it. */
  z.object({ kind: z.literal('saved'), digest: z.string() }),
  /** `execution` names the spool that holds the outputs; null: the cell has none any more. */
  z.object({
    kind: z.literal('run'),
    cell: z.string(),
    run: cellRunSchema,
    source: z.string().nullable(),
    execution: z.string().nullable(),
  }),
]);
export type RecoveryRecord = z.infer<typeof recoveryRecordSchema>;
export type RecoveryRecordOf<K extends RecoveryRecord['kind']> = Extract<RecoveryRecord, { kind: K }>;
