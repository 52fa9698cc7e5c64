import {
  commandLine,
  refusalWords,
  sendableText,
  typedKeys,
  type SendAnswer,
  type SendRefusal,
} from '../../../shared/terminal/send';
import type { CommandLog, TerminalCommand } from '../../../shared/terminal/commands';
import type { Typed } from '../../../shared/terminal/typed-echo';
import type { Screen } from './screen';

/** What was typed while a command ran may come to the prompt a moment after it. Milliseconds. */
const SETTLE_MS = 300;
/** A prompt follows a key that ends a line at once; this is for a busy machine. Milliseconds. */
const PROMPT_MS = 3_000;
/** A shell that was given a whole line begins at once; this is for a busy machine. Milliseconds. */
const BEGIN_MS = 15_000;

/** Reports that a program asked for, and which nobody typed: the window got or lost the focus. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const REPORT = /^(?:\u001b\[[IO])+$/;
/** True for what a terminal says by itself, and nobody typed. */
export function isReport(data: string): boolean {
  return REPORT.test(data);
}
/** Behind these nothing of a line is left: Enter, and the keys that cancel it. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const ENDS_LINE = /[\r\n\u0003\u0004]$/;
/** These end the line at a prompt, and another prompt or a command follows. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const ENTERS = /[\r\n]|[\u0003\u0004]$/;

export interface SenderPorts {
  readonly log: CommandLog;
  readonly screen: Screen;
  readonly title: () => string;
  readonly hasEnded: () => boolean;
  /** The shell reads something of ours. */
  readonly isHeld: () => boolean;
  readonly write: (keys: string) => void;
}

