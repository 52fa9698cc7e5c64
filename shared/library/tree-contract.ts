import * as z from 'zod';
import { defineContract, done, pathSchema, request } from '../rpc/contract';

/** A folder of runbooks that a person put into the side bar. */
export const libraryFolderSchema = z.object({
  path: z.string(),
  name: z.string(),
  exists: z.boolean(),
  /** False where changes are not noticed by themselves (too many folders, or no watches left): it is read anew on focus. */
  isFollowed: z.boolean(),
});
export type LibraryFolder = z.infer<typeof libraryFolderSchema>;

/** One line of the tree. Files of other kinds are not shown. */
export const treeEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'runbook', 'markdown', 'settings', 'text']),
});
export type TreeEntry = z.infer<typeof treeEntrySchema>;

/** What a new runbook begins with. */
export const runbookOriginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty'), language: z.enum(['bash', 'python']) }),
  /** The cells of another runbook of the library, without what they printed. */
  z.object({ kind: z.literal('template'), path: pathSchema }),
  /** A Markdown file: fenced shell becomes shell cells. */
  z.object({ kind: z.literal('markdown'), path: pathSchema }),
]);
export type RunbookOrigin = z.infer<typeof runbookOriginSchema>;

const nameSchema = z.string().max(1_024);
const written = z.object({ path: z.string() });

/** The folders of the side bar, what lies in them, and what a person does with the files there. */
export const treeContract = defineContract({
  requests: {
    'library.folders': request('client', z.object({}), z.object({ folders: z.array(libraryFolderSchema) })),
    /** A folder that the person picked in the system's dialog or dropped on the window; nothing in it is run or changed. */
    'library.addFolder': request('person', z.object({ path: pathSchema }), written),
    /** Takes it off the list; on disk it stays as it is. */
    'library.removeFolder': request('person', z.object({ path: pathSchema }), done),
    /** What lies in one folder of the library, folders first. `more`: how many entries were left out. */
    'library.list': request(
      'client',
      z.object({ folder: pathSchema }),
      z.object({ entries: z.array(treeEntrySchema), more: z.number().int() }),
    ),
    /** Every file of the library whose name or folder holds these words, for the filter; bounded. */
    'library.filter': request(
      'client',
      z.object({ text: z.string().max(200) }),
      z.object({ entries: z.array(treeEntrySchema), more: z.boolean() }),
    ),
    /** Makes a runbook in a folder of the library; `exists` when the name is taken. */
    'library.newRunbook': request(
      'person',
      z.object({ folder: pathSchema, name: nameSchema, origin: runbookOriginSchema }),
      written,
    ),
    'library.newFolder': request('person', z.object({ folder: pathSchema, name: nameSchema }), written),
    /** Gives a file or a folder another name where it lies; outputs go along, and what is open stays open. */
    'library.rename': request('person', z.object({ path: pathSchema, name: nameSchema }), written),
    'library.duplicate': request('person', z.object({ path: pathSchema }), written),
    /**
     * Before a file or folder goes to the trash: a copy of it and of its outputs is kept until the window closes.
     * `paths` are what is to go. Refused with `busy` where it is open with edits that are not saved, or something of it runs.
     */
    'library.keepCopy': request(
      'person',
      z.object({ path: pathSchema }),
      z.object({ kept: z.string(), paths: z.array(z.string()) }),
    ),
    /** Puts a kept copy back where it was; `exists` when the name is taken meanwhile. */
    'library.putBack': request('person', z.object({ kept: z.string().max(64) }), written),
  },
  events: {
    'library.foldersChanged': z.object({}),
    /** Something changed in these folders, by whomever. Empty means anywhere. */
    'library.changed': z.object({ folders: z.array(z.string()) }),
  },
});
