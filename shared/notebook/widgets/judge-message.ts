import * as z from 'zod';
import { jsonObjectSchema, jsonSchema, type JsonObject } from '../../rpc/contract';
import { quoted } from '../../rpc/quoted';
import { referencesIn } from './reach';
import { changedNames, changeSize, widgetBufferSchema, type WidgetModel } from './widget-model';

/** Characters of JSON and base64 that a frame may send at once: a file that a person hands in is the largest. */
export const MOST_SENT = 24 * 1024 * 1024;

/** What a frame may send to a model: changed members, or a message of the widget's own, such as a click. */
export const widgetMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('update'),
    state: jsonObjectSchema,
    buffers: z.array(widgetBufferSchema).max(1_000).readonly(),
  }),
  z.strictObject({ kind: z.literal('custom'), content: jsonSchema }),
]);
export type WidgetMessage = z.infer<typeof widgetMessageSchema>;

/** What a model is; no frame changes these. */
const IDENTITY: ReadonlySet<string> = new Set([
  '_model_name',
  '_model_module',
  '_model_module_version',
  '_view_name',
  '_view_module',
  '_view_module_version',
]);

/**
 * Why a message of a frame is not passed on to its model; null where it may be.
 *
 * `reach`: the models of the frame's output. A frame changes members that its model has, to values that name no model
 * of another output.
 */
export function judgeWidgetMessage(
  model: WidgetModel | undefined,
  message: WidgetMessage,
  reach: ReadonlySet<string>,
): string | null {
  if (model === undefined || !reach.has(model.id)) return 'the widget belongs to another output, or is gone';
  if (message.kind === 'custom') {
    return JSON.stringify(message.content).length > MOST_SENT ? 'it is too large' : null;
  }
  if (changeSize(message) > MOST_SENT) return 'it is too large';
  const known = changedNames(model);
  for (const name of changedNames(message)) {
    if (IDENTITY.has(name)) return 'it would make another widget of it';
    if (!known.has(name)) return `the widget has no ${quoted(name, 60)}`;
  }
  const foreign = referencesIn(message.state).find((id) => !reach.has(id));
  return foreign === undefined ? null : 'it names a widget of another output';
}

/** The state as a comm message carries it, and where the bytes behind it belong. */
export function commUpdate(message: Extract<WidgetMessage, { kind: 'update' }>): JsonObject {
  return {
    method: 'update',
    state: message.state,
    buffer_paths: message.buffers.map(({ path }) => [...path]),
  };
}
