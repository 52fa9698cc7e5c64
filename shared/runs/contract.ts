import * as z from 'zod';
import { kernelStatusSchema } from '../kernels/contract';
import { cellDifferenceSchema } from '../notebook/contract';
import { defineContract, done, instantSchema, jsonSchema, pathSchema, request } from '../rpc/contract';
import { parameterSourceSchema, startDetailsSchema } from './content';
import { contentRefSchema, environmentRefSchema, type RunEvent } from './events';
import type { Run } from './model';

/** A run by its folder, as an absolute path. */
const inRun = z.object({ run: pathSchema });
const cell = z.string().min(1).max(64);
const words = z.string().max(100_000);
/** What a step needs to know that runs in a terminal of the person's. */
const inTerminal = {
  /** The one that is meant; absent: the one of before, or the only one. */
  terminal: z.string().max(100).optional(),
  /** It is sent although its shell does not mark its commands: then a person says how it ended. */
  unmarked: z.boolean().optional(),
};

/** The whole of what was reduced; its shape is that of the type, made by the engine alone. */
const reducedSchema = z.custom<Run>((value) => typeof value === 'object' && value !== null);
const eventSchema = z.custom<RunEvent>((value) => typeof value === 'object' && value !== null);

/** What is tried at the start, side by side; none blocks what does not need it. */
export const startTrialSchema = z.object({
  id: z.string(),
  /** `Python 3 kernel`, `Check: kubectl context`. */
  title: z.string(),
  state: z.enum(['trying', 'good', 'failed', 'not-checked', 'overridden']),
  since: instantSchema,
  /** Seconds after which it is given up. */
  limit: z.number(),
  /** What was found, or why it failed; a text of programs, to be shown in quotes. */
  found: z.string().nullable(),
  /** Ways out that make sense now. */
  ways: z.array(z.enum(['retry', 'other-kernel', 'override'])),
});
export type StartTrial = z.infer<typeof startTrialSchema>;

/** What of a run is true now and is in no journal: it ends with the engine. */
export const runLiveSchema = z.object({
  kernel: kernelStatusSchema,
  shell: kernelStatusSchema,
  /** Cells sent or in line. */
  queue: z.array(cell),
  trials: z.array(startTrialSchema),
  /** A wait or condition that runs: what it was last told, for its line. */
  waits: z.array(z.object({ cell, until: instantSchema.nullable(), said: z.string().nullable() })),
  /** A retry of the journal whose time is waited for here. One whose time went by without an engine is not. */
  retry: z.object({ cell, at: instantSchema, left: z.number().int() }).nullable(),
  /** Hints that fit the failed step. */
  hints: z.array(
    z.object({
      say: z.string().nullable(),
      open: z.string().nullable(),
      retry: z.object({ count: z.number(), wait: z.number() }).nullable(),
    }),
  ),
  /** A new commit or changed files of the library since the start, to be seen before the next step. */
  libraryChanged: z.object({ commit: z.string().nullable(), files: z.number().int() }).nullable(),
  /** The terminals that a person chose for steps that are bound to one, by profile. */
  terminals: z.record(z.string(), z.string()),
  /**
   * A step in a terminal waits for a person to say how it ended. `status`: what the shell told, where its word is not
   * enough; null where it told nothing.
   */
  unconfirmed: z.object({ cell, status: z.number().int().nullable(), since: instantSchema }).nullable(),
  /** Nothing can be recorded at this moment, and so nothing is run: what happened and the way out. */
  problem: z.string().nullable(),
});
export type RunLive = z.infer<typeof runLiveSchema>;

