import type { Recording } from '../../../shared/terminal/recording-contract';
import type { EventDataOf } from '../../../shared/runs/events';
import type { TerminalCommand } from '../../../shared/terminal/commands';
import type { TerminalInfo } from '../../../shared/terminal/contract';
import { isHidden } from '../../../shared/terminal/hidden-command';
import type { Follower } from '../terminals/follower';
import { CommandRecording } from './command-recording';

type NotRecorded = NonNullable<EventDataOf<'terminal-command'>['notRecorded']>;
/** Why a terminal is attached no more. */
export type DetachReason = EventDataOf<'terminal-detached'>['why'];

/** A terminal as a run records it. */
export interface RecordedTerminal {
  readonly id: string;
  readonly info: TerminalInfo;
  /** What its badge says; null while no run records it. */
  recording: Recording | null;
  follow(follower: Follower): () => void;
}

/** A command that has ended, or of which no more will be known. */
export interface RecordedCommand {
  readonly command: TerminalCommand;
  /** What it printed; null where nothing of it is to be recorded, and why. */
  readonly output: CommandRecording | null;
  readonly notRecorded: NotRecorded | null;
  readonly paused: boolean;
}

export interface AttachedPorts {
  /** Where what is under way is kept. */
  readonly folder: string;
  readonly log: (message: string) => void;
  /** A command is to be recorded now. */
  readonly done: (command: RecordedCommand) => void;
  /** The shell has ended. */
  readonly left: () => void;
}

interface Open {
  command: TerminalCommand;
  output: CommandRecording | null;
  notRecorded: NotRecorded | null;
  /** The text is known, or it is known that it will not be. */
  isDecided: boolean;
  hasEnded: boolean;
  paused: boolean;
}

/**
 * Follows a terminal for the run that it is attached to, and tells each command once it is whole. A command that began
 * before is none of this run's.
 *
 * Where the shell did not say a command's text, it is decided by what the screen shows whether it may be recorded; until
 * then nothing of it leaves the memory.
 */
export class AttachedTerminal implements Follower {
  private readonly open = new Map<number, Open>();
  private current: Open | null = null;
  private stop: () => void;
  private isPaused = false;

  constructor(
    private readonly terminal: RecordedTerminal,
    private readonly ports: AttachedPorts,
    run: Omit<Recording, 'isPaused'>,
  ) {
    this.stop = terminal.follow(this);
    terminal.recording = { ...run, isPaused: false };
  }

  /** From now on commands are only counted, or recorded again. What runs now is recorded without what it prints meanwhile. */
  pause(on: boolean): void {
    this.isPaused = on;
    if (on && this.current !== null) this.current.paused = true;
    const { recording } = this.terminal;
    if (recording !== null) this.terminal.recording = { ...recording, isPaused: on };
  }

  /** Follows no more; what still runs is told as it is known now. */
  detach(): void {
    this.stop();
    this.stop = () => undefined;
    this.terminal.recording = null;
    for (const open of this.open.values()) {
      if (!open.isDecided) this.decide(open, open.command.text);
      this.tell(open);
    }
    this.current = null;
  }

  began(command: TerminalCommand): void {
    const open: Open = {
      command,
      output: null,
      notRecorded: this.isPaused ? 'paused' : null,
      isDecided: this.isPaused,
      hasEnded: false,
      paused: false,
    };
    this.open.set(command.id, open);
    this.current = open;
    if (open.isDecided) return;
    open.output = new CommandRecording(`${this.ports.folder}/${command.id}`, this.ports.log);
    if (command.text !== null) this.decide(open, command.text);
  }

  named({ id, text }: TerminalCommand): void {
    const open = this.open.get(id);
    if (open === undefined || open.isDecided) return;
    open.command = { ...open.command, text };
    this.decide(open, text);
    if (open.hasEnded) this.tell(open);
  }

  wrote(text: string): void {
    if (!this.isPaused) this.current?.output?.push(text);
  }

  ended(command: TerminalCommand): void {
    const open = this.open.get(command.id);
    this.current = null;
    if (open === undefined) return;
    open.command = { ...command, text: command.text ?? open.command.text };
    open.hasEnded = true;
    if (open.isDecided) this.tell(open);
  }

  resized(): void {
    // A transcript has the size of the moment when it was attached.
  }

  left(): void {
    this.ports.left();
  }

  private decide(open: Open, text: string | null): void {
    open.isDecided = true;
    if (text !== null && !isHidden(text)) {
      open.output?.keep({ ...open.command, text });
      return;
    }
    open.notRecorded = text === null ? 'unread' : 'space';
    void open.output?.discard();
    open.output = null;
  }

  private tell({ command, output, notRecorded, paused }: Open): void {
    this.open.delete(command.id);
    this.ports.done({ command, output, notRecorded, paused });
  }
}
