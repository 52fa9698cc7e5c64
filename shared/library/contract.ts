import * as z from 'zod';
import { defineContract, done, instantSchema, request } from '../rpc/contract';

export const recentFileSchema = z.object({
  path: z.string(),
  name: z.string(),
  folder: z.string(),
  openedAt: instantSchema,
  exists: z.boolean(),
});
export type RecentFile = z.infer<typeof recentFileSchema>;

export const sampleSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** One line: how many steps, what it needs. */
  summary: z.string(),
  needs: z.enum(['shell', 'python']),
});
export type Sample = z.infer<typeof sampleSchema>;

/** One line of the welcome page's "This machine". */
export const machineFactSchema = z.object({
  name: z.enum(['shell', 'python', 'git']),
  state: z.enum(['ok', 'missing']),
  /** For example `bash 5.2`, `2 found`. */
  value: z.string(),
});
export type MachineFact = z.infer<typeof machineFactSchema>;

export const libraryContract = defineContract({
  requests: {
    'library.recent': request('client', z.object({}), z.object({ files: z.array(recentFileSchema) })),
    'library.forget': request('client', z.object({ path: z.string() }), done),
    'library.samples': request('client', z.object({}), z.object({ samples: z.array(sampleSchema) })),
    /** Copies a sample to the person's documents and answers where it is; never overwrites an earlier copy. */
    'library.copySample': request('client', z.object({ name: z.string() }), z.object({ path: z.string() })),
    /** Makes an empty notebook file; `exists` when there is one. */
    'library.create': request(
      'client',
      z.object({ path: z.string(), language: z.enum(['bash', 'python']) }),
      z.object({ path: z.string() }),
    ),
    'library.machine': request('client', z.object({}), z.object({ facts: z.array(machineFactSchema) })),
  },
  events: { 'library.recentChanged': z.object({}) },
});
