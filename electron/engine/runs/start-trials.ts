import { toWireError } from '../../../shared/rpc/errors';
import type { StartTrial } from '../../../shared/runs/contract';
import type { Cell } from '../../../shared/notebook/model';
import { isShellCell } from '../../../shared/notebook/model';
import { conflict, type RunState } from './run-state';

/** A kernel is waited for so long before its trial says that it failed; seconds. */
const KERNEL_LIMIT = 60;
const KERNEL = 'kernel';
const SHELL = 'shell';

/** What is tried at the start of a run, side by side: each says how it stands, none keeps another from being tried. */
export class StartTrials {
  constructor(private readonly state: RunState) {}

  /** Starts the sessions that the steps of the run need. Never rejects: each trial tells its own end. */
  async begin(): Promise<void> {
    const { main, beside } = this.firstCells();
    await Promise.all([
      main === null ? null : this.tryKernel(KERNEL, main),
      beside === null ? null : this.tryKernel(SHELL, beside),
    ]);
  }

  tryAgain(id: string): void {
    const trial = this.state.live.trials.find((one) => one.id === id);
    if (trial === undefined || trial.state === 'trying') throw conflict('This is not to be tried again.');
    const { main, beside } = this.firstCells();
    const cell = id === KERNEL ? main : id === SHELL ? beside : null;
    if (cell !== null) void this.tryKernel(id, cell);
  }

  async chooseKernel(kernel: string): Promise<void> {
    await this.state.document.chooseKernel(kernel, 'no');
    const { main } = this.firstCells();
    if (main !== null) void this.tryKernel(KERNEL, main);
  }

  put(trial: StartTrial): void {
    const { trials } = this.state.live;
    const isThere = trials.some(({ id }) => id === trial.id);
    this.state.change({
      trials: isThere ? trials.map((one) => (one.id === trial.id ? trial : one)) : [...trials, trial],
    });
  }

  private firstCells(): { readonly main: Cell | null; readonly beside: Cell | null } {
    const cells = this.state.plan.steps
      .filter(({ kind }) => kind === 'code' || kind === 'setup')
      .map(({ cell }) => this.state.cell(cell));
    return {
      main: cells.find((cell) => !isShellCell(cell)) ?? null,
      beside: cells.find(isShellCell) ?? null,
    };
  }

  private async tryKernel(id: string, cell: Cell): Promise<void> {
    const since = new Date().toISOString();
    const { runs } = this.state.document;
    const status = id === KERNEL ? runs.kernelStatus : runs.shellStatus;
    const name = status.spec?.displayName ?? this.state.run.started?.data.kernel ?? status.wanted;
    const title = id === SHELL ? 'Shell' : `${name ?? 'Notebook'} kernel`;
    const trial: StartTrial = {
      id,
      title,
      state: 'trying',
      since,
      limit: KERNEL_LIMIT,
      found: null,
      ways: [],
    };
    this.put(trial);
    try {
      const handle = await runs.prepare(cell);
      const found = `${handle.spec.displayName}, process ${handle.pid}`;
      this.put({ ...trial, state: 'good', found });
    } catch (error) {
      const { message } = toWireError(error);
      this.put({ ...trial, state: 'failed', found: message, ways: ['retry', 'other-kernel'] });
    }
  }
}
