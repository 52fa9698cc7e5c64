import type { KernelMessage } from '@jupyterlab/services';
import { NO_REDACTIONS, type Redactions } from '../../../shared/notebook/outputs/redactor';
import {
  commUpdate,
  judgeWidgetMessage,
  type WidgetMessage,
} from '../../../shared/notebook/widgets/judge-message';
import { reachOf, referencesIn, type LinkedModel } from '../../../shared/notebook/widgets/reach';
import { modelsInFile, widgetStateOf } from '../../../shared/notebook/widgets/widget-file';
import {
  changedNames,
  widgetModelOf,
  type WidgetChange,
  type WidgetModel,
} from '../../../shared/notebook/widgets/widget-model';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import type { EngineClient } from '../engine-client';
import type { LiveKernel } from './kernel-slot';
import { WidgetCapture } from './widget-capture';
import { askForStates, readComm, sendComm } from './widget-comms';
import { WidgetModels } from './widget-models';
import { WidgetWatches, type WidgetSource, type WidgetWatch } from './widget-watches';

/** Messages of ours whose late outputs still find their cell. */
const REMEMBERED = 200;
/** An output widget's outputs go back to its kernel after this much quiet. */
const RETURN_MS = 100;

export interface WidgetsPorts {
  readonly document: string;
  /** The notebook's metadata, which may keep models. */
  readonly metadata: () => JsonObject;
  /** What a widget's program printed when it was told of a change belongs to this cell. */
  readonly printed: (cell: string, message: KernelMessage.IIOPubMessage) => void;
  readonly log: (message: string) => void;
  readonly redactions?: Redactions;
}

/** A change on its way: the kernel has not told yet that it has taken the one before. */
interface Waiting {
  readonly cell: string;
  message: Extract<WidgetMessage, { kind: 'update' }>;
}

/**
 * The widgets of one document: the models its kernel told of, what windows show of them, and the way back.
 *
 * A model outlives its kernel here, to be looked at. Who may write to it is decided by the output that a window
 * watches: a message goes to models that this output reaches, and to no other.
 */
export class DocumentWidgets {
  readonly #models = new WidgetModels();
  #capture: WidgetCapture;
  readonly #watches: WidgetWatches;
  readonly #redactions: Redactions;
  #kernel: LiveKernel | null = null;
  #session = 0;
  #file: { readonly kept: Json | undefined; readonly models: ReadonlyMap<string, LinkedModel> } | null = null;
  /** By model, the message that the kernel is at, and the changes gathered behind it. */
  readonly #underWay = new Map<string, { readonly message: string; waiting: Waiting | null }>();
  /** By model and member, the last message of ours that changed it: echoes of earlier ones are old. */
  readonly #expected = new Map<string, Map<string, string>>();
  readonly #heard: (() => void)[] = [];
  readonly #returns = new Map<string, NodeJS.Timeout>();
  #wasFullSaid = false;

  constructor(private readonly ports: WidgetsPorts) {
    this.#redactions = ports.redactions ?? NO_REDACTIONS;
    this.#capture = new WidgetCapture(this.#redactions);
    this.#watches = new WidgetWatches(ports.document, (watch) => this.#sourceOf(watch));
  }

  /** A kernel has told of widgets. */
  get hasModels(): boolean {
    return this.#models.all.size > 0;
  }

