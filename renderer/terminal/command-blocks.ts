import type { Terminal } from '@xterm/xterm';
import { clicked, kept, placeBar, selectedAmong, stepped, type CommandSelection } from './command-selection';
import type { Picked } from './command-picks';
import type { CommandSigns } from './command-signs';

export interface BlockPorts {
  readonly terminal: string;
  /** The row of the prompt that waits; null where there is none. */
  readonly promptRow: () => number | null;
  readonly picked: (picked: Picked | null) => void;
  /** The bar with what can be done, which is kept beside what is selected. */
  readonly bar: () => HTMLElement | null;
}

/** Between the screen's edge and the bar. Points. */
const BAR_GAP = 16;
/** The margin with the signs, left of the first column. Points. */
const MARGIN = 28;

/**
 * The past commands that are selected in a terminal, drawn as a block over the rows of xterm's grid. Nothing in the
 * grid moves for it: the bar with what can be done lies where rows are empty.
 */
export class CommandBlocks {
  private selection: CommandSelection | null = null;
  private readonly block = document.createElement('div');
  /** What is selected waits for a screen that is drawn anew. */
  private isHeld = false;
  private said = '';

  constructor(
    private readonly terminal: Terminal,
    private readonly signs: CommandSigns,
    private readonly ports: BlockPorts,
  ) {
    this.block.className = 'terminal-block';
    this.block.hidden = true;
    this.screen?.append(this.block);
    terminal.onRender(() => this.draw());
    terminal.onScroll(() => this.draw());
    terminal.onResize(() => this.draw());
  }

  /** Selects a command; with Shift all from the one that was selected. */
  pick(id: number, isExtending: boolean): void {
    this.change(clicked(this.selection, id, isExtending));
  }

  /** Selects the command at a place of the page, unless it is selected already. False where none is. */
  pickAt(clientY: number): boolean {
    const { screen } = this;
    if (screen === null || this.terminal.buffer.active.type !== 'normal') return false;
    const box = screen.getBoundingClientRect();
    const row = Math.floor((clientY - box.top) / this.cellHeight) + this.terminal.buffer.active.viewportY;
    const prompt = this.ports.promptRow();
    const id = prompt !== null && row >= prompt ? null : this.signs.commandAt(row);
    if (id === null) return this.selection !== null;
    if (!selectedAmong(this.ids(), this.selection).includes(id)) this.pick(id, false);
    return true;
  }

  /** Goes one command up or down and brings it into view. */
  step(by: 1 | -1, isExtending = false): void {
    const selection = stepped(this.ids(), this.selection, by, isExtending, this.lastInView());
    this.change(selection);
    if (selection === null) return this.terminal.scrollToBottom();
    const row = this.signs.rowOf(selection.active);
    const { viewportY, baseY } = this.terminal.buffer.active;
    if (row === null) return;
    if (row < viewportY || row >= viewportY + this.terminal.rows) {
      this.terminal.scrollToLine(Math.min(Math.max(0, row - 1), baseY));
    }
    this.draw();
  }

  leave(): void {
    this.change(null);
  }

