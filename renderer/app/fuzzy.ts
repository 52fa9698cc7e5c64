/** Which letters of a title were meant, as places in it; none where they do not fit. Those that stand together first. */
export function fuzzyPlaces(letters: string, title: string): ReadonlySet<number> {
  const wanted = letters.trim().toLowerCase();
  const text = title.toLowerCase();
  const whole = wanted === '' ? -1 : text.indexOf(wanted);
  if (whole >= 0) return new Set(Array.from(wanted, (_, at) => whole + at));
  const places = new Set<number>();
  let from = 0;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const at = text.indexOf(letter, from);
    if (at < 0) return new Set();
    places.add(at);
    from = at + 1;
  }
  return places;
}

/**
 * How well letters fit a title, 0 where they do not: all must be there in order. Beginnings of words and letters side
 * by side count more.
 */
export function fuzzyScore(letters: string, title: string): number {
  const wanted = letters.trim().toLowerCase();
  if (wanted === '') return 1;
  const text = title.toLowerCase();
  let score = 0;
  let from = 0;
  let last = -2;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const at = text.indexOf(letter, from);
    if (at < 0) return 0;
    const isStart = at === 0 || text[at - 1] === ' ';
    score += 1 + (isStart ? 3 : 0) + (at === last + 1 ? 2 : 0);
    last = at;
    from = at + 1;
  }
  return score + (text.includes(wanted) ? 10 : 0) + 1 / title.length;
}