export const runSummarySchema = z.object({
  run: z.string(),
  /** The six characters at the end of its folder's name. */
  short: z.string(),
  title: z.string(),
  runbook: z.string(),
  library: z.string(),
  environment: environmentRefSchema,
  driver: z.string(),
  startedAt: instantSchema,
  lastAt: instantSchema,
  state: z.enum(['ready', 'running', 'failed', 'waiting', 'done', 'aborted', 'broken']),
  /** Number and title of the step it stands at. */
  step: z.object({ number: z.number().int().nullable(), title: z.string() }).nullable(),
  steps: z.object({ done: z.number().int(), of: z.number().int() }),
  deviations: z.number().int(),
  /** Why it can not be trusted or read, as a sentence. */
  fault: z.string().nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A runbook that is not what was run the last time. */
export const changedRunbookSchema = z.object({
  path: pathSchema,
  /** Cells whose text is another one by now, or that are gone. */
  changed: z.number().int().positive(),
  last: runSummarySchema,
  /** When its last rehearsal ended or stood still; null where it was never rehearsed. */
  rehearsedAt: instantSchema.nullable(),
});
export type ChangedRunbook = z.infer<typeof changedRunbookSchema>;

export const runViewSchema = z.object({
  run: z.string(),
  short: z.string(),
  /** `run.ipynb`, opened as any document; the plan is made from its cells (`plan.ts`). */
  document: pathSchema,
  library: z.string(),
  /** The template's absolute path; null where it is gone. */
  runbook: z.string().nullable(),
  details: startDetailsSchema,
  reduced: reducedSchema,
  live: runLiveSchema,
  /** Null: this client may drive. Else why not, as a sentence. */
  readOnly: z.string().nullable(),
  /** It was not started here, is whole, and a person may take it over. */
  mayTakeOver: z.boolean(),
  /** Seconds a step usually takes, from earlier runs, by cell; and how many runs that was. */
  estimates: z.object({ runs: z.number().int(), seconds: z.record(z.string(), z.number()) }),
  /** What opening found: a torn line that was cut, a broken chain and its place. */
  findings: z.array(z.object({ severity: z.enum(['note', 'fault']), message: z.string() })),
});
export type RunView = z.infer<typeof runViewSchema>;

/**
 * What the driver does. `typed` is what was typed where a guard asks for it. Cells of a plan are named by id.
 * An action that does not fit the state any more is refused with `conflict`, and nothing happened.
 */
export const runActionSchema = z.discriminatedUnion('kind', [
  /** Runs the step the run stands at. */
  z.object({ kind: z.literal('next'), cell, typed: words.optional(), ...inTerminal }),
  /** Runs a done step again, or one of another place; later done ones are marked "before the re-run". */
  z.object({ kind: z.literal('rerun'), cell, typed: words.optional(), ...inTerminal }),
  z.object({ kind: z.literal('retry'), cell, typed: words.optional(), ...inTerminal }),
  /** Tries again by itself: `count` times with `wait` seconds between. Never in a strict environment. */
  z.object({
    kind: z.literal('retry-later'),
    cell,
    count: z.number().int().min(1).max(1_000),
    wait: z.number().min(0).max(86_400),
  }),
  z.object({ kind: z.literal('stop-retry') }),
  z.object({ kind: z.literal('skip'), cell, reason: words }),
  z.object({ kind: z.literal('mark-done'), cell, reason: words, evidence: words.optional() }),
  z.object({ kind: z.literal('interrupt') }),
  z.object({ kind: z.literal('abort'), reason: words }),
  /** Begins rolling back to before `to`; then each rollback step is one `roll-back-next`. */
  z.object({ kind: z.literal('roll-back'), to: cell }),
  z.object({ kind: z.literal('roll-back-next'), cell, typed: words.optional(), ...inTerminal }),
  /** In place of the cell that undoes the next step: a person undid it. */
  z.object({ kind: z.literal('roll-back-by-hand'), cell, reason: words }),
  z.object({ kind: z.literal('roll-back-stop') }),
  /** The source that the next attempt sends, in place of the one that was sent. */
  z.object({ kind: z.literal('adjust'), cell, source: words }),
  /** Adds a step where the run stands, or later: behind a cell, null for the very first place. */
  z.object({
    kind: z.literal('add-step'),
    after: cell.nullable(),
    language: z.enum(['kernel', 'shell']),
    source: words,
    isDestructive: z.boolean().optional(),
    /**
     * It is a command that was typed in a terminal, which is recorded with what came of it there; its source is then
     * that of the command. `confirmed`: in a strict environment a person takes the shell's word for its end.
     */
    ran: z
      .object({
        terminal: z.string().max(100),
        command: z.number().int().min(1),
        confirmed: z.boolean().optional(),
      })
      .optional(),
  }),
  /** Opens beside the run what a known error names; it is recorded. */
  z.object({ kind: z.literal('follow-hint'), cell, open: words }),
  z.object({ kind: z.literal('tick'), cell, item: z.number().int().min(1), on: z.boolean() }),
  z.object({ kind: z.literal('cut-wait'), cell, reason: words }),
  z.object({ kind: z.literal('note'), cell: cell.nullable(), text: words }),
  z.object({ kind: z.literal('checkpoint'), name: words.nullable() }),
  /** `restart`: with fresh sessions, in which everything up to there is run first, as far as it may run by itself. */
  z.object({ kind: z.literal('restore'), checkpoint: z.string(), restart: z.boolean().optional() }),
  /**
   * Chooses where to go on after a session was lost or a checkpoint restored. `rerunAbove`: everything before first.
   * `again`: of the steps before it, those that are run again first, as what they had left is needed.
   */
  z.object({
    kind: z.literal('resume'),
    from: cell,
    rerunAbove: z.boolean(),
    again: z.array(cell).max(10_000).optional(),
  }),
  /** Goes on with what was to be run again by itself, after it stopped or its engine was lost. */
  z.object({ kind: z.literal('run-on') }),
  z.object({ kind: z.literal('try-again'), trial: z.string() }),
  z.object({ kind: z.literal('choose-kernel'), kernel: z.string() }),
  z.object({ kind: z.literal('see-library-change') }),
]);
export type RunAction = z.infer<typeof runActionSchema>;

/** What only a person may answer (contract section 5). */
export const runAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('confirm'), cell }),
  z.object({ kind: z.literal('approve'), cell, approver: words, reason: words.optional() }),
  z.object({ kind: z.literal('reject'), cell, approver: words, reason: words }),
  z.object({ kind: z.literal('override'), trial: z.string(), reason: words }),
  /** How a step in a terminal ended that waits for a person's word. */
  z.object({ kind: z.literal('ended'), cell, status: z.number().int().min(0).max(255) }),
]);
export type RunAnswer = z.infer<typeof runAnswerSchema>;

