import * as z from 'zod';
import { defineContract, done, instantSchema, jsonSchema, pathSchema, request } from '../rpc/contract';
import { configFindingSchema, libraryConfigSchema } from './environments/library-config';
import { digestSchema } from './events';

const pathInFile = z
  .array(z.union([z.string().max(4_000), z.number().int().nonnegative()]))
  .min(1)
  .max(32)
  .readonly();

/** One change of a `watchbook.json`, by its place. Comments, and what is not known here, stay. */
export const configEditSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set'), path: pathInFile, value: jsonSchema }),
  z.object({ kind: z.literal('remove'), path: pathInFile }),
  /** Moves an item of a list to another place in it. */
  z.object({
    kind: z.literal('move'),
    path: pathInFile,
    from: z.number().int().nonnegative(),
    to: z.number().int().nonnegative(),
  }),
]);
export type ConfigEdit = z.infer<typeof configEditSchema>;

export const libraryStateSchema = z.object({
  /** The folder, without links. */
  library: z.string(),
  /** Its `watchbook.json`, there or not. */
  file: z.string(),
  exists: z.boolean(),
  /** Of the text as it was read, for a change to name what it is made on; null where there is none. */
  digest: digestSchema.nullable(),
  /** What stands in the file, as far as it can be read: for a form, never to be relied on. */
  raw: jsonSchema.nullable(),
  /** What holds. Null: the file has a fault and no good version of it is known; then no run can be started. */
  config: libraryConfigSchema.nullable(),
  /** Set where `config` is an earlier version, because the file has a fault: when that was read. */
  goodSince: instantSchema.nullable(),
  findings: z.array(configFindingSchema),
  /** What the file would run or reach; a person sees each in full once before. */
  commands: z.array(
    z.object({
      purpose: z.string(),
      command: z.array(z.string()).readonly(),
      digest: digestSchema,
      accepted: z.boolean(),
    }),
  ),
});
export type LibraryState = z.infer<typeof libraryStateSchema>;

/** The environments and parameters of a library: its `watchbook.json`, read, followed and edited. */
export const configContract = defineContract({
  requests: {
    /** `place`: a runbook, or the folder of a library. From then on its changes are told. */
    'runs.config': request('client', z.object({ place: pathSchema }), libraryStateSchema),
    /**
     * Changes the file in place, all edits or none. `digest` names the text they were made on: `conflict` where the
     * file is another by now, and nothing was written. A change that would leave a fault behind is refused
     * (`bad-request`) unless the file has one already.
     */
    'runs.saveConfig': request(
      'client',
      z.object({
        library: pathSchema,
        digest: digestSchema.nullable(),
        edits: z.array(configEditSchema).min(1).max(1_000),
      }),
      libraryStateSchema,
    ),
    /** A person saw these commands in full and lets them be run; each is asked again when it changes. */
    'runs.acceptCommands': request(
      'person',
      z.object({ library: pathSchema, digests: z.array(digestSchema).max(10_000) }),
      done,
    ),
  },
  events: {
    /** A library that this client asked about has other rules now, or other mistakes. */
    'runs.configChanged': libraryStateSchema,
  },
});