  /** A kernel is there. One that lived before this engine is asked for the widgets it has. */
  attach(live: LiveKernel): void {
    this.#session += 1;
    this.#kernel = live;
    this.#underWay.clear();
    this.#expected.clear();
    this.#capture = new WidgetCapture(this.#redactions);
    if (live.handle.takenUp) askForStates(live);
    void live.handle.ended.then(() => {
      if (this.#kernel !== live) return;
      this.#kernel = null;
      this.#watches.stirred();
    });
    this.#watches.stirred();
  }

  /** Sees each message of the kernel before anybody else; true for one that nobody else needs. */
  take(message: KernelMessage.IMessage): boolean {
    if (message.channel !== 'iopub') return false;
    if (message.header.msg_type.startsWith('comm_')) {
      this.#takeComm(message);
      return true;
    }
    const taken = this.#capture.take(message, (id) => this.#models.get(id)?.state['outputs']);
    if (taken === null) return false;
    this.#change(taken.model, { state: { outputs: taken.outputs }, buffers: [] }, null);
    this.#returnOutputs(taken.model);
    return true;
  }

  /** A window shows an output; its models come as events. Throws where it watches too many. */
  watch(watch: WidgetWatch): void {
    if (!this.#watches.add(watch)) {
      throw new WatchbookError('busy', 'Too many widgets are shown at once. Close some of the notebooks.');
    }
  }

  unwatch(client: EngineClient, id: string): void {
    this.#watches.remove(client, id);
  }

  /** Passes a person's change on to the kernel. Throws `forbidden` for one that its output may not make. */
  send(client: EngineClient, watchId: string, id: string, message: WidgetMessage): void {
    const watch = this.#watches.find(client, watchId);
    const kernel = this.#kernel;
    if (watch === null || !watch.isLive || kernel === null) {
      throw new WatchbookError(
        'not-found',
        'The widget has no kernel any more, so the change was not sent. Run its cell again.',
      );
    }
    const reason = judgeWidgetMessage(this.#models.get(id), message, watch.reach);
    if (reason !== null) {
      throw new WatchbookError('forbidden', `A change was not sent to the kernel: ${reason}.`);
    }
    if (message.kind === 'custom') {
      this.#post(kernel, watch.cell, id, { method: 'custom', content: message.content }, []);
      return;
    }
    this.#change(id, message, watchId);
    const underWay = this.#underWay.get(id);
    if (underWay === undefined) {
      this.#update(kernel, watch.cell, id, message);
      return;
    }
    const before = underWay.waiting?.message ?? null;
    underWay.waiting = { cell: watch.cell, message: before === null ? message : joined(before, message) };
  }

  /** The state of the models that these views show, as a notebook's metadata keep it; null where there is none. */
  stateOf(views: Iterable<Pick<WidgetWatch, 'root' | 'isMadeHere'>>): JsonObject | null {
    const kept = new Map<string, WidgetModel>();
    for (const { root, isMadeHere } of views) {
      const source =
        isMadeHere && this.#models.get(root) !== undefined ? this.#models.all : this.#fileModels();
      for (const id of reachOf(root, source)) {
        const model = source.get(id)?.model;
        if (model !== undefined) kept.set(id, model);
      }
    }
    return kept.size === 0 ? null : widgetStateOf(kept.values());
  }

  dispose(): void {
    this.#watches.dispose();
    for (const timer of this.#returns.values()) clearTimeout(timer);
    for (const stop of this.#heard.splice(0)) stop();
  }

  #takeComm(message: KernelMessage.IMessage): void {
    const comm = readComm(message, this.#redactions);
    if (comm === null) return;
    switch (comm.kind) {
      case 'open':
        this.#open(comm.id, comm.change);
        return;
      case 'states':
        for (const { id, change } of comm.states) this.#open(id, change);
        return;
      case 'update':
        this.#changeFromKernel(comm.id, comm.change, comm.echoOf);
        return;
      case 'close':
        this.#capture.close(comm.id);
        if (this.#models.close(comm.id)) this.#watches.stirred();
        return;
    }
  }

  #open(id: string, change: WidgetChange): void {
    const model = widgetModelOf(id, change);
    if (model === null) return;
    if (!this.#models.open(model, this.#session)) {
      if (!this.#wasFullSaid) this.ports.log('a widget was passed over: too many, or too much data');
      this.#wasFullSaid = true;
      return;
    }
    this.#followOutputs(id, change);
    this.#watches.replaced(id);
  }

  #changeFromKernel(id: string, change: WidgetChange, echoOf: string | null): void {
    const news = echoOf === null ? change : this.#withoutOld(id, change, echoOf);
    if (changedNames(news).size === 0) return;
    if (news.state['outputs'] !== undefined) this.#capture.forget(id);
    this.#change(id, news, null);
    this.#followOutputs(id, news);
  }

  /** Of an echo, the members that were not changed here once more since. */
  #withoutOld(id: string, change: WidgetChange, echoOf: string): WidgetChange {
    const expected = this.#expected.get(id);
    const model = this.#models.get(id);
    const isNews = (name: string): boolean => {
      const last = expected?.get(name);
      if (last !== undefined && last !== echoOf) return false;
      expected?.delete(name);
      if (this.#underWay.get(id)?.waiting?.message.state[name] !== undefined) return false;
      return JSON.stringify(change.state[name]) !== JSON.stringify(model?.state[name]);
    };
    const names = new Set([...changedNames(change)].filter(isNews));
    return {
      state: Object.fromEntries(Object.entries(change.state).filter(([name]) => names.has(name))),
      buffers: change.buffers.filter(({ path }) => names.has(String(path[0]))),
    };
  }

  #followOutputs(id: string, change: WidgetChange): void {
    const request = change.state['msg_id'];
    if (typeof request === 'string' && this.#models.get(id)?.name === 'OutputModel') {
      this.#capture.follow(id, request);
      // At once: the next cell may go on from them.
      if (request === '') this.#returnNow(id);
    }
  }

  #change(id: string, change: WidgetChange, by: string | null): void {
    if (this.#models.change(id, change)) this.#watches.changed(id, changedNames(change), by);
  }

  /** The kernel's own copy of an output widget learns what was led into it, as from JupyterLab. */
  #returnOutputs(id: string): void {
    if (this.#returns.has(id)) return;
    this.#returns.set(
      id,
      setTimeout(() => this.#returnNow(id), RETURN_MS),
    );
  }

  /** Sends them where something was led into the widget since they were sent last. */
  #returnNow(id: string): void {
    const timer = this.#returns.get(id);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#returns.delete(id);
    const outputs = this.#models.get(id)?.state['outputs'];
    if (this.#kernel === null || outputs === undefined) return;
    const message = { kind: 'update', state: { outputs }, buffers: [] } as const;
    sendComm(this.#kernel, id, commUpdate(message), [], (sent) => this.#expect(id, ['outputs'], sent));
  }

  #update(
    kernel: LiveKernel,
    cell: string,
    id: string,
    message: Extract<WidgetMessage, { kind: 'update' }>,
  ): void {
    const sent = this.#post(kernel, cell, id, commUpdate(message), message.buffers, () => {
      const { waiting = null } = this.#underWay.get(id) ?? {};
      this.#underWay.delete(id);
      if (waiting !== null && this.#kernel === kernel)
        this.#update(kernel, waiting.cell, id, waiting.message);
    });
    this.#expect(id, changedNames(message), sent);
    this.#underWay.set(id, { message: sent, waiting: null });
  }

  #expect(id: string, names: Iterable<string>, message: string): void {
    const expected = this.#expected.get(id) ?? new Map<string, string>();
    for (const name of names) expected.set(name, message);
    this.#expected.set(id, expected);
  }

  /** Sends a comm message and follows it: what its handlers print belongs to the cell of the output. */
  #post(
    kernel: LiveKernel,
    cell: string,
    comm: string,
    data: JsonObject,
    buffers: WidgetChange['buffers'],
    taken: () => void = () => undefined,
  ): string {
    return sendComm(kernel, comm, data, buffers, (messageId) => {
      const stop = kernel.router.listen(messageId, (message) => {
        if (message.channel !== 'iopub') return;
        if (message.header.msg_type !== 'status') {
          this.ports.printed(cell, message as KernelMessage.IIOPubMessage);
          return;
        }
        const state = (message.content as { readonly execution_state?: unknown }).execution_state;
        if (state === 'idle') taken();
      });
      this.#heard.push(stop);
      if (this.#heard.length > REMEMBERED) this.#heard.shift()?.();
    });
  }

  #sourceOf({ root, isMadeHere }: WidgetWatch): WidgetSource {
    if (isMadeHere && this.#models.get(root) !== undefined) {
      const isLive = this.#kernel !== null && this.#models.sessionOf(root) === this.#session;
      return { models: this.#models.all, structure: this.#models.structure, isLive, problem: null };
    }
    const models = this.#fileModels();
    const problem = models.has(root)
      ? null
      : 'The state of this widget is not here. Run its cell again to show it.';
    return { models, structure: 0, isLive: false, problem };
  }

  #fileModels(): ReadonlyMap<string, LinkedModel> {
    const metadata = this.ports.metadata();
    // The same object until an edit touches it.
    const kept = metadata['widgets'];
    if (this.#file === null || this.#file.kept !== kept) {
      const models = modelsInFile(metadata).map((model): [string, LinkedModel] => [
        model.id,
        { model, references: referencesIn(model.state) },
      ]);
      this.#file = { kept, models: new Map(models) };
    }
    return this.#file.models;
  }
}

function joined(
  before: Extract<WidgetMessage, { kind: 'update' }>,
  after: Extract<WidgetMessage, { kind: 'update' }>,
): Extract<WidgetMessage, { kind: 'update' }> {
  const names = changedNames(after);
  const kept = Object.entries(before.state).filter(([name]) => !names.has(name));
  return {
    kind: 'update',
    state: Object.fromEntries<Json>([...kept, ...Object.entries(after.state)]),
    buffers: [...before.buffers.filter(({ path }) => !names.has(String(path[0]))), ...after.buffers],
  };
}
