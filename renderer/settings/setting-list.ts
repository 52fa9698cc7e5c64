import type { Settings } from '../../shared/settings/contract';

type KeysOf<T> = { [K in keyof Settings]: Settings[K] extends T ? K : never }[keyof Settings];

interface Words {
  readonly section: SectionId;
  /** The heading it stands under. */
  readonly group: string;
  readonly title: string;
  /** What it does, in one line. */
  readonly word: string;
  /** What people may type to find it beside the words above. */
  readonly also?: string;
}

/** One choice of a setting whose value is a word. */
type Choices<K extends keyof Settings> = readonly { readonly value: Settings[K]; readonly title: string }[];

type ChoiceKey = Exclude<KeysOf<string>, 'terminalFont'>;

/** A setting as the page shows it. */
export type SettingEntry = Words &
  (
    | { readonly control: 'switch'; readonly key: KeysOf<boolean> }
    | {
        [K in ChoiceKey]: { readonly control: 'choice'; readonly key: K; readonly choices: Choices<K> };
      }[ChoiceKey]
    | {
        readonly control: 'number';
        readonly key: KeysOf<number>;
        readonly least: number;
        readonly most?: number;
        readonly unit: string;
        /** How much of the setting one of the unit is; 1 where it is not given. */
        readonly scale?: number;
      }
    | { readonly control: 'lines'; readonly key: KeysOf<string[]> }
    | {
        readonly control: 'text';
        readonly key: 'terminalFont';
        readonly most: number;
        /** What holds where it is empty. */
        readonly otherwise: string;
      }
  );

export const SECTIONS = [
  { id: 'appearance', title: 'Appearance' },
  { id: 'notebook', title: 'Notebook' },
  { id: 'notifications', title: 'Notifications' },
  { id: 'kernels', title: 'Kernels' },
  { id: 'terminal', title: 'Terminal' },
] as const;
export type SectionId = (typeof SECTIONS)[number]['id'];

