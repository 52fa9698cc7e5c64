import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { TryConfirmation } from '../../../shared/runs/try-contract';
import type { KernelHandle } from '../kernels/kernel-handle';
import type { SessionAnswer } from './ask-session';

/** A runbook whose cells are tried, as its guard sees it. */
export interface GuardedRunbook {
  readonly path: () => string;
  readonly notebook: () => Notebook;
  /** Starts what a cell would need. Rejects with `no-kernel` or `kernel-failed`. */
  readonly prepare: (cell: Cell) => Promise<KernelHandle>;
  /** The live kernel a cell would run on; null while there is none. */
  readonly liveFor: (cell: Cell) => KernelHandle | null;
  readonly ask: (cell: Cell, code: string, limitMs: number) => Promise<SessionAnswer>;
}

/** What stands between the wish to run cells of a runbook and their sending. Cells of runs have guards of their own. */
export interface CellGuard {
  /** Before cells are put in line. Rejects with `needs-consent` where a person has to say yes first, else `forbidden`. */
  admit(runbook: GuardedRunbook, cells: readonly Cell[], confirmed: TryConfirmation | null): Promise<void>;
  /** Before one of them is sent. Rejects where it is not to be sent; `signal`: it was interrupted meanwhile. */
  before(runbook: GuardedRunbook, cell: Cell, signal: AbortSignal): Promise<void>;
  /** One of them has ended. */
  after(runbook: GuardedRunbook, cell: Cell): void;
}
