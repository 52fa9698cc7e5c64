import { toWireError, WatchbookError } from '../../../shared/rpc/errors';
import type { Check } from '../../../shared/runs/environments/library-config';
import type { Actor } from '../../../shared/runs/events';
import type { PlanStep } from '../../../shared/runs/plan';
import { checkDigest } from '../../../shared/runs/environments/commands';
import { checkTitle, expectedWords } from '../../../shared/runs/environments/weaker';
import { askCommand, ASK_MS, type CommandAnswer } from './ask-command';
import { digestOfText } from './content';
import { findPattern } from './find-pattern';
import { conflict, engineActor, type RunState } from './run-state';
import type { StartTrials } from './start-trials';

/** What came of asking a check. Not checked is a result of its own, never a match. */
export type CheckResult = 'match' | 'mismatch' | 'not-checked';

/** What came of asking a check the last time, and before which step; `seq`: the number of its event. */
interface Asked {
  readonly result: CheckResult;
  readonly found: string;
  readonly step: PlanStep;
  readonly seq: number;
}

/** The checks of a run's environment: asked where its steps run, each time anew; a mismatch blocks. */
export class Checks {
  /** Results that a person went over with a reason, by check and what was found: the same again is no news. */
  private readonly overridden = new Map<string, string>();
  private readonly results = new Map<string, Asked>();

  constructor(
    private readonly state: RunState,
    private readonly trials: StartTrials,
    /** A command may be run, named by its digest: a person has seen it. Not so in a run that came from elsewhere. */
    private readonly isAccepted: (digest: string) => Promise<boolean>,
  ) {}

  /** Asks all checks before the first step, and before destructive ones. Throws `conflict` at one that does not match. */
  async before(step: PlanStep, isFirst: boolean): Promise<void> {
    const { guard, checks } = this.state.setting.environment;
    const isDue = isFirst || (guard === 'strict' && step.isDestructive);
    if (!isDue || checks.length === 0) return;
    await Promise.all(checks.map((check, index) => this.ask(check, index, step)));
    for (const [index, check] of checks.entries()) {
      const id = idOf(index);
      const known = this.results.get(id);
      if (known === undefined || known.result === 'match') continue;
      if (this.overridden.get(id) === known.found) continue;
      throw conflict(
        known.result === 'mismatch'
          ? `${checkTitle(check)} found “${known.found}”, and expects ${expectedWords(check)}.`
          : `${checkTitle(check)} could not be checked: ${known.found}`,
      );
    }
  }

  /** A person goes over a result, with a reason that is recorded. */
  async override(trial: string, reason: string, actor: Actor): Promise<void> {
    const known = this.results.get(trial);
    const shown = this.state.live.trials.find(({ id }) => id === trial);
    if (known === undefined || shown === undefined || known.result === 'match')
      throw conflict('This check is not in the way.');
    if (reason.trim() === '')
      throw new WatchbookError('bad-request', 'An override has a reason. Nothing was recorded.');
    await this.state.record(actor, (place) => ({
      type: 'override',
      data: {
        what: 'check',
        cell: known.step.cell,
        check: known.seq,
        reason: place('reason', { text: reason }),
      },
    }));
    this.overridden.set(trial, known.found);
    this.trials.put({ ...shown, state: 'overridden', ways: [] });
  }

  /** Asks one of them anew; true where the trial is one of these. */
  tryAgain(trial: string): boolean {
    const { checks } = this.state.setting.environment;
    const index = checks.findIndex((_, at) => idOf(at) === trial);
    const check = checks[index];
    const known = this.results.get(trial);
    if (check === undefined || known === undefined) return false;
    this.ask(check, index, known.step).catch((error: unknown) =>
      // That nothing can be recorded the run says itself.
      this.state.log(`${this.state.folder}: ${checkTitle(check)} was not asked again: ${String(error)}`),
    );
    return true;
  }

  private async ask(check: Check, index: number, step: PlanStep): Promise<void> {
    const id = idOf(index);
    const since = new Date().toISOString();
    const trial = {
      id,
      title: `Check: ${checkTitle(check)}`,
      state: 'trying' as const,
      since,
      limit: ASK_MS / 1_000,
      found: null,
      ways: [],
    };
    this.trials.put(trial);
    const answer: CommandAnswer = (await this.isAccepted(checkDigest(check, digestOfText)))
      ? await askCommand(this.state, check.command, step, 'check', check.in)
      : {
          kind: 'not-asked',
          in: 'laptop',
          why: `Nobody here has seen its command yet: ${check.command.join(' ').slice(0, 300)}`,
        };
    const { result, found } = await judgeCheck(check, answer);
    const event = this.state.record(engineActor(), (place) => ({
      type: 'check',
      data: {
        title: check.title,
        cell: step.cell,
        in: answer.in,
        result,
        found: place('check', {
          command: [...check.command],
          expected: expectedWords(check),
          found,
          why: answer.kind === 'not-asked' ? answer.why : null,
        }),
        ...(answer.recordedAs === undefined ? {} : { command: answer.recordedAs }),
      },
    }));
    const { seq } = await event.catch((error: unknown) => {
      this.trials.put({
        ...trial,
        state: 'not-checked',
        found: toWireError(error).message,
        ways: ['retry'],
      });
      throw error;
    });
    this.results.set(id, { result, found, step, seq });
    const isOver = this.overridden.get(id) === found && result !== 'match';
    const state = isOver ? 'overridden' : result === 'match' ? 'good' : STATES[result];
    const where = answer.in === 'laptop' && check.in === 'step' ? ' (checked on this laptop)' : '';
    this.trials.put({
      ...trial,
      state,
      found: `${found}${where}`,
      ways: result === 'match' || isOver ? [] : ['retry', 'override'],
    });
  }
}

const STATES = { mismatch: 'failed', 'not-checked': 'not-checked' } as const;

function idOf(index: number): string {
  return `check-${index + 1}`;
}

/** What an answer is worth. One whose program failed is no answer. */
export async function judgeCheck(
  { expected }: Check,
  answer: CommandAnswer,
): Promise<{ readonly result: CheckResult; readonly found: string }> {
  if (answer.kind === 'not-asked') return { result: 'not-checked', found: answer.why };
  const found = answer.text.trim().slice(0, 2_000);
  if (answer.exitStatus !== 0)
    return {
      result: 'not-checked',
      found: `exit status ${answer.exitStatus}${found === '' ? '' : `: ${found}`}`,
    };
  const holds = await matches(expected, found);
  return { result: holds ? 'match' : 'mismatch', found };
}

async function matches({ kind, text }: Check['expected'], found: string): Promise<boolean> {
  switch (kind) {
    case 'equals':
      return found === text.trim();
    case 'contains':
      return found.includes(text);
    case 'matches':
      return (await findPattern(text, found)).kind === 'match';
  }
}
