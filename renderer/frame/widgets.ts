import '@jupyter-widgets/base/css/index.css';
import '@jupyter-widgets/controls/css/widgets-base.css';
import './widgets.css';
import { JupyterLuminoWidget, type DOMWidgetView } from '@jupyter-widgets/base';
import { missingWidgetWords } from '../../shared/notebook/widgets/missing-words';
import { objectOf, type Drawn, type LibraryPlace } from './libraries';
import { send } from './send';
import { FrameWidgetManager } from './widget-manager';

/** Draws a widget: `{root, isLive}`. Its models come by messages, and what a person changes goes back by them. */
export async function drawWidget({ content, place }: LibraryPlace): Promise<Drawn> {
  const { root, isLive } = objectOf(content, 'widget');
  if (typeof root !== 'string') throw new Error('This output names no widget.');
  const manager = new FrameWidgetManager(isLive === true, (model, message) =>
    send({ v: 1, t: 'widget', model, message }),
  );
  const stage = document.createElement('div');
  stage.className = isLive === true ? 'widget-stage' : 'widget-stage is-read-only';
  place.append(stage);
  let view: Promise<DOMWidgetView> | null = null;
  let isOver = false;

  const show = async (): Promise<void> => {
    const model = await manager.get_model(root);
    view = manager.create_view(model) as Promise<DOMWidgetView>;
    const shown = await view;
    if (isOver) return;
    JupyterLuminoWidget.attach(shown.luminoWidget, stage);
    const missing = missingWidgetWords([...manager.missing]);
    if (missing === null) return;
    const words = document.createElement('p');
    words.className = 'widget-missing';
    words.textContent = missing;
    stage.append(words);
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
      void view?.then((shown) => shown.remove());
      stage.remove();
    },
  };
}
