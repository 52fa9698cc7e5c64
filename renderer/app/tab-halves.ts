/**
 * The rules of tabs in one or two halves, of tabs that are known by their ids alone. With `second` empty the window
 * is not split; else each half has its own strip, and shows one tab of it.
 */
export interface Halves<T extends { readonly id: string }> {
  /** In the order of the strips. */
  readonly tabs: readonly T[];
  /** The tab with the keys. */
  readonly active: string | null;
  /** What the half without the keys shows; null where there is one half. */
  readonly beside: { readonly id: string; readonly isFirst: boolean } | null;
  /** The tabs of the second half. */
  readonly second: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The tabs of one half, in their order. */
export function tabsOfHalf<T extends { readonly id: string }>(
  { tabs, second }: Halves<T>,
  isFirst: boolean,
): readonly T[] {
  return tabs.filter(({ id }) => second.has(id) !== isFirst);
}

/** True where the keys are in the first half, and where there is one half alone. */
export function isFirstActive({ active, second }: Halves<{ readonly id: string }>): boolean {
  return active === null || !second.has(active);
}

/** One more tab at the end of the half with the keys, or of the other one; it gets the keys. */
export function withTab<T extends { readonly id: string }>(model: Halves<T>, tab: T): Halves<T> {
  const second = isFirstActive(model) ? model.second : new Set([...model.second, tab.id]);
  return { ...model, tabs: [...model.tabs, tab], second, active: tab.id };
}

/** Gives a tab the keys; its half shows it. */
export function withActive<T extends { readonly id: string }>(model: Halves<T>, id: string): Halves<T> {
  const { tabs, active, beside, second } = model;
  if (active === id || !tabs.some((tab) => tab.id === id)) return model;
  const isSameHalf = active === null || second.has(active) === second.has(id);
  const other = isSameHalf || beside === null ? beside : { id: active, isFirst: !second.has(active) };
  return { ...model, active: id, beside: other };
}

/**
 * Moves a tab to the other half, which is made where there was none; it gets the keys. A half that has no tab left
 * goes. The only tab of a window stays where it is.
 */
export function inOtherHalf<T extends { readonly id: string }>(model: Halves<T>, id: string): Halves<T> {
  const { tabs, active, beside, second } = model;
  const isThere = tabs.some((tab) => tab.id === id);
  if (!isThere || tabs.length < 2) return model;
  const wasFirst = !second.has(id);
  const shownThere = wasFirst === isFirstActive(model) ? active : (beside?.id ?? null);
  const left = shownThere === id ? neighbour(tabsOfHalf(model, wasFirst), id) : shownThere;
  const moved = new Set(wasFirst ? [...second, id] : [...second].filter((one) => one !== id));
  if (left === null) return joined({ ...model, active: id });
  return { ...model, second: moved, active: id, beside: { id: left, isFirst: wasFirst } };
}

/** One half again, with the tabs of both: those of the first half first. */
export function joined<T extends { readonly id: string }>(model: Halves<T>): Halves<T> {
  const tabs = [...tabsOfHalf(model, true), ...tabsOfHalf(model, false)];
  return { ...model, tabs, second: NONE, beside: null };
}

/** Two halves of one: the active tab moves to the second, and the first shows its neighbour. */
export function split<T extends { readonly id: string }>(model: Halves<T>): Halves<T> {
  return model.active === null ? model : inOtherHalf(model, model.active);
}

/** The next or previous tab of the half with the keys, round the end. */
export function stepped<T extends { readonly id: string }>(model: Halves<T>, by: 1 | -1): Halves<T> {
  const strip = tabsOfHalf(model, isFirstActive(model));
  const at = strip.findIndex(({ id }) => id === model.active);
  const next = strip[(at + by + strip.length) % strip.length];
  return next === undefined ? model : { ...model, active: next.id };
}

/** Moves a tab by one place in its strip; at an end it stays. */
export function shifted<T extends { readonly id: string }>(
  model: Halves<T>,
  id: string,
  by: 1 | -1,
): Halves<T> {
  const strip = tabsOfHalf(model, !model.second.has(id));
  const target = strip[strip.findIndex((tab) => tab.id === id) + by];
  return target === undefined ? model : placed(model, id, { id: target.id, isAfter: by === 1 });
}

/** Puts a tab before or after another one, in that one's half. */
export function placed<T extends { readonly id: string }>(
  model: Halves<T>,
  id: string,
  at: { readonly id: string; readonly isAfter: boolean },
): Halves<T> {
  if (id === at.id) return model;
  const isMove = model.second.has(id) !== model.second.has(at.id);
  const { tabs, ...rest } = isMove ? inOtherHalf(model, id) : model;
  const tab = tabs.find((one) => one.id === id);
  const others = tabs.filter((one) => one.id !== id);
  const place = others.findIndex((one) => one.id === at.id) + (at.isAfter ? 1 : 0);
  return tab === undefined ? model : { ...rest, tabs: others.toSpliced(place, 0, tab) };
}

/** Takes a tab away. Its half shows the neighbour; where that half is empty then, the other one has the room. */
export function without<T extends { readonly id: string }>(model: Halves<T>, id: string): Halves<T> {
  const { active, beside, second } = model;
  const next = neighbour(tabsOfHalf(model, !second.has(id)), id);
  const rest: Halves<T> = {
    tabs: model.tabs.filter((tab) => tab.id !== id),
    second: new Set([...second].filter((one) => one !== id)),
    active: active === id ? (next ?? beside?.id ?? null) : active,
    beside: beside?.id === id && next !== null ? { ...beside, id: next } : beside,
  };
  const isHalfGone = beside !== null && next === null;
  return isHalfGone ? joined(rest) : rest;
}

/** The tab that comes forward where this one goes: the one after it, else the one before it. */
function neighbour(strip: readonly { readonly id: string }[], id: string): string | null {
  const at = strip.findIndex((tab) => tab.id === id);
  return (strip[at + 1] ?? strip[at - 1])?.id ?? null;
}
