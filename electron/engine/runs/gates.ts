import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { canonicalJson } from '../../../shared/notebook/outputs/output-digest';
import { toWireError, WatchbookError } from '../../../shared/rpc/errors';
import {
  approvalAnswer,
  approvalRequest,
  approverProblem,
  boundCells,
  boundOf,
} from '../../../shared/runs/approval';
import { expectSchema } from '../../../shared/runs/cell-metadata';
import { conditionDigest } from '../../../shared/runs/environments/commands';
import type { RunAnswer } from '../../../shared/runs/contract';
import type { Actor, EventDataOf } from '../../../shared/runs/events';
import { judgeExpectations } from '../../../shared/runs/expectations';
import type { PlanStep } from '../../../shared/runs/plan';
import { recordOf } from '../../../shared/runs/position';
import { taskItems } from '../../../shared/runs/task-items';
import { waitEnd } from '../../../shared/runs/wait-end';
import { checkpoint } from './checkpoints';
import { askCommand } from './ask-command';
import { digestOfText } from './content';
import { findPattern } from './find-pattern';
import { conflict, engineActor, parametersOf, type RunState } from './run-state';

/** A condition is asked anew after so long, in milliseconds. */
const ASK_AGAIN_MS = 10_000;
/** What could not be recorded when its time came is tried again after so long. Milliseconds. */
const RECORD_AGAIN_MS = 2_000;
/** The clock is looked at again after so long, in milliseconds: it may be set, and a machine may sleep. */
const LOOK_MS = 5_000;

type Verdict = EventDataOf<'gate-answered'>;

/** The gates of a run: opened where it stands, answered by people, time or a condition, voided by what changes. */
export class Gates {
  private timer: NodeJS.Timeout | null = null;
  private isDisposed = false;
  private isAsking = false;
  /** The end of the wait that is followed, by the clock of this process: it goes on when the machine's is set back. */
  private due: { readonly cell: string; readonly until: string; readonly at: number } | null = null;

  constructor(
    private readonly state: RunState,
    /** Something passed by itself, and the run stands elsewhere. In turn with the actions. */
    private readonly passed: (work: () => Promise<void>) => void,
    /** A command may be run, named by its digest: a person has seen it. */
    private readonly isAccepted: (digest: string) => Promise<boolean>,
  ) {}

  /** Opens the gate that the run stands at, and lets time or a condition answer it. */
  async arrive(actor: Actor): Promise<void> {
    const { state } = this;
    const { position } = state;
    const isGate = position.kind === 'timed' || (position.kind === 'waiting' && position.for !== 'items');
    if (!isGate || position.step.gate === null) {
      this.stopTimer();
      return;
    }
    const { step } = position;
    if (recordOf(state.run, step.cell)?.gate?.isOpen !== true) await this.open(step, actor);
    this.follow(step);
  }

  /** Opens a gate anew that was rejected: what was said stays in the record, and all approvals are asked for again. */
  async askAgain(cell: string, actor: Actor): Promise<void> {
    await this.open(this.state.step(cell), actor);
  }

  dispose(): void {
    this.isDisposed = true;
    this.stopTimer();
  }

  async answer(answer: Exclude<RunAnswer, { kind: 'override' | 'ended' }>, actor: Actor): Promise<void> {
    const { state } = this;
    const { position } = state;
    const stands = position.kind === 'waiting' && position.step.cell === answer.cell ? position : null;
    const wanted = answer.kind === 'confirm' ? 'confirmation' : 'approval';
    if (stands === null || stands.for !== wanted) throw conflict('The run does not stand there any more.');
    const { step } = stands;
    if (answer.kind === 'confirm') {
      const how = step.gate?.kind === 'approve' ? 'rehearsal' : 'laptop';
      return this.record(actor, {
        cell: step.cell,
        verdict: 'confirmed',
        approver: null,
        how,
        reason: null,
      });
    }
    const gate = recordOf(state.run, step.cell)?.gate ?? null;
    if (gate === null || gate.request === null) throw conflict('No approval is asked for here.');
    const problem = approverProblem(step.gate ?? {}, answer.approver, {
      driver: state.driver,
      roles: state.setting.roles,
      before: gate.answers.flatMap(({ verdict, approver }) =>
        verdict === 'approved' && approver !== null ? [approver] : [],
      ),
    });
    if (problem !== null) throw new WatchbookError('forbidden', `${problem} Nothing was recorded.`);
    const reason = answer.reason?.trim() ?? '';
    if (answer.kind === 'reject' && reason === '')
      throw new WatchbookError('bad-request', 'A rejection has a reason. Nothing was recorded.');
    const verdict = answer.kind === 'approve' ? 'approved' : 'rejected';
    const request = (await state.content(gate.request))?.['request'];
    const parsed: unknown = typeof request === 'string' ? JSON.parse(request) : {};
    const approver = answer.approver.trim();
    const text = canonicalJson(
      approvalAnswer(parsed as Record<string, never>, {
        verdict,
        reason: reason === '' ? null : reason,
        approver,
        at: new Date().toISOString(),
      }),
    );
    await state.record({ ...actor, name: approver }, (place) => ({
      type: 'gate-answered',
      data: {
        cell: step.cell,
        verdict,
        approver,
        how: 'laptop',
        reason: place('answer', { text: reason, answer: text }),
      },
    }));
  }