/** Every setting the page shows, in its order; what has no entry can be set in the file. */
export const SETTINGS: readonly SettingEntry[] = [
  {
    section: 'appearance',
    group: 'The window',
    key: 'theme',
    control: 'choice',
    title: 'Theme',
    word: 'Light or dark, or what the system says',
    also: 'colour night mode',
    choices: [
      { value: 'system', title: 'As the system' },
      { value: 'light', title: 'Light' },
      { value: 'dark', title: 'Dark' },
    ],
  },
  {
    section: 'appearance',
    group: 'The window',
    key: 'contrast',
    control: 'choice',
    title: 'Contrast',
    word: 'High makes words, lines and signs stronger',
    also: 'accessibility high contrast theme',
    choices: [
      { value: 'system', title: 'As the system' },
      { value: 'normal', title: 'Normal' },
      { value: 'high', title: 'High' },
    ],
  },
  {
    section: 'appearance',
    group: 'The window',
    key: 'zoom',
    control: 'number',
    title: 'Zoom',
    word: 'The whole window; Ctrl + and Ctrl - change it by a step',
    also: 'size larger smaller scale',
    least: 50,
    most: 200,
    unit: '%',
  },
  {
    section: 'appearance',
    group: 'Sources',
    key: 'editorFontSize',
    control: 'number',
    title: 'Size of sources',
    word: 'The letters of code in cells',
    also: 'font editor',
    least: 12,
    most: 24,
    unit: 'px',
  },
  {
    section: 'notebook',
    group: 'Writing',
    key: 'editorLineNumbers',
    control: 'switch',
    title: 'Line numbers',
    word: 'At the left of each source',
    also: 'editor gutter',
  },
  {
    section: 'notebook',
    group: 'Writing',
    key: 'editorIndent',
    control: 'number',
    title: 'Indent',
    word: 'What one step of Tab adds; YAML and JSON keep two',
    also: 'editor tab spaces',
    least: 1,
    most: 8,
    unit: 'spaces',
  },
  {
    section: 'notebook',
    group: 'Writing',
    key: 'vimKeys',
    control: 'switch',
    title: 'Vim keys',
    word: 'In sources; Esc leaves insert mode first, then the source',
    also: 'editor modal',
  },
  {
    section: 'notebook',
    group: 'Files',
    key: 'saveAfterRun',
    control: 'switch',
    title: 'Save after each cell',
    word: 'Writes the file after each finished cell when nothing else in it is unsaved',
    also: 'autosave',
  },
  {
    section: 'notebook',
    group: 'Files',
    key: 'saveWidgetState',
    control: 'switch',
    title: 'Save widgets with the runbook',
    word: 'Keeps their state in the file, so that they are shown without a kernel',
    also: 'ipywidgets',
  },
  {
    section: 'notebook',
    group: 'Files',
    key: 'outputLimitBytes',
    control: 'number',
    title: 'Output kept in the notebook',
    word: 'Longer text lies in a file beside it, and the notebook keeps both ends',
    also: 'limit size bytes',
    least: 64,
    unit: 'KiB',
    scale: 1024,
  },
  {
    section: 'notifications',
    group: 'While the window is not in front',
    key: 'notifications',
    control: 'choice',
    title: 'Tell me outside the window',
    word: 'By the system; never with output or the names of secrets',
    also: 'notify alert desktop',
    choices: [
      { value: 'all', title: 'Waiting, failed, silent and done' },
      { value: 'needed', title: 'Waiting, failed and silent' },
      { value: 'off', title: 'Nothing' },
    ],
  },
  {
    section: 'notifications',
    group: 'While the window is not in front',
    key: 'notifyAfterSeconds',
    control: 'number',
    title: 'Tell the end of a cell that ran for',
    word: 'Shorter ones end without a word; a failure is always told',
    also: 'long notification done',
    least: 1,
    unit: 's',
  },
  {
    section: 'notifications',
    group: 'While the window is not in front',
    key: 'silentMinutes',
    control: 'number',
    title: 'Say so when a cell is silent for',
    word: 'No output and no end for this long',
    also: 'hang stuck notification',
    least: 1,
    unit: 'min',
  },
  {
    section: 'notifications',
    group: 'This machine',
    key: 'keepAwake',
    control: 'switch',
    title: 'Keep this machine awake',
    word: 'While a cell runs here; the screen may go dark',
    also: 'sleep suspend power',
  },
  {
    section: 'kernels',
    group: 'Life',
    key: 'idleKernelMinutes',
    control: 'number',
    title: 'Idle kernels end after',
    word: 'Counted from when the last window of a notebook was closed',
    also: 'shutdown timeout',
    least: 1,
    unit: 'min',
  },
  {
    section: 'kernels',
    group: 'Where kernels are found',
    key: 'environmentFolders',
    control: 'lines',
    title: 'More Python environments',
    word: 'Folders to look into beside the usual ones, one a line',
    also: 'venv conda path interpreter',
  },
  {
    section: 'terminal',
    group: 'New terminals',
    key: 'terminalShell',
    control: 'choice',
    title: 'Shell',
    word: 'What a new terminal opens with; the login shell where it is not installed',
    also: 'bash zsh fish profile',
    choices: [
      { value: 'login', title: 'The login shell' },
      { value: 'bash', title: 'bash' },
      { value: 'zsh', title: 'zsh' },
      { value: 'fish', title: 'fish' },
      { value: 'pwsh', title: 'PowerShell' },
    ],
  },
  {
    section: 'terminal',
    group: 'New terminals',
    key: 'terminalScrollback',
    control: 'number',
    title: 'Lines kept',
    word: 'How far a terminal can be scrolled back',
    also: 'scrollback history buffer',
    least: 1_000,
    most: 50_000,
    unit: 'lines',
  },
  {
    section: 'terminal',
    group: 'Look',
    key: 'terminalFont',
    control: 'text',
    title: 'Font',
    word: 'Its name; several with commas, the best first',
    also: 'typeface family letters nerd',
    most: 200,
    otherwise: 'JetBrains Mono',
  },
  {
    section: 'terminal',
    group: 'Look',
    key: 'terminalFontSize',
    control: 'number',
    title: 'Size of letters',
    word: 'In every terminal',
    also: 'font terminal',
    least: 12,
    most: 24,
    unit: 'px',
  },
  {
    section: 'terminal',
    group: 'Look',
    key: 'terminalGraphics',
    control: 'choice',
    title: 'Drawn by the graphics card',
    word: 'In terminals that are opened from now on',
    also: 'gpu webgl acceleration slow',
    choices: [
      { value: 'auto', title: 'Where it is quicker' },
      { value: 'on', title: 'Always' },
      { value: 'off', title: 'Never' },
    ],
  },
  {
    section: 'terminal',
    group: 'Look',
    key: 'terminalCursorBlink',
    control: 'switch',
    title: 'Cursor blinks',
    word: 'It stands still otherwise',
    also: 'caret motion',
  },
  {
    section: 'terminal',
    group: 'Look',
    key: 'terminalFollowsTheme',
    control: 'switch',
    title: 'As light or dark as the window',
    word: 'Else dark, so that a shell is never taken for a recorded output',
    also: 'theme colours',
  },
  {
    section: 'terminal',
    group: 'Look',
    key: 'terminalScreenReader',
    control: 'switch',
    title: 'For screen readers',
    word: 'Keeps the text where a screen reader finds it; slower with much output',
    also: 'accessibility a11y',
  },
];

/** The settings whose words, key or section hold every word that was typed. */
export function findSettings(typed: string): readonly SettingEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return SETTINGS.filter((entry) => {
    const section = SECTIONS.find(({ id }) => id === entry.section)?.title ?? '';
    const choices = entry.control === 'choice' ? entry.choices.map(({ title }) => title).join(' ') : '';
    const text =
      `${section} ${entry.group} ${entry.title} ${entry.word} ${entry.also ?? ''} ${entry.key} ${choices}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
