const known = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/**
 * Where a cell stands in this order, from 0; -1 for one that is not in it. Orders are values: each is looked through once,
 * however many cells ask at each change of the model.
 */
export function placeIn(order: readonly string[], cell: string): number {
  let places = known.get(order);
  if (places === undefined) {
    places = new Map(order.map((id, index) => [id, index]));
    known.set(order, places);
  }
  return places.get(cell) ?? -1;
}