  /** A wait is cut short: in a rehearsal, with a reason. */
  async cut(cell: string, actor: Actor, reason: string): Promise<void> {
    const { state } = this;
    const { position } = state;
    if (position.kind !== 'timed' || position.step.cell !== cell)
      throw conflict('The run does not wait there any more.');
    if (state.environment.gates !== 'confirm') throw conflict('A wait can be cut short in a rehearsal only.');
    await state.record(actor, (place) => ({
      type: 'gate-answered',
      data: {
        cell,
        verdict: 'cut',
        approver: null,
        how: 'rehearsal',
        reason: place('reason', { text: reason }),
      },
    }));
  }

  async tick(id: string, item: number, on: boolean, actor: Actor): Promise<void> {
    const { state } = this;
    const cell = state.cell(id);
    if (cell.type !== 'markdown' || taskItems(cell.source).items.length < item)
      throw conflict('There is no such item.');
    const isTicked = Object.hasOwn(recordOf(state.run, id)?.ticks ?? {}, String(item));
    if (isTicked === on) throw conflict(on ? 'This is ticked already.' : 'This is not ticked.');
    await state.record(actor, { type: on ? 'ticked' : 'unticked', data: { cell: id, item } });
    // What was approved had other ticks: one that came since is no change of what stood then.
    if (!on) await this.voidWhere((step) => step.cell === id, 'tick', actor);
  }

  /** The text of these cells is another one: approvals that spoke of them are void. */
  async sourceChanged(cells: readonly string[], actor: Actor): Promise<void> {
    await this.voidWhere(
      (step) => boundCells(this.state.plan, step).some((cell) => cells.includes(cell)),
      'source',
      actor,
    );
  }

  /** A step runs anew: approvals behind it are void. */
  async attempted(cell: string, actor: Actor): Promise<void> {
    const index = this.state.plan.byCell.get(cell)?.index ?? Number.POSITIVE_INFINITY;
    await this.voidWhere((step) => step.index > index, 'new-attempt', actor);
  }

  /** Steps were rolled back: every gate from there on is asked anew. */
  async rolledBack(to: string, actor: Actor): Promise<void> {
    const index = this.state.plan.byCell.get(to)?.index ?? 0;
    await this.voidWhere((step) => step.index >= index, 'rolled-back', actor, true);
  }

  private async voidWhere(
    isMeant: (step: PlanStep) => boolean,
    why: EventDataOf<'gate-voided'>['why'],
    actor: Actor,
    everyKind = false,
  ): Promise<void> {
    const { state } = this;
    for (const step of state.plan.steps) {
      if (step.gate === null || (!everyKind && step.gate.kind !== 'approve') || !isMeant(step)) continue;
      const gate = recordOf(state.run, step.cell)?.gate ?? null;
      if (gate === null || (!gate.isOpen && gate.answers.length === 0)) continue;
      await state.record(actor, { type: 'gate-voided', data: { cell: step.cell, why } });
      // What is asked there is another thing now.
      if (gate.isOpen && why !== 'rolled-back') await this.open(step, actor);
    }
  }

  private async open(step: PlanStep, actor: Actor): Promise<void> {
    const { state } = this;
    const { gate } = step;
    if (gate === null) return;
    await checkpoint(state, actor, 'gate', step.cell);
    const now = new Date();
    const isApproval = gate.kind === 'approve' && state.environment.gates === 'real';
    const timeout = isApproval ? gate.timeout : undefined;
    const until =
      gate.kind === 'wait'
        ? waitEnd(gate, now)
        : timeout === undefined
          ? null
          : new Date(now.getTime() + timeout * 1_000);
    const request = approvalRequest({
      run: basename(state.folder),
      gate: step.cell,
      request: randomBytes(16).toString('hex'),
      head: state.headDigest,
      environment: state.environment.name,
      bound: boundOf(
        { plan: state.plan, notebook: state.document.notebook, run: state.run },
        step,
        parametersOf(state.details),
        digestOfText,
      ),
    });
    await state.record(actor, (place) => ({
      type: 'gate-opened',
      data: {
        cell: step.cell,
        kind: gate.kind,
        until: until?.toISOString() ?? null,
        request: isApproval ? place('request', { request: canonicalJson(request) }) : null,
        minimum: isApproval ? (gate.minimum ?? 1) : 1,
      },
    }));
  }

