import type { AnsiRun } from './ansi';

/** A piece of a line that is part of an address, or of none. */
export interface LinkedRun extends AnsiRun {
  /** The whole address, also where colour codes part it. */
  readonly address?: string;
}

/** Addresses in one line beyond these are text. */
const MOST = 100;
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`{}|\\^]{1,2000}/gi;

/** What ends a sentence and no address; a bracket belongs to it only where it was opened in it. */
function trimmed(address: string): string {
  let text = address;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = { ')': '(', ']': '[' }[last];
    const isOpen = opening !== undefined && text.split(opening).length >= text.split(last).length;
    if (isOpen || !/[.,;:!?)\]*]/.test(last)) return text;
    text = text.slice(0, -1);
  }
}

/** The runs of one line, parted where an address of the web begins and ends. The same runs where there is none. */
export function linkRuns(runs: readonly AnsiRun[]): readonly LinkedRun[] {
  const line = runs.map(({ text }) => text).join('');
  if (!line.includes('://')) return runs;
  const places: { readonly from: number; readonly to: number; readonly address: string }[] = [];
  for (const match of line.matchAll(ADDRESS)) {
    if (places.length >= MOST) break;
    const address = trimmed(match[0]);
    // A scheme and its slashes lead nowhere.
    if (/^https?:\/\/$/i.test(address)) continue;
    places.push({ from: match.index, to: match.index + address.length, address });
  }
  if (places.length === 0) return runs;
  const linked: LinkedRun[] = [];
  let start = 0;
  let next = 0;
  for (const run of runs) {
    const end = start + run.text.length;
    for (let at = start; at < end;) {
      while ((places[next]?.to ?? Infinity) <= at) next += 1;
      const place = places[next];
      const isInside = place !== undefined && place.from <= at;
      const to = place === undefined ? end : Math.min(end, isInside ? place.to : place.from);
      const text = run.text.slice(at - start, to - start);
      linked.push(isInside ? { ...run, text, address: place.address } : { ...run, text });
      at = to;
    }
    start = end;
  }
  return linked;
}
