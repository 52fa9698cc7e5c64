import type { OutputView } from '../../../shared/notebook/view';
import { viewedModel, WIDGET_VIEW_MIME } from '../../../shared/notebook/widgets/widget-mimes';

/** An output that shows a widget. */
export interface WidgetView {
  /** The id of its model. */
  readonly root: string;
  readonly isMadeHere: boolean;
}

/** The outputs among these that show a widget, by their keys. */
export function widgetViewsOf(views: readonly OutputView[]): ReadonlyMap<string, WidgetView> {
  return new Map(
    views.flatMap((view): [string, WidgetView][] => {
      const root = view.kind === 'data' ? viewedModel(view.data[WIDGET_VIEW_MIME]) : null;
      return view.kind === 'data' && root !== null ? [[view.key, { root, isMadeHere: view.madeHere }]] : [];
    }),
  );
}