  /** Waits for what answers an open gate by itself. */
  private follow(step: PlanStep): void {
    const { state } = this;
    // What its condition said last stays until it is asked again.
    const before = state.live.waits.find(({ cell }) => cell === step.cell) ?? null;
    this.stopTimer();
    const gate = recordOf(state.run, step.cell)?.gate ?? null;
    if (gate === null || !gate.isOpen) return;
    const until = gate.until;
    if (gate.kind === 'condition') {
      state.change({ waits: [before ?? { cell: step.cell, until: null, said: null }] });
      void this.askCondition(step);
      return;
    }
    if (gate.kind === 'wait') state.change({ waits: [{ cell: step.cell, until, said: null }] });
    if (until === null) return;
    if (this.due?.cell !== step.cell || this.due.until !== until) {
      const left = Math.min(this.timeTo(until), lengthOf(step));
      this.due = { cell: step.cell, until, at: performance.now() + left };
    }
    const { due } = this;
    const left = (): number => Math.max(0, Math.min(this.timeTo(until), due.at - performance.now()));
    this.timer = setTimeout(
      () => {
        if (left() > 0) {
          this.follow(step);
          return;
        }
        // What could not be recorded is tried again; a gate that was answered is not followed any more.
        this.timer = setTimeout(() => this.follow(step), RECORD_AGAIN_MS);
        this.passed(() => this.timeCame(step, until));
      },
      Math.min(left(), LOOK_MS),
    );
  }

  private timeTo(until: string): number {
    return Date.parse(until) - Date.now();
  }

  private async timeCame(step: PlanStep, until: string): Promise<void> {
    const gate = recordOf(this.state.run, step.cell)?.gate ?? null;
    if (gate?.isOpen !== true || gate.until !== until) return;
    if (gate.kind === 'approve') {
      // It was asked for too long: it is asked for anew.
      await this.state.record(engineActor(), {
        type: 'gate-voided',
        data: { cell: step.cell, why: 'timeout' },
      });
      await this.open(step, engineActor());
      return;
    }
    await this.record(engineActor(), {
      cell: step.cell,
      verdict: 'passed',
      approver: null,
      how: 'time',
      reason: null,
    });
  }

  private async conditionHeld(step: PlanStep): Promise<void> {
    if (recordOf(this.state.run, step.cell)?.gate?.isOpen !== true) return;
    await this.record(engineActor(), {
      cell: step.cell,
      verdict: 'passed',
      approver: null,
      how: 'condition',
      reason: null,
    });
  }

  private async askCondition(step: PlanStep): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    let holds = false;
    let said: string;
    try {
      ({ holds, said } = await this.conditionOf(step));
    } catch (error) {
      said = `It could not be asked: ${toWireError(error).message}`;
    } finally {
      this.isAsking = false;
    }
    if (this.isDisposed) return;
    const { state } = this;
    const { position } = state;
    if (position.kind !== 'timed') return;
    if (position.step.cell !== step.cell) {
      // The next one came while this one was being asked, and was not asked beside it.
      this.follow(position.step);
      return;
    }
    state.change({ waits: [{ cell: step.cell, until: null, said }] });
    this.clearTimer();
    // Also where it holds: it is asked again until that is recorded.
    this.timer = setTimeout(() => void this.askCondition(step), ASK_AGAIN_MS);
    if (holds) this.passed(() => this.conditionHeld(step));
  }

  private async conditionOf(step: PlanStep): Promise<{ readonly holds: boolean; readonly said: string }> {
    const command = step.gate?.command;
    if (command === undefined) return { holds: false, said: 'It names no command.' };
    if (!(await this.isAccepted(conditionDigest(command, digestOfText))))
      return { holds: false, said: `Nobody here has seen its command yet: ${command.join(' ')}` };
    const answer = await askCommand(this.state, command, step, 'condition');
    if (answer.kind === 'not-asked') return { holds: false, said: answer.why };
    const expected = expectSchema.parse(step.gate?.expect ?? { exitStatus: 0 });
    const shown = { text: answer.text, exitStatus: answer.exitStatus };
    const results = await judgeExpectations(expected, shown, findPattern);
    const unmet = results.find(({ holds }) => !holds);
    const line = answer.text.trim().split('\n').at(-1) ?? '';
    const missed = unmet === undefined ? '' : `${unmet.expected}: ${unmet.found ?? 'it does not hold'}`;
    return { holds: unmet === undefined, said: line === '' ? missed : line };
  }

  private async record(actor: Actor, data: Verdict): Promise<void> {
    await this.state.record(actor, { type: 'gate-answered', data });
    this.stopTimer();
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private stopTimer(): void {
    this.clearTimer();
    if (this.state.live.waits.length > 0) this.state.change({ waits: [] });
  }
}

/** How long a gate waits at most, in milliseconds, whatever the clock says; a time of the clock is waited for. */
function lengthOf({ gate }: PlanStep): number {
  if (gate === null || (gate.kind === 'wait' && gate.until !== undefined)) return Number.POSITIVE_INFINITY;
  const seconds = gate.kind === 'wait' ? gate.duration : gate.timeout;
  return seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1_000;
}
