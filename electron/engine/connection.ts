import type { Socket } from 'node:net';
import { MAX_FRAME_BYTES } from '../../shared/rpc/protocol';

/** A frame is a 32-bit big-endian length and that many bytes of JSON in UTF-8. */
const HEADER_BYTES = 4;

/** Writes frames and tells how much has not gone out yet. */
export class FrameWriter {
  constructor(private readonly socket: Socket) {}

  /** Bytes that the other side has not taken yet. */
  get waiting(): number {
    return this.socket.writableLength;
  }

  /** Sends a value. A closed connection takes nothing. */
  write(value: unknown): void {
    this.writeText(JSON.stringify(value));
  }

  /** Sends what is JSON already. */
  writeText(json: string): void {
    if (!this.socket.writable) return;
    const body = Buffer.from(json, 'utf8');
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32BE(body.length, 0);
    this.socket.cork();
    this.socket.write(header);
    this.socket.write(body);
    this.socket.uncork();
  }
}

/**
 * Cuts a stream into frames. What is not a frame, or longer than `limit`, ends in `onFault` and nothing more is read.
 *
 * Parts are kept as they came and joined once, so that memory grows with what was really sent, not with what a
 * header claims.
 */
export class FrameReader {
  private parts: Buffer[] = [];
  private length = 0;
  private expected: number | null = null;
  private isStopped = false;

  constructor(
    private readonly onFrame: (value: unknown) => void,
    private readonly onFault: (reason: string) => void,
    private limit: number = MAX_FRAME_BYTES,
  ) {}

  /** Before the handshake only short frames are read; afterwards all that the protocol allows. */
  allow(limit: number): void {
    this.limit = limit;
  }

  push(chunk: Buffer): void {
    if (this.isStopped) return;
    this.parts.push(chunk);
    this.length += chunk.length;
    while (!this.isStopped) {
      if (this.expected === null) {
        if (this.length < HEADER_BYTES) return;
        this.expected = this.take(HEADER_BYTES).readUInt32BE(0);
        if (this.expected > this.limit) return this.fail(`a frame of ${this.expected} bytes is too long`);
      }
      if (this.length < this.expected) return;
      const body = this.take(this.expected);
      this.expected = null;
      this.deliver(body);
    }
  }

  stop(): void {
    this.isStopped = true;
    this.parts = [];
  }

  private deliver(body: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
      return this.fail('a frame is not JSON');
    }
    this.onFrame(value);
  }

  private fail(reason: string): void {
    this.stop();
    this.onFault(reason);
  }

  private take(count: number): Buffer {
    const [first] = this.parts;
    if (first !== undefined && first.length >= count) {
      const taken = first.subarray(0, count);
      if (first.length === count) this.parts.shift();
      else this.parts[0] = first.subarray(count);
      this.length -= count;
      return taken;
    }
    const all = Buffer.concat(this.parts, this.length);
    this.parts = all.length === count ? [] : [all.subarray(count)];
    this.length -= count;
    return all.subarray(0, count);
  }
}
