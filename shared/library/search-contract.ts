import * as z from 'zod';
import { defineContract, request } from '../rpc/contract';

/** What is looked for; see `shared/notebook/find`. */
export const searchQuerySchema = z.object({
  text: z.string().min(1).max(1_000),
  isPattern: z.boolean(),
  isCaseSensitive: z.boolean(),
  isWholeWord: z.boolean(),
});

/** One place in the source of a cell. */
export const searchHitSchema = z.object({
  /** Its id, null where the file has none; then `index` (from 0) tells which cell it is. */
  cell: z.string().nullable(),
  index: z.number().int(),
  type: z.enum(['code', 'markdown', 'raw']),
  /** From 1. */
  line: z.number().int(),
  /** The line, or the part of a long one around the place. */
  text: z.string(),
  /** Where it stands in `text`, in UTF-16 units; to the end of the line where it goes on. */
  from: z.number().int(),
  to: z.number().int(),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

export const searchedRunbookSchema = z.object({
  path: z.string(),
  name: z.string(),
  /** The library folder by its name, and the folders in it: `ops-runbooks/releases`. */
  place: z.string(),
  hits: z.array(searchHitSchema),
  /** There are more in it. */
  more: z.boolean(),
});
export type SearchedRunbook = z.infer<typeof searchedRunbookSchema>;

/** Finding in all runbooks of the library. */
export const searchContract = defineContract({
  requests: {
    /**
     * Looks through sources, a part of the library at a time. `from`: how many runbooks were looked through before;
     * `next` is what to ask for then, null at the end. Cancelled, it stops between two runbooks. `bad-request` for a
     * pattern that is none, `timeout` for one that takes too long.
     */
    'library.search': request(
      'client',
      z.object({ query: searchQuerySchema, from: z.number().int().min(0) }),
      z.object({
        runbooks: z.array(searchedRunbookSchema),
        next: z.number().int().nullable(),
        /** Runbooks of this part that were not looked through: too large, not readable, no notebook. */
        passedOver: z.array(z.string()),
      }),
    ),
  },
  events: {},
});
