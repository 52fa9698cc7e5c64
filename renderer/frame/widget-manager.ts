import * as base from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import * as controls from '@jupyter-widgets/controls';
import type { WidgetMessage } from '../../shared/notebook/widgets/judge-message';
import type { WidgetBuffer, WidgetChange, WidgetModel } from '../../shared/notebook/widgets/widget-model';
import type { WidgetCode } from '../../shared/notebook/widgets/widget-code';
import * as output from './output-widget';
import { ProgressView } from './progress-widget';
import { namedSliders } from './slider-widgets';
import { MissingModel, missingView } from './missing-widget';
import { sharedModules } from './shared-modules';
import { WidgetPackages, type Module } from './widget-code';

/** Sends a message of a model to the page. */
export type SendToModel = (model: string, message: WidgetMessage) => void;

/** A change goes out at most this often, so that a dragged slider does not flood its kernel. Milliseconds. */
const PACE_MS = 50;

/** The classes of this program. Others come from our page alone, never by name from a network. */
const MODULES: ReadonlyMap<string, Module> = new Map<string, Module>([
  ['@jupyter-widgets/base', base as unknown as Module],
  ['@jupyter-widgets/controls', { ...controls, ...namedSliders, ProgressView } as unknown as Module],
  ['@jupyter-widgets/output', output as unknown as Module],
]);

/** Jupyter's own manager of widget models and views, over messages to our page in place of a kernel. */
export class FrameWidgetManager extends ManagerBase {
  readonly #send: SendToModel;
  readonly #isLive: boolean;
  readonly #comms = new Map<string, FrameComm>();
  readonly #packages: WidgetPackages;

  /** `code`: of packages that a person let run in this output. */
  constructor(isLive: boolean, code: readonly WidgetCode[], send: SendToModel) {
    super();
    this.#isLive = isLive;
    this.#packages = new WidgetPackages(MODULES, sharedModules(MODULES), code);
    this.#send = send;
  }

  /**
   * Takes models in: all that are new are known before any of them is made, as they name each other in any order.
   */
  take(models: readonly (WidgetModel & { readonly isWhole: boolean })[], gone: readonly string[]): void {
    for (const id of gone) {
      this.#comms.delete(id);
      if (!this.has_model(id)) continue;
      const model = this.get_model(id);
      this.#forget(id);
      void model.then((one) => one.close(true));
    }
    for (const model of models)
      if (!this.has_model(model.id)) this.#make(model);
      else this.#comms.get(model.id)?.tell(stateOf(model));
  }

  #make(model: WidgetModel): void {
    const comm = new FrameComm(model.id, this.#isLive ? this.#send : null);
    this.#comms.set(model.id, comm);
    const state = stateOf(model);
    this.new_model(
      {
        model_name: model.name,
        model_module: model.module,
        model_module_version: model.version,
        model_id: model.id,
        comm: comm as never,
      },
      (this.#isLive ? state : readOnly(state)) as never,
    ).catch(() => {
      // Its view says so: it is drawn as a widget that could not be made.
    });
  }

  #forget(id: string): void {
    const known = this as unknown as { readonly _models: Record<string, unknown> };
    delete known._models[id];
  }

  protected override async loadClass(className: string, moduleName: string): Promise<never> {
    const found = await this.#packages.load(moduleName);
    if (Object.hasOwn(found, className)) return found[className] as never;
    throw new Error(`There is no ${className} in ${moduleName}.`);
  }

  /** Where a model's own code is not here, its state is kept all the same. */
  protected override loadModelClass(className: string, moduleName: string): Promise<typeof base.WidgetModel> {
    return this.loadClass(className, moduleName).catch(() => MissingModel);
  }

  /** Where a view's code is not here, that stands in its place. */
  protected override loadViewClass(className: string, moduleName: string): Promise<typeof base.WidgetView> {
    return this.loadClass(className, moduleName).catch((error: unknown) => missingView(error));
  }

  protected override _create_comm(): Promise<never> {
    return Promise.reject(new Error('A widget is made by its kernel alone.'));
  }

  protected override _get_comm_info(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }
}

/** A comm as Jupyter's models expect it. Without a way out it takes what is told, and sends nothing. */
class FrameComm {
  readonly target_name = 'jupyter.widget';
  #onMessage: ((message: unknown) => unknown) | null = null;
  #sent = 0;

  constructor(
    readonly comm_id: string,
    private readonly way: SendToModel | null,
  ) {}

  /** The kernel changed the model. */
  tell(state: Record<string, unknown>): void {
    void this.#onMessage?.({ content: { data: { method: 'update', state } }, buffers: [] });
  }

  on_msg(listener: (message: unknown) => unknown): void {
    this.#onMessage = listener;
  }

  on_close(): void {
    // The manager closes its models itself.
  }

  open(): string {
    return '';
  }

  close(): string {
    return '';
  }

  send(data: unknown, callbacks?: Callbacks, _metadata?: unknown, buffers?: readonly BufferSource[]): string {
    // What a widget changes by itself while it is drawn is no wish of a person.
    if (this.way !== null && navigator.userActivation.hasBeenActive) {
      this.way(this.comm_id, messageOf(data as CommData, buffers ?? []));
    }
    setTimeout(() => callbacks?.iopub?.status?.({ content: { execution_state: 'idle' } }), PACE_MS);
    this.#sent += 1;
    return `${this.comm_id}-${this.#sent}`;
  }
}

interface Callbacks {
  readonly iopub?: { readonly status?: (message: unknown) => void };
}

interface CommData {
  readonly method: 'update' | 'custom';
  readonly state?: Record<string, unknown>;
  readonly buffer_paths?: readonly (readonly (string | number)[])[];
  readonly content?: unknown;
}

function messageOf(data: CommData, buffers: readonly BufferSource[]): WidgetMessage {
  if (data.method === 'custom') return { kind: 'custom', content: (data.content ?? null) as never };
  const paths = data.buffer_paths ?? [];
  return {
    kind: 'update',
    state: JSON.parse(JSON.stringify(data.state ?? {})) as never,
    buffers: buffers.flatMap((buffer, index): WidgetBuffer[] => {
      const path = paths[index];
      return path === undefined ? [] : [{ path: [...path], data: base64Of(buffer) }];
    }),
  };
}

/** The state with its bytes in their places, as a model takes it. */
function stateOf({ state, buffers }: WidgetChange): Record<string, unknown> {
  const copy = structuredClone(state) as Record<string, unknown>;
  const paths = buffers.map(({ path }) => [...path].map(String));
  base.put_buffers(
    copy as never,
    paths,
    buffers.map(({ data }) => bytesOf(data)),
  );
  return copy;
}

/** Looked at only: controls that can be switched off are. */
function readOnly(state: Record<string, unknown>): Record<string, unknown> {
  return 'disabled' in state ? { ...state, disabled: true } : state;
}

function bytesOf(base64: string): DataView {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new DataView(bytes.buffer);
}

function base64Of(buffer: BufferSource): string {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  }
  return btoa(text);
}
