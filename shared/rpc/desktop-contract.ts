import * as z from 'zod';
import { copiedCellSchema } from '../notebook/clipboard-cells';
import { defineContract, done, pathSchema, request } from './contract';

/** The pages of a window: each is in one tab at most. */
export const PAGE_KINDS = ['welcome', 'kernels', 'settings', 'search', 'runs', 'environments'] as const;
export type PageKind = (typeof PAGE_KINDS)[number];

/** The views of a run in its tab. */
export const RUN_PAGES = ['notebook', 'timeline', 'checkpoints', 'report', 'reading'] as const;
export type RunPage = (typeof RUN_PAGES)[number];

/** What a tab showed, for the next start. */
export const rememberedTabSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('page'),
    page: z.enum(PAGE_KINDS),
    /** What the page was about: the place of the environments, the words of the search; null for nothing of its own. */
    about: z.string().max(4_096).nullable(),
    isSecond: z.boolean(),
  }),
  z.object({
    kind: z.literal('document'),
    path: pathSchema,
    /** The view of a run; null for a runbook. */
    view: z.enum(RUN_PAGES).nullable(),
    isSecond: z.boolean(),
  }),
  /** A text file of the library. */
  z.object({ kind: z.literal('text'), path: pathSchema, isSecond: z.boolean() }),
]);
export type RememberedTab = z.infer<typeof rememberedTabSchema>;

/** The most tabs that a window remembers. */
export const MOST_TABS = 200;

/** How a window is arranged, with its tabs; the desktop keeps it for the next start. */
export const windowLayoutSchema = z.object({
  /** In points. */
  sideWidth: z.number().int().min(100).max(2_000),
  isSideOpen: z.boolean(),
  /** The folders of the tree that are open. */
  expanded: z.array(pathSchema).max(500),
  /** In the order of the strips. */
  tabs: z.array(rememberedTabSchema).max(MOST_TABS).default([]),
  /** The tab with the keys, by its place in `tabs`. */
  active: z.number().int().nullable().default(null),
  /** The tab that the other half shows, by its place in `tabs`; null where there is one half. */
  beside: z.number().int().nullable().default(null),
  /** Share of the first of two halves side by side. */
  splitShare: z.number().min(0.1).max(0.9).default(0.5),
  /** The pane of terminals, below the document or beside it; its height or width in points. */
  terminal: z
    .object({
      isOpen: z.boolean(),
      size: z.number().int().min(100).max(4_000),
      place: z.enum(['bottom', 'side']),
      /** The terminal with the keys. */
      active: z.string().max(100).nullable().default(null),
      /** Terminals that one tab shows side by side, each with its share of the room. */
      splits: z
        .array(
          z
            .array(z.object({ terminal: z.string().max(100), share: z.number().min(0).max(1) }))
            .min(2)
            .max(4),
        )
        .max(60)
        .default([]),
      /** The terminal that was chosen last for what a document sends, the newest at the end. */
      sentTo: z
        .array(z.object({ document: pathSchema, terminal: z.string().max(100) }))
        .max(100)
        .default([]),
    })
    .default({ isOpen: false, size: 280, place: 'bottom', active: null, splits: [], sentTo: [] }),
});
export type WindowLayout = z.infer<typeof windowLayoutSchema>;

