import type { KernelMessage } from '@jupyterlab/services';
import { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import { mimeBundle } from '../../../shared/notebook/outputs/mime';
import type { Redactions } from '../../../shared/notebook/outputs/redactor';
import type { TextStore } from '../../../shared/notebook/outputs/text-store';
import type { Output } from '../../../shared/notebook/model';
import type { Json, JsonObject } from '../../../shared/rpc/contract';

/** Bytes of a text that an output widget keeps as a whole; of a longer one both ends stay. */
const KEPT_TEXT = 1024 * 1024;
/** Outputs of one widget; the oldest go. */
const MOST_OUTPUTS = 500;

const CAPTURED: ReadonlySet<string> = new Set([
  'stream',
  'display_data',
  'execute_result',
  'update_display_data',
  'error',
  'clear_output',
]);

/**
 * Leads outputs into output widgets: those of the request that a widget names in `msg_id`, while it does.
 *
 * Of widgets inside of each other the one that came last takes them, as in JupyterLab.
 */
export class WidgetCapture {
  readonly #redactions: Redactions;
  /** By request, the widgets that take its outputs; the last one does. */
  readonly #takers = new Map<string, string[]>();
  readonly #requests = new Map<string, string>();
  readonly #outputs = new Map<string, CellOutputs>();

  constructor(redactions: Redactions) {
    this.#redactions = redactions;
  }

  /** The widget takes the outputs of this request from now on; none where it is empty. */
  follow(model: string, request: string): void {
    const before = this.#requests.get(model);
    if (before === request) return;
    if (before !== undefined) {
      const left = (this.#takers.get(before) ?? []).filter((one) => one !== model);
      if (left.length > 0) this.#takers.set(before, left);
      else this.#takers.delete(before);
    }
    if (request === '') {
      this.#requests.delete(model);
      return;
    }
    this.#requests.set(model, request);
    this.#takers.set(request, [...(this.#takers.get(request) ?? []), model]);
  }

  /** The kernel set the outputs itself: what comes goes on from these. */
  forget(model: string): void {
    this.#outputs.delete(model);
  }

  close(model: string): void {
    this.follow(model, '');
    this.forget(model);
  }

  /** Takes an output; answers its widget and that widget's outputs, null where no widget wants it. */
  take(
    message: KernelMessage.IMessage,
    present: (model: string) => Json | undefined,
  ): { readonly model: string; readonly outputs: readonly Json[] } | null {
    if (this.#takers.size === 0 || !CAPTURED.has(message.header.msg_type)) return null;
    const parent = (message.parent_header as Partial<KernelMessage.IHeader>).msg_id;
    const model = parent === undefined ? undefined : this.#takers.get(parent)?.at(-1);
    if (model === undefined) return null;
    const outputs = this.#outputsOf(model, present(model));
    outputs.handle(message.header.msg_type, message.content);
    return { model, outputs: shown(outputs).slice(-MOST_OUTPUTS) };
  }

  #outputsOf(model: string, present: Json | undefined): CellOutputs {
    const known = this.#outputs.get(model);
    if (known !== undefined) return known;
    const made = new CellOutputs({
      keyPrefix: '',
      limitBytes: KEPT_TEXT,
      redactions: this.#redactions,
      openStore: noStore,
    });
    for (const output of Array.isArray(present) ? (present as readonly Json[]) : []) {
      if (typeof output !== 'object' || output === null || Array.isArray(output)) continue;
      const { output_type: type, text, ...others } = output as JsonObject;
      if (typeof type !== 'string') continue;
      made.handle(type, { ...others, text: Array.isArray(text) ? text.join('') : text });
    }
    this.#outputs.set(model, made);
    return made;
  }
}

/** The outputs as the widget's state holds them. Of a text over the limit that is what a screen shows of it. */
function shown(outputs: CellOutputs): Json[] {
  const views = outputs.views();
  return outputs.kept().outputs.map((output, index): Json => {
    const view = views[index];
    if (output.output_type === 'stream' && view?.kind === 'stream' && view.text.bytes > KEPT_TEXT) {
      const { head, tail, omittedLines } = view.text;
      return { ...output, text: `${head}\n[${omittedLines} lines not kept here]\n${tail}` };
    }
    return inNbformat(output);
  });
}

function inNbformat(output: Output): Json {
  switch (output.output_type) {
    case 'unknown':
      return output.raw;
    case 'display_data':
    case 'execute_result':
      return { ...output, data: mimeBundle(output.data) } as unknown as Json;
    case 'stream':
    case 'error':
      return output as unknown as Json;
  }
}

/** Nothing reads the whole of a widget's text: both ends are kept, as on a screen. */
function noStore(): TextStore {
  return {
    name: 'widget',
    append: () => undefined,
    setTail: () => undefined,
    discard: () => undefined,
    read: () => Promise.resolve({ lines: [], total: 0 }),
    search: () => Promise.resolve({ lines: [], more: false }),
    snapshot: () => ({
      sha256: '',
      bytes: async function* () {
        yield new Uint8Array();
      },
    }),
  };
}
