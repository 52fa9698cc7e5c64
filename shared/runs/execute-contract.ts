import * as z from 'zod';
import { defineContract, done, instantSchema, jsonSchema, request } from '../rpc/contract';

/**
 * A line of `watchbook run --json`. Cell events carry the cell's id and index; durations are
 * milliseconds; `output` is in nbformat's form.
 */
export const runLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-started'),
    at: instantSchema,
    file: z.string(),
    kernel: z.string().nullable(),
  }),
  z.object({ type: z.literal('cell-started'), at: instantSchema, cell: z.string(), index: z.number().int() }),
  z.object({
    type: z.literal('output'),
    at: instantSchema,
    cell: z.string(),
    index: z.number().int(),
    output: jsonSchema,
  }),
  z.object({
    type: z.literal('cell-finished'),
    at: instantSchema,
    cell: z.string(),
    index: z.number().int(),
    status: z.enum(['done', 'failed', 'skipped']),
    duration_ms: z.number(),
  }),
  z.object({ type: z.literal('error'), at: instantSchema, code: z.string(), message: z.string() }),
  z.object({
    type: z.literal('run-finished'),
    at: instantSchema,
    status: z.enum(['done', 'failed', 'stopped', 'interrupted']),
    output: z.string().nullable(),
    run: z.string().optional(),
  }),
]);
export type RunLine = z.infer<typeof runLineSchema>;

/** `watchbook run`: the executed copy is made by the engine, so that it is finished when the client dies. */
export const executeContract = defineContract({
  requests: {
    /**
     * Starts the execution of a file from disk and answers at once. Everything else comes as `runs.line`; the last
     * line is `run-finished`, then `runs.finished` with the exit code.
     */
    'runs.execute': request(
      'client',
      z.object({
        file: z.string(),
        /** As typed, for messages. */
        typed: z.string(),
        output: z.string(),
        /** The output as typed; null where it follows from the file. */
        typedOutput: z.string().nullable().optional(),
        inplace: z.boolean(),
        kernel: z.string().nullable(),
        cwd: z.string().nullable(),
        /** Seconds for each cell; null: no limit. */
        timeout: z.number().positive().nullable(),
        allowErrors: z.boolean(),
        /** Bytes; null: no limit; absent: the setting. */
        outputLimit: z.number().int().nonnegative().nullable().optional(),
        /** The client's environment: a command's kernel gets this. */
        environment: z.record(z.string(), z.string()),
        /** A terminal is there to answer `input()`. */
        interactive: z.boolean(),
      }),
      z.object({ execution: z.string(), warnings: z.array(z.string()) }),
    ),
    'runs.interrupt': request('client', z.object({ execution: z.string() }), done),
    'runs.input': request(
      'client',
      /** `eof`: the person ended the input instead of answering. */
      z.object({
        execution: z.string(),
        request: z.string(),
        value: z.string(),
        eof: z.boolean().optional(),
      }),
      done,
    ),
  },
  events: {
    'runs.line': z.object({ execution: z.string(), line: runLineSchema }),
    'runs.input': z.object({
      execution: z.string(),
      request: z.string(),
      prompt: z.string(),
      password: z.boolean(),
    }),
    /** `message` is for standard error: what happened, what was kept, what can be done next. */
    'runs.finished': z.object({
      execution: z.string(),
      exitCode: z.number().int(),
      message: z.string().nullable(),
    }),
  },
});
