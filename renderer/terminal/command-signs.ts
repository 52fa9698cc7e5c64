import type { IDecoration, IMarker, Terminal } from '@xterm/xterm';
import { durationWords } from '../../shared/notebook/duration-words';
import type { TerminalCommand } from '../../shared/terminal/commands';
import { clockTime, utcWords } from '../notebook/time-words';

/** The lines of the signs, as lucide draws them. */
const SIGNS = {
  done: ['M20 6 9 17l-5-5'],
  failed: ['M18 6 6 18', 'm6 6 12 12'],
  running: ['m9 18 6-6-6-6'],
  unknown: ['M5 12h14'],
} as const;
type Sign = keyof typeof SIGNS;

interface Drawn {
  command: TerminalCommand;
  readonly marker: IMarker;
  sign: IDecoration | null;
  facts: IDecoration | null;
}

function signOf({ ended, status }: TerminalCommand): Sign {
  if (ended === null) return 'running';
  if (status === null) return 'unknown';
  return status === 0 ? 'done' : 'failed';
}

/** `exit 2  2.0s  02:59:40`; a command that runs says so. */
export function factsOf({ started, ended, status }: TerminalCommand): string {
  const time = clockTime(started);
  if (ended === null) return `running since ${time}`;
  const took = durationWords(Date.parse(ended) - Date.parse(started));
  const exit = status === null || status === 0 ? '' : `exit ${status}  `;
  return `${exit}${took}  ${time}`;
}

/** Signs, status and times of commands, drawn beside and over the rows of their prompts. */
export class CommandSigns {
  private readonly drawn = new Map<number, Drawn>();

  constructor(private readonly terminal: Terminal) {
    terminal.onResize(() => {
      for (const drawn of this.drawn.values()) this.draw(drawn);
    });
  }

  /** A command began at this row. */
  add(command: TerminalCommand, marker: IMarker): void {
    const drawn: Drawn = { command, marker, sign: null, facts: null };
    this.drawn.set(command.id, drawn);
    marker.onDispose(() => this.drawn.delete(command.id));
    this.draw(drawn);
  }

  /** It has ended, or its text became known. */
  update(command: TerminalCommand): void {
    const drawn = this.drawn.get(command.id);
    if (drawn === undefined) return;
    drawn.command = command;
    this.draw(drawn);
  }

  /** The command whose prompt or output stands on a row of the buffer; null above the first. */
  commandAt(row: number): number | null {
    const above = [...this.drawn.values()].filter(({ marker }) => marker.line >= 0 && marker.line <= row);
    const nearest = above.toSorted((a, b) => b.marker.line - a.marker.line)[0];
    return nearest?.command.id ?? null;
  }

  clear(): void {
    for (const { marker } of this.drawn.values()) marker.dispose();
    this.drawn.clear();
  }

  /** Scrolls to the prompt above or below the first row that is shown; false where there is none. */
  step(by: 1 | -1): boolean {
    const { viewportY, baseY } = this.terminal.buffer.active;
    const rows = [...this.drawn.values()].map(({ marker }) => marker.line).toSorted((a, b) => a - b);
    const row = by < 0 ? rows.findLast((one) => one < viewportY) : rows.find((one) => one > viewportY);
    if (row === undefined && by > 0) this.terminal.scrollToBottom();
    if (row === undefined) return by > 0;
    this.terminal.scrollToLine(Math.min(row, baseY));
    return true;
  }

  private draw(drawn: Drawn): void {
    drawn.sign?.dispose();
    drawn.facts?.dispose();
    const { marker, command } = drawn;
    const facts = factsOf(command);
    drawn.sign = this.terminal.registerDecoration({ marker }) ?? null;
    drawn.sign?.onRender((element) => drawSign(element, signOf(command), facts));
    const isRoomy = this.roomBehind(marker.line) > facts.length + 3;
    drawn.facts = isRoomy
      ? (this.terminal.registerDecoration({ marker, anchor: 'right', x: 1, width: facts.length }) ?? null)
      : null;
    drawn.facts?.onRender((element) => {
      element.classList.add('terminal-facts');
      element.textContent = facts;
      element.title = utcWords(command.started);
    });
  }

  /** Columns that are free on a row: what is said of a command must not lie over what was typed. */
  private roomBehind(row: number): number {
    const { normal } = this.terminal.buffer;
    if (normal.getLine(row + 1)?.isWrapped === true) return 0;
    return this.terminal.cols - (normal.getLine(row)?.translateToString(true).length ?? 0);
  }
}

function drawSign(element: HTMLElement, sign: Sign, words: string): void {
  if (element.dataset['state'] === sign) return;
  element.classList.add('terminal-sign');
  element.dataset['state'] = sign;
  element.title = words;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  for (const line of SIGNS[sign]) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', line);
    svg.append(path);
  }
  element.replaceChildren(svg);
}
