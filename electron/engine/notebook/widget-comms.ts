import { randomUUID } from 'node:crypto';
import { KernelMessage } from '@jupyterlab/services';
import { redactJson, redactText, type Redactions } from '../../../shared/notebook/outputs/redactor';
import type { WidgetBuffer, WidgetChange } from '../../../shared/notebook/widgets/widget-model';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import type { LiveKernel } from './kernel-slot';

export const WIDGET_TARGET = 'jupyter.widget';
const CONTROL_TARGET = 'jupyter.widget.control';
const MOST_BUFFERS = 10_000;

/** What a comm message of a kernel says, as far as widgets go. Everything else is null. */
export type CommMessage =
  | { readonly kind: 'open'; readonly id: string; readonly change: WidgetChange }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly change: WidgetChange;
      /** Set where it answers a message of ours: the id of that. */
      readonly echoOf: string | null;
    }
  | {
      readonly kind: 'states';
      readonly states: readonly { readonly id: string; readonly change: WidgetChange }[];
    }
  | { readonly kind: 'close'; readonly id: string };

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a comm message; what it carries passes the redactor, its bytes too. Members of a wrong type count as absent. */
export function readComm(message: KernelMessage.IMessage, redactions: Redactions): CommMessage | null {
  const content: unknown = message.content;
  if (!isObject(content)) return null;
  const id = content['comm_id'];
  if (typeof id !== 'string' || id === '' || id.length > 200) return null;
  const data = isObject(content['data']) ? content['data'] : {};
  const change = (): WidgetChange => ({
    state: redactJson(redactions, isObject(data['state']) ? data['state'] : {}),
    buffers: buffersOf(data['buffer_paths'], message.buffers, redactions),
  });
  switch (message.header.msg_type) {
    case 'comm_open':
      return content['target_name'] === WIDGET_TARGET ? { kind: 'open', id, change: change() } : null;
    case 'comm_close':
      return { kind: 'close', id };
    case 'comm_msg': {
      const method = data['method'];
      if (method === 'update_states') return { kind: 'states', states: statesOf(data, message, redactions) };
      if (method !== 'update' && method !== 'echo_update') return null;
      const parent = (message.parent_header as Partial<KernelMessage.IHeader>).msg_id ?? null;
      return { kind: 'update', id, change: change(), echoOf: method === 'echo_update' ? parent : null };
    }
    default:
      return null;
  }
}

function statesOf(
  data: JsonObject,
  message: KernelMessage.IMessage,
  redactions: Redactions,
): { readonly id: string; readonly change: WidgetChange }[] {
  const all = buffersOf(data['buffer_paths'], message.buffers, redactions);
  const states = isObject(data['states']) ? data['states'] : {};
  return Object.entries(states).flatMap(([id, entry]) => {
    const state = isObject(entry) ? entry['state'] : undefined;
    if (!isObject(state)) return [];
    const buffers = all
      .filter(({ path }) => path[0] === id && path.length > 1)
      .map(({ path, data: bytes }) => ({ path: path.slice(1), data: bytes }));
    return [{ id, change: { state: redactJson(redactions, state), buffers } }];
  });
}

function buffersOf(
  paths: Json | undefined,
  buffers: KernelMessage.IMessage['buffers'],
  redactions: Redactions,
): WidgetBuffer[] {
  if (!Array.isArray(paths) || buffers === undefined) return [];
  return buffers.slice(0, MOST_BUFFERS).flatMap((buffer, index): WidgetBuffer[] => {
    const path: unknown = paths[index];
    if (!Array.isArray(path) || path.length === 0 || path.length > 32) return [];
    if (!path.every((step) => typeof step === 'string' || (Number.isInteger(step) && step >= 0))) return [];
    const bytes = ArrayBuffer.isView(buffer)
      ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
      : Buffer.from(buffer);
    return [{ path: path as (string | number)[], data: redacted(bytes, redactions).toString('base64') }];
  });
}

/** A secret in bytes is found where it is plain text in them. */
function redacted(bytes: Buffer, redactions: Redactions): Buffer {
  if (redactions.isEmpty) return bytes;
  const text = bytes.toString('latin1');
  const clean = redactText(redactions, text);
  return clean === text ? bytes : Buffer.from(clean, 'latin1');
}

/** Sends one comm message to a kernel; answers its id. The kernel gives no reply, but its status follows. */
export function sendComm(
  { handle }: LiveKernel,
  comm: string,
  data: JsonObject,
  buffers: readonly WidgetBuffer[],
  beforeSending: (messageId: string) => void,
): string {
  const message = KernelMessage.createMessage<KernelMessage.ICommMsgMsg<'shell'>>({
    msgType: 'comm_msg',
    channel: 'shell',
    username: handle.connection.username,
    session: handle.connection.clientId,
    content: { comm_id: comm, data: data as never },
    buffers: buffers.map(({ data: bytes }) => {
      const buffer = Buffer.from(bytes, 'base64');
      return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }),
  });
  beforeSending(message.header.msg_id);
  void handle.connection.sendShellMessage(message, false, true);
  return message.header.msg_id;
}

/**
 * Asks a kernel that lived before this engine for the state of all its widgets; they come as one `states` message.
 *
 * Only where it has any: a kernel that never heard of widgets would complain of the question.
 */
export function askForStates(live: LiveKernel): void {
  const { handle, router } = live;
  const base = {
    username: handle.connection.username,
    session: handle.connection.clientId,
    channel: 'shell' as const,
  };
  const question = KernelMessage.createMessage<KernelMessage.ICommInfoRequestMsg>({
    ...base,
    msgType: 'comm_info_request',
    content: { target_name: WIDGET_TARGET },
  });
  const stop = router.listen(question.header.msg_id, (message) => {
    if (message.header.msg_type !== 'comm_info_reply') return;
    stop();
    const comms = (message.content as { readonly comms?: unknown }).comms;
    if (!isObject(comms) || Object.keys(comms).length === 0) return;
    const control = randomUUID();
    const opening = KernelMessage.createMessage<KernelMessage.ICommOpenMsg<'shell'>>({
      ...base,
      msgType: 'comm_open',
      content: { comm_id: control, target_name: CONTROL_TARGET, data: {} },
      metadata: { version: '1.0.0' },
    });
    void handle.connection.sendShellMessage(opening, false, true);
    sendComm(live, control, { method: 'request_states' }, [], () => undefined);
  });
  handle.connection.sendShellMessage(question, true, true).done.catch(() => stop());
}
