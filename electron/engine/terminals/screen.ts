import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal, type IMarker } from '@xterm/headless';
import { MOST_COMMANDS } from '../../../shared/terminal/commands';
import { ScreenBacklog } from '../../../shared/terminal/screen-backlog';
import { ScrollArea } from '../../../shared/terminal/scroll-area';
import type { Sequence } from '../../../shared/terminal/sequences';

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
 * What is written takes effect in order, and a moment later; `pending` is what has not yet. Plain text waits where it
 * can until somebody asks: a flood that nobody could scroll back to is never drawn here.
 */
export class Screen {
  pending = 0;
  private readonly area = new ScrollArea();
  /** The size that it is to have, when what was written before has taken effect. */
  private size: { readonly columns: number; readonly rows: number };
  private isResizing = false;
  private readonly terminal: Terminal;
  private readonly serializer = new SerializeAddon();
  private readonly rows = new Map<number, IMarker>();
  private prompt: IMarker | null = null;
  private input: { readonly marker: IMarker; readonly column: number } | null = null;

  constructor(
    columns: number,
    rows: number,
    private readonly scrollback: number,
    answer: (text: string) => void,
    private readonly backlog = new ScreenBacklog(),
  ) {
    this.size = { columns, rows };
    this.terminal = new Terminal({ cols: columns, rows, scrollback, allowProposedApi: true });
    this.terminal.loadAddon(this.serializer);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.terminal.onData(answer);
  }

  /** `written`: called when it has taken effect, before anything that was written later has. */
  write(text: string, written: () => void): void {
    this.put(this.backlog.take() + text, written);
  }

  /** Takes plain text (`plainEnd`), which takes effect when it must. */
  writePlain(text: string, written: () => void): void {
    const rows = this.scrollingRows;
    if (rows === null) return this.write(text, written);
    // From the top row to the bottom one, and then all that is kept.
    this.backlog.push(text, this.scrollback + 2 * rows);
    if (this.backlog.isFull) this.put(this.backlog.take(), written);
  }

  /** The rows out of which plain text scrolls as it is printed now, at most; null where they do not scroll as a whole. */
  get scrollingRows(): number | null {
    return this.area.isWhole ? this.mostRows : null;
  }

  /** A sequence that is no colour: it is written, or was just now. */
  see(sequence: Sequence): void {
    this.area.see(sequence, this.mostRows);
  }

  /** In its place among what was written. Of many in a row the last counts: each lays out all that is kept anew. */
  resize(columns: number, rows: number): void {
    this.size = { columns, rows };
    if (this.isResizing) return;
    this.isResizing = true;
    this.write('', () => {
      this.isResizing = false;
      this.terminal.resize(this.size.columns, this.size.rows);
    });
  }

  /** Forgets what can be scrolled back to of what was written. */
  clear(): void {
    this.write('', () => this.terminal.clear());
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
    return new Promise((resolve) => this.write('', resolve));
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

  /** What stands before the cursor on its row, of what has taken effect by now. */
  beforeCursor(): string {
    const { active } = this.terminal.buffer;
    const row = active.getLine(active.baseY + active.cursorY);
    return row?.translateToString(false, 0, active.cursorX) ?? '';
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
      this.write('', () => {
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

  private put(text: string, written: () => void): void {
    this.pending += text.length;
    this.terminal.write(text, () => {
      this.pending -= text.length;
      written();
    });
  }

  private get mostRows(): number {
    return Math.max(this.size.rows, this.terminal.rows);
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
