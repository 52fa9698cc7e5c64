import { cellMembers } from '../../../shared/runs/cell-metadata';
import { findHints } from '../../../shared/runs/hints';
import type { PlanStep } from '../../../shared/runs/plan';
import { shownText } from './attempt';
import { findPattern } from './find-pattern';
import { conflict, type RunState } from './run-state';

/** What helps at a failed step: hints of known errors, and trying again by itself. */
export class Retries {
  private timer: NodeJS.Timeout | null = null;
  private plan: { readonly cell: string; readonly wait: number; readonly left: number } | null = null;

  constructor(
    private readonly state: RunState,
    /** Tries a failed step again. Rejects where that can not be. */
    private readonly retry: (cell: string) => Promise<void>,
  ) {}

  /** A destructive step is never tried again by itself; in a strict environment every retry is a person's. */
  mayRepeat(step: Pick<PlanStep, 'isDestructive'>): boolean {
    return this.state.environment.guard !== 'strict' && !step.isDestructive;
  }

  begin(step: PlanStep, count: number, wait: number): void {
    if (!this.mayRepeat(step))
      throw conflict('A destructive step, and every step in a strict environment, is retried by a person.');
    this.plan = { cell: step.cell, wait, left: count };
    this.arm();
  }

  stop(): void {
    this.plan = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.state.live.retry !== null) this.state.change({ retry: null });
  }

  /** A step has ended: looks for hints, and goes on with the retries that were asked for. */
  async ended(cell: string, isFailed: boolean): Promise<void> {
    if (!isFailed) {
      if (this.plan?.cell === cell) this.stop();
      return;
    }
    const step = this.state.plan.byCell.get(cell);
    if (step === undefined) return;
    const own = cellMembers(this.state.cell(cell)).hints ?? [];
    const all = [...own, ...this.state.setting.hints];
    if (all.length > 0) {
      const text = await shownText(this.state.document, this.state.cell(cell));
      const hints = await findHints(all, text, findPattern, this.mayRepeat(step));
      this.state.change({ hints: hints.map((hint) => ({ ...hint })) });
    }
    if (this.plan?.cell === cell && this.plan.left > 0) this.arm();
    else if (this.plan?.cell === cell) this.stop();
  }

  private arm(): void {
    const { plan } = this;
    if (plan === null) return;
    if (this.timer !== null) clearTimeout(this.timer);
    const at = new Date(Date.now() + plan.wait * 1_000).toISOString();
    this.state.change({ retry: { cell: plan.cell, at, left: plan.left } });
    this.timer = setTimeout(() => {
      this.timer = null;
      this.plan = { ...plan, left: plan.left - 1 };
      this.retry(plan.cell).catch((error: unknown) => {
        this.state.log(`a step was not tried again: ${String(error)}`);
        this.stop();
      });
    }, plan.wait * 1_000);
  }
}