export const startRequestSchema = z.object({
  runbook: pathSchema,
  environment: z.string(),
  parameters: z.array(z.object({ name: z.string(), value: jsonSchema, source: parameterSourceSchema })),
  /** Who drives; null for git's `user.name` as it holds there, else the account's name. */
  driver: words.nullable(),
  title: words,
  links: startDetailsSchema.shape.links,
  /** What was typed: the name of a strict environment. */
  typed: words.optional(),
  /** A person said yes to the environment, where its guard asks once at the start. */
  confirmed: z.boolean().optional(),
  /** What is weaker than last time was accepted by typing the name. */
  acceptedWeaker: z.boolean().optional(),
  /** A command's own variables, which its kernels get in place of the login shell's; of a command only. */
  variables: z.record(z.string(), z.string()).optional(),
  /** A run that this one was started from, and the step there. */
  parent: z
    .object({ run: pathSchema, cell: cell.nullable(), relation: z.enum(['parent', 'again']) })
    .optional(),
});
export type StartRequest = z.infer<typeof startRequestSchema>;
/** A start of which it is known who drives. */
export type NamedStartRequest = StartRequest & { readonly driver: string };

/** What the start dialog shows beside the form (issue 5). */
export const startFactsSchema = z.object({
  library: z.string(),
  runbook: z.string(),
  title: z.string(),
  driver: z.string(),
  unsavedEdits: z.boolean(),
  commit: z.string().nullable(),
  /** How many commits the library is behind its remote as last fetched; null where there is no remote. */
  behind: z.number().int().nullable(),
  lastRehearsal: z
    .object({
      at: instantSchema,
      by: z.string(),
      environment: z.string(),
      state: z.string(),
      /** Cells whose text is another one by now, or that are gone. */
      changed: z.array(cell),
    })
    .nullable(),
  lastRun: z
    .object({ at: instantSchema, by: z.string(), environment: z.string(), state: z.string() })
    .nullable(),
  /** By environment: what is weaker than last time, as sentences. */
  weaker: z.record(z.string(), z.array(z.string())),
  lastValues: z.record(z.string(), jsonSchema),
  lastEnvironment: z.string().nullable(),
});
export type StartFacts = z.infer<typeof startFactsSchema>;

