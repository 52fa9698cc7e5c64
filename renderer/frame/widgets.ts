import '@jupyter-widgets/base/css/index.css';
import '@jupyter-widgets/controls/css/widgets-base.css';
import './widgets.css';
import { JupyterLuminoWidget, type DOMWidgetView } from '@jupyter-widgets/base';
import type { WidgetContent } from '../../shared/notebook/widgets/widget-code';
import { objectOf, type Drawn, type LibraryPlace } from './libraries';
import { send } from './send';
import { FrameWidgetManager } from './widget-manager';

/** Draws a widget. Its models come by messages, and what a person changes goes back by them. */
export async function drawWidget({ content, place }: LibraryPlace): Promise<Drawn> {
  // Our page writes it; only what a notebook named is looked at.
  const { root, isLive, code } = objectOf(content, 'widget') as unknown as WidgetContent;
  if (typeof root !== 'string') throw new Error('This output names no widget.');
  const manager = new FrameWidgetManager(isLive, code, (model, message) =>
    send({ v: 1, t: 'widget', model, message }),
  );
  const stage = document.createElement('div');
  stage.className = isLive ? 'widget-stage' : 'widget-stage is-read-only';
  place.append(stage);
  let view: Promise<DOMWidgetView> | null = null;
  let isOver = false;

  const show = async (): Promise<void> => {
    const model = await manager.get_model(root);
    view = manager.create_view(model) as Promise<DOMWidgetView>;
    const shown = await view;
    if (isOver) return;
    JupyterLuminoWidget.attach(shown.luminoWidget, stage);
  };

  return {
    theme: () => undefined,
    feed: (message) => {
      manager.take(message.models, message.gone);
      if (view === null && manager.has_model(root)) return show();
      return Promise.resolve();
    },
    dispose: () => {
      isOver = true;
      const end = (): void => stage.remove();
      if (view === null) return end();
      // The view first: it can not be taken out of what is not in the page any more. One that was never made was told
      // where it was asked for.
      view.then((shown) => shown.remove()).then(end, end);
    },
  };
}
