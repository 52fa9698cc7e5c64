import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { missingWidgetWords } from '../../shared/notebook/widgets/missing-words';
import { MissingPackage } from './widget-code';

/** Holds the state of a widget whose own model is not here. */
export class MissingModel extends DOMWidgetModel {
  /** As a style it sets nothing. */
  static readonly styleProperties = {};
}

/** A view that says in the widget's place why it is not drawn. */
export function missingView(error: unknown): typeof DOMWidgetView {
  const words =
    error instanceof MissingPackage
      ? missingWidgetWords([error.packageName])
      : `Not drawn: ${error instanceof Error ? error.message : String(error)}`;
  return class extends DOMWidgetView {
    override render(): void {
      this.el.classList.add('widget-missing');
      this.el.textContent = words;
    }
  };
}
