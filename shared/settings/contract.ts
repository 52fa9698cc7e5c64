import * as z from 'zod';
import { defineContract, done, request } from '../rpc/contract';

/** Each setting by itself, without its default: a change names what it changes and nothing else. */
const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Also write the runbook's file after each finished cell when nothing else in it is unsaved. */
  saveAfterRun: z.boolean(),
  /** Text outputs over this many bytes go to a file beside the notebook. */
  outputLimitBytes: z.number().int().min(65_536),
  /** Idle kernels of plain notebooks end this many minutes after the last client left. */
  idleKernelMinutes: z.number().int().min(1),
  /** More Python environments to look into for kernels, as folders. */
  environmentFolders: z.array(z.string()),
};

/** All settings, with their defaults. The file is JSON with comments; unknown keys are kept and said. */
export const settingsSchema = z.object({
  theme: fields.theme.default('system'),
  saveAfterRun: fields.saveAfterRun.default(false),
  outputLimitBytes: fields.outputLimitBytes.default(1_048_576),
  idleKernelMinutes: fields.idleKernelMinutes.default(30),
  environmentFolders: fields.environmentFolders.default([]),
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
});
export type SettingsState = z.infer<typeof settingsState>;

export const settingsContract = defineContract({
  requests: {
    'settings.get': request('client', z.object({}), settingsState),
    'settings.set': request('client', z.object({ changes: z.object(fields).partial() }), done),
  },
  events: { 'settings.changed': settingsState },
});
