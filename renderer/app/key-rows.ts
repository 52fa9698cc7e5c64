import { ACTION_KEYS, type ActionKind } from '../../shared/runs/actions';
import { NOTEBOOK_COMMANDS, type NotebookCommandId } from '../notebook/commands';
import { isMac, keyWords } from '../notebook/key-words';
import { PART_COMMANDS, type PartCommand } from '../notebook/part-commands';
import { SOURCE_KEYS } from '../notebook/source-keys';
import { isRunCommand } from '../runs/run-keys';
import { appCommands, runTitle } from './app-commands';
import { KEY_GROUPS, WINDOW_KEY_GROUPS, type KeyGroup, type KeyRow } from './key-groups';
import type { WindowContext } from './window-context';

/** The lists of keys, by where a person is. */
export const KEY_PARTS = ['notebook', 'run', 'terminal', 'window'] as const;
export type KeyPart = (typeof KEY_PARTS)[number];

type KeysInUse = ReadonlyMap<string, readonly string[]>;

/** Every key that holds, in groups for each part of the window. */
export function keyGroups(
  context: WindowContext,
  keys: KeysInUse,
): Readonly<Record<KeyPart, readonly KeyGroup[]>> {
  const ofWindow = windowRows(context);
  const windowGroup = (title: string): KeyGroup => {
    const ids = WINDOW_KEY_GROUPS.find((group) => group.title === title)?.ids ?? [];
    return { title, rows: ids.flatMap((id) => ofWindow.get(id) ?? []) };
  };
  const grouped = new Set(WINDOW_KEY_GROUPS.flatMap(({ ids }) => ids));
  const others = [...ofWindow.values()].filter(({ id }) => !grouped.has(id));
  return {
    notebook: notebookGroups(keys),
    run: [
      { title: 'What can be done now', rows: barRows(keys) },
      { title: 'Its steps', rows: stepRows(keys) },
      windowGroup('Runs and their record'),
    ],
    terminal: [
      windowGroup('From anywhere'),
      ...terminalGroups(keys),
      { title: 'Text and find', rows: TERMINAL_ROWS },
    ],
    window: [
      windowGroup('Open and begin'),
      windowGroup('Tabs'),
      windowGroup('Places'),
      { title: 'View', rows: [...windowGroup('View').rows, NEXT_REGION, ...others] },
    ],
  };
}

const SOURCE_ROWS: readonly KeyRow[] = SOURCE_KEYS.map(({ id, title, keys }) => ({
  id,
  title,
  keys: keys.map((key) => keyWords(key)),
  isCommand: false,
}));

const HEADINGS: readonly NotebookCommandId[] = [
  'heading-1',
  'heading-2',
  'heading-3',
  'heading-4',
  'heading-5',
  'heading-6',
];

/** The six keys for headings are one line, as long as they are Jupyter's. */
function withOneHeading(rows: readonly KeyRow[]): readonly KeyRow[] {
  const own = rows.filter(({ id, keys }) => keys.length === 1 && id === `heading-${keys[0] ?? ''}`);
  if (own.length !== HEADINGS.length) return rows;
  const one = { id: 'heading-1', title: 'Heading 1 to 6, in a text', keys: ['1 … 6'], isCommand: true };
  return [...rows.filter((row) => !own.includes(row)), one];
}

function notebookGroups(keys: KeysInUse): readonly KeyGroup[] {
  const listed = new Set(KEY_GROUPS.flatMap(({ ids }) => ids));
  const others = NOTEBOOK_COMMANDS.filter(({ id }) => !listed.has(id)).flatMap(({ id }) =>
    notebookRow(keys, id),
  );
  return [
    ...KEY_GROUPS.map(({ title, ids }) => ({
      title,
      rows: withOneHeading([
        ...ids.flatMap((id) => notebookRow(keys, id)),
        ...(title === 'In a source' ? SOURCE_ROWS : []),
        ...(title === 'Find' ? partRows('find', keys) : []),
      ]),
    })),
    { title: 'Compare with the disk', rows: partRows('compare', keys) },
    // What has no key of its own may be given one.
    { title: 'Others', rows: others },
  ];
}

