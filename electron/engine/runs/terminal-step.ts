import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { TerminalCommand } from '../../../shared/terminal/commands';
import type { TerminalEnd, TerminalInfo } from '../../../shared/terminal/contract';
import { StepOutput } from '../../../shared/terminal/step-output';
import { PromptAgain } from '../../../shared/terminal/prompt-again';
import { TypedEcho, type Typed } from '../../../shared/terminal/typed-echo';
import type { ExecutionOutcome, ExecutionResult, RunningCell } from '../notebook/cell-execution';
import type { Follower } from '../terminals/follower';

const GAVE_UP = 'The shell gave the command up and told no exit status: it is not one whole command there.';
/** Of what stood between the sending and the start, for the words of a failure. Characters. */
const MOST_BEFORE = 4_096;

/** Whether a shell marks its commands. */
export type HowMarked = 'marked' | 'unmarked';

/** Why a terminal is not to be typed into. */
export interface WhyNot {
  /** What happened, that nothing was sent, and what can be done. */
  readonly message: string;
  /** It may change by itself within so long; 0 where it does not. Milliseconds. */
  readonly within: number;
}

/** What became of a text that was to be sent. */
export type Sent =
  /** The command that it became; null where the shell tells nothing. */
  | { readonly kind: 'sent'; readonly command: number | null }
  /** Nothing was typed. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It was typed, and the shell began no command. */
  | { readonly kind: 'lost'; readonly message: string };

/** What a step needs of the terminal that it runs in. */
export interface StepTerminal {
  readonly info: TerminalInfo;
  follow(follower: Follower): () => void;
  /** Why nothing can be typed now; null where it can, as far as can be told where a shell does not mark its commands. */
  whyNot(how: HowMarked): Promise<WhyNot | null>;
  /**
   * Types a text as one command, and only where {@link whyNot} says nothing. Answers when the shell began it. Where it
   * will not say, `typed` gets what is written, before it is.
   */
  send(text: string, how: HowMarked, typed: (typed: Typed) => void): Promise<Sent>;
  /** The key that interrupts. */
  interrupt(): void;
}

export interface TerminalStepOptions {
  readonly terminal: StepTerminal;
  /** What is sent, as one command; see `one-unit.ts`. */
  readonly text: string;
  /** `unmarked`: the shell tells nothing of its commands, and a person knows. */
  readonly how: HowMarked;
  readonly outputs: Pick<CellOutputs, 'handle'>;
  /** The outputs are not what they were. */
  readonly changed: () => void;
  /** The step ended, and a person is to say how, as the shell's word is not enough. Null: it told nothing. */
  readonly ask: (status: number | null) => void;
  /** The shell began it as this command. */
  readonly began?: (command: number) => void;
  /** In a strict environment a status of 0 rests on nothing but the shell's word. */
  readonly isStatusEnough: boolean;
}

/**
 * One command of a step, in a terminal of a person's own.
 *
 * Its beginning and its end are told by the marks of the shell; the echo of the line and the prompt stand outside of
 * them. What the command prints can mark nothing, as it knows no nonce; nor can it end the step by ending the shell.
 */
export class TerminalStep implements RunningCell, Follower {
  readonly result: Promise<ExecutionResult>;
  private resolve!: (result: ExecutionResult) => void;
  private phase: 'sent' | 'running' | 'asked' | 'over' = 'sent';
  private command: number | null = null;
  private before = '';
  private isInterrupted = false;
  private startedAt = new Date().toISOString();
  private readonly clock = performance.now();
  /** When the shell told of its end, which a person's word does not put off. */
  private over: { readonly at: string; readonly ms: number } | null = null;
  private readonly output = new StepOutput();
  /** Where no mark says when the command begins, nor that the prompt is there again. */
  private unmarked: { readonly echo: TypedEcho; readonly prompt: PromptAgain } | null = null;
  private leave: () => void = () => undefined;

  private constructor(private readonly options: TerminalStepOptions) {
    this.result = new Promise((resolve) => (this.resolve = resolve));
  }

  /** Sends it. What keeps it from being sent is its result. */
  static begin(options: TerminalStepOptions): TerminalStep {
    const step = new TerminalStep(options);
    const { terminal, text, how } = options;
    step.leave = terminal.follow(step);
    void terminal
      .send(text, how, ({ keys, prompt }) => {
        step.unmarked = { echo: new TypedEcho(keys), prompt: new PromptAgain(prompt) };
      })
      .then((sent) => step.sent(sent));
    return step;
  }

  interrupt(): Promise<void> {
    this.isInterrupted = true;
    // It is over, and waits for a person's word only.
    if (this.phase === 'asked' && this.options.how === 'marked') this.settle({ kind: 'interrupted' }, null);
    else this.options.terminal.interrupt();
    return Promise.resolve();
  }

