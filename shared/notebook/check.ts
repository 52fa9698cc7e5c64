import type { Finding } from './contract';
import type { Cell } from './model';
import type { ParsedNotebook } from './notebook-file';
import { isJsonObject, member } from './notebook-values';

/** What is to be said of a notebook, in the order of its cells; the notes of the whole file come first. */
export function checkNotebook(file: ParsedNotebook): readonly Finding[] {
  const findings = [...file.findings, ...rollbackFindings(file.notebook.cells)];
  return findings.sort((a, b) => (a.cell ?? -1) - (b.cell ?? -1));
}

/** True for what Watchbook would repair or warn of; a note is only worth knowing. */
export function isProblem(finding: Finding): boolean {
  return finding.severity !== 'note';
}

/** A rollback cell that is no rollback of anything would never be offered. */
function rollbackFindings(cells: readonly Cell[]): Finding[] {
  const ids = new Set(cells.map((cell) => cell.id));
  return cells.flatMap((cell, index): Finding[] => {
    const own = member(cell.metadata, 'watchbook');
    const target = isJsonObject(own) ? member(own, 'rollbackOf') : undefined;
    if (target === undefined || (typeof target === 'string' && ids.has(target))) return [];
    return [
      {
        severity: 'warning',
        code: 'rollback-of-nothing',
        message:
          typeof target === 'string'
            ? `This cell rolls back the cell “${target}”, which is not in the notebook.`
            : 'This cell does not name the cell that it rolls back.',
        cell: index,
        place: `cells[${index}].metadata.watchbook.rollbackOf`,
      },
    ];
  });
}