interface Waiting {
  readonly done: (answer: SendAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Sends texts to a shell, and only to one that stands at an empty prompt.
 *
 * Two witnesses have to say so, as each is blind to something. What was written since the prompt came: it knows of a
 * line whose cursor was moved Home, of what is not drawn yet, and of typing that is never shown. And the screen, where
 * the cursor must stand exactly where the prompt ended: it knows of what was typed while the command before still ran,
 * of what the shell itself put on the line, and of continuation prompts. Neither tries to read the line: a prompt at
 * the right, a grey suggestion and a theme say nothing. So a line that was typed and erased again counts as typed, until
 * the next prompt comes: a refusal costs a key, a mixed line may cost a database.
 */
export class Sender {
  /** Written since the prompt came, or left over from before. */
  private isTyped = false;
  private isCancelled = false;
  /** Something was written while a command ran. */
  private isAhead = false;
  private atPrompt = 0;
  /** The prompt is for a new line, and not yet whole. */
  private isNew = false;
  private waiting: Waiting | null = null;
  /** A line was entered or cancelled at the prompt, or a prompt is being drawn: what comes of it is not yet told. */
  private isEntered = false;
  private enteredAt = 0;
  private readonly landings = new Set<() => void>();

  constructor(private readonly ports: SenderPorts) {}

  /** Somebody typed. */
  typed(data: string): void {
    if (isReport(data)) return;
    if (this.ports.log.phase !== 'running') {
      this.isTyped = true;
      this.isAhead = false;
      this.isCancelled = false;
      if (ENTERS.test(data)) this.enter();
      return;
    }
    this.isAhead = true;
    // A key for a program with the whole screen is no line; all else that has no end will stand at the next prompt.
    if (ENDS_LINE.test(data)) this.isTyped = false;
    else if (!this.ports.screen.promptState().isFull) this.isTyped = true;
  }

  /** The shell drew a prompt for a new line. */
  prompted(): void {
    if (!this.isAhead) this.isTyped = false;
    this.isNew = true;
    this.enter();
  }

  /** Fish draws the prompt that it has again where a line is cancelled, and says so before. */
  cancelled(): void {
    this.isCancelled = true;
  }

  /** Behind the prompt: what follows is typed. */
  readied(): void {
    this.atPrompt = performance.now();
    if (this.isCancelled) this.isTyped = false;
    this.isCancelled = false;
    this.land();
    // Not before: bash tells of the end of one that it aborted as it begins the next.
    if (this.isNew)
      this.lost('The shell took no command from it and shows its prompt again. Look at the terminal.');
    this.isNew = false;
  }

  began(command: TerminalCommand): void {
    this.isNew = false;
    this.isAhead = false;
    this.isTyped = false;
    this.land();
    this.answer({ kind: 'sent', command: command.id });
  }

  ended(): void {
    this.land();
    this.lost('The shell ended before it began the command.');
  }

  /** Resolves when what was entered at the prompt has begun or was nothing, at the latest after so long. */
  async landed(milliseconds: number): Promise<void> {
    if (!this.isEntered) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => landing(), milliseconds);
      const landing = (): void => {
        clearTimeout(timer);
        this.landings.delete(landing);
        resolve();
      };
      this.landings.add(landing);
    });
  }

  private enter(): void {
    this.isEntered = true;
    this.enteredAt = performance.now();
  }

  private land(): void {
    this.isEntered = false;
    for (const landing of this.landings) landing();
  }

  /** Why nothing may be sent now; null where the shell stands at an empty prompt. */
  async refusal(): Promise<SendRefusal | null> {
    await this.settled();
    return this.refusalNow();
  }

  /** As {@link refusal}, in words; `isForced`: also without marks. */
  async refuses(isForced: boolean): Promise<SendAnswer | null> {
    const reason = await this.refusal();
    return reason === null || (reason === 'no-marks' && isForced) ? null : this.refused(reason);
  }

  /** A prompt that was about to come is there, all that was written is on the screen, and what was typed too early too. */
  private async settled(): Promise<void> {
    const { log, screen } = this.ports;
    const left = PROMPT_MS - (performance.now() - this.enteredAt);
    if (left > 0) await this.landed(left);
    if (this.isAhead && log.phase === 'input') {
      const rest = SETTLE_MS - (performance.now() - this.atPrompt);
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
    await screen.settled();
  }

  private refusalNow(): SendRefusal | null {
    const { log, screen, hasEnded, isHeld } = this.ports;
    if (hasEnded()) return 'ended';
    const { isFull, isAtInput } = screen.promptState();
    if (isFull) return 'full-screen';
    if (this.waiting !== null || isHeld()) return 'busy';
    switch (log.phase) {
      case 'unknown':
        return 'no-marks';
      case 'running':
      case 'prompt':
        return 'busy';
      case 'input':
        return this.isTyped || !isAtInput ? 'half-typed' : null;
    }
  }

  /**
   * Types a text as one command where that may be, and answers when the shell has begun it. `isForced`: a person was
   * told that this shell gives no marks, and looked at its prompt: what comes of it is then not known, and `typed` is
   * told what was written behind what.
   */
  async send(text: string, isForced = false, typed?: (typed: Typed) => void): Promise<SendAnswer> {
    const clean = sendableText(text);
    if (clean === null) return this.refused('text');
    await this.settled();
    // Nothing comes between this look and the writing.
    const reason = this.refusalNow();
    const { log, screen, write } = this.ports;
    const { isBracketed } = screen.promptState();
    if (reason === 'no-marks' && isForced) {
      const keys = typedKeys(clean, isBracketed);
      typed?.({ keys, prompt: screen.beforeCursor() });
      write(keys);
      return { kind: 'sent', command: null };
    }
    if (reason !== null) return this.refused(reason);
    const { shell } = log;
    const line = shell === null ? clean : commandLine(clean, shell, isBracketed);
    log.expect(clean);
    this.isTyped = true;
    this.isEntered = true;
    return new Promise((resolve) => {
      const late = `The text was typed, and the shell began no command in ${BEGIN_MS / 1000} s. Look at the terminal: it may wait for more of the line.`;
      this.waiting = { done: resolve, timer: setTimeout(() => this.lost(late), BEGIN_MS) };
      write(typedKeys(line, isBracketed));
    });
  }

  private refused(reason: SendRefusal): SendAnswer {
    const { log, title } = this.ports;
    return { kind: 'refused', reason, message: refusalWords(reason, title(), log.running?.text ?? null) };
  }

  private lost(message: string): void {
    if (this.waiting === null) return;
    this.ports.log.expect(null);
    this.answer({ kind: 'lost', message });
  }

  private answer(answer: SendAnswer): void {
    const { waiting } = this;
    this.waiting = null;
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    waiting.done(answer);
  }
}