/** What a window asks of the desktop (the Electron main process), which alone may show system dialogs and windows. */
export const desktopContract = defineContract({
  requests: {
    /** The system's open dialog for notebooks; null when cancelled. */
    'desktop.openNotebook': request('person', z.object({}), z.object({ path: z.string().nullable() })),
    /** The system's dialog for a folder, which may then become one of the library; null when cancelled. */
    'desktop.openFolder': request('person', z.object({}), z.object({ path: z.string().nullable() })),
    /** The system's open dialog for a Markdown file; null when cancelled. */
    'desktop.openMarkdown': request('person', z.object({}), z.object({ path: z.string().nullable() })),
    /** Moves files of the library to the system's trash; `forbidden` for any other place. */
    'desktop.trash': request('person', z.object({ paths: z.array(pathSchema).min(1).max(2) }), done),
    /** The system's save dialog; null when cancelled. `isNew`: for a runbook that is about to be made. */
    'desktop.saveAs': request(
      'person',
      z.object({
        suggested: pathSchema,
        kind: z.enum(['notebook', 'text', 'picture', 'any']),
        isNew: z.boolean().optional(),
      }),
      z.object({ path: z.string().nullable() }),
    ),
    /** Writes text, or a page of HTML as PDF, to a place that was picked in the save dialog. */
    'desktop.writeExport': request(
      'person',
      z.object({ path: pathSchema, form: z.enum(['text', 'pdf']), content: z.string() }),
      done,
    ),
    /** Prints a page of HTML by the system's dialog; nothing in it runs or loads. */
    'desktop.print': request('person', z.object({ content: z.string() }), done),
    /** http, https and mailto only, after a click in our own interface; others are refused with `forbidden`. */
    'desktop.openLink': request('person', z.object({ url: z.string().max(65_536) }), done),
    /** Opens another window, empty. */
    'desktop.newWindow': request('person', z.object({}), done),
    /** Opens the settings file in the person's editor for it; shows it in its folder where there is none. */
    'desktop.openSettingsFile': request('person', z.object({}), done),
    'desktop.revealFile': request('person', z.object({ path: pathSchema }), done),
    'desktop.window': request(
      'person',
      z.object({ action: z.enum(['minimize', 'maximize', 'close']) }),
      done,
    ),
    /** Tells the desktop what this window shows, for its title, restoring, and the question at closing. */
    'desktop.showing': request(
      'person',
      z.object({
        title: z.string(),
        documents: z.array(z.string()),
        active: z.string().nullable(),
        unsaved: z.number().int(),
        /** Terminals whose shell has not ended: what one of them does is asked of the engine when it matters. */
        terminals: z.number().int().default(0),
        layout: windowLayoutSchema,
      }),
      done,
    ),
    /** Answers `desktop.closing`. */
    'desktop.closeAnswer': request('person', z.object({ close: z.boolean() }), done),
    /** Tells a cell's news by the system, where no window with the file is in front. Words alone, no output. */
    'desktop.notify': request(
      'person',
      z.object({
        title: z.string().max(200),
        body: z.string().max(1_000),
        path: pathSchema,
        cell: z.string().max(200),
      }),
      z.object({ shown: z.boolean() }),
    ),
    /** Asks the system to confirm that the person of this account is there; `none` where it can not be asked. */
    'desktop.confirmPerson': request(
      'person',
      z.object({ reason: z.string().min(1).max(300) }),
      z.object({ answer: z.enum(['confirmed', 'refused', 'none']) }),
    ),
    /** Whether a cell of this window runs, so that the machine stays awake. */
    'desktop.running': request('person', z.object({ running: z.boolean() }), done),
    /** How large the window shows everything, in percent. */
    'desktop.zoom': request('person', z.object({ percent: z.number().int().min(50).max(200) }), done),
    /** Text only: pictures go by the page's own clipboard, which takes no other kinds. */
    'desktop.writeClipboard': request('person', z.object({ text: z.string() }), done),
    /**
     * Pastes into what has the focus, as the system's own key does: the page gets the text by its paste event, and has no
     * other way to read it. `forbidden` but right after a person's press in this window.
     */
    'desktop.paste': request('person', z.object({}), done),
    /** Puts cells on the system's clipboard, with their sources as plain text for other programs. */
    'desktop.copyCells': request('person', z.object({ cells: z.array(copiedCellSchema).min(1) }), done),
    /** The cells on the system's clipboard, ours or Jupyter's; null where it holds none. Nothing else of it is told. */
    'desktop.copiedCells': request(
      'person',
      z.object({}),
      z.object({ cells: z.array(copiedCellSchema).nullable() }),
    ),
    'desktop.about': request(
      'person',
      z.object({}),
      z.object({
        version: z.string(),
        platform: z.enum(['linux', 'darwin', 'win32']),
        frame: z.string(),
        development: z.boolean(),
      }),
    ),
  },
  events: {
    /** A file to open: from the command line, a second start, or the file manager. */
    'desktop.open': z.object({ path: z.string() }),
    /** A link to a runbook, from elsewhere. It was checked, and can still name what is not here. */
    'desktop.openRunbook': z.object({
      library: z.string(),
      runbook: z.string(),
      cell: z.string().nullable(),
      /** What it fills into the start dialog. */
      start: z
        .object({
          environment: z.string().nullable(),
          commit: z.string().nullable(),
          parameters: z.array(z.object({ name: z.string(), value: z.string() })),
          link: z.string().nullable(),
        })
        .optional(),
    }),
    /** A link that was refused; `reason` ends the sentence “The link was not opened: …”. */
    'desktop.linkRefused': z.object({ reason: z.string() }),
    /** A folder was dropped on the window, or named on the command line: the person is asked whether it becomes one of the library. */
    'desktop.folderDropped': z.object({ path: z.string() }),
    /** The person wants to close the window while something is unsaved, or the last one while terminals are open. */
    'desktop.closing': z.object({ isLast: z.boolean() }),
    'desktop.windowState': z.object({
      maximized: z.boolean(),
      focused: z.boolean(),
      fullScreen: z.boolean(),
    }),
    /** The machine slept, and goes on. */
    'desktop.awoke': z.object({}),
    /** A command of the application menu, by its id. */
    'desktop.command': z.object({ command: z.string() }),
    'desktop.restore': z.object({
      documents: z.array(z.string()),
      active: z.string().nullable(),
      layout: windowLayoutSchema.nullable(),
    }),
    /** A notification was clicked: show this cell. */
    'desktop.goTo': z.object({ path: z.string(), cell: z.string() }),
  },
});
