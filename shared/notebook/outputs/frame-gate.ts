import { FRAME_BURST, FRAME_MESSAGES_PER_SECOND, fromFrameSchema, type FromFrame } from './frame-protocol';

/** What is to be done with one message of a frame. */
export type FrameVerdict =
  { readonly kind: 'take'; readonly message: FromFrame } | { readonly kind: 'stop'; readonly reason: string };

/**
 * Judges the messages of one frame: not too many, and each of exactly the form agreed on.
 *
 * One bad message stops the frame for good: our own code never sends one. `data` is a function because reading the
 * data of a message event is what costs; a frame that sends too many is stopped without reading them.
 */
export class FrameGate {
  #room = FRAME_BURST;
  #last: number | null = null;
  #stopped: string | null = null;

  judge(data: () => unknown, nowMs: number): FrameVerdict {
    if (this.#stopped !== null) return { kind: 'stop', reason: this.#stopped };
    const earned = this.#last === null ? 0 : ((nowMs - this.#last) / 1_000) * FRAME_MESSAGES_PER_SECOND;
    this.#last = nowMs;
    this.#room = Math.min(FRAME_BURST, this.#room + Math.max(0, earned)) - 1;
    if (this.#room < 0) return this.#stop('it sent too many messages');
    const parsed = fromFrameSchema.safeParse(data());
    return parsed.success
      ? { kind: 'take', message: parsed.data }
      : this.#stop('it sent a message that is not of this version of Watchbook');
  }

  #stop(reason: string): FrameVerdict {
    this.#stopped = reason;
    return { kind: 'stop', reason };
  }
}