  /** A person says how it ended. */
  confirm(status: number): void {
    if (this.phase === 'asked') this.end(status);
  }

  forget(): void {
    this.leave();
  }

  wrote(text: string): void {
    if (this.phase === 'sent') this.before = (this.before + text).slice(-MOST_BEFORE);
    else if (this.phase === 'running') this.print(this.output.push(text));
    else if (this.phase === 'asked' && this.options.how === 'unmarked')
      this.printUnmarked(this.output.push(this.unmarked?.echo.push(text) ?? text));
  }

  began(command: TerminalCommand): void {
    if (this.phase !== 'sent') return;
    this.startedAt = command.started;
    this.phase = 'running';
    this.command = command.id;
    this.options.began?.(command.id);
  }

  named(): void {
    // By what the screen showed, which may be cut: no proof of another command.
  }

  ended(command: TerminalCommand): void {
    if (this.phase !== 'running' || command.id !== this.command) return;
    const { status } = command;
    if (status === null) {
      // The shell has ended with it, which is told in this same turn; else it gave the command up.
      queueMicrotask(() => this.notRun('NotRun', GAVE_UP));
      return;
    }
    this.over = { at: command.ended ?? new Date().toISOString(), ms: performance.now() - this.clock };
    this.printRest();
    if (status === 0 && !this.options.isStatusEnough && !this.isInterrupted) {
      this.phase = 'asked';
      this.options.ask(status);
    } else this.end(status);
  }

  resized(): void {
    // What was printed stays as it was.
  }

  left({ status, signal }: TerminalEnd): void {
    if (this.phase === 'over') return;
    this.printRest();
    const { title } = this.options.terminal.info;
    const how = signal !== null ? `by signal ${signal}` : `with exit status ${status ?? 'unknown'}`;
    this.settle(
      {
        kind: 'lost',
        reason: `The terminal ${title} ended ${how} while the step ran in it. What became of the step there is not known.`,
      },
      null,
    );
  }

  private sent(sent: Sent): void {
    switch (sent.kind) {
      case 'sent':
        if (sent.command === null) {
          this.phase = 'asked';
          this.options.ask(null);
        }
        break;
      case 'refused':
        this.notRun('NotSent', sent.message);
        break;
      case 'lost':
        // It may wait for more of the line: that is cancelled.
        if (this.phase !== 'over') this.options.terminal.interrupt();
        this.notRun('NotRun', sent.message);
        break;
    }
  }

  private notRun(ename: string, evalue: string): void {
    if (this.phase === 'over') return;
    this.printRest();
    const said = ename === 'NotRun' ? new StepOutput().push(this.before).trim() : '';
    this.print(said === '' ? '' : `${said}\n`);
    this.options.outputs.handle('error', { ename, evalue, traceback: [evalue] });
    this.options.changed();
    this.settle(this.isInterrupted ? { kind: 'interrupted' } : { kind: 'error', ename, evalue }, null);
  }

  private end(status: number): void {
    this.printRest();
    if (status !== 0) {
      const error = { ename: 'ExitStatus', evalue: String(status), traceback: [`exit status ${status}`] };
      this.options.outputs.handle('error', error);
      this.options.changed();
    }
    this.settle(outcomeOf(status, this.isInterrupted), status);
  }

  private printRest(): void {
    this.printUnmarked(this.output.push(this.unmarked?.echo.end() ?? '') + this.output.end());
    this.print(this.unmarked?.prompt.end() ?? '');
  }

  private printUnmarked(text: string): void {
    this.print(this.unmarked?.prompt.push(text) ?? text);
  }

  private print(text: string): void {
    if (text === '') return;
    this.options.outputs.handle('stream', { name: 'stdout', text });
    this.options.changed();
  }

  private settle(outcome: ExecutionOutcome, exitStatus: number | null): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.leave();
    const endedAt = this.over?.at ?? new Date().toISOString();
    const timing: JsonObject = {
      'iopub.execute_input': this.startedAt,
      'shell.execute_reply.started': this.startedAt,
      ...(outcome.kind === 'ok' || outcome.kind === 'error'
        ? { 'shell.execute_reply': endedAt }
        : { execution_failed: endedAt }),
    };
    this.resolve({
      outcome,
      exitStatus,
      executionCount: null,
      startedAt: this.startedAt,
      endedAt,
      durationMs: Math.max(0, Math.round(this.over?.ms ?? performance.now() - this.clock)),
      timing,
    });
  }
}

function outcomeOf(status: number, isInterrupted: boolean): ExecutionOutcome {
  if (status === 0) return { kind: 'ok' };
  return isInterrupted
    ? { kind: 'interrupted' }
    : { kind: 'error', ename: 'ExitStatus', evalue: String(status) };
}
