import type { TerminalCommand } from '../../../shared/terminal/commands';
import { KeptEnds, textOf, type TimedText } from '../../../shared/terminal/kept-ends';
import { shownText } from '../../../shared/terminal/shown-text';
import type { Follower } from './follower';

/** Commands of one terminal whose output is kept; the oldest go first. */
export const MOST_CAPTURED = 50;
/** Of each at most so much, of both ends; and of all of them together. Characters. */
export const CAPTURED_EACH = 262_144;
export const CAPTURED_ALL = 4_194_304;

/** A command with what it printed. */
export interface CapturedCommand {
  /** As it is known now: still running, or ended. */
  readonly command: TerminalCommand;
  /** What a terminal would show of it, with colour codes; where it was cut, a line says so between the two ends. */
  readonly shown: string;
  /** What it wrote, with all its sequences; where it was cut, this is the first end. */
  readonly raw: readonly TimedText[];
  /** The other end; empty where nothing was cut. */
  readonly rawEnd: readonly TimedText[];
  /** Characters of the raw output that are not kept. */
  readonly cut: number;
}

interface Kept {
  command: TerminalCommand;
  readonly output: KeptEnds;
  /** The clock by which pieces are timed, at its start. */
  readonly from: number;
}

/** Keeps the output of the newest commands of a terminal, so that each can be copied, promoted or recorded later. */
export class CommandCapture implements Follower {
  private readonly kept = new Map<number, Kept>();
  private running: Kept | null = null;

  /** `now`: a clock that never goes back, in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Null for a command that is not kept any more, or never was. */
  output(command: number): CapturedCommand | null {
    const found = this.kept.get(command);
    if (found === undefined) return null;
    const { head, tail, cut } = found.output.ends();
    const shown = shownText(textOf(head));
    const end = cut === 0 ? '' : `${shown.endsWith('\n') ? '' : '\n'}${cutLine(cut)}\n`;
    return {
      command: found.command,
      shown: cut === 0 ? shown : `${shown}${end}${shownText(textOf(tail))}`,
      raw: head,
      rawEnd: tail,
      cut,
    };
  }

  wrote(text: string): void {
    const { running } = this;
    if (running === null) return;
    running.output.push(text, Math.round(this.now() - running.from));
  }

  began(command: TerminalCommand): void {
    this.running = { command, output: new KeptEnds(CAPTURED_EACH), from: this.now() };
    this.kept.set(command.id, this.running);
    this.forgetOldest();
  }

  named(command: TerminalCommand): void {
    const found = this.kept.get(command.id);
    if (found !== undefined) found.command = { ...found.command, text: command.text };
  }

  ended(command: TerminalCommand): void {
    const found = this.kept.get(command.id);
    if (found !== undefined) found.command = { ...command, text: command.text ?? found.command.text };
    this.running = null;
    this.forgetOldest();
  }

  resized(): void {
    // What was printed stays as it was.
  }

  left(): void {
    this.running = null;
  }

  private forgetOldest(): void {
    let all = 0;
    for (const { output } of this.kept.values()) all += output.length;
    for (const [id, { output }] of this.kept) {
      if (this.kept.size <= MOST_CAPTURED && all <= CAPTURED_ALL) return;
      this.kept.delete(id);
      all -= output.length;
    }
  }
}

/** Stands for what is not kept between the two ends of an output. */
function cutLine(characters: number): string {
  return `[${characters.toLocaleString('en-US')} characters not kept here]`;
}
