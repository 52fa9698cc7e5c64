import type { Notebook } from '../notebook/model';
import { boundTerminal } from './bound-terminal';
import { isSentInOrder } from './passed-over';

/** What keeps a notebook from being executed as a plain copy. */
export interface BlockingCell {
  readonly kind: 'gate' | 'required checklist' | 'step bound to a terminal';
  readonly index: number;
}

/** The first cell that a person must pass: a gate, a checklist with required items, a step in a terminal of theirs. Null when there is none. */
export function blockingCell(notebook: Notebook): BlockingCell | null {
  for (const [index, cell] of notebook.cells.entries()) {
    if (isSentInOrder(cell) && boundTerminal(cell, notebook) !== null)
      return { kind: 'step bound to a terminal', index };
    const own = cell.metadata['watchbook'];
    if (typeof own !== 'object' || own === null || Array.isArray(own)) continue;
    if ('gate' in own) return { kind: 'gate', index };
    const checklist = 'checklist' in own ? own.checklist : undefined;
    const required =
      typeof checklist === 'object' && checklist !== null && 'required' in checklist
        ? checklist.required
        : undefined;
    if (Array.isArray(required) && required.length > 0) return { kind: 'required checklist', index };
  }
  return null;
}
