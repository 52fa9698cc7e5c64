import { randomUUID } from 'node:crypto';
import { viewedModel, WIDGET_VIEW_MIME } from '../../shared/notebook/widgets/widget-mimes';
import { applyWidgetChange, type WidgetModel } from '../../shared/notebook/widgets/widget-model';
import type { Json, JsonObject } from '../../shared/rpc/contract';
import type { DocumentView } from './document-view';

/** What a window knows of one output that shows a widget. */
export class WidgetView {
  readonly models = new Map<string, WidgetModel>();
  readonly watch = randomUUID();
  isLive = false;
  problem: string | null = null;
  root = '';
  events = 0;

  private constructor(private readonly book: DocumentView) {
    book.engine.on('notebook.widget', (event) => {
      if (event.watch !== this.watch) return;
      this.events += 1;
      Object.assign(this, { isLive: event.isLive, problem: event.problem, root: event.root });
      for (const id of event.gone) this.models.delete(id);
      for (const { isWhole, ...model } of event.models) {
        const known = this.models.get(model.id);
        this.models.set(model.id, isWhole || known === undefined ? model : applyWidgetChange(known, model));
      }
    });
  }

  /** Watches the output of a cell that shows a widget, the first one. */
  static async of(book: DocumentView, cell: string): Promise<WidgetView> {
    const view = new WidgetView(book);
    await book.engine.request('notebook.watchWidget', {
      document: book.document,
      watch: view.watch,
      cell,
      key: keyOf(book, cell),
    });
    return view;
  }

  /** The state of the first model of this kind. */
  state(name: string): JsonObject {
    return this.find(name)?.state ?? {};
  }

  find(name: string): WidgetModel | undefined {
    return [...this.models.values()].find((model) => model.name === name);
  }

  /** What was led into an output widget, as text. */
  get printed(): string {
    const outputs = this.state('OutputModel')['outputs'];
    return (Array.isArray(outputs) ? (outputs as readonly JsonObject[]) : [])
      .map(({ text }) => (typeof text === 'string' ? text : ''))
      .join('');
  }

  set(name: string, state: JsonObject): Promise<unknown> {
    return this.update(this.find(name)?.id ?? '', state);
  }

  update(model: string, state: JsonObject): Promise<unknown> {
    return this.send(model, { kind: 'update', state, buffers: [] });
  }

  click(name: string): Promise<unknown> {
    return this.send(this.find(name)?.id ?? '', { kind: 'custom', content: { event: 'click' } });
  }

  send(model: string, message: unknown): Promise<unknown> {
    const { book, watch } = this;
    const params = { document: book.document, watch, model, message: message as never };
    return book.engine.request('notebook.sendToWidget', params);
  }
}

/** The key of the first output of a cell that shows a widget. */
export function keyOf(book: DocumentView, cell: string): string {
  const shown = (book.outputs.get(cell) ?? []).find(
    (view) => view.kind === 'data' && viewedModel(view.data[WIDGET_VIEW_MIME] as Json) !== null,
  );
  return shown?.key ?? '';
}
