import * as z from 'zod';
import { defineContract, done, pathSchema, request } from '../rpc/contract';
import { environmentRefSchema } from '../runs/events';

/** That a terminal is attached to a run: what its badge says. */
export const recordingSchema = z.object({
  /** The run's folder. */
  run: z.string(),
  /** Its short name. */
  short: z.string(),
  /** A strict one frames the window while the terminal is seen. */
  environment: environmentRefSchema,
  /** Commands are counted, and nothing of them is recorded. */
  isPaused: z.boolean(),
});
export type Recording = z.infer<typeof recordingSchema>;

const terminal = z.object({ terminal: z.string().max(100) });

/** Terminals that are joined to a run: every command in them becomes an event of its journal. */
export const recordingContract = defineContract({
  requests: {
    /**
     * Attaches a terminal to a run that is open here and driven by this client. `conflict`: the run is over, or the
     * terminal is attached already; `locked`, `read-only`: somebody else has the run; `not-found`: no such terminal or
     * run, or its shell has ended.
     */
    'recording.attach': request('person', terminal.extend({ run: pathSchema }), done),
    /** Records what still runs as it is known now, and nothing from then on. One that is not attached stays so. */
    'recording.detach': request('person', terminal, done),
    /** While it is on, commands are only counted. `conflict`: the terminal is not attached. */
    'recording.pause': request('person', terminal.extend({ on: z.boolean() }), done),
    /**
     * What was recorded of a terminal from one attaching on: as asciicast, with all sequences and times, or as the text
     * that it showed. `attached`: number of the event. Made from the record, also of a run that is over.
     */
    'recording.transcript': request(
      'client',
      z.object({
        run: pathSchema,
        attached: z.number().int().nonnegative(),
        form: z.enum(['cast', 'text']),
      }),
      z.object({ text: z.string() }),
    ),
  },
  events: {},
});