  /** What a key means while commands are selected; null where it is not theirs. */
  keyOf({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): (() => void) | null {
    if (this.selection === null || ctrlKey || altKey || metaKey) return null;
    if (shiftKey && key === 'ArrowUp') return () => this.step(-1, true);
    if (shiftKey && key === 'ArrowDown') return () => this.step(1, true);
    if (key === 'Escape') return () => this.leave();
    if (key === 'Tab' && !shiftKey) return () => this.ports.bar()?.querySelector('button')?.focus();
    return null;
  }

  /** A key goes to the shell: who types is at the prompt again. */
  typed(event: KeyboardEvent): void {
    if (this.selection !== null && isTyped(event)) this.leave();
  }

  /** The screen is drawn anew: what is selected is looked for when that is done. */
  hold(): void {
    this.isHeld = true;
  }

  /** Commands came, went or changed. */
  settle(): void {
    this.isHeld = false;
    this.change(kept(this.ids(), this.selection));
  }

  /** A command has ended, or one went out of what can be scrolled back to. */
  changed(): void {
    if (!this.isHeld && this.selection !== null) this.settle();
  }

  dispose(): void {
    this.ports.picked(null);
    this.block.remove();
  }

  private get screen(): HTMLElement | null {
    return this.terminal.element?.querySelector<HTMLElement>('.xterm-screen') ?? null;
  }

  private get cellHeight(): number {
    return (this.screen?.clientHeight ?? 0) / this.terminal.rows;
  }

  private ids(): readonly number[] {
    return this.signs.ordered().map(({ command }) => command.id);
  }

  private change(selection: CommandSelection | null): void {
    this.selection = selection;
    this.tell();
    this.draw();
  }

  private tell(): void {
    const all = this.signs.ordered();
    const ids = all.map(({ command }) => command.id);
    const chosen = selectedAmong(ids, this.selection);
    const at = ids.indexOf(this.selection?.active ?? -1);
    const active = all[at];
    if (active === undefined || chosen.length === 0) {
      this.said = '';
      this.ports.picked(null);
      return;
    }
    const commands = all.flatMap(({ command }) => (chosen.includes(command.id) ? [command] : []));
    const picked: Picked = {
      terminal: this.ports.terminal,
      commands,
      active: { command: active.command, at: at + 1, of: all.length },
      isCrowded: !this.signs.hasFacts(commands[0]?.id ?? -1),
    };
    // Told once: who shows it draws anew each time.
    const said = JSON.stringify(picked);
    if (said === this.said) return;
    this.said = said;
    this.ports.picked(picked);
  }

  /** The last command of which something is in view; null where none is. */
  private lastInView(): number | null {
    const { viewportY } = this.terminal.buffer.active;
    const prompt = this.ports.promptRow();
    const last = Math.min(
      viewportY + this.terminal.rows - 1,
      prompt === null ? Number.MAX_SAFE_INTEGER : prompt - 1,
    );
    return this.signs.commandAt(last);
  }

  /** First and last row of what is selected, in the buffer; null where nothing is. */
  private rowsSelected(): { readonly first: number; readonly last: number } | null {
    const all = this.signs.ordered();
    const ids = all.map(({ command }) => command.id);
    const chosen = selectedAmong(ids, this.selection);
    const first = all.find(({ command }) => command.id === chosen[0]);
    const lastAt = ids.indexOf(chosen.at(-1) ?? -1);
    const last = all[lastAt];
    if (first === undefined || last === undefined) return null;
    const { baseY, cursorY } = this.terminal.buffer.normal;
    const prompt = this.ports.promptRow();
    const next =
      all[lastAt + 1]?.row ?? (prompt !== null && prompt > last.row ? prompt : baseY + cursorY + 1);
    return { first: first.row, last: Math.max(last.row, next - 1) };
  }

  draw(): void {
    const { block } = this;
    // Asked at each line of a flood.
    if (this.selection === null && block.hidden) return;
    const rows = this.isHeld ? null : this.rowsSelected();
    const { screen } = this;
    const { active } = this.terminal.buffer;
    if (rows === null || screen === null || active.type !== 'normal') {
      block.hidden = true;
      return;
    }
    const first = rows.first - active.viewportY;
    const last = rows.last - active.viewportY;
    const height = this.cellHeight;
    const from = Math.max(0, first);
    const to = Math.min(this.terminal.rows - 1, last);
    block.hidden = to < from;
    block.dataset['ink'] = isLight(this.terminal.options.theme?.background) ? 'dark' : 'light';
    Object.assign(block.style, {
      top: `${from * height}px`,
      height: `${Math.max(0, to - from + 1) * height}px`,
      left: `${-MARGIN}px`,
      width: `${(this.terminal.element?.clientWidth ?? 0) - BAR_GAP / 2}px`,
    });
    this.placeBar(first, last, height);
  }

  private placeBar(first: number, last: number, height: number): void {
    const bar = this.ports.bar();
    const place = bar?.offsetParent;
    const { screen } = this;
    if (bar === null || screen === null || place === null || place === undefined || height === 0) return;
    const { cols, rows, buffer } = this.terminal;
    const { viewportY } = buffer.active;
    const { factRows } = this.signs;
    const top = placeBar({
      first,
      last,
      rows,
      height: Math.ceil(bar.offsetHeight / height),
      columns: Math.ceil((bar.offsetWidth + BAR_GAP) / (screen.clientWidth / cols)),
      free: (row) => {
        if (factRows.has(viewportY + row)) return 0;
        const line = buffer.active.getLine(viewportY + row);
        return cols - (line?.translateToString(true).length ?? 0);
      },
    });
    const from = screen.getBoundingClientRect().top - place.getBoundingClientRect().top;
    const room = Math.ceil(bar.offsetHeight / height) * height - bar.offsetHeight;
    const most = place.clientHeight - bar.offsetHeight;
    bar.style.top = `${Math.max(0, Math.min(most, from + top * height + room / 2))}px`;
  }
}

/** True for a ground on which ink is dark. `colour`: `#rrggbb`. */
function isLight(colour: string | undefined): boolean {
  return Number.parseInt(colour?.slice(1, 3) ?? '0', 16) > 127;
}

/** True for a key that writes or does something in the shell; false for one that looks around. */
function isTyped({ key }: KeyboardEvent): boolean {
  return !/^(?:Shift|Control|Alt|Meta|AltGraph|CapsLock|Page\w+|Home|End|F\d+|ContextMenu)$/.test(key);
}
