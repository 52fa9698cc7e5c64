import * as z from 'zod';
import { defineContract, done, instantSchema, request } from './contract';

/** What `watchbook engine status` prints. */
export const engineStatusSchema = z.object({
  pid: z.number().int(),
  socket: z.string(),
  protocol: z.number().int(),
  version: z.string(),
  started: instantSchema,
  clients: z.number().int(),
  kernels: z.number().int(),
  terminals: z.number().int(),
  runs: z.number().int(),
  /** Cells running or queued now, over all documents. */
  busy: z.number().int(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

/** The engine itself: its state and its end. */
export const engineContract = defineContract({
  requests: {
    'engine.status': request('client', z.object({}), engineStatusSchema),
    /** Ends the engine. Refused with `busy` where something runs, unless forced; the message names what runs. */
    'engine.stop': request('client', z.object({ force: z.boolean() }), done),
  },
  events: {
    /** The engine is about to end; nothing is lost, a client may start a new one. */
    'engine.stopping': z.object({ reason: z.string() }),
  },
});
