import * as z from 'zod';
import { defineContract, pathSchema, request } from '../rpc/contract';

/** Links to runbooks and their steps, from one machine to another. */
export const linkContract = defineContract({
  requests: {
    /** A link to a cell of a runbook, or to the runbook as a whole; `bad-request` where its place can not be named. */
    'library.link': request(
      'client',
      z.object({ path: pathSchema, cell: z.string().max(64).nullable() }),
      z.object({ link: z.string() }),
    ),
    /** Where the runbook of a link lies here. Only libraries that are known are looked in; nothing is fetched. */
    'library.followLink': request(
      'client',
      z.object({ library: z.string().max(1_024), runbook: pathSchema }),
      z.object({ path: z.string() }),
    ),
  },
  events: {},
});
