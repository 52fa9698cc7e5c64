import { toWireError } from '../../../shared/rpc/errors';
import type { StartTrial } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import type { Cell } from '../../../shared/notebook/model';
import { isShellCell } from '../../../shared/notebook/model';
import type { KernelHandle } from '../kernels/kernel-handle';
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

  /** Tries a session once more, as a person said; that it is another one then is recorded. */
  tryAgain(id: string, actor: Actor): void {
    const trial = this.state.live.trials.find((one) => one.id === id);
    if (trial === undefined || trial.state === 'trying') throw conflict('This is not to be tried again.');
    const { main, beside } = this.firstCells();
    const cell = id === KERNEL ? main : id === SHELL ? beside : null;
    if (cell !== null) void this.tryKernel(id, cell, actor);
  }

  /** Another kernel for this run alone: chosen by a person, and recorded. Rejects with `no-kernel`. */
  async chooseKernel(kernel: string, actor: Actor): Promise<void> {
    const { state } = this;
    // Remembered for the run's own file, so that an engine after this one takes it too.
    await state.document.chooseKernel(kernel, 'notebook');
    await state.record(actor, { type: 'kernel-replaced', data: { session: 'kernel', kernel } });
    const { main } = this.firstCells();
    if (main !== null) void this.tryKernel(KERNEL, main);
  }

  /** Starts the session of a cell. One that does not come is shown among what is tried, with the ways out. */
  async prepare(cell: Cell): Promise<void> {
    const id = isShellCell(cell) ? SHELL : KERNEL;
    const before = this.state.live.trials.find((trial) => trial.id === id);
    try {
      const handle = await this.state.document.runs.prepare(cell);
      if (before?.state === 'failed') this.put(goodTrial(before, handle));
    } catch (error) {
      const { code, message } = toWireError(error);
      if (code !== 'cancelled') this.put(this.failedTrial(before ?? this.newTrial(id), message));
      throw error;
    }
  }

  put(trial: StartTrial): void {
    const { trials } = this.state.live;
    const isThere = trials.some(({ id }) => id === trial.id);
    this.state.change({
      trials: isThere ? trials.map((one) => (one.id === trial.id ? trial : one)) : [...trials, trial],
    });
  }

  private firstCells(): { readonly main: Cell | null; readonly beside: Cell | null } {
    // Parameters are set in a session that some step has.
    const needed = this.state.plan.steps.some(({ kind, terminal }) => kind === 'code' && terminal === null);
    const cells = this.state.plan.steps
      .filter(({ kind, terminal }) => (kind === 'code' && terminal === null) || (kind === 'setup' && needed))
      .map(({ cell }) => this.state.cell(cell));
    return {
      main: cells.find((cell) => !isShellCell(cell)) ?? null,
      beside: cells.find(isShellCell) ?? null,
    };
  }

  private newTrial(id: string): StartTrial {
    const { runs } = this.state.document;
    const status = id === KERNEL ? runs.kernelStatus : runs.shellStatus;
    const name = status.spec?.displayName ?? status.wanted ?? this.state.run.started?.data.kernel;
    return {
      id,
      title: id === SHELL ? 'Shell' : `${name ?? 'Notebook'} kernel`,
      state: 'trying',
      since: new Date().toISOString(),
      limit: KERNEL_LIMIT,
      found: null,
      ways: [],
    };
  }

  /** With the last words of a kernel that ended. The built-in shell is the only one of its kind. */
  private failedTrial(trial: StartTrial, why: string): StartTrial {
    if (trial.id !== KERNEL) return { ...trial, state: 'failed', found: why, ways: ['retry'] };
    const said = this.state.document.runs.kernelStatus.stderr?.trim().split('\n').at(-1) ?? '';
    const found = said === '' ? why : `${why} It said: ${said}`;
    return { ...trial, state: 'failed', found, ways: ['retry', 'other-kernel'] };
  }

  /** `again`: who tries it once more. */
  private async tryKernel(id: string, cell: Cell, again: Actor | null = null): Promise<void> {
    const trial = this.newTrial(id);
    this.put(trial);
    try {
      const handle = await this.state.document.runs.prepare(cell);
      if (again !== null) {
        const session = handle.spec.source === 'built-in' ? 'shell' : 'kernel';
        const data = { session, kernel: handle.spec.name } as const;
        await this.state.record(again, { type: 'kernel-replaced', data });
      }
      this.put(goodTrial(trial, handle));
    } catch (error) {
      this.put(this.failedTrial(trial, toWireError(error).message));
    }
  }
}

function goodTrial(trial: StartTrial, { spec, pid }: Pick<KernelHandle, 'spec' | 'pid'>): StartTrial {
  return { ...trial, state: 'good', found: `${spec.displayName}, process ${pid}`, ways: [] };
}
