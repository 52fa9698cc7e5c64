import type { Json, JsonObject } from '../../rpc/contract';

/** The MIME type of an output that shows a widget: `{model_id}`. */
export const WIDGET_VIEW_MIME = 'application/vnd.jupyter.widget-view+json';
/** The member of a notebook's `metadata.widgets` that keeps models. */
export const WIDGET_STATE_MIME = 'application/vnd.jupyter.widget-state+json';

/** The model that a widget view shows; null where the value is none. */
export function viewedModel(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const id = (value as JsonObject)['model_id'];
  return typeof id === 'string' && id !== '' && id.length <= 200 ? id : null;
}
