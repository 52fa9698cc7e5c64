import * as z from 'zod';
import { instantSchema, jsonObjectSchema, jsonSchema } from '../rpc/contract';

/** On screen more than 200 lines show 100 and 100, whatever the file keeps. */
export const VIEW_HEAD_LINES = 100;
export const VIEW_TAIL_LINES = 100;
/** A line, or a text without line ends, is cut in the view after this many characters; the whole is in the full output. */
export const VIEW_LINE_CHARACTERS = 4_000;
/** A value of a MIME bundle longer than this is fetched when it comes on screen, by `notebook.output`. */
export const VIEW_INLINE_BYTES = 262_144;

/**
 * The bounded view of a text output: what a terminal would show, with its SGR colour codes.
 *
 * `tail` is empty while nothing is left out; otherwise `omittedLines` stand between.
 */
export const textViewSchema = z.object({
  head: z.string(),
  tail: z.string(),
  omittedLines: z.number().int(),
  lines: z.number().int(),
  bytes: z.number().int(),
  /** The file's output was already cut when it was read, and its whole text lies in `fullOutput`. */
  fullOutput: z.string().optional(),
});
export type TextView = z.infer<typeof textViewSchema>;

/** One output as the window gets it. `key` is stable while the output lives, also when the list before it grows. */
export const outputViewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stream'),
    key: z.string(),
    name: z.enum(['stdout', 'stderr']),
    text: textViewSchema,
  }),
  z.object({
    kind: z.literal('error'),
    key: z.string(),
    ename: z.string(),
    evalue: z.string(),
    traceback: textViewSchema,
  }),
  z.object({
    kind: z.literal('data'),
    key: z.string(),
    type: z.enum(['display_data', 'execute_result']),
    executionCount: z.number().int().nullable(),
    data: jsonObjectSchema,
    metadata: jsonObjectSchema,
    /** MIME types left out of `data` for their size; see `notebook.output`. */
    deferred: z.array(z.object({ mime: z.string(), bytes: z.number().int() })),
    /** Made here: its frame may run its own scripts. False: drawn under the still policy. */
    madeHere: z.boolean(),
  }),
  /** Output that was not received: the engine was away. From and to are this machine's clock. */
  z.object({
    kind: z.literal('gap'),
    key: z.string(),
    from: instantSchema,
    to: instantSchema,
    reason: z.string(),
  }),
  /** A MIME bundle of a type this version does not know. */
  z.object({ kind: z.literal('unknown'), key: z.string(), raw: jsonSchema }),
]);
export type OutputView = z.infer<typeof outputViewSchema>;

export const cellStatusSchema = z.enum(['idle', 'queued', 'running', 'done', 'failed']);

/** A cell's last or present execution here. Times are UTC; durations milliseconds. */
export const cellRunSchema = z.object({
  status: cellStatusSchema,
  executionCount: z.number().int().nullable(),
  queuedAt: instantSchema.nullable(),
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  /** Its number in the line, while queued; it keeps it while the line moves up. The place is what `placeInLine` says. */
  position: z.number().int().nullable(),
  exitStatus: z.number().int().nullable(),
  /** One plain sentence for a failed cell: `exit status 7`, `ValueError: …`, `interrupted`. */
  summary: z.string().nullable(),
  /** `terminal`: one that the person opened, and that goes on whatever becomes of the notebook. */
  session: z.enum(['kernel', 'shell', 'terminal']),
  /** The source differs from the one that produced the outputs. */
  edited: z.boolean(),
  /** Only the file tells of it: the cell was not run since the notebook was opened. */
  fromFile: z.boolean().optional(),
});
export type CellRun = z.infer<typeof cellRunSchema>;

/** Place in line from 1, after the numbers that have had their turn; null for a cell that does not wait. */
export function placeInLine(run: CellRun | undefined, passed: number): number | null {
  return run?.status === 'queued' && run.position !== null ? Math.max(1, run.position - passed) : null;
}

/** A prompt of a running program, shown at its cell. The answer is never stored. */
export const inputRequestSchema = z.object({
  cell: z.string(),
  request: z.string(),
  prompt: z.string(),
  password: z.boolean(),
  /** A shell's input line, which stays open while the cell runs, in place of a single question. */
  continuous: z.boolean(),
});
export type InputRequest = z.infer<typeof inputRequestSchema>;
