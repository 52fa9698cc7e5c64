const NUMBER = /^[-+−]?(?:[\d,.  ’_]*\d(?:\.\d*)?)(?:e[-+]?\d+)?\s?(?:%|ms|s|kB|KB|MB|GB|KiB|MiB|GiB)?$/i;
const NOTHING = new Set(['', 'nan', 'none', 'null', 'nat', '<na>', '-', '–', '—', 'inf', '-inf', '...', '…']);

/** True for a cell that says a number, or says that there is none. */
function isNumeric(text: string): boolean {
  return NOTHING.has(text.toLowerCase()) || (text.length <= 40 && NUMBER.test(text));
}

/**
 * The side each column of a table stands at: numbers to the right, so that their digits stand under each other, words
 * to the left. A column that says nothing at all is one of words.
 */
export function columnSides(rows: readonly (readonly string[])[]): readonly ('left' | 'right')[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, column) => {
    const cells = rows.map((row) => (row[column] ?? '').trim());
    const says = cells.some((text) => !NOTHING.has(text.toLowerCase()));
    return says && cells.every(isNumeric) ? 'right' : 'left';
  });
}