const BY_ID = new Map(NOTEBOOK_COMMANDS.map((command) => [command.id, command]));

function notebookRow(keys: KeysInUse, id: NotebookCommandId): readonly KeyRow[] {
  const command = BY_ID.get(id);
  if (command === undefined) return [];
  const words = [...new Set((keys.get(id) ?? command.keys).map((key) => keyWords(key)))];
  return [{ id, title: command.title, keys: words, isCommand: true }];
}

function partRows(part: PartCommand['when'], keys: KeysInUse): readonly KeyRow[] {
  return PART_COMMANDS.filter(({ when }) => when === part).map((command) => ({
    id: command.id,
    title: command.title,
    keys: (keys.get(command.id) ?? command.keys).map((key) => keyWords(key)),
    isCommand: true,
  }));
}

/** What the bar of a run says of each key; those of `next` and `interrupt` can be changed. */
const BAR_TITLES: readonly (readonly [ActionKind, string])[] = [
  ['retry', 'Retry the step'],
  ['retry-later', 'Retry with wait and count…'],
  ['skip', 'Skip the step…'],
  ['roll-back', 'Roll back…'],
  ['mark-done', 'Mark done by hand…'],
  ['approve', 'Approve or confirm…'],
  ['reject', 'Reject…'],
  ['add-step', 'Add a step…'],
  ['resume', 'Choose where to go on…'],
  ['abort', 'Abort the run…'],
];

function barRows(keys: KeysInUse): readonly KeyRow[] {
  const [next, interrupt] = (['run-and-advance', 'interrupt'] as const).map((id) => inRun(keys, id));
  const fixed = BAR_TITLES.map(([kind, title]): KeyRow => {
    const key = ACTION_KEYS[kind];
    return {
      id: `bar:${kind}`,
      title,
      keys: key === null ? [] : [keyWords(key.replaceAll('+', '-'))],
      isCommand: false,
    };
  });
  return [...(next ?? []), ...fixed, ...(interrupt ?? [])];
}

function stepRows(keys: KeysInUse): readonly KeyRow[] {
  const ofBar: readonly NotebookCommandId[] = ['run', 'run-and-advance', 'interrupt'];
  return NOTEBOOK_COMMANDS.filter(
    ({ id, keys: own }) => own.length > 0 && isRunCommand(id) && !ofBar.includes(id),
  ).flatMap(({ id }) => inRun(keys, id));
}

function inRun(keys: KeysInUse, id: NotebookCommandId): readonly KeyRow[] {
  return notebookRow(keys, id).map((row) => ({ ...row, title: runTitle(id, row.title) }));
}

const ABOUT_COMMANDS = /^terminal-(command|make|copy|run)-/;

function terminalGroups(keys: KeysInUse): readonly KeyGroup[] {
  const rows = partRows('terminal', keys);
  return [
    { title: 'In a terminal', rows: rows.filter(({ id }) => !ABOUT_COMMANDS.test(id)) },
    { title: 'Past commands', rows: rows.filter(({ id }) => ABOUT_COMMANDS.test(id)) },
  ];
}

/** What a terminal takes before the shell does, beside its commands. */
const TERMINAL_ROWS: readonly KeyRow[] = [
  ['Copy what is selected', 'Mod-Shift-C', 'Mod-C'],
  ['Paste', 'Mod-Shift-V', 'Mod-V'],
  ['Find in the terminal', 'Mod-Shift-F', 'Mod-F'],
].map(([title = '', key = '', onMac = '']) => ({
  id: `terminal:${key}`,
  title,
  keys: [keyWords(isMac() ? onMac : key)],
  isCommand: false,
}));

const NEXT_REGION: KeyRow = { id: 'f6', title: 'Next part of the window', keys: ['F6'], isCommand: false };

/** The window's own commands, without those of the pane of terminals, which are there only while it is. */
function windowRows(context: WindowContext): ReadonlyMap<string, KeyRow> {
  const ofTerminal = new Set<string>(PART_COMMANDS.map(({ id }) => id));
  return new Map(
    appCommands(context, null)
      .filter(({ id }) => !ofTerminal.has(id))
      .map(({ id, title, keys }) => [id, { id, title, keys, isCommand: true }]),
  );
}
