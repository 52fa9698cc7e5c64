import { cellMembers } from '../../../shared/runs/cell-metadata';
import type { Actor } from '../../../shared/runs/events';
import { findHints } from '../../../shared/runs/hints';
import type { PlanStep } from '../../../shared/runs/plan';
import { mayRepeat } from '../../../shared/runs/run-above';
import { transcriptText } from './attempt';
import { findPattern } from './find-pattern';
import { conflict, engineActor, type RunState } from './run-state';

/**
 * What helps at a failed step: hints of known errors, and trying again by itself. What was asked for is in the
 * journal; here is only the clock of it.
 */
export class Retries {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly state: RunState,
    /** Tries a failed step again. Rejects where that can not be. */
    private readonly retry: (cell: string) => Promise<void>,
  ) {}

  async begin(step: PlanStep, count: number, wait: number, actor: Actor): Promise<void> {
    if (step.gate !== null) throw conflict('A gate is asked again by a person.');
    if (!mayRepeat(this.state.environment, step))
      throw conflict('A destructive step, and every step in a strict environment, is retried by a person.');
    await this.state.record(actor, { type: 'retry-planned', data: { cell: step.cell, count, wait } });
    this.arm();
  }

  /** Somebody, or what keeps it from being tried again, ends it. */
  async stop(actor: Actor): Promise<void> {
    this.disarm();
    const { retry } = this.state.run;
    if (retry !== null) await this.state.record(actor, { type: 'retry-stopped', data: { cell: retry.cell } });
  }

  /** The clock stands still: something else is done, or the run is let go. */
  disarm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.state.live.retry !== null) this.state.change({ retry: null });
  }

  /** A step has ended: looks for hints, and goes on with the retries that were asked for. */
  async ended(cell: string, isFailed: boolean): Promise<void> {
    if (isFailed) await this.hint(cell);
    if (this.state.run.retry === null) this.disarm();
    else if (this.state.run.retry.cell === cell) this.arm();
  }

  /**
   * An engine before this one left the run at a failed step: its hints are looked for anew, and the rest of the wait
   * goes on. What was due while no engine was there is not done by itself: a person sees it and says.
   */
  async takeUp(step: PlanStep): Promise<void> {
    await this.hint(step.cell);
    const { retry } = this.state.run;
    if (
      retry?.cell === step.cell &&
      mayRepeat(this.state.environment, step) &&
      Date.parse(retry.at) > Date.now()
    )
      this.arm();
  }

  private async hint(cell: string): Promise<void> {
    const step = this.state.plan.byCell.get(cell);
    if (step === undefined) return;
    const own = cellMembers(this.state.cell(cell)).hints ?? [];
    const all = [...own, ...this.state.setting.hints];
    if (all.length === 0) return;
    const text = await transcriptText(this.state.document, this.state.cell(cell));
    const hints = await findHints(all, text, findPattern, mayRepeat(this.state.environment, step));
    this.state.change({ hints: hints.map((hint) => ({ ...hint })) });
  }

  private arm(): void {
    const { retry } = this.state.run;
    if (retry === null) return;
    const { cell, at, left, wait } = retry;
    if (this.timer !== null) clearTimeout(this.timer);
    this.state.change({ retry: { cell, at, left } });
    // A clock that was set back makes no wait longer than it was asked for.
    const due = Math.min(Math.max(0, Date.parse(at) - Date.now()), wait * 1_000);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.retry(cell).catch((error: unknown) => {
        this.state.log(`a step was not tried again: ${String(error)}`);
        this.stop(engineActor()).catch((reason: unknown) => this.state.log(String(reason)));
      });
    }, due);
  }
}
