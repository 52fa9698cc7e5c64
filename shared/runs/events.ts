import * as z from 'zod';
import { FULL_OUTPUT_PATH } from '../notebook/outputs/full-output';
import { instantSchema } from '../rpc/contract';

/** 64 hexadecimal digits. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Where a text stands that a person typed or a program printed: never in the journal itself (contract, sections 4
 * and 6.10). The file is JSON with a random `salt` first; its digest is that of its bytes.
 */
export const contentRefSchema = z.object({
  file: z.string().regex(/^content\/[0-9]{6,}-[a-z-]{1,40}\.json$/),
  sha256: digestSchema,
});
export type ContentRef = z.infer<typeof contentRefSchema>;

export const actorSchema = z.object({
  name: z.string(),
  /** The account of the system. */
  account: z.string(),
  host: z.string(),
  zone: z.string(),
  /** Which of our doors the gesture came by. `engine`: nobody's gesture. */
  via: z.enum(['window', 'command', 'engine']),
});
export type Actor = z.infer<typeof actorSchema>;

const cell = z.string().min(1).max(64);
const attempt = z.number().int().min(1);
const seq = z.number().int().nonnegative();
const session = z.enum(['kernel', 'shell', 'terminal']);
const reason = { reason: contentRefSchema };
/** It is a name of files too, while a terminal is attached. */
const terminalName = z.string().regex(/^[0-9A-Za-z-]{1,64}$/);
/** Of a command in its terminal. */
const commandNumber = z.number().int().positive();

export const environmentRefSchema = z.object({
  name: z.string(),
  colour: z.enum(['slate', 'teal', 'ochre', 'carmine', 'indigo', 'moss']),
  guard: z.enum(['none', 'confirm', 'strict']),
  /** `confirm`: a rehearsal, where approvals are confirmations and waits can be cut short. */
  gates: z.enum(['real', 'confirm']),
});
export type EnvironmentRef = z.infer<typeof environmentRefSchema>;

