import type { Notebook } from '../../../shared/notebook/model';
import { canonicalJson } from '../../../shared/notebook/outputs/output-digest';
import { WIDGET_STATE_MIME } from '../../../shared/notebook/widgets/widget-mimes';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { DocumentEdits } from './document-edits';
import type { DocumentOutputs } from './document-outputs';
import type { Subscribers } from './subscribers';
import { widgetViewsOf } from './widget-views';
import type { DocumentWidgets } from './widgets';

/** The parts of a document that have to do with what its widgets show. */
export interface WidgetStateParts {
  readonly outputs: DocumentOutputs;
  readonly widgets: DocumentWidgets;
  readonly edits: DocumentEdits;
  readonly subscribers: Subscribers;
}

/**
 * Puts the state of the widgets that are shown into the notebook's metadata, as other programs do, and answers how many
 * models that is. It is a result and no edit: it has no undo.
 */
export function saveWidgetState(notebook: Notebook, parts: WidgetStateParts): number {
  const { outputs, widgets, edits, subscribers } = parts;
  const views = notebook.cells.flatMap((cell) => [...widgetViewsOf(outputs.views(cell, 0)).values()]);
  const value = widgets.stateOf(views);
  if (value === null) return 0;
  const kept = (notebook.metadata['widgets'] as JsonObject | undefined)?.[WIDGET_STATE_MIME];
  if (kept === undefined || canonicalJson(kept) !== canonicalJson(value)) {
    edits.amend({ kind: 'metadata', cell: null, path: ['widgets', WIDGET_STATE_MIME], value });
    subscribers.edited();
  }
  return Object.keys(value['state'] ?? {}).length;
}
