import { isShellCell, wantedKernel, type Cell, type Notebook } from '../notebook/model';
import type { TerminalInfo } from '../terminal/contract';
import { readCellMembers } from './cell-metadata';

/**
 * Where a step runs that is bound to a terminal: a shell of this machine, or a host of the person's ssh. `unreadable`:
 * it names something else, and runs nowhere: the notebook's own shell would be another machine than was meant.
 */
export interface BoundTerminal {
  readonly kind: 'shell' | 'host' | 'unreadable';
  readonly name: string;
}

/** The terminal that a cell is bound to; null for one that is not, and for cells that are not the shell's. */
export function boundTerminal(
  cell: Pick<Cell, 'type' | 'metadata'>,
  notebook: Pick<Notebook, 'metadata'>,
): BoundTerminal | null {
  if (cell.type !== 'code') return null;
  if (!isShellCell(cell) && wantedKernel({ metadata: notebook.metadata }).name !== 'bash') return null;
  const { members, faults } = readCellMembers(cell);
  if (faults.some(({ member }) => member === 'terminal')) return { kind: 'unreadable', name: '' };
  const { terminal } = members;
  if (terminal === undefined) return null;
  const bound: BoundTerminal =
    'host' in terminal ? { kind: 'host', name: terminal.host } : { kind: 'shell', name: terminal.shell };
  // What a command line would take for an option is no name.
  return /^[^-\s][^\s]*$/.test(bound.name) ? bound : { kind: 'unreadable', name: '' };
}

/** The profile that a terminal is opened with for it; null where there can be none. */
export function profileOf({ kind, name }: BoundTerminal): string | null {
  if (kind === 'unreadable') return null;
  return kind === 'host' ? `ssh:${name}` : `shell:${name}`;
}

/** `bastion-eu1`, `zsh on this machine`: as a person calls it. */
export function boundWords({ kind, name }: BoundTerminal): string {
  switch (kind) {
    case 'host':
      return name;
    case 'shell':
      return `${name} on this machine`;
    case 'unreadable':
      return 'a terminal that can not be read';
  }
}

/** Which of the open terminals is meant. */
export type TerminalChoice =
  /** None of that profile is open. */
  | { readonly kind: 'none' }
  /** Several are, and a person says which. */
  | { readonly kind: 'several'; readonly terminals: readonly TerminalInfo[] }
  | { readonly kind: 'one'; readonly terminal: TerminalInfo };

/**
 * Chooses among the open terminals: the one that was chosen for this run, the only one of that profile, else the one
 * that is shown. `chosen` and `shown`: ids; null where there is none.
 */
export function chooseTerminal(
  bound: BoundTerminal,
  terminals: readonly TerminalInfo[],
  chosen: string | null,
  shown: string | null,
): TerminalChoice {
  const profile = profileOf(bound);
  // A shell of this machine in which somebody is elsewhere by now is not this machine.
  const fitting = terminals.filter(
    (info) =>
      info.ended === null &&
      info.profile.id === profile &&
      (bound.kind === 'host' || info.host === undefined),
  );
  const [first] = fitting;
  if (first === undefined) return { kind: 'none' };
  const one =
    fitting.find(({ id }) => id === chosen) ??
    (fitting.length === 1 ? first : fitting.find(({ id }) => id === shown));
  return one === undefined ? { kind: 'several', terminals: fitting } : { kind: 'one', terminal: one };
}