/** The data of each event by its type (contract section 4). Durations ending in `_ms` are milliseconds. */
export const EVENT_DATA = {
  'run-started': z.object({
    /** The runbook's path in its library. */
    runbook: z.string(),
    commit: z.string().nullable(),
    /** Of the runbook's bytes as they lay on disk. */
    digest: digestSchema,
    /** Files of the library that are in no commit: how many, and one digest over their names and digests. */
    uncommitted: z.object({ files: z.number().int(), digest: digestSchema }).nullable(),
    environment: environmentRefSchema,
    environmentDigest: digestSchema,
    /** `StartDetails`: title, parameters with their sources, links. */
    parameters: contentRefSchema,
    kernel: z.string().nullable(),
    tools: z.record(z.string(), z.string()),
    previous: z.object({ run: z.string(), sha256: digestSchema }).nullable(),
    /** Names of variables that differ from the login shell's. */
    variables: z.array(z.string()),
    /** What is weaker than last time and was accepted, and cells that were not rehearsed as they are: `StartNotes`. */
    accepted: contentRefSchema.nullable(),
  }),
  /**
   * `from` null: it went on where it stood. `upTo`: everything before that cell is run again by itself first; `again`:
   * these cells are, in this order.
   */
  resumed: z.object({ from: cell.nullable(), upTo: cell.optional(), again: z.array(cell).optional() }),
  'library-changed': z.object({ commit: z.string().nullable(), uncommitted: digestSchema.nullable() }),

  'cell-started': z.object({ cell, attempt, session, source: contentRefSchema }),
  'cell-finished': z.object({
    cell,
    attempt,
    status: z.enum(['done', 'failed', 'interrupted']),
    duration_ms: z.number().nonnegative(),
    exitStatus: z.number().int().optional(),
    /** Of the outputs as they stand in `run.ipynb`, as canonical JSON. */
    outputs: digestSchema,
    /** `AttemptContent`: the outputs, how each expectation held, the line that tells the result. */
    content: contentRefSchema,
  }),
  /** It runs longer than it may, and goes on: its limit only warns. */
  'limit-passed': z.object({ cell, attempt, seconds: z.number().positive() }),
  'step-adjusted': z.object({ cell, before: contentRefSchema, after: contentRefSchema }),
  'step-added': z.object({
    cell,
    after: cell.nullable(),
    source: contentRefSchema,
    /**
     * It was a command that a person had typed in a terminal: what became of it there, by the marks of its shell. The
     * run never sent it. `exitStatus` null: nobody told it.
     */
    ran: z
      .object({
        startedAt: instantSchema,
        endedAt: instantSchema,
        exitStatus: z.number().int().nullable(),
        /** As in `cell-finished`. */
        outputs: digestSchema,
        /** `CapturedContent`. */
        content: contentRefSchema,
      })
      .optional(),
  }),
  'step-skipped': z.object({ cell, ...reason }),
  'step-marked-done': z.object({ cell, ...reason }),
  interrupted: z.object({ cell: cell.nullable() }),

  check: z.object({
    title: z.string().nullable(),
    cell: cell.nullable(),
    in: z.enum(['shell', 'kernel', 'terminal', 'laptop']),
    found: contentRefSchema,
    result: z.enum(['match', 'mismatch', 'not-checked']),
    /** The command that it was, where it was asked in a terminal that is attached to the run. */
    command: z.object({ terminal: terminalName, command: commandNumber }).optional(),
  }),
  override: z.object({
    what: z.enum(['check', 'gate', 'expectation', 'weakening']),
    cell: cell.nullable(),
    /** The event of the check that a person went over: several may stand before one step. */
    check: seq.optional(),
    ...reason,
  }),

  'gate-opened': z.object({
    cell,
    kind: z.enum(['confirm', 'approve', 'wait', 'condition']),
    /** When it closes by itself: a wait's end, an approval's time limit. */
    until: instantSchema.nullable(),
    /** The request as canonical JSON, for an approval. */
    request: contentRefSchema.nullable(),
    minimum: z.number().int().min(1),
  }),
  'gate-answered': z.object({
    cell,
    verdict: z.enum(['confirmed', 'approved', 'rejected', 'passed', 'cut']),
    approver: z.string().nullable(),
    /** `laptop`: typed here and not signed. `rehearsal`: a confirmation in an approval's place. */
    how: z.enum(['laptop', 'rehearsal', 'import', 'time', 'condition']),
    reason: contentRefSchema.nullable(),
  }),
  'gate-voided': z.object({
    cell,
    why: z.enum(['text', 'tick', 'source', 'parameters', 'rolled-back', 'new-attempt', 'timeout']),
  }),
  ticked: z.object({ cell, item: z.number().int().min(1) }),
  unticked: z.object({ cell, item: z.number().int().min(1) }),

  checkpoint: z.object({
    id: z.string(),
    why: z.enum(['step', 'gate', 'person']),
    cell: cell.nullable(),
    name: contentRefSchema.nullable(),
    /** `CheckpointContent`: the notebook at that moment, its texts by digest. */
    state: contentRefSchema,
  }),
  restored: z.object({ checkpoint: z.string() }),
  /** What is to be undone, in order, each with the cell that does it; null for a step that names none. */
  'roll-back-begun': z.object({ to: cell, steps: z.array(z.object({ cell, by: cell.nullable() })) }),
  /** `by` null: a person said that it is undone, by hand or as it needs nothing; with a reason where it names a cell. */
  'rolled-back': z.object({ cell, by: cell.nullable(), reason: contentRefSchema.optional() }),
  'roll-back-ended': z.object({ how: z.enum(['done', 'stopped']) }),
  /** A failed step is tried again by itself: at most `count` times, `wait` seconds after each failure. */
  'retry-planned': z.object({ cell, count: z.number().int().min(1), wait: z.number().min(0).max(86_400) }),
  'retry-stopped': z.object({ cell }),

  'terminal-attached': z.object({
    terminal: terminalName,
    /** `AttachedContent`: its title, what runs in it and where. */
    content: contentRefSchema,
    columns: z.number().int().positive(),
    rows: z.number().int().positive(),
  }),
  'terminal-command': z.object({
    terminal: terminalName,
    command: commandNumber,
    started: instantSchema,
    /** Null where it did not end while the terminal was attached. */
    ended: instantSchema.nullable(),
    exitStatus: z.number().int().nullable(),
    /** `CommandContent`; null for one that was not recorded. */
    content: contentRefSchema.nullable(),
    /** Why nothing of it was recorded: it began with a space, recording was paused, its text could not be read. */
    notRecorded: z.enum(['space', 'paused', 'unread']).nullable(),
    /** The attempt that it was, where the run sent it: that one is the record of it, and this what the terminal saw. */
    step: z.object({ cell, attempt }).optional(),
    /** What the run asked by it before a step or at a gate: that one is the record of it, as with `step`. */
    asked: z.object({ what: z.enum(['check', 'condition']), cell }).optional(),
    /** Whole texts that are over the limit, shown and raw. */
    output: z.array(z.object({ file: z.string().regex(FULL_OUTPUT_PATH), sha256: digestSchema })),
  }),
  /** `engine`: the engine ended, and its shells with it. */
  'terminal-detached': z.object({
    terminal: terminalName,
    why: z.enum(['person', 'run', 'shell', 'engine']),
  }),
  widget: z.object({ cell, content: contentRefSchema }),
  'secret-used': z.object({ name: z.string(), step: cell }),
  note: z.object({ cell: cell.nullable(), text: contentRefSchema }),

  /** What a known error names was opened beside the run. `target`: its place, as the runbook has it. */
  'hint-followed': z.object({ cell, target: contentRefSchema }),

  gap: z.object({
    from: instantSchema,
    to: instantSchema,
    why: z.enum(['engine', 'suspended', 'output', 'clock', 'torn']),
    cell: cell.nullable(),
  }),
  'kernel-lost': z.object({ session, why: contentRefSchema.nullable() }),
  'kernel-replaced': z.object({ session, kernel: z.string().nullable() }),
  'handed-over': z.object({ to: z.string() }),
  'taken-over': z.object({ from: z.string() }),
  'handed-out': z.object({ section: cell, to: z.string() }),
  gathered: z.object({ section: cell, sha256: digestSchema }),
  'linked-run': z.object({
    run: z.string(),
    relation: z.enum(['parent', 'child', 'again']),
    cell: cell.nullable(),
  }),
  'content-withheld': z.object({ file: z.string(), sha256: digestSchema, ...reason }),
  archived: z.object({ tag: z.string().nullable(), seq }),
  'run-finished': z.object({ status: z.enum(['done', 'aborted']), reason: contentRefSchema.nullable() }),
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type EventDataOf<T extends EventType> = z.infer<(typeof EVENT_DATA)[T]>;

/** One event, as a line of the journal holds it, without the link to the line before. */
export type RunEvent = {
  [T in EventType]: {
    readonly v: 1;
    readonly seq: number;
    readonly at: string;
    readonly actor: Actor;
    readonly type: T;
    readonly data: EventDataOf<T>;
  };
}[EventType];
export type RunEventOf<T extends EventType> = Extract<RunEvent, { readonly type: T }>;

/** What an event says, before it has a number and a time. */
export type NewEvent = { [T in EventType]: { readonly type: T; readonly data: EventDataOf<T> } }[EventType];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_DATA, type);
}
