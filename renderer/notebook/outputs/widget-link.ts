import type { ToFrame } from '../../../shared/notebook/outputs/frame-protocol';
import type { WidgetMessage } from '../../../shared/notebook/widgets/judge-message';
import { wantedWidgetCode, type WantedWidgetCode } from '../../../shared/notebook/widgets/widget-code';
import { applyWidgetChange, type WidgetModel } from '../../../shared/notebook/widgets/widget-model';
import type { EventData } from '../../../shared/rpc/contracts';
import { toWireError } from '../../../shared/rpc/errors';
import type { OpenDocument } from '../document-store';

/** How often it is asked again after the document was opened anew and the engine is not there yet. Milliseconds. */
const RETRY_MS = 500;
const MOST_RETRIES = 20;

export type WidgetFeed = Extract<ToFrame, { t: 'widgets' }>;

/** What is known of a widget output. */
export type WidgetStatus =
  | { readonly state: 'waiting' }
  /** `root`: the id of the model that is shown. `wanted`: packages of others that its models are drawn by. */
  | {
      readonly state: 'here';
      readonly root: string;
      readonly isLive: boolean;
      readonly wanted: readonly WantedWidgetCode[];
    }
  | { readonly state: 'failed'; readonly message: string };

const WAITING: WidgetStatus = { state: 'waiting' };

/** The models of one output that shows a widget, between the engine and the output's frame. */
export class WidgetLink {
  readonly #open: OpenDocument;
  readonly #cell: string;
  readonly #key: string;
  readonly #models = new Map<string, WidgetModel>();
  readonly #frames = new Set<(message: WidgetFeed) => void>();
  readonly #tellers = new Set<() => void>();
  #watch = '';
  #status: WidgetStatus = WAITING;

  constructor(open: OpenDocument, cell: string, key: string) {
    this.#open = open;
    this.#cell = cell;
    this.#key = key;
  }

  get status(): WidgetStatus {
    return this.#status;
  }

  /** Called at each change of the status. Returns the unsubscriber. */
  onStatus(tell: () => void): () => void {
    this.#tellers.add(tell);
    return () => this.#tellers.delete(tell);
  }

  /** Watches the output in the engine; returns what ends it. What is known stays. */
  start(document: string): () => void {
    const { engine } = this.#open;
    const watch = crypto.randomUUID();
    this.#watch = watch;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const off = engine.on('notebook.widget', (event) => {
      if (event.watch === watch) this.#take(event);
    });
    const ask = (attempt: number): void => {
      const where = { document, watch, cell: this.#cell, key: this.#key };
      engine.request('notebook.watchWidget', where).catch((error: unknown) => {
        if (isOver) return;
        if (attempt < MOST_RETRIES) timer = setTimeout(() => ask(attempt + 1), RETRY_MS);
        else this.#say({ state: 'failed', message: toWireError(error).message });
      });
    };
    ask(0);
    return () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
      off();
      // The engine forgets it by itself where the connection is gone.
      engine.request('notebook.unwatchWidget', { document, watch }).catch(() => undefined);
    };
  }

  /** All that is known, for a frame that was just made. */
  whole(): WidgetFeed {
    const models = [...this.#models.values()].map((model) => ({ ...model, isWhole: true }));
    return { v: 1, t: 'widgets', models, gone: [] };
  }

  /** Gives each change to a frame. Returns the unsubscriber. */
  attach(post: (message: WidgetFeed) => void): () => void {
    this.#frames.add(post);
    return () => this.#frames.delete(post);
  }

  /** Passes on what a person did in the frame. */
  send(model: string, message: WidgetMessage): void {
    const known = this.#models.get(model);
    // A frame that is made anew shows what the person chose.
    if (known !== undefined && message.kind === 'update') {
      this.#models.set(model, applyWidgetChange(known, message));
    }
    const { document } = this.#open.store.getState();
    this.#open.engine
      .request('notebook.sendToWidget', { document, watch: this.#watch, model, message })
      .catch(this.#open.say);
  }

  #take({ root, isLive, problem, models, gone }: EventData<'notebook.widget'>): void {
    for (const id of gone) this.#models.delete(id);
    for (const { isWhole, ...model } of models) {
      const known = this.#models.get(model.id);
      this.#models.set(model.id, isWhole || known === undefined ? model : applyWidgetChange(known, model));
    }
    for (const post of this.#frames) post({ v: 1, t: 'widgets', models, gone });
    const wanted = wantedWidgetCode(this.#models.values());
    this.#say(
      problem === null ? { state: 'here', root, isLive, wanted } : { state: 'failed', message: problem },
    );
  }

  #say(status: WidgetStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    for (const tell of this.#tellers) tell();
  }
}
