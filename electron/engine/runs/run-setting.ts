import * as z from 'zod';
import { environmentSchema, libraryConfigSchema } from '../../../shared/runs/environments/library-config';

/** What a run was started under, as it stood then: kept with the run, so that a later edit changes no rule of it. */
export const runSettingSchema = z.object({
  environment: environmentSchema,
  people: libraryConfigSchema.shape.people,
  roles: libraryConfigSchema.shape.roles,
  hints: libraryConfigSchema.shape.hints,
  /** Names of parameters that are secrets: their values are names, and are exported nowhere. */
  secrets: z.array(z.string()).readonly(),
});
export type RunSetting = z.infer<typeof runSettingSchema>;
