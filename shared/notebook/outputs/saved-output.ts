import * as z from 'zod';
import { instantSchema, jsonObjectSchema } from '../../rpc/contract';

/**
 * One output as a recovery log keeps it: enough to make the live output again by the messages that made it.
 *
 * A long text is kept by its place in the spool, which is on disk already.
 */
export const savedOutputSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('stream'),
    name: z.enum(['stdout', 'stderr']),
    text: z.string().nullable(),
    place: z.string(),
  }),
  z.object({
    type: z.literal('message'),
    message: z.enum(['display_data', 'execute_result', 'error']),
    content: jsonObjectSchema,
  }),
  z.object({ type: z.literal('gap'), from: instantSchema, to: instantSchema, reason: z.string() }),
]);
export type SavedOutput = z.infer<typeof savedOutputSchema>;
