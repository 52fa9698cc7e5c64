import * as z from 'zod';
import { jsonObjectSchema, jsonSchema } from '../rpc/contract';

export const parameterSourceSchema = z.enum(['default', 'environment', 'last', 'given', 'link']);

/** What a run was started with: the content of `run-started`. */
export const startDetailsSchema = z.object({
  title: z.string(),
  driver: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      value: jsonSchema,
      source: parameterSourceSchema,
      pinned: z.boolean(),
    }),
  ),
  /** Incident, change, release: as typed. */
  links: z.array(z.object({ kind: z.enum(['incident', 'change', 'release']), text: z.string() })),
});
export type StartDetails = z.infer<typeof startDetailsSchema>;

/** What was accepted at the start; each is a deviation in the report. */
export const startNotesSchema = z.object({
  weaker: z.array(z.string()),
  /** Ids of cells that changed or went since the last rehearsal; null where there was none. */
  notRehearsed: z.array(z.string()).nullable(),
});
export type StartNotes = z.infer<typeof startNotesSchema>;

/** The terminal in which an attempt ran, and the one line that was typed there. */
export const attemptTerminalSchema = z.object({
  /** As the engine calls it; it is gone with the engine. */
  id: z.string(),
  title: z.string(),
  /** `shell:zsh`, `ssh:bastion`. */
  profile: z.string(),
  sent: z.string(),
});
export type AttemptTerminal = z.infer<typeof attemptTerminalSchema>;

/** The content of `cell-started`. */
export const sourceContentSchema = z.object({
  source: z.string(),
  ranIn: attemptTerminalSchema.optional(),
});
/** The content of `step-added`. Journals of before have the source alone. */
export const addedContentSchema = sourceContentSchema.omit({ ranIn: true }).extend({
  language: z.enum(['kernel', 'shell']).optional(),
  isDestructive: z.boolean().optional(),
  /** The host of the terminal that it was typed in. */
  host: z.string().optional(),
});
export type AddedContent = z.infer<typeof addedContentSchema>;
export const reasonContentSchema = z.object({ text: z.string(), evidence: z.string().optional() });

/** How one expectation held. */
export const expectationResultSchema = z.object({
  /** As a sentence: `Output contains "rolled out"`. */
  expected: z.string(),
  /** `was 1`, `not found in 38 lines`; null where it holds and there is nothing to add. */
  found: z.string().nullable(),
  holds: z.boolean(),
});
export type ExpectationResult = z.infer<typeof expectationResultSchema>;

/** The content of `cell-finished`. */
export const attemptContentSchema = z.object({
  /** nbformat outputs, long texts cut as in the notebook. */
  outputs: z.array(jsonObjectSchema),
  expectations: z.array(expectationResultSchema),
  /** First met expectation, else the last line of output, else empty. */
  line: z.string(),
  /** Why it failed, where that is not an output. */
  failure: z.string().nullable(),
  ranIn: attemptTerminalSchema.optional(),
  /** A person said how it ended: the terminal told nothing, or its word is not enough here. */
  confirmed: z.object({ by: z.string(), status: z.number().int() }).optional(),
});
export type AttemptContent = z.infer<typeof attemptContentSchema>;

/** What is kept of a command that was made a step: as of an attempt, and where it was typed. */
export const capturedContentSchema = attemptContentSchema.omit({ ranIn: true, confirmed: true }).extend({
  /** The terminal's title. */
  terminal: z.string(),
  directory: z.string().nullable(),
});
export type CapturedContent = z.infer<typeof capturedContentSchema>;

export const checkContentSchema = z.object({
  /** The argument list that was asked. */
  command: z.array(z.string()),
  expected: z.string(),
  found: z.string(),
  why: z.string().nullable(),
});

/** The content of `terminal-attached`. */
export const attachedContentSchema = z.object({
  /** As its tab was named then. */
  title: z.string(),
  /** What it was opened with: `zsh`, the name of an ssh host. */
  profile: z.string(),
  kind: z.enum(['shell', 'ssh', 'command']),
  directory: z.string(),
});
export type AttachedContent = z.infer<typeof attachedContentSchema>;

/** The content of `terminal-command`. */
export const commandContentSchema = z.object({
  command: z.string(),
  directory: z.string().nullable(),
  /** What a terminal would show, with colour codes; of a text over the limit both ends. */
  shown: z.string(),
  /** What the program wrote, with its sequences, in pieces: milliseconds since its start, and the text. */
  raw: z.array(z.tuple([z.number().nonnegative(), z.string()])),
  /** Characters of the raw output that stand nowhere any more, as it was too long. */
  lost: z.number().int().nonnegative(),
  /** Recording was paused while it ran: what it printed then is not in it. */
  paused: z.boolean(),
});
export type CommandContent = z.infer<typeof commandContentSchema>;

/** The content of a checkpoint: the whole notebook as nbformat JSON, by the digest of its bytes under `content/`. */
export const checkpointContentSchema = z.object({
  notebook: z.string(),
  sha256: z.string(),
  parameters: jsonObjectSchema,
});
export type CheckpointContent = z.infer<typeof checkpointContentSchema>;
