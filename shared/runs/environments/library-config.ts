import * as z from 'zod';
import { jsonSchema } from '../../rpc/contract';
import { hintSchema } from '../cell-metadata';
import { environmentRefSchema } from '../events';
import { declaredParameterSchema } from '../parameters/declared';

/** The name of the file that makes a folder a library with environments of its own. */
export const LIBRARY_CONFIG_FILE = 'watchbook.json';

const text = z.string().max(2_000);
const argument = z.string().max(4_000);

export const COLOURS = environmentRefSchema.shape.colour.options;
export const GUARDS = environmentRefSchema.shape.guard.options;
export type Colour = (typeof COLOURS)[number];
export type Guard = (typeof GUARDS)[number];

/** A name that can stand in a folder's name and is typed by people at night. */
export const ENVIRONMENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/** What is asked before the first step and before destructive ones, and what has to be answered. */
export const checkSchema = z.object({
  /** Null: the command itself. */
  title: text.nullable(),
  /** An argument list, never a line for a shell. */
  command: z.array(argument).min(1).max(100).readonly(),
  /** `step`: where the step will run. `laptop`: as a process of this machine. */
  in: z.enum(['step', 'laptop']),
  /** The answer without blanks at its ends: is this, contains this, or matches this pattern. */
  expected: z.object({ kind: z.enum(['equals', 'contains', 'matches']), text: argument }),
});
export type Check = z.infer<typeof checkSchema>;

export const environmentSchema = z.object({
  name: z.string().regex(ENVIRONMENT_NAME),
  description: text.nullable(),
  colour: environmentRefSchema.shape.colour,
  guard: environmentRefSchema.shape.guard,
  /** As written, else `confirm` below the first strict environment and `real` from there on; without one, `real`. */
  gates: environmentRefSchema.shape.gates,
  /** Approvals have to be signed. */
  signed: z.boolean(),
  kernel: text.nullable(),
  server: text.nullable(),
  /** Values of parameters here, in the order of the file. For a secret: its name in the vault. */
  values: z.array(z.object({ name: z.string(), value: jsonSchema })).readonly(),
  /** Names of secrets that steps may ask for. */
  secrets: z.array(text).readonly(),
  checks: z.array(checkSchema).readonly(),
});
export type Environment = z.infer<typeof environmentSchema>;

export const personSchema = z.object({
  name: text,
  keys: z
    .array(z.object({ ssh: argument, from: z.string().nullable(), to: z.string().nullable() }))
    .readonly(),
});
export type Person = z.infer<typeof personSchema>;

/** What `watchbook.json` says, read and whole (contract section 4). Plain JSON. */
export const libraryConfigSchema = z.object({
  parameters: z.array(declaredParameterSchema).readonly(),
  /** The order of the file: lower ones first. */
  environments: z.array(environmentSchema).readonly(),
  people: z.array(personSchema).readonly(),
  roles: z.array(z.object({ name: text, people: z.array(text).readonly() })).readonly(),
  hints: z.array(hintSchema).readonly(),
  archive: z
    .object({
      repository: text.nullable(),
      branch: text.nullable(),
      push: z.union([z.boolean(), text]).nullable(),
    })
    .nullable(),
});
export type LibraryConfig = z.infer<typeof libraryConfigSchema>;

/** The one environment of a library without environments of its own. */
export const LOCAL: Environment = {
  name: 'local',
  description: null,
  colour: 'slate',
  guard: 'none',
  gates: 'real',
  signed: false,
  kernel: null,
  server: null,
  values: [],
  secrets: [],
  checks: [],
};

/** What holds without a `watchbook.json`. */
export const PLAIN_LIBRARY: LibraryConfig = {
  parameters: [],
  environments: [LOCAL],
  people: [],
  roles: [],
  hints: [],
  archive: null,
};

/** Something said of the file: a fault keeps it from being used, a note does not. */
export const configFindingSchema = z.object({
  severity: z.enum(['fault', 'note']),
  line: z.number().int(),
  /** Names and numbers down to the value; empty for the file as a whole. */
  path: z.array(z.union([z.string(), z.number()])).readonly(),
  message: z.string(),
});
export type ConfigFinding = z.infer<typeof configFindingSchema>;

/** The environment of this name; null where there is none. Names are told apart as they are written. */
export function environmentNamed(config: LibraryConfig, name: string): Environment | null {
  return config.environments.find((environment) => environment.name === name) ?? null;
}

/** True for a run in which approvals are only confirmed: it shows the runbook at work and proves nothing more. */
export function isRehearsal({ gates }: Pick<Environment, 'gates'>): boolean {
  return gates === 'confirm';
}

/** What a run's record says of the environment it is in. */
export function environmentRef({
  name,
  colour,
  guard,
  gates,
}: Environment): z.infer<typeof environmentRefSchema> {
  return { name, colour, guard, gates };
}
