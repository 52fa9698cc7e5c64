import { columnSides } from '../../shared/notebook/outputs/table-sides';

/** Tables and rows that are looked at; the sides of a column show in its first rows. */
const MOST_TABLES = 50;
const MOST_ROWS = 200;
const MOST_MARKED = 40_000;
/** As long as pandas lets a value be before it cuts it. */
const SHORT = 50;

/** Puts the numbers of data frames to the right, and keeps short values on a line. Tables of any other kind are as their author made them. */
export function sideTables(root: ParentNode): void {
  const tables = [...root.querySelectorAll<HTMLTableElement>('table.dataframe, table[id^="T_"]')];
  let marked = 0;
  for (const table of tables.slice(0, MOST_TABLES)) {
    const [body] = table.tBodies;
    if (body === undefined) continue;
    const sides = columnSides([...body.rows].slice(0, MOST_ROWS).map((row) => textsOf(row)));
    for (const row of [...(table.tHead?.rows ?? []), ...body.rows]) {
      let column = 0;
      for (const cell of row.cells) {
        if (cell.colSpan === 1 && sides[column] === 'right' && cell.style.textAlign === '') {
          cell.classList.add('is-number');
        }
        if ((cell.textContent?.length ?? 0) <= SHORT) cell.classList.add('is-short');
        column += cell.colSpan;
        marked += 1;
        if (marked > MOST_MARKED) return;
      }
    }
  }
}

/** Texts of data cells by column; names of rows count as words. */
function textsOf(row: HTMLTableRowElement): readonly string[] {
  return [...row.cells].flatMap((cell) => [
    cell.tagName === 'TH' && !/^\d+$/.test(cell.textContent?.trim() ?? '')
      ? 'name'
      : (cell.textContent ?? ''),
    ...Array.from({ length: Math.min(100, cell.colSpan - 1) }, () => ''),
  ]);
}
