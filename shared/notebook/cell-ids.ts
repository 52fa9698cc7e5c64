const ID = /^[a-zA-Z0-9-_]{1,64}$/;

/** True for what nbformat 4.5 takes as the id of a cell. */
export function isCellId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** A new random id, as nbformat makes them but long enough to be unique in any notebook. Nothing secret rests on it. */
export function newCellId(): string {
  const half = (): string =>
    Math.floor(Math.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return half() + half();
}

/**
 * Gives ids to cells that have none, always the same ones for the same content, so that what was kept by id (edits for
 * recovery, positions) is found again when the file is read again.
 */
export class ContentIds {
  /** By hash, where to go on: a million cells of one content must not each count from the beginning. */
  private readonly next = new Map<string, number>();

  /** @param taken ids in use; new ones are added */
  constructor(private readonly taken: Set<string>) {}

  make(content: string): string {
    const base = hash(content);
    let count = this.next.get(base) ?? 1;
    let id: string;
    do {
      id = count === 1 ? base : `${base}-${count}`;
      count += 1;
    } while (this.taken.has(id));
    this.next.set(base, count);
    this.taken.add(id);
    return id;
  }
}

/** 53 bits of a hash (cyrb53) in hex. Not for security: it only spreads. */
function hash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(16).padStart(14, '0');
}
