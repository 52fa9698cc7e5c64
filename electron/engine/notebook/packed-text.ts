import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

/** Shorter texts stay as they are. UTF-16 units. */
const WORTH = 256 * 1024;
/** The fastest: logs and sources become a tenth of their size by it, and the rest saves little more. */
const LEVEL = 1;

const deflated = promisify(deflateRaw);
const inflated = promisify(inflateRaw);

/**
 * A long text that is seldom wanted, held small meanwhile.
 *
 * In memory, as what it was read from may be another or gone by the time it is wanted. It has to be text that UTF-8 can
 * hold: without halves of a surrogate pair.
 */
export class PackedText {
  private held: { readonly text: string } | { readonly packed: Uint8Array };

  constructor(text: string) {
    this.held = { text };
  }

  /** Makes it small, beside whatever else is done. Rejects where there is no memory for that; then it stays as it was. */
  async pack(): Promise<void> {
    const { held } = this;
    if (!('text' in held) || held.text.length < WORTH) return;
    const packed = await deflated(Buffer.from(held.text, 'utf8'), { level: LEVEL });
    // Its buffer may have room for much more than is in it.
    this.held = { packed: Uint8Array.from(packed) };
  }

  /** The very same text; it stays packed. */
  async read(): Promise<string> {
    const { held } = this;
    return 'text' in held ? held.text : (await inflated(held.packed)).toString('utf8');
  }
}
