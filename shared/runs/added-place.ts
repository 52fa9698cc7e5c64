import type { Cell } from '../notebook/model';
import { headingLines, sectionLevel } from '../notebook/sections';
import type { Plan } from './plan';

/** Headings of these levels begin a section, as in a plan; a deeper one names the step below it. */
const SECTION_LEVEL = 2;

/**
 * The cell behind which a step is added that is to come right before another: above the texts that name that one,
 * within its section. Null for the very first place.
 */
export function placeBefore(
  cells: readonly Pick<Cell, 'id' | 'type' | 'source'>[],
  plan: Plan,
  step: string,
): string | null {
  let at = cells.findIndex(({ id }) => id === step);
  for (;;) {
    const above = cells[at - 1];
    if (above === undefined) return null;
    const level = sectionLevel(above);
    const isText = above.type === 'markdown' && !plan.byCell.has(above.id);
    const isSection = level !== null && level <= SECTION_LEVEL;
    const names = headingLines(above.source).some((heading) => heading.level > SECTION_LEVEL);
    if (!isText || isSection || !names) return above.id;
    at -= 1;
  }
}
