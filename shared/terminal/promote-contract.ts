import * as z from 'zod';
import { defineContract, request } from '../rpc/contract';

/** More at once is a mistake of the hand. */
export const MOST_PROMOTED = 100;

/** Commands that were typed in a terminal, made steps of a runbook. In a run it is one of the run's own actions. */
export const promoteContract = defineContract({
  requests: {
    /**
     * Inserts a cell for each command behind a cell of an open runbook (null: at the beginning), with what it printed
     * and when, as one edit of this person. `not-found`: a command is not known any more, and nothing was inserted.
     */
    'promote.commands': request(
      'person',
      z.object({
        terminal: z.string().max(100),
        commands: z.array(z.number().int().min(1)).min(1).max(MOST_PROMOTED),
        document: z.string(),
        after: z.string().nullable(),
      }),
      z.object({ cells: z.array(z.string()) }),
    ),
  },
  events: {},
});
