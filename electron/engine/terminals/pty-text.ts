import { isAscii } from 'node:buffer';

/** The bytes of a terminal as text, however characters are parted between pieces. What is no UTF-8 is marked so. */
export class PtyText {
  // A mark of the byte order is a character as any other here: it may come anywhere.
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The decoder holds nothing of a character that is not whole. */
  private isWhole = true;

  take(bytes: Buffer): string {
    // Most of what programs print, and read several times faster so.
    if (this.isWhole && isAscii(bytes)) return bytes.toString('latin1');
    const last = bytes.at(-1);
    if (last !== undefined) this.isWhole = last < 0x80;
    return this.decoder.decode(bytes, { stream: true });
  }

  /** The stream has ended: what stands for a character that broke off. */
  finish(): string {
    this.isWhole = true;
    return this.decoder.decode();
  }
}
