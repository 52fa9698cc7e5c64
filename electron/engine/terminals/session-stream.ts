import type { CommandLog, TerminalCommand } from '../../../shared/terminal/commands';
import type { TerminalEnd, TerminalMark } from '../../../shared/terminal/contract';
import { JudgedStream } from '../../../shared/terminal/judged-stream';
import { LeftModes } from '../../../shared/terminal/left-modes';
import { parseMark } from '../../../shared/terminal/marks';
import { SequenceReader } from '../../../shared/terminal/sequences';
import { Redactor } from '../../../shared/notebook/outputs/redactor';
import { ClipboardAsks } from './clipboard-asks';
import type { Follower } from './follower';
import type { InnerMarks } from './inner-marks';
import type { Screen } from './screen';
import type { Sender } from './sender';
import type { Watchers } from './watchers';

export interface StreamPorts {
  readonly terminal: string;
  readonly log: CommandLog;
  readonly screen: Screen;
  readonly watchers: Watchers;
  readonly inner: InnerMarks;
  readonly sender: Sender;
  /** The first mark has come. */
  readonly marked: () => void;
  /** A command began or ended, or its text is known now. */
  readonly changed: () => void;
}

/**
 * What a shell writes, on its way through the redactor and the judge: to the screen, to those who look and to those who
 * follow, with the marks in it taken by the log of commands.
 */
export class SessionStream {
  private readonly judged = new JudgedStream();
  private readonly left = new LeftModes();
  private readonly redactor = new Redactor();
  private readonly clipboard: ClipboardAsks;
  private readonly followers = new Set<Follower>();
  /** The screen has drawn something: there is room for more. */
  private readonly drawn = (): void => this.ports.watchers.keepPace();
  private isMarked = false;

  constructor(private readonly ports: StreamPorts) {
    const { terminal, watchers } = ports;
    this.clipboard = new ClipboardAsks((text) => watchers.tell('terminal.copyAsked', { terminal, text }));
  }

  /** Tells all that comes from here on; answers what stops it. */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    return () => void this.followers.delete(follower);
  }

  resized(columns: number, rows: number): void {
    for (const follower of this.followers) follower.resized(columns, rows);
  }

  /** Takes what it wrote, as text. */
  take(data: string): void {
    this.pass(this.redactor.push(data));
  }

  /** The shell has ended, and nothing comes any more. */
  end(end: TerminalEnd): void {
    this.pass(this.redactor.flush());
    this.tellWritten(this.judged.finish());
    this.tellEnded(this.ports.log.close(end.at));
    for (const follower of this.followers) follower.left(end);
    this.followers.clear();
  }

  dispose(): void {
    this.clipboard.stop();
  }

  private pass(text: string): void {
    const { screen, watchers } = this.ports;
    let onScreen = '';
    let forClients = '';
    let wrote = '';
    const marks: TerminalMark[] = [];
    const parts = this.judged.push(text);
    for (const part of parts) {
      if (part.kind === 'plain') {
        wrote += part.text;
        forClients += part.text;
        if (onScreen === '') screen.writePlain(part.text, this.drawn);
        else onScreen += part.text;
        continue;
      }
      const { sequence, verdict } = part;
      if (verdict.kind !== 'mark') wrote += sequence.text;
      switch (verdict.kind) {
        case 'cut':
          break;
        case 'show':
          onScreen += sequence.text;
          forClients += sequence.text;
          this.left.see(sequence);
          screen.see(sequence);
          break;
        case 'ask':
          onScreen += sequence.text;
          break;
        case 'copy':
          this.clipboard.add(verdict.text);
          break;
        case 'mark': {
          this.tellWritten(wrote);
          wrote = '';
          const draw = this.mark(verdict.data, forClients.length, marks);
          if (draw === null) break;
          const back = marks.at(-1)?.step === 'end' ? this.left.giveBack() : '';
          if (back !== '') {
            onScreen += back;
            forClients += back;
            marks.push({ at: forClients.length, step: 'prompt', command: null });
            for (const given of new SequenceReader().push(back)) screen.see(given);
          }
          screen.write(onScreen, () => {
            draw();
            watchers.keepPace();
          });
          onScreen = '';
          break;
        }
      }
    }
    this.tellWritten(wrote);
    if (onScreen !== '') screen.write(onScreen, this.drawn);
    const rows = parts.every(({ kind }) => kind === 'plain') ? screen.scrollingRows : null;
    if (rows === null) watchers.push(forClients, marks);
    else watchers.pushPlain(forClients, rows);
    watchers.keepPace();
  }

  /** Takes a mark; answers what it does to the screen once all before it is drawn, null where it means nothing. */
  private mark(data: string, at: number, marks: TerminalMark[]): (() => void) | null {
    const { terminal, log, screen, watchers, inner, sender, changed } = this.ports;
    const mark = parseMark(data);
    if (mark?.kind === 'ready') inner.ready(mark);
    const step = mark === null ? null : log.take(mark, new Date().toISOString());
    if (step === null) return null;
    inner.marked();
    this.tellEnded(log.takeCutOff());
    if (!this.isMarked) {
      this.isMarked = true;
      this.ports.marked();
    }
    changed();
    switch (step.step) {
      case 'prompt':
        marks.push({ at, step: 'prompt', command: null });
        sender.prompted();
        return () => screen.markPrompt();
      case 'input':
        sender.readied();
        return () => screen.markInput();
      case 'cancelled':
        sender.cancelled();
        return null;
      case 'start': {
        const { command } = step;
        marks.push({ at, step: 'start', command: command.id });
        for (const follower of this.followers) follower.began(command);
        watchers.tell('terminal.command', { terminal, command });
        sender.began(command);
        return () => this.drawStart(command);
      }
      case 'end': {
        const { command } = step;
        marks.push({ at, step: 'end', command: command.id });
        for (const follower of this.followers) follower.ended(command);
        watchers.tell('terminal.command', { terminal, command });
        sender.prompted();
        // Aborted: its prompt was drawn before that was known.
        const isAtInput = log.phase === 'input';
        return () => {
          screen.markPrompt();
          if (isAtInput) screen.markInput();
        };
      }
    }
  }

  private drawStart(begun: TerminalCommand): void {
    const { terminal, log, screen, watchers, changed } = this.ports;
    const shown = screen.markStart(begun.id);
    if (begun.text !== null) return;
    const command = shown === null || shown === '' ? null : log.setText(begun.id, shown);
    for (const follower of this.followers) follower.named(command ?? begun);
    if (command === null) return;
    watchers.tell('terminal.command', { terminal, command });
    changed();
  }

  private tellEnded(commands: readonly TerminalCommand[]): void {
    const { terminal, watchers } = this.ports;
    for (const command of commands) {
      for (const follower of this.followers) follower.ended(command);
      watchers.tell('terminal.command', { terminal, command });
    }
  }

  private tellWritten(text: string): void {
    if (text !== '') for (const follower of this.followers) follower.wrote(text);
  }
}
