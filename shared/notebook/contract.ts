import * as z from 'zod';
import {
  defineContract,
  done,
  instantSchema,
  jsonObjectSchema,
  jsonSchema,
  pathSchema,
  request,
} from '../rpc/contract';
import { kernelStatusSchema } from '../kernels/contract';
import { tryConfirmationSchema } from '../runs/try-contract';
import { cellSchema, cellTypeSchema } from './model';
import { operationSchema } from './operation';
import { cellRunSchema, inputRequestSchema, outputViewSchema } from './view';
import { widgetMessageSchema } from './widgets/judge-message';
import { widgetModelSchema } from './widgets/widget-model';
import { MOST_WIDGET_PACKAGES, widgetCodeTextSchema, widgetModuleSchema } from './widgets/widget-code';

const documentId = z.string();
const inDocument = z.object({ document: documentId });

/** Something about a file that a person should know before saving; `place` is a JSON path or a line. */
export const findingSchema = z.object({
  severity: z.enum(['note', 'warning', 'fault']),
  code: z.string(),
  message: z.string(),
  cell: z.number().int().nullable(),
  place: z.string().nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/**
 * The line of cells, however long it is. `first` runs, else it is next; `length` counts it. Numbers of the line up to
 * `passed` have had their turn.
 */
export const queueSchema = z.object({
  first: z.string().nullable(),
  length: z.number().int(),
  passed: z.number().int(),
});

/** How the document stands to its file. */
export const documentStateSchema = z.object({
  document: documentId,
  path: z.string(),
  /** Edits that are not in the file. Results that are not in the file count too, apart. */
  unsavedEdits: z.boolean(),
  unsavedOutputs: z.boolean(),
  editedCells: z.number().int(),
  readOnly: z.string().nullable(),
  /** `changed`: by another program, and edits here wait for a choice. `gone`: the file is not there any more. */
  disk: z.enum(['same', 'changed', 'gone']),
  diskChangedAt: instantSchema.nullable(),
  /** A change on disk that was taken in by itself, until it is saved or taken back. `cells`: how many it touched. */
  merged: z.object({ at: instantSchema, cells: z.number().int() }).nullable(),
  savedAt: instantSchema.nullable(),
  /** What can not be written at this moment, what is kept, and the way out, as sentences; null when all is well. */
  problem: z.string().nullable(),
  /** What the next save changes beside the edits (a 4.0 to 4.4 notebook becomes 4.5), said before it happens. */
  saveNotes: z.array(z.string()),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  kernel: kernelStatusSchema,
  shell: kernelStatusSchema,
  queue: queueSchema,
  /** HTML of outputs not made here may run its own scripts, after a click of a person. */
  liveAllowed: z.boolean(),
  /** Packages whose code may draw their widgets here, after a click of a person. */
  widgetCode: z.array(widgetModuleSchema).readonly(),
});
export type DocumentState = z.infer<typeof documentStateSchema>;

/** A cell as the window gets it: outputs come as bounded views beside it, never in it. */
export const cellViewSchema = cellSchema.omit({ outputs: true });
export type CellView = z.infer<typeof cellViewSchema>;

/** All a window needs to show a document at `version`. */
export const documentSnapshotSchema = z.object({
  document: documentId,
  version: z.number().int(),
  metadata: jsonObjectSchema,
  nbformat: z.number().int(),
  nbformatMinor: z.number().int(),
  cells: z.array(cellViewSchema),
  /** By cell id; cells without outputs are absent, and those whose outputs follow at once as `notebook.outputs`. */
  outputs: z.record(z.string(), z.array(outputViewSchema)),
  /** By cell id; cells never run and without times in the file are absent. */
  runs: z.record(z.string(), cellRunSchema),
  inputs: z.array(inputRequestSchema),
  state: documentStateSchema,
  findings: z.array(findingSchema),
  /** Ids of the last edits that are in it, so that a window knows after a reconnect whether its last one arrived. */
  recentEdits: z.array(z.string()),
  /** True when edits of an earlier session that were never saved were brought back. */
  recovered: z.boolean(),
});
export type DocumentSnapshot = z.infer<typeof documentSnapshotSchema>;

/** One cell of a comparison between here and the file on disk. */
export const cellDifferenceSchema = z.object({
  cell: z.string(),
  title: z.string(),
  side: z.enum(['here', 'disk', 'both']),
  kind: z.enum(['changed', 'added', 'removed', 'moved']),
  type: cellTypeSchema,
  /** Runs in the shell beside the kernel. */
  shell: z.boolean(),
  here: z.string().nullable(),
  disk: z.string().nullable(),
  lines: z.number().int(),
});
export type CellDifference = z.infer<typeof cellDifferenceSchema>;

export const notebookContract = defineContract({
  requests: {
    /** Opens a file, or joins the document that has it open. Runs nothing, starts nothing, loads nothing. */
    'notebook.open': request('client', z.object({ path: pathSchema }), documentSnapshotSchema),
    /** The whole again, after a reconnect. `not-found` when the engine no longer has it open. */
    'notebook.snapshot': request('client', inDocument, documentSnapshotSchema),
    /** This client no longer shows it. `discard` drops unsaved edits for good; without, they stay in the recovery log. */
    'notebook.close': request('client', inDocument.extend({ discard: z.boolean() }), done),

    /**
     * Applies an edit made at `base`. The engine orders edits and rebases over what came between; the result comes as
     * `notebook.applied`, to its author too. `edit` is the author's own id for it; sent twice it is applied once.
     */
    'notebook.edit': request(
      'client',
      inDocument.extend({ base: z.number().int(), edit: z.string(), operation: operationSchema }),
      z.object({ version: z.number().int() }),
    ),
    /** Undoes or redoes the last edit group; answers the cell to show, null when there was nothing to do. */
    'notebook.undo': request('client', inDocument, z.object({ cell: z.string().nullable() })),
    'notebook.redo': request('client', inDocument, z.object({ cell: z.string().nullable() })),

    /**
     * Writes the file, or (with `path`) another one, which becomes the document's. `changed-on-disk` when another
     * program changed it and `overwrite` is not set; `exists` for a new path that is taken; `needs-consent` for
     * nbformat 3 without `convert`.
     */
    'notebook.save': request(
      'client',
      inDocument.extend({
        path: pathSchema.optional(),
        overwrite: z.boolean().optional(),
        convert: z.boolean().optional(),
      }),
      z.object({ path: z.string(), bytes: z.number().int() }),
    ),
    /** What differs between here and the disk, cell by cell. `digest` names the content of the file that was read. */
    'notebook.compare': request(
      'client',
      inDocument,
      z.object({ cells: z.array(cellDifferenceSchema), digest: z.string() }),
    ),
    /**
     * Solves a change on disk cell by cell, as one step of undo. A cell without a choice keeps the side that changed it,
     * and this side where both did. `changed-on-disk` when the file is not the one that was compared any more.
     */
    'notebook.mergeDisk': request(
      'client',
      inDocument.extend({
        digest: z.string(),
        choices: z.array(z.object({ cell: z.string(), take: z.enum(['mine', 'theirs', 'both']) })),
      }),
      done,
    ),
    /** Takes back a change on disk that was taken in by itself; the file counts as changed again. */
    'notebook.unmerge': request('client', inDocument, done),
    /** Solves a change on disk: `mine` keeps this side and lets the next save overwrite; `theirs` loads the file. */
    'notebook.resolve': request('client', inDocument.extend({ take: z.enum(['mine', 'theirs']) }), done),

    /**
     * Adds cells to the queue, in this order; stops at the first failure. Markdown, raw and frozen cells are passed over.
     * `needs-consent` where a person has to say yes first; its message is the question, and nothing was sent.
     */
    'notebook.run': request(
      'client',
      inDocument.extend({
        cells: z.array(z.string()),
        restartFirst: z.boolean().optional(),
        confirmed: tryConfirmationSchema.optional(),
      }),
      done,
    ),
    /** Interrupts what runs and empties the queue. */
    'notebook.interrupt': request('client', inDocument, done),
    'notebook.restart': request('client', inDocument, done),
    'notebook.shutdown': request('client', inDocument, done),
    /** Chooses a kernel for this notebook; never written into the file. */
    'notebook.chooseKernel': request(
      'client',
      inDocument.extend({ kernel: z.string(), remember: z.enum(['notebook', 'library', 'no']) }),
      done,
    ),
    /** Answers a prompt. The value goes to the program and nowhere else. `eof` closes its input. */
    'notebook.input': request(
      'client',
      inDocument.extend({ request: z.string(), value: z.string(), eof: z.boolean().optional() }),
      done,
    ),

    'notebook.complete': request(
      'client',
      inDocument.extend({ cell: z.string(), code: z.string(), cursor: z.number().int() }),
      z.object({
        start: z.number().int(),
        end: z.number().int(),
        matches: z.array(z.object({ text: z.string(), type: z.string().nullable() })),
      }),
    ),
    /** Documentation under the cursor as plain text with colour codes; null when there is none. */
    'notebook.inspect': request(
      'client',
      inDocument.extend({ cell: z.string(), code: z.string(), cursor: z.number().int() }),
      z.object({ text: z.string().nullable() }),
    ),

    /** One MIME value in full, for what a view deferred. */
    'notebook.output': request(
      'client',
      inDocument.extend({ cell: z.string(), key: z.string(), mime: z.string() }),
      z.object({ value: jsonSchema }),
    ),
    /** Lines of a text output in full, from its spool; `from` counts from 0. */
    'notebook.outputLines': request(
      'client',
      inDocument.extend({
        cell: z.string(),
        key: z.string(),
        from: z.number().int().min(0),
        count: z.number().int().min(1).max(5_000),
      }),
      z.object({ lines: z.array(z.string()), total: z.number().int() }),
    ),
    /** Line numbers in a full text output that contain the text, at most 10,000; `more` when there are more. */
    'notebook.outputSearch': request(
      'client',
      inDocument.extend({
        cell: z.string(),
        key: z.string(),
        text: z.string().min(1),
        caseSensitive: z.boolean(),
      }),
      z.object({ lines: z.array(z.number().int()), more: z.boolean() }),
    ),
    /** Writes one output in full to a file the person picked in the system's dialog. */
    'notebook.saveOutput': request(
      'person',
      inDocument.extend({ cell: z.string(), key: z.string(), mime: z.string().nullable(), path: pathSchema }),
      done,
    ),

    /** A picture by relative path from the library or the notebook's folder, at most 20 MB, as a data URL. */
    'notebook.picture': request(
      'client',
      inDocument.extend({ source: pathSchema }),
      z.object({ url: z.string() }),
    ),
    /** A remote picture, after a person clicked on its placeholder. */
    'notebook.remotePicture': request(
      'person',
      inDocument.extend({ url: z.url() }),
      z.object({ url: z.string() }),
    ),
    /**
     * Where a link of a text leads: the whole path of a runbook of the library and its anchor, decoded, empty for none.
     * Looked at only after a click; nothing is opened by it.
     */
    'notebook.followLink': request(
      'client',
      inDocument.extend({ target: z.string().min(1).max(4_096) }),
      z.object({ path: z.string(), anchor: z.string() }),
    ),
    'notebook.allowLive': request('person', inDocument, done),

    /** The models of an output that shows a widget, as `notebook.widget` events under the id that the client gives. */
    'notebook.watchWidget': request(
      'client',
      inDocument.extend({ watch: z.string().min(1).max(60), cell: z.string(), key: z.string() }),
      done,
    ),
    'notebook.unwatchWidget': request('client', inDocument.extend({ watch: z.string() }), done),
    /** What a person did in a widget. `forbidden` for a model that the watched output does not reach. */
    'notebook.sendToWidget': request(
      'person',
      inDocument.extend({ watch: z.string(), model: z.string(), message: widgetMessageSchema }),
      done,
    ),
    /** Looks for packages with widgets in the Jupyter folders of the notebook's kernel; nothing of them is read. */
    'notebook.findWidgetCode': request(
      'client',
      inDocument.extend({ names: z.array(widgetModuleSchema).min(1).max(MOST_WIDGET_PACKAGES) }),
      z.object({
        found: z.array(
          z.object({ name: widgetModuleSchema, version: z.string().nullable(), path: z.string() }),
        ),
        /** The folders that were looked in. */
        looked: z.array(z.string()),
      }),
    ),
    /** A person lets the code of these packages draw in this notebook, until it is closed everywhere. */
    'notebook.allowWidgetCode': request(
      'person',
      inDocument.extend({ names: z.array(widgetModuleSchema).min(1).max(MOST_WIDGET_PACKAGES) }),
      done,
    ),
    /** The code of a package; `forbidden` where nobody let it draw here. */
    'notebook.widgetCode': request(
      'person',
      inDocument.extend({ name: widgetModuleSchema }),
      widgetCodeTextSchema,
    ),
    /** Puts the state of the widgets that are shown into the notebook's metadata; answers how many models it is. */
    'notebook.saveWidgetState': request('client', inDocument, z.object({ models: z.number().int() })),
  },
  events: {
    /** An edit in its final form. `client` and `edit` name its author and the author's id for it. */
    'notebook.applied': z.object({
      document: documentId,
      version: z.number().int(),
      operation: operationSchema,
      client: z.string().nullable(),
      edit: z.string().nullable(),
    }),
    /** The document was replaced as a whole (theirs taken, conversion): ask for a snapshot. */
    'notebook.reset': z.object({ document: documentId, reason: z.string() }),
    /** Bulk. All outputs of a cell from index `from` on are now these. */
    'notebook.outputs': z.object({
      document: documentId,
      cell: z.string(),
      from: z.number().int(),
      outputs: z.array(outputViewSchema),
    }),
    'notebook.runs': z.object({
      document: documentId,
      runs: z.record(z.string(), cellRunSchema),
    }),
    'notebook.state': documentStateSchema,
    /**
     * Bulk. What changed of the models that a watched output reaches: members that are named, or all of a model that is
     * whole; those gone are not reached any more. Not live: its kernel is gone, or never was, and it is to be read only.
     */
    'notebook.widget': z.object({
      document: documentId,
      watch: z.string(),
      root: z.string(),
      isLive: z.boolean(),
      problem: z.string().nullable(),
      models: z.array(widgetModelSchema.extend({ isWhole: z.boolean() })),
      gone: z.array(z.string()),
    }),
    'notebook.inputRequested': z.object({ document: documentId, input: inputRequestSchema }),
    'notebook.inputClosed': z.object({ document: documentId, request: z.string() }),
  },
});
