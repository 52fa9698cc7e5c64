import type { EventData } from '../../shared/rpc/contracts';
import { TranscriptText } from '../../shared/terminal/transcript-text';

/** What a line editor writes before the next prompt: from there on pastes come in brackets. It is no output. */
const BEFORE_PROMPT = '\u001b[?2004h';
/** So much of both ends of a long output is kept for `--json`. Characters. */
const KEPT = 8_388_608;

/** The output of one command out of the stream of its terminal: what comes between the marks of its start and its end. */
export class CommandOutput {
  private command: number | null = null;
  private held = '';
  isBegun = false;
  isOver = false;

  /** `write` takes the output as it comes. */
  constructor(private readonly write: (text: string) => void) {}

  take({ data, marks }: Pick<EventData<'terminal.output'>, 'data' | 'marks'>): void {
    let at = 0;
    for (const mark of marks) {
      this.inside(data.slice(at, mark.at));
      at = mark.at;
      if (mark.step === 'start' && !this.isBegun) {
        this.isBegun = true;
        this.command = mark.command;
      } else if (mark.step === 'end' && this.isBegun && mark.command === this.command) this.end();
    }
    this.inside(data.slice(at));
  }

  /** No more follows: the shell itself has ended. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.held !== '' && this.held !== BEFORE_PROMPT) this.write(this.held);
    this.held = '';
  }

  private inside(text: string): void {
    if (text === '' || !this.isBegun || this.isOver) return;
    const all = this.held + text;
    const from = all.lastIndexOf('\u001b');
    const isHeld = from >= 0 && BEFORE_PROMPT.startsWith(all.slice(from));
    this.held = isHeld ? all.slice(from) : '';
    const rest = isHeld ? all.slice(0, from) : all;
    if (rest !== '') this.write(rest);
  }
}

/** A text of which both ends are kept. */
export class BothEnds {
  private first = '';
  private last = '';
  private length = 0;

  add(text: string): void {
    this.length += text.length;
    const room = Math.max(0, KEPT - this.first.length);
    this.first += text.slice(0, room);
    this.last += text.slice(room);
    if (this.last.length > 2 * KEPT) this.last = this.last.slice(-KEPT);
  }

  /** `omitted`: characters that were left out between them. */
  get ends(): { readonly text: string; readonly omitted: number } {
    const last = this.last.slice(-KEPT);
    return { text: this.first + last, omitted: this.length - this.first.length - last.length };
  }
}

/** The output as a terminal showed it, for `--json`. */
export class ShownOutput {
  private readonly kept = new BothEnds();
  private readonly shown = new TranscriptText((text) => this.kept.add(text));

  add(text: string): void {
    this.shown.push(text);
  }

  finish(): BothEnds['ends'] {
    this.shown.finish();
    return this.kept.ends;
  }
}
