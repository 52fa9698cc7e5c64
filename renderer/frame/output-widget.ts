import { DOMWidgetView } from '@jupyter-widgets/base';
import { OutputModel as BaseOutputModel } from '@jupyter-widgets/output';
import { ansiRuns } from '../../shared/notebook/outputs/ansi';
import { chooseMime, mimeBundle, pictureUrl } from '../../shared/notebook/outputs/mime';
import { SGR_DEFAULT } from '../../shared/notebook/outputs/sgr';
import { viewedModel, WIDGET_VIEW_MIME } from '../../shared/notebook/widgets/widget-mimes';
import type { Json, JsonObject } from '../../shared/rpc/contract';
import { Held } from './held';
import { quieten } from './quieten';
import { send } from './send';
import { sideTables } from './tables';

/** The outputs of an output widget are its state: whoever routes messages into it changes that. */
export class OutputModel extends BaseOutputModel {
  override defaults(): ReturnType<BaseOutputModel['defaults']> {
    return { ...super.defaults(), msg_id: '', outputs: [] };
  }
}

/** Draws the outputs of an output widget, text as text, and HTML under the frame's still policy. */
export class OutputView extends DOMWidgetView {
  #drawn: string[] = [];
  #held = new Held(({ resources, hosts, scripts }) => send({ v: 1, t: 'held', resources, hosts, scripts }));

  override render(): void {
    super.render();
    this.el.classList.add('jupyter-widgets', 'widget-output');
    this.listenTo(this.model, 'change:outputs', () => this.#draw());
    this.#draw();
  }

  #draw(): void {
    const given: unknown = this.model.get('outputs');
    const outputs = (Array.isArray(given) ? given : []) as readonly Json[];
    const texts = outputs.map((output) => JSON.stringify(output));
    // What stands there and is the same stays: a selection in it too.
    const same = texts.findIndex((text, index) => text !== this.#drawn[index]);
    const from = same < 0 ? Math.min(texts.length, this.#drawn.length) : same;
    while (this.el.children.length > from) this.el.lastElementChild?.remove();
    for (const output of outputs.slice(from)) this.el.append(this.#output(output));
    this.#drawn = texts;
    this.#held.end();
  }

  #output(output: Json): HTMLElement {
    const members = isObject(output) ? output : {};
    switch (members['output_type']) {
      case 'stream': {
        const text = textBlock(textOf(members['text']));
        if (members['name'] === 'stderr') text.classList.add('is-stderr');
        return text;
      }
      case 'error': {
        const lines = Array.isArray(members['traceback']) ? members['traceback'].map(textOf) : [];
        const line = `${textOf(members['ename'])}: ${textOf(members['evalue'])}`;
        const text = textBlock(lines.length > 0 ? lines.join('\n') : line);
        text.classList.add('is-error');
        return text;
      }
      default:
        return this.#data(mimeBundle(members['data']));
    }
  }

  #data(data: JsonObject): HTMLElement {
    const place = document.createElement('div');
    place.className = 'widget-output-data';
    const model = viewedModel(data[WIDGET_VIEW_MIME]);
    if (model !== null) {
      void this.#nest(model, place);
      return place;
    }
    const rule = chooseMime(Object.keys(data));
    const value = rule === null ? undefined : data[rule.mime];
    const url = rule?.drawing === 'picture' && value !== undefined ? pictureUrl(rule.mime, value) : null;
    if (url !== null) {
      const picture = document.createElement('img');
      picture.src = url;
      picture.alt = textOf(data['text/plain']);
      place.append(picture);
    } else if (rule?.drawing === 'html') {
      const parsed = new DOMParser().parseFromString(textOf(value), 'text/html');
      quieten(parsed, this.#held, false);
      place.classList.add('html');
      place.replaceChildren(...parsed.head.querySelectorAll('style'), ...parsed.body.childNodes);
      sideTables(place);
    } else {
      const plain = data['text/plain'] ?? value ?? '';
      place.append(textBlock(typeof plain === 'string' ? plain : JSON.stringify(plain, null, 2)));
    }
    return place;
  }

  async #nest(id: string, place: HTMLElement): Promise<void> {
    const manager = this.model.widget_manager;
    const view = await manager.create_view(await manager.get_model(id), {});
    place.append(view.el);
  }
}

/** A text in its colours. */
function textBlock(text: string): HTMLElement {
  const block = document.createElement('pre');
  block.className = 'widget-output-text';
  let entry = SGR_DEFAULT;
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) block.append('\n');
    const { runs, exit } = ansiRuns(line, entry);
    entry = exit;
    for (const { text: part, className, color, background } of runs) {
      const span = document.createElement('span');
      span.className = className;
      span.textContent = part;
      if (color !== undefined) span.style.color = color;
      if (background !== undefined) span.style.backgroundColor = background;
      block.append(span);
    }
  }
  return block;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: Json | undefined): string {
  if (Array.isArray(value)) return value.join('');
  return typeof value === 'string' ? value : '';
}
