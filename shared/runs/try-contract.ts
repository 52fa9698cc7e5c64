import * as z from 'zod';
import { defineContract, done, pathSchema, request } from '../rpc/contract';
import { environmentRefSchema } from './events';

/** Why nothing is sent of a runbook now. The sentence says what was found, and that nothing was sent. */
export const tryBlockSchema = z.discriminatedUnion('kind', [
  /** A strict environment's check matches where the cell would run: there a run is started. */
  z.object({ kind: z.literal('strict'), message: z.string(), environment: environmentRefSchema }),
  /** A check of the chosen environment does not match, or could not be asked. */
  z.object({ kind: z.literal('check'), message: z.string() }),
  /** Commands that nobody here has seen yet would be asked. */
  z.object({ kind: z.literal('commands'), message: z.string() }),
  /** There is no environment here that cells are tried in. */
  z.object({ kind: z.literal('rules'), message: z.string() }),
]);
export type TryBlock = z.infer<typeof tryBlockSchema>;

/** Where the cells of a runbook are tried, outside of any run. */
export const tryingSchema = z.object({
  runbook: pathSchema,
  /** Lowest first; empty for a library without environments of its own, whose cells run as in any notebook. */
  environments: z.array(environmentRefSchema.extend({ description: z.string().nullable() })),
  /** Null where there is none that is not strict. */
  chosen: z.string().nullable(),
  block: tryBlockSchema.nullable(),
});
export type Trying = z.infer<typeof tryingSchema>;

/** What a person said yes to before cells are sent that ask first. */
export const tryConfirmationSchema = z.object({
  /** The environment the question named; null in a library without any. */
  environment: z.string().nullable(),
  /** The destructive cells that were named. */
  cells: z.array(z.string().max(64)).max(10_000),
});
export type TryConfirmation = z.infer<typeof tryConfirmationSchema>;

/** In which environment the cells of a runbook are tried: never in a strict one. */
export const tryContract = defineContract({
  requests: {
    /** From then on its changes are told. */
    'runs.trying': request('client', z.object({ runbook: pathSchema }), tryingSchema),
    /** Chooses one, and remembers it for this runbook. A strict one is refused with `forbidden`. */
    'runs.tryIn': request('client', z.object({ runbook: pathSchema, environment: z.string().max(64) }), done),
  },
  events: { 'runs.tryingChanged': tryingSchema },
});
