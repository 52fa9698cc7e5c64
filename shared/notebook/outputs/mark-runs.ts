import type { AnsiRun } from './ansi';

/** A piece of a line, found by a search or not. */
export interface MarkedRun extends AnsiRun {
  readonly isFound: boolean;
}

/** The runs of one line, parted where the text that was looked for begins and ends. Colour codes may part the text. */
export function markRuns(
  runs: readonly AnsiRun[],
  wanted: string,
  caseSensitive: boolean,
): readonly MarkedRun[] {
  const fold = (text: string): string => (caseSensitive ? text : text.toLowerCase());
  const line = fold(runs.map(({ text }) => text).join(''));
  const places = placesOf(line, fold(wanted));
  const marked: MarkedRun[] = [];
  let start = 0;
  for (const run of runs) {
    const end = start + run.text.length;
    let at = start;
    while (at < end) {
      const place = places.find(([, to]) => to > at);
      const isFound = place !== undefined && place[0] <= at;
      const next = place === undefined ? end : Math.min(end, isFound ? place[1] : place[0]);
      marked.push({ ...run, text: run.text.slice(at - start, next - start), isFound });
      at = next;
    }
    start = end;
  }
  return marked;
}

/** Marks in one line beyond these are not drawn. */
const MOST_PLACES = 500;

function placesOf(line: string, wanted: string): readonly (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  if (wanted === '') return places;
  for (let at = line.indexOf(wanted); at >= 0 && places.length < MOST_PLACES;) {
    places.push([at, at + wanted.length]);
    at = line.indexOf(wanted, at + wanted.length);
  }
  return places;
}
