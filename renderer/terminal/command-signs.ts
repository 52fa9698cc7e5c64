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

  constructor(
    private readonly terminal: Terminal,
    private readonly ports: {
      /** The sign of a command was clicked. */
      readonly picked: (command: number, isExtending: boolean) => void;
      /** Commands came, went or changed. */
      readonly changed: () => void;
    },
  ) {
    terminal.onResize(() => {
      for (const drawn of this.drawn.values()) this.draw(drawn);
    });
  }

  /** A command began at this row. */
  add(command: TerminalCommand, marker: IMarker): void {
    const drawn: Drawn = { command, marker, sign: null, facts: null };
    this.drawn.set(command.id, drawn);
    marker.onDispose(() => {
      this.drawn.delete(command.id);
      this.ports.changed();
    });
    this.draw(drawn);
    this.ports.changed();
  }

  /** It has ended, or its text became known. */
  update(command: TerminalCommand): void {
    const drawn = this.drawn.get(command.id);
    if (drawn === undefined) return;
    drawn.command = command;
    this.draw(drawn);
    this.ports.changed();
  }

  /** The commands that can be scrolled to, from the top down, each with the row of its prompt. */
  ordered(): readonly { readonly command: TerminalCommand; readonly row: number }[] {
    return [...this.drawn.values()]
      .map(({ command, marker }) => ({ command, row: marker.line }))
      .filter(({ row }) => row >= 0)
      .toSorted((a, b) => a.row - b.row);
  }

  rowOf(id: number): number | null {
    const row = this.drawn.get(id)?.marker.line ?? -1;
    return row < 0 ? null : row;
  }

  /** Status and times of a command stand at the right of its row. */
  hasFacts(id: number): boolean {
    return (this.drawn.get(id)?.facts ?? null) !== null;
  }

  /** The rows at whose right something is said of a command. */
  get factRows(): ReadonlySet<number> {
    return new Set(
      [...this.drawn.values()].flatMap(({ facts, marker }) => (facts === null ? [] : [marker.line])),
    );
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

  private draw(drawn: Drawn): void {
    drawn.sign?.dispose();
    drawn.facts?.dispose();
    const { marker, command } = drawn;
    const facts = factsOf(command);
    drawn.sign = this.terminal.registerDecoration({ marker }) ?? null;
    drawn.sign?.onRender((element) => {
      drawSign(element, signOf(command), facts);
      element.onmousedown = (event) => {
        // No selection of text begins here, and the shell keeps the keys.
        event.preventDefault();
        event.stopPropagation();
        if (event.button === 0) this.ports.picked(command.id, event.shiftKey);
      };
    });
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
  element.title = `${words}; click selects it`;
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
