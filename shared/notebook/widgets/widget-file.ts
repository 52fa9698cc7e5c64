import type { Json, JsonObject } from '../../rpc/contract';
import { WIDGET_STATE_MIME } from './widget-mimes';
import {
  MOST_MODELS,
  widgetBufferSchema,
  widgetModelSchema,
  type WidgetBuffer,
  type WidgetModel,
} from './widget-model';

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The models that a notebook keeps in its metadata. What is not of the format's second version counts as absent. */
export function modelsInFile(metadata: JsonObject): readonly WidgetModel[] {
  const widgets = metadata['widgets'];
  const kept = isObject(widgets) ? widgets[WIDGET_STATE_MIME] : undefined;
  const states = isObject(kept) && kept['version_major'] === 2 ? kept['state'] : undefined;
  if (!isObject(states)) return [];
  return Object.entries(states)
    .slice(0, MOST_MODELS)
    .flatMap(([id, entry]) => {
      const model = isObject(entry) ? modelOf(id, entry) : null;
      return model === null ? [] : [model];
    });
}

function modelOf(id: string, entry: JsonObject): WidgetModel | null {
  const listed = entry['buffers'];
  const buffers = (Array.isArray(listed) ? listed : []).flatMap((one: Json): WidgetBuffer[] => {
    if (!isObject(one) || one['encoding'] !== 'base64') return [];
    const parsed = widgetBufferSchema.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  const parsed = widgetModelSchema.safeParse({
    id,
    name: entry['model_name'],
    module: entry['model_module'],
    version: entry['model_module_version'] ?? '',
    state: entry['state'] ?? {},
    buffers,
  });
  return parsed.success ? parsed.data : null;
}

/** Models as a notebook's `metadata.widgets` keeps them, in the order of their ids. */
export function widgetStateOf(models: Iterable<WidgetModel>): JsonObject {
  const sorted = [...models].sort((a, b) => (a.id < b.id ? -1 : 1));
  const state = sorted.map(({ id, name, module, version, state: members, buffers }): [string, Json] => {
    const bytes = buffers.map(({ path, data }) => ({ encoding: 'base64', path: [...path], data }));
    return [
      id,
      {
        model_name: name,
        model_module: module,
        model_module_version: version,
        state: members,
        ...(bytes.length === 0 ? {} : { buffers: bytes }),
      },
    ];
  });
  return { version_major: 2, version_minor: 0, state: Object.fromEntries(state) };
}
