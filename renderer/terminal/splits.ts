import type { WindowLayout } from '../../shared/rpc/desktop-contract';

/** Terminals that one tab shows side by side, in their order, each with its share of the room. The shares make 1. */
export type Splits = WindowLayout['terminal']['splits'];
export type SplitTab = Splits[number];

/** More beside each other leave none of them room for a line. */
export const MOST_PARTS = 4;
/** A part never gets smaller than this. */
export const LEAST_SHARE = 0.15;

/** The tabs of these terminals, each where the first of its terminals stands. What is not there any more is left out. */
export function tabsOf(all: readonly string[], splits: Splits): readonly SplitTab[] {
  const left = kept(splits, all);
  const seen = new Set<string>();
  return all.flatMap((id) => {
    if (seen.has(id)) return [];
    const tab = tabOf(left, id);
    for (const { terminal } of tab) seen.add(terminal);
    return [tab];
  });
}

/** The tab that a terminal is in: one of its own, where it is in no split. */
export function tabOf(splits: Splits, id: string): SplitTab {
  return splits.find((split) => holds(split, id)) ?? [{ terminal: id, share: 1 }];
}

/** Puts a terminal right behind another one, which gives it half of its room. A full tab takes none. */
export function besideOf(splits: Splits, id: string, added: string): Splits {
  const tab = tabOf(splits, id);
  if (id === added || tab.length >= MOST_PARTS || holds(tab, added)) return splits;
  const next = tab.flatMap((part) => {
    if (part.terminal !== id) return [part];
    const share = part.share / 2;
    return [
      { terminal: id, share },
      { terminal: added, share },
    ];
  });
  const others = withoutTerminal(splits, added).filter((split) => !holds(split, id));
  return [...others, next];
}

/** Takes a terminal out of its tab; its neighbour gets its room. A split of one is none. */
export function withoutTerminal(splits: Splits, id: string): Splits {
  return splits.flatMap((split) => {
    const at = split.findIndex(({ terminal }) => terminal === id);
    if (at === -1) return [split];
    const heir = at === 0 ? 1 : at - 1;
    const room = split[at]?.share ?? 0;
    const left = split
      .map((part, index) => (index === heir ? { ...part, share: part.share + room } : part))
      .filter(({ terminal }) => terminal !== id);
    return left.length > 1 ? [left] : [];
  });
}

/** Puts a terminal in the place of another one. */
export function replaced(splits: Splits, id: string, by: string): Splits {
  return splits.map((split) =>
    split.map((part) => (part.terminal === id ? { ...part, terminal: by } : part)),
  );
}

/** Only what is still there. */
export function kept(splits: Splits, all: readonly string[]): Splits {
  const gone = splits.flat().filter(({ terminal }) => !all.includes(terminal));
  return gone.reduce((left, { terminal }) => withoutTerminal(left, terminal), splits);
}

/** Moves the line behind a terminal: it gets this share, and the next one what is left of both. */
export function resized(splits: Splits, id: string, share: number): Splits {
  return splits.map((split) => {
    const at = split.findIndex(({ terminal }) => terminal === id);
    const next = split[at + 1];
    const part = split[at];
    if (part === undefined || next === undefined) return split;
    const both = part.share + next.share;
    const first = Math.min(both - LEAST_SHARE, Math.max(LEAST_SHARE, share));
    return split.map((one, index) => {
      if (index === at) return { ...one, share: first };
      return index === at + 1 ? { ...one, share: both - first } : one;
    });
  });
}

/** The terminal beside another one in its tab, round the end. */
export function partBeside(splits: Splits, id: string, by: 1 | -1): string {
  const tab = tabOf(splits, id);
  const at = tab.findIndex(({ terminal }) => terminal === id);
  return tab[(at + by + tab.length) % tab.length]?.terminal ?? id;
}

function holds(split: SplitTab, id: string): boolean {
  return split.some(({ terminal }) => terminal === id);
}
