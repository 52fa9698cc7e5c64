import * as z from 'zod';
import { defineContract, done, instantSchema, pathSchema, request } from '../rpc/contract';

/** How a file stands to the last commit. A file that is as it was there, or ignored, has no mark. */
export const gitMarkSchema = z.enum(['modified', 'added', 'untracked', 'conflicted']);
export type GitMark = z.infer<typeof gitMarkSchema>;

const repositoryState = z.object({
  kind: z.literal('state'),
  /** The work tree's root. */
  root: z.string(),
  /** Null where no branch is checked out. */
  branch: z.string().nullable(),
  /** Null before the first commit. */
  commit: z.string().nullable(),
  /** What the branch follows, for example `origin/main`; null where it follows nothing. */
  upstream: z.string().nullable(),
  ahead: z.number().int(),
  behind: z.number().int(),
  /** When somebody last fetched here; null where nobody has since it was cloned. */
  fetchedAt: instantSchema.nullable(),
});

/** What is known of the repository that a place lies in, by what is on this disk alone: nothing is fetched. */
export const gitStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  /** There is one, and it could not be read; `reason` is a sentence. */
  z.object({ kind: z.literal('unreadable'), root: z.string(), reason: z.string() }),
  /** Its own configuration has keys that may start programs: a person is asked before git is run in it. */
  z.object({
    kind: z.literal('asks'),
    root: z.string(),
    settings: z.array(z.object({ key: z.string(), value: z.string() })),
    /** Names these settings, for {@link gitContract} `library.allowGit`. */
    digest: z.string(),
  }),
  repositoryState,
]);
export type GitState = z.infer<typeof gitStateSchema>;
export type RepositoryState = z.infer<typeof repositoryState>;

/** What the window may know of git. Every call of git itself goes through the engine's one module for it. */
export const gitContract = defineContract({
  requests: {
    /** The repository of a file, and how the file itself stands in it. */
    'library.gitState': request(
      'client',
      z.object({ path: pathSchema }),
      z.object({ state: gitStateSchema, mark: gitMarkSchema.nullable() }),
    ),
    /** The repository of a folder of the library, and the marks of all files below that have one. */
    'library.gitMarks': request(
      'client',
      z.object({ folder: pathSchema }),
      z.object({
        state: gitStateSchema,
        marks: z.array(z.object({ path: z.string(), mark: gitMarkSchema })),
      }),
    ),
    /** A person saw the settings that were asked about and wants git to be run with them; asked again when they change. */
    'library.allowGit': request(
      'person',
      z.object({ root: pathSchema, digest: z.string().regex(/^[0-9a-f]{64}$/) }),
      done,
    ),
  },
  events: {
    /** The state of a repository may be another now. */
    'library.gitChanged': z.object({ root: z.string() }),
  },
});
