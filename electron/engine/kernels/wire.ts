import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import type { Channel } from './connection-file';

/** Ends the routing ids and begins the message proper (Jupyter's wire protocol). */
const DELIMITER = Buffer.from('<IDS|MSG>');
const EMPTY = Buffer.alloc(0);

/** A JSON frame above this can not become a JavaScript string. Bytes. */
const MAX_JSON_BYTES = 400 * 1024 * 1024;

/** How many signatures are remembered against replay; as many as Jupyter's own client. */
const REMEMBERED_SIGNATURES = 65_536;

/** Why a message was dropped. */
export type Rejection = 'signature' | 'replay' | 'malformed' | 'protocol' | 'too-large';

export type Decoded =
  | { readonly message: KernelMessage.IMessage }
  | {
      readonly rejected: Rejection;
      readonly header?: KernelMessage.IHeader;
      readonly parent?: KernelMessage.IHeader;
    };

/** Signs a message and lays it out as frames. An empty key means unsigned messages. */
export function encodeMessage(message: KernelMessage.IMessage, key: string): Buffer[] {
  const parts = [
    Buffer.from(JSON.stringify(message.header)),
    Buffer.from(JSON.stringify(message.parent_header ?? {})),
    Buffer.from(JSON.stringify(message.metadata ?? {})),
    Buffer.from(JSON.stringify(message.content)),
  ];
  const frames: Buffer[] = [DELIMITER, Buffer.from(signature(key, parts)), ...parts];
  for (const buffer of message.buffers ?? []) {
    frames.push(
      ArrayBuffer.isView(buffer)
        ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
        : Buffer.from(buffer),
    );
  }
  return frames;
}

/**
 * Reads the messages of one kernel.
 *
 * A message with a wrong signature, with one that was seen before, of another major protocol version or not of
 * the right shape is rejected, never thrown: whoever can reach the socket must not be able to end the engine.
 */
export class WireReader {
  readonly #key: string;
  #seen = new Set<string>();
  #seenBefore = new Set<string>();

  constructor(key: string) {
    this.#key = key;
  }

  decode(channel: Channel, frames: readonly Buffer[]): Decoded {
    const start = frames.findIndex((frame) => frame.equals(DELIMITER));
    const [signed, header, parent, metadata, content] = frames.slice(start + 1, start + 6);
    if (start < 0 || !signed || !header || !parent || !metadata || !content) return { rejected: 'malformed' };
    if (this.#key !== '') {
      const expected = Buffer.from(signature(this.#key, [header, parent, metadata, content]));
      if (signed.length !== expected.length || !timingSafeEqual(signed, expected))
        return { rejected: 'signature' };
      if (!this.#isNew(signed)) return { rejected: 'replay' };
    }
    try {
      const head = parseHeader(header);
      if (head === null) return { rejected: 'malformed' };
      if (!head.version.startsWith('5.')) return { rejected: 'protocol', header: head };
      const parentHeader = JSON.parse(parent.toString()) as KernelMessage.IHeader;
      if (metadata.length + content.length > MAX_JSON_BYTES)
        return { rejected: 'too-large', header: head, parent: parentHeader };
      const message = {
        channel,
        header: head,
        parent_header: parentHeader,
        metadata: JSON.parse(metadata.toString()),
        content: JSON.parse(content.toString()),
        buffers: frames.slice(start + 6).map(copyOf),
      };
      return { message: message as unknown as KernelMessage.IMessage };
    } catch (error) {
      // Not JSON. Anything else would be a mistake here.
      if (error instanceof SyntaxError || error instanceof RangeError) return { rejected: 'malformed' };
      throw error;
    }
  }

  /** Two generations, so that forgetting the oldest costs nothing for each message. */
  #isNew(signed: Buffer): boolean {
    const text = signed.toString('latin1');
    if (this.#seen.has(text) || this.#seenBefore.has(text)) return false;
    this.#seen.add(text);
    if (this.#seen.size >= REMEMBERED_SIGNATURES) {
      this.#seenBefore = this.#seen;
      this.#seen = new Set();
    }
    return true;
  }
}

function signature(key: string, parts: readonly Buffer[]): string {
  if (key === '') return '';
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

function parseHeader(frame: Buffer): KernelMessage.IHeader | null {
  const value: unknown = JSON.parse(frame.toString());
  if (typeof value !== 'object' || value === null) return null;
  // Kernels from before protocol 5.0 leave the version out.
  const { version, ...rest } = value as Record<string, unknown>;
  for (const name of ['msg_id', 'msg_type', 'session', 'username'])
    if (typeof rest[name] !== 'string') return null;
  return {
    ...rest,
    version: typeof version === 'string' ? version : '0',
  } as unknown as KernelMessage.IHeader;
}

/** Frames are views into memory that ZMQ reuses; a message may live long. */
function copyOf(frame: Buffer): DataView {
  const copy = frame.length === 0 ? EMPTY : Buffer.from(frame);
  return new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
}