/** Runs: started, driven, listed and read. Everything a run is made of comes from its folder and its one journal. */
export const runsContract = defineContract({
  requests: {
    'runs.facts': request('client', z.object({ runbook: pathSchema }), startFactsSchema),
    /** Makes the run folder and starts what can be tried. Answers the run's folder. */
    'runs.start': request('client', startRequestSchema, inRun),
    /** Opens a run and follows it: `runs.events` and `runs.live` come from now on. */
    'runs.open': request(
      'client',
      inRun.extend({ variables: startRequestSchema.shape.variables }),
      runViewSchema,
    ),
    /** Takes a run over that was not started here: from now on it is this profile's. Open it again to see it so. */
    'runs.takeOver': request(
      'person',
      inRun.extend({ driver: startRequestSchema.shape.driver }),
      z.object({ driver: z.string() }),
    ),
    /**
     * Where a known error leads: the whole path of a runbook of the run's library, after all links are resolved.
     * Looked at only after a click; nothing is opened by it.
     */
    'runs.followHint': request(
      'client',
      inRun.extend({ target: z.string().min(1).max(4_096) }),
      z.object({ path: z.string() }),
    ),
    'runs.leave': request('client', inRun, done),
    'runs.act': request('client', inRun.extend({ action: runActionSchema }), done),
    'runs.answer': request('person', inRun.extend({ answer: runAnswerSchema }), done),
    /** Content files by name, as JSON values without their salt; null for one that was withheld or is missing. */
    'runs.content': request(
      'client',
      inRun.extend({ files: z.array(contentRefSchema).max(1_000) }),
      z.object({ values: z.array(jsonSchema) }),
    ),
    /**
     * What of the runbook's cells and of the parameters differs between a checkpoint and now; in a cell, `disk` is what
     * stood there then. Outputs are in the attempts. `conflict` where its content is missing or was changed.
     */
    'runs.compareCheckpoint': request(
      'client',
      inRun.extend({ checkpoint: z.string() }),
      z.object({
        cells: z.array(cellDifferenceSchema),
        parameters: z.array(
          z.object({ name: z.string(), before: jsonSchema.nullable(), now: jsonSchema.nullable() }),
        ),
      }),
    ),
    /** Events from a number on, for the timeline; at most 5,000. */
    'runs.events': request(
      'client',
      inRun.extend({ from: z.number().int().nonnegative() }),
      z.object({ events: z.array(eventSchema), isLast: z.boolean() }),
    ),
    /** `report.md` as it would be written now. */
    'runs.report': request('client', inRun, z.object({ markdown: z.string() })),
    'runs.list': request(
      'client',
      z.object({ library: pathSchema.nullable() }),
      z.object({ runs: z.array(runSummarySchema) }),
    ),
    /** Runbooks that were changed since they were last run, the last run first. */
    'runs.changed': request('client', z.object({}), z.object({ runbooks: z.array(changedRunbookSchema) })),
  },
  events: {
    /** Events that were just synced, in order; the first one follows the last that this client knows. */
    'runs.appended': z.object({ run: z.string(), events: z.array(eventSchema) }),
    'runs.live': z.object({ run: z.string(), live: runLiveSchema }),
    /** Somebody took the wheel or let it go: whether this client may drive now, as in its view. */
    'runs.driving': z.object({ run: z.string(), readOnly: z.string().nullable() }),
    /** Some run of a library began, ended or changed its state. */
    'runs.listChanged': z.object({}),
  },
});
