import * as z from 'zod';
import { defineContract, done, request } from '../rpc/contract';
import { keysSettingSchema } from './keys';

/** Each setting by itself, without its default: a change names what it changes and nothing else. */
const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Also write the runbook's file after each finished cell when nothing else in it is unsaved. */
  saveAfterRun: z.boolean(),
  /** Each save of a runbook also keeps the state of its widgets, so that they are shown without a kernel. */
  saveWidgetState: z.boolean(),
  /** Text outputs over this many bytes go to a file beside the notebook. */
  outputLimitBytes: z.number().int().min(65_536),
  /** Idle kernels of plain notebooks end this many minutes after the last client left. */
  idleKernelMinutes: z.number().int().min(1),
  /** More Python environments to look into for kernels, as folders. */
  environmentFolders: z.array(z.string()),
  /** Stronger lines and words: what the system asks for, never, or always. */
  contrast: z.enum(['system', 'normal', 'high']),
  /** The whole window, in percent. */
  zoom: z.number().int().min(50).max(200),
  /** Sources, in pixels at a zoom of 100 %. */
  editorFontSize: z.number().int().min(12).max(24),
  editorLineNumbers: z.boolean(),
  /** Spaces of one step of indent. */
  editorIndent: z.number().int().min(1).max(8),
  /** Vim's keys in sources. */
  vimKeys: z.boolean(),
  /** What the system tells while the window is not in front. `needed`: what failed, waits, or is silent. */
  notifications: z.enum(['all', 'needed', 'off']),
  /** A cell that ran this many seconds is long: its end is told. */
  notifyAfterSeconds: z.number().int().min(1),
  /** A cell without output for this many minutes is silent. */
  silentMinutes: z.number().int().min(1),
  /** The machine does not sleep while a cell runs here. */
  keepAwake: z.boolean(),
  /** The shell that a terminal opens with; the person's login shell, where it is not here. */
  terminalShell: z.enum(['login', 'bash', 'zsh', 'fish', 'pwsh']),
  /** Names of fonts, the best first, with commas between them; empty for the one of sources. */
  terminalFont: z.string().max(200),
  /** Letters of the terminal, in pixels at a zoom of 100 %. */
  terminalFontSize: z.number().int().min(12).max(24),
  terminalCursorBlink: z.boolean(),
  /** Whether terminals are drawn by the graphics card; `auto`: where it is a real one. */
  terminalGraphics: z.enum(['auto', 'on', 'off']),
  /** Lines that a terminal keeps above what it shows. */
  terminalScrollback: z.number().int().min(1_000).max(50_000),
  /** The terminal is dark in both themes, unless it follows the window's. */
  terminalFollowsTheme: z.boolean(),
  /** The terminal's text is there for screen readers too, which costs time with much output. */
  terminalScreenReader: z.boolean(),
  /** Commands that a terminal can be opened with, as argument lists. */
  terminalCommands: z
    .array(z.object({ name: z.string().min(1).max(100), command: z.array(z.string()).min(1).max(100) }))
    .max(50),
  /** Other keys for commands, by their ids. */
  keys: keysSettingSchema,
};

/** All settings, with their defaults. The file is JSON with comments; unknown keys are kept and said. */
export const settingsSchema = z.object({
  theme: fields.theme.default('system'),
  saveAfterRun: fields.saveAfterRun.default(false),
  saveWidgetState: fields.saveWidgetState.default(false),
  outputLimitBytes: fields.outputLimitBytes.default(1_048_576),
  idleKernelMinutes: fields.idleKernelMinutes.default(30),
  environmentFolders: fields.environmentFolders.default([]),
  contrast: fields.contrast.default('system'),
  zoom: fields.zoom.default(100),
  editorFontSize: fields.editorFontSize.default(13),
  editorLineNumbers: fields.editorLineNumbers.default(false),
  editorIndent: fields.editorIndent.default(4),
  vimKeys: fields.vimKeys.default(false),
  notifications: fields.notifications.default('all'),
  notifyAfterSeconds: fields.notifyAfterSeconds.default(30),
  silentMinutes: fields.silentMinutes.default(5),
  keepAwake: fields.keepAwake.default(true),
  terminalShell: fields.terminalShell.default('login'),
  terminalFont: fields.terminalFont.default(''),
  terminalFontSize: fields.terminalFontSize.default(13),
  terminalCursorBlink: fields.terminalCursorBlink.default(false),
  terminalGraphics: fields.terminalGraphics.default('auto'),
  terminalScrollback: fields.terminalScrollback.default(5_000),
  terminalFollowsTheme: fields.terminalFollowsTheme.default(false),
  terminalScreenReader: fields.terminalScreenReader.default(false),
  terminalCommands: fields.terminalCommands.default([]),
  keys: fields.keys.default({}),
});
export type Settings = z.infer<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** A mistake in the settings file; the key's default is used meanwhile. */
export const settingsMistakeSchema = z.object({
  line: z.number().int(),
  key: z.string().nullable(),
  message: z.string(),
});

const settingsState = z.object({
  settings: settingsSchema,
  file: z.string(),
  mistakes: z.array(settingsMistakeSchema),
  /** The line of each command in `keys`: which commands there are is known to the window, which names the mistakes. */
  keyLines: z.record(z.string(), z.number().int()),
});
export type SettingsState = z.infer<typeof settingsState>;

export const settingsContract = defineContract({
  requests: {
    'settings.get': request('client', z.object({}), settingsState),
    'settings.set': request('client', z.object({ changes: z.object(fields).partial() }), done),
  },
  events: { 'settings.changed': settingsState },
});
