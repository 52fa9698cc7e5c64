import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal, type IMarker } from '@xterm/headless';
import { MOST_COMMANDS } from '../../../shared/terminal/commands';

/** What a screen draws, and where the prompts of commands stand in it. */
export interface Snapshot {
  readonly screen: string;
  /** The row of a command's prompt, from the first row that is kept; null where it is gone. */
  rowOf(command: number): number | null;
}

/** What a screen tells of the prompt that was marked last. */
export interface PromptState {
  /** A program has the whole screen. */
  readonly isFull: boolean;
  /** The cursor stands exactly where what is typed begins. */
  readonly isAtInput: boolean;
  /** The shell asked to be told what is pasted. */
  readonly isBracketed: boolean;
}

/**
 * The screen of a terminal as the engine keeps it, whether anybody looks or not: what it shows, what can be scrolled
 * back to, its modes. It alone answers what programs ask their terminal.
 *
 * What is written takes effect in order, and a moment later; `pending` is what has not yet.
 */
export class Screen {
  pending = 0;
  private readonly terminal: Terminal;
  private readonly serializer = new SerializeAddon();
  private readonly rows = new Map<number, IMarker>();
  private prompt: IMarker | null = null;
  private input: { readonly marker: IMarker; readonly column: number } | null = null;

  constructor(columns: number, rows: number, scrollback: number, answer: (text: string) => void) {
    this.terminal = new Terminal({ cols: columns, rows, scrollback, allowProposedApi: true });
    this.terminal.loadAddon(this.serializer);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.terminal.onData(answer);
  }

  /** `written`: called when it has taken effect, before anything that was written later has. */
  write(text: string, written: () => void): void {
    this.pending += text.length;
    this.terminal.write(text, () => {
      this.pending -= text.length;
      written();
    });
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }

  clear(): void {
    this.terminal.clear();
  }

  dispose(): void {
    this.terminal.dispose();
  }

  /** A prompt begins where the cursor is. */
  markPrompt(): void {
    this.prompt = this.marker();
  }

  /** Behind the prompt: what follows is typed. */
  markInput(): void {
    const marker = this.marker();
    this.input = marker === null ? null : { marker, column: this.terminal.buffer.active.cursorX };
  }

  /** Resolves when all that was written before has taken effect. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.terminal.write('', resolve));
  }

  /** What it tells of its prompt, of what has taken effect by now. */
  promptState(): PromptState {
    const { active } = this.terminal.buffer;
    const isBracketed = this.terminal.modes.bracketedPasteMode;
    const { input } = this;
    const isAtInput =
      input !== null &&
      input.marker.line === active.baseY + active.cursorY &&
      input.column === active.cursorX;
    return { isFull: active.type === 'alternate', isAtInput, isBracketed };
  }

  /** A command begins; answers what stands between its prompt and the cursor, null where that can not be told. */
  markStart(command: number): string | null {
    const marker = this.prompt ?? this.marker();
    if (marker !== null) this.rows.set(command, marker);
    this.rows.delete(command - MOST_COMMANDS);
    this.prompt = null;
    const { input } = this;
    this.input = null;
    return input === null || input.marker.line < 0 ? null : this.textFrom(input.marker.line, input.column);
  }

  /** What is shown when all that was written before has taken effect. */
  snapshot(): Promise<Snapshot> {
    return new Promise((resolve) => {
      this.terminal.write('', () => {
        const screen = this.serializer.serialize();
        const lines = new Map([...this.rows].map(([command, { line }]) => [command, line]));
        resolve({
          screen,
          rowOf: (command) => {
            const line = lines.get(command) ?? -1;
            return line < 0 ? null : line;
          },
        });
      });
    });
  }

  /** Null in a program that has the whole screen: nothing there stays. */
  private marker(): IMarker | null {
    if (this.terminal.buffer.active.type === 'alternate') return null;
    return this.terminal.registerMarker(0) ?? null;
  }

  /** The text from a place to the line above the cursor, or to its end where the cursor is on the same line. */
  private textFrom(line: number, column: number): string | null {
    const { active } = this.terminal.buffer;
    const last = active.baseY + active.cursorY - (active.cursorX === 0 ? 1 : 0);
    let text = '';
    for (let at = line; at <= last; at += 1) {
      const row = active.getLine(at);
      if (row === undefined) return null;
      if (at > line && !row.isWrapped) text += '\n';
      text += row.translateToString(true, at === line ? column : 0);
    }
    // How it begins is kept: a space there says that it is not to be recorded.
    return text.trimEnd();
  }
}
