import type { Cell, Notebook, Output } from '../../../shared/notebook/model';
import type { FullText } from '../../../shared/notebook/outputs/cell-outputs';
import { withFullOutputs } from '../../../shared/notebook/outputs/full-output';

/** A notebook with the outputs of its runs put in, and the whole texts that do not fit. */
export interface Materialised {
  readonly notebook: Notebook;
  readonly full: readonly FullText[];
  /** Which state of which live outputs was put in. */
  readonly states: ReadonlyMap<string, { readonly execution: string; readonly changes: number }>;
}

/** A cell with what it shows put in, as a file has it. */
export function withOutputs(
  cell: Cell,
  executionCount: number | null,
  outputs: readonly Output[],
  full: readonly FullText[],
): Cell {
  return {
    ...cell,
    executionCount,
    outputs,
    metadata: withFullOutputs(
      cell.metadata,
      full.map(({ entry }) => entry),
    ),
  };
}
