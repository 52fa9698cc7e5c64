import * as z from 'zod';
import { defineContract, done, instantSchema, request } from '../rpc/contract';
import { cellDifferenceSchema } from './contract';

/** No name of a checkpoint is longer, in characters. */
export const MAX_CHECKPOINT_NAME = 200;

/** Control characters and those that turn the direction of a text have no place in a line of a list. */
// oxlint-disable-next-line no-control-regex
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+$/;

/** What a person calls a checkpoint: one line, without spaces around it. */
export const checkpointNameSchema = z.string().trim().min(1).max(MAX_CHECKPOINT_NAME).regex(ONE_LINE);

/** `restore`, `disk`: kept by itself, before another version took the place of the one here. */
export const checkpointReasonSchema = z.enum(['person', 'restore', 'disk']);

/** A runbook as it was at one moment: its texts and settings, without results. */
export const checkpointSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{20}$/),
  at: instantSchema,
  /** Null where it was kept without one. */
  name: checkpointNameSchema.nullable(),
  why: checkpointReasonSchema,
  cells: z.number().int().nonnegative(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

const inDocument = z.object({ document: z.string() });
const ofCheckpoint = inDocument.extend({ id: checkpointSchema.shape.id });

/** Checkpoints of a runbook while it is written. Those of a run are events of its journal. */
export const checkpointContract = defineContract({
  requests: {
    /** The latest first. `unreadable`: how many lie there that are missing a part or were changed by others. */
    'checkpoints.list': request(
      'client',
      inDocument,
      z.object({ checkpoints: z.array(checkpointSchema), unreadable: z.number().int() }),
    ),
    /** Keeps what is here, saved or not. `busy` when there are as many as can be kept; `disk-full`, `not-writable`. */
    'checkpoints.keep': request(
      'client',
      inDocument.extend({ name: checkpointNameSchema.nullable() }),
      checkpointSchema,
    ),
    'checkpoints.rename': request('client', ofCheckpoint.extend({ name: checkpointNameSchema }), done),
    /** It can be put back for a day. */
    'checkpoints.remove': request('client', ofCheckpoint, done),
    'checkpoints.putBack': request('client', ofCheckpoint, done),
    /** What differs between here and then, cell by cell: `disk` is what stood there then. */
    'checkpoints.compare': request(
      'client',
      ofCheckpoint,
      z.object({
        cells: z.array(cellDifferenceSchema),
        /** The notebook's own settings, as its parameters, are others. */
        settings: z.boolean(),
      }),
    ),
    /**
     * Makes what is here what it was then, as one edit that can be undone; results stay where their cells do. What was
     * here is kept as a checkpoint first. `cell`: where to look; null when nothing differed. `read-only` or `busy`
     * where a cell may not be changed; nothing is then.
     */
    'checkpoints.restore': request(
      'client',
      ofCheckpoint,
      z.object({ cell: z.string().nullable(), isChanged: z.boolean() }),
    ),
  },
  events: {
    /** Another list now: to all who show the document. */
    'checkpoints.changed': z.object({ document: z.string() }),
  },
});
