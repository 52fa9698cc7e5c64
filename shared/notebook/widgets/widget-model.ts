import * as z from 'zod';
import { jsonObjectSchema, type Json } from '../../rpc/contract';

/** Models of one notebook that are kept; what opens after that is passed over, and said. */
export const MOST_MODELS = 10_000;
/** Characters of JSON and base64 that one model may hold. */
export const MOST_MODEL_SIZE = 16 * 1024 * 1024;
/** The same for all models of a notebook. */
export const MOST_MODELS_SIZE = 128 * 1024 * 1024;
/** Models that one output may reach. */
export const MOST_REACHED = 2_000;

/** Where bytes belong in a state that is JSON otherwise. */
export const widgetBufferSchema = z.object({
  path: z
    .array(z.union([z.string(), z.number().int().min(0)]))
    .min(1)
    .max(32)
    .readonly(),
  /** Base64. */
  data: z.string(),
});
export type WidgetBuffer = z.infer<typeof widgetBufferSchema>;

/** The model of a widget as its kernel or a file tells it. References to other models are texts: `IPY_MODEL_<id>`. */
export const widgetModelSchema = z.object({
  id: z.string().min(1).max(200),
  name: z.string().max(200),
  module: z.string().max(200),
  version: z.string().max(60),
  state: jsonObjectSchema,
  buffers: z.array(widgetBufferSchema).readonly(),
});
export type WidgetModel = z.infer<typeof widgetModelSchema>;

/** A change of a model: members that are named are replaced, their bytes too; all others stay. */
export type WidgetChange = Pick<WidgetModel, 'state' | 'buffers'>;

/** The names of the members that a change replaces. */
export function changedNames({ state, buffers }: WidgetChange): ReadonlySet<string> {
  return new Set([...Object.keys(state), ...buffers.map(({ path }) => String(path[0]))]);
}

/** The model after a change. Members are defined, never assigned: `__proto__` is a name like any other. */
export function applyWidgetChange(model: WidgetModel, change: WidgetChange): WidgetModel {
  const names = changedNames(change);
  const kept = Object.entries(model.state).filter(([name]) => !names.has(name));
  return {
    ...model,
    state: Object.fromEntries([...kept, ...Object.entries(change.state)]),
    buffers: [...model.buffers.filter(({ path }) => !names.has(String(path[0]))), ...change.buffers],
  };
}

/** The part of a model that these names make up. */
export function widgetPart({ state, buffers }: WidgetModel, names: ReadonlySet<string>): WidgetChange {
  return {
    state: Object.fromEntries(Object.entries(state).filter(([name]) => names.has(name))),
    buffers: buffers.filter(({ path }) => names.has(String(path[0]))),
  };
}

/** Characters that a change takes: JSON and base64. */
export function changeSize({ state, buffers }: WidgetChange): number {
  return JSON.stringify(state).length + buffers.reduce((sum, { data }) => sum + data.length, 0);
}

/** Reads the model that a comm opens with; null where its state names no class. */
export function widgetModelOf(id: string, change: WidgetChange): WidgetModel | null {
  const text = (name: string): string | null => textOf(change.state[name]);
  const [name, module] = [text('_model_name'), text('_model_module')];
  const version = text('_model_module_version') ?? '';
  if (name === null || module === null) return null;
  const parsed = widgetModelSchema.safeParse({ id, name, module, version, ...change });
  return parsed.success ? parsed.data : null;
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
