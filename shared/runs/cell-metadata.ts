import * as z from 'zod';
import { isJsonObject } from '../notebook/notebook-values';
import type { Cell } from '../notebook/model';
import type { Json, JsonObject } from '../rpc/contract';

/** Seconds, as everywhere in files. */
const seconds = z.number().nonnegative().max(31_536_000);
const text = z.string().max(20_000);

/** What blocks what follows until it is answered, or until its time or condition has come. Only on a markdown cell. */
export const gateSchema = z.object({
  kind: z.enum(['confirm', 'approve', 'wait', 'condition']),
  /** Names of people or roles of `watchbook.json`. */
  by: z.array(text).max(1_000).optional(),
  /** How many have to approve. */
  minimum: z.number().int().min(1).max(100).optional(),
  /** May the driver approve. Default no. */
  selfApprove: z.boolean().optional(),
  signed: z.boolean().optional(),
  /** An approval opened for longer than this is asked for anew. */
  timeout: seconds.optional(),
  /** A wait's end: an instant with zone, or a time of the day here (`03:10`). */
  until: text.optional(),
  /** A wait's length. */
  duration: seconds.optional(),
  /** A condition's command as an argument list, asked again and again where the step would run. */
  command: z.array(text).min(1).max(1_000).optional(),
  /** What the condition's command has to answer. */
  expect: z.lazy(() => expectSchema).optional(),
});
export type Gate = z.infer<typeof gateSchema>;

/** What a step has to show to be green. Every member that is there must hold. */
export const expectSchema = z.object({
  exitStatus: z.number().int().optional(),
  contains: text.optional(),
  notContains: text.optional(),
  /** A regular expression, run with a time limit. */
  matches: text.optional(),
  /** The first group of `pattern` (or its whole match) as a number within limits. */
  number: z.object({ pattern: text, min: z.number().optional(), max: z.number().optional() }).optional(),
});
export type Expect = z.infer<typeof expectSchema>;

export const retrySchema = z.object({ count: z.number().int().min(1).max(1_000), wait: seconds });
export type Retry = z.infer<typeof retrySchema>;

/** A known error: a pattern in a failed step's output, and what helps. */
export const hintSchema = z.object({
  matches: text,
  say: text.optional(),
  /** A runbook or a section of one: `<path#anchor>`, inside the library. */
  open: text.optional(),
  retry: retrySchema.optional(),
});
export type Hint = z.infer<typeof hintSchema>;

export const checklistSchema = z.object({
  /** Items that have to be ticked, counted from 1. */
  required: z.array(z.number().int().min(1)).max(10_000),
});
export type Checklist = z.infer<typeof checklistSchema>;

// The contract's name; what is read here is data and never awaited.
// oxlint-disable-next-line unicorn/no-thenable
export const limitSchema = z.object({ seconds: seconds.positive(), then: z.enum(['warn', 'interrupt']) });
export type Limit = z.infer<typeof limitSchema>;

const terminalSchema = z.union([z.object({ shell: text }), z.object({ host: text })]);

/** Each member of a cell's `metadata.watchbook` that the contract (section 4) names, by its schema. */
const CELL_MEMBERS = {
  gate: gateSchema,
  checklist: checklistSchema,
  expect: expectSchema,
  hints: z.array(hintSchema).max(1_000),
  edits: text,
  limit: limitSchema,
  rollbackOf: z.string().min(1).max(64),
  retry: retrySchema,
  secrets: z.array(text).max(1_000),
  terminal: terminalSchema,
  title: text,
  note: text,
} as const;

export type CellMemberName = keyof typeof CELL_MEMBERS;
export type CellMembers = { readonly [K in CellMemberName]?: z.infer<(typeof CELL_MEMBERS)[K]> };

/** A member that is there and is not what the contract says; it counts as absent. */
export interface MemberFault {
  readonly member: CellMemberName;
  readonly reason: string;
}

const cache = new WeakMap<
  JsonObject,
  { readonly members: CellMembers; readonly faults: readonly MemberFault[] }
>();

/**
 * What a cell says of itself to Watchbook, each member read by itself: one that is wrong is named and left out, as
 * files come from anywhere. The answer for one metadata object is always the same object.
 */
export function readCellMembers({ metadata }: Pick<Cell, 'metadata'>): {
  readonly members: CellMembers;
  readonly faults: readonly MemberFault[];
} {
  const known = cache.get(metadata);
  if (known !== undefined) return known;
  const own: Json | undefined = Object.hasOwn(metadata, 'watchbook') ? metadata['watchbook'] : undefined;
  const members: Record<string, unknown> = {};
  const faults: MemberFault[] = [];
  for (const member of Object.keys(CELL_MEMBERS) as CellMemberName[]) {
    if (!isJsonObject(own) || !Object.hasOwn(own, member)) continue;
    const parsed = CELL_MEMBERS[member].safeParse(own[member]);
    if (parsed.success) members[member] = parsed.data;
    else faults.push({ member, reason: z.prettifyError(parsed.error) });
  }
  const answer = { members: members as CellMembers, faults };
  cache.set(metadata, answer);
  return answer;
}

/** As {@link readCellMembers}, for who needs the good ones only. */
export function cellMembers(cell: Pick<Cell, 'metadata'>): CellMembers {
  return readCellMembers(cell).members;
}
