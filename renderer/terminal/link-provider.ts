import type { IBufferLine, ILink, ILinkProvider, Terminal } from '@xterm/xterm';
import { fileLinks } from '../../shared/terminal/file-links';
import { judgeLink } from '../notebook/markdown/judge-link';

/** Where a link of a terminal leads. Nothing is asked of any disk before it is followed. */
export type LinkTarget =
  | { readonly kind: 'web'; readonly url: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly line: number | null;
      /** Named by an address; empty for none. */
      readonly host: string;
      /** The command that printed it; null where that is not known. */
      readonly command: number | null;
    }
  | { readonly kind: 'dead'; readonly reason: string };

/** A line that goes on over more rows is not looked through as a whole. */
const MOST_ROWS = 12;

/** The place in this machine's files that a `file:` address names, and the host it says they are on; null for no place. */
export function fileOfAddress(address: string): { readonly path: string; readonly host: string } | null {
  try {
    const url = new URL(address);
    if (url.protocol !== 'file:') return null;
    const path = decodeURIComponent(url.pathname);
    // oxlint-disable-next-line no-control-regex -- no path that is meant holds one
    return /[\u0000-\u001f\u007f]/.test(path) ? null : { path, host: url.hostname };
  } catch {
    // No whole address, or an escape that is none.
    return null;
  }
}

/** Judges the address of a link, as programs give one beside its words (OSC 8), by the policy of all links. */
export function addressTarget(address: string, command: number | null): LinkTarget {
  const file = fileOfAddress(address);
  if (file !== null) return { kind: 'file', ...file, line: null, command };
  const verdict = judgeLink(address);
  switch (verdict.kind) {
    case 'external':
      return { kind: 'web', url: verdict.url };
    case 'dead':
      return { kind: 'dead', reason: verdict.reason };
    case 'anchor':
    case 'local':
      return { kind: 'dead', reason: 'Not opened: the address is not whole' };
  }
}

/** What a link says of itself under the pointer: its real target, whatever its words are. */
export function targetWords(target: LinkTarget, isMac: boolean): string {
  const click = `${isMac ? 'Cmd' : 'Ctrl'} click opens`;
  switch (target.kind) {
    case 'web':
      return `${click} ${target.url}`;
    case 'file': {
      const line = target.line === null ? '' : `, line ${target.line}`;
      return `${click} ${target.path}${line}${target.host === '' ? '' : ` on ${target.host}`}`;
    }
    case 'dead':
      return target.reason;
  }
}

/** Finds files with a line in what a terminal shows. */
export function fileLinkProvider(
  terminal: Terminal,
  ports: {
    readonly commandAt: (row: number) => number | null;
    readonly hover: (target: LinkTarget | null) => void;
    readonly follow: (event: MouseEvent, target: LinkTarget) => void;
  },
): ILinkProvider {
  return {
    provideLinks: (number, callback) => {
      const { text, cells } = lineAround(terminal, number - 1);
      const links = fileLinks(text).flatMap(({ start, end, path, line }): ILink[] => {
        const [first, last] = [cells[start], cells[end - 1]];
        if (first === undefined || last === undefined) return [];
        const target = (): LinkTarget => ({
          kind: 'file',
          path,
          line,
          host: '',
          command: ports.commandAt(first.row),
        });
        return [
          {
            text: text.slice(start, end),
            range: {
              start: { x: first.column + 1, y: first.row + 1 },
              end: { x: last.column + 1, y: last.row + 1 },
            },
            activate: (event) => ports.follow(event, target()),
            hover: () => ports.hover(target()),
            leave: () => ports.hover(null),
          },
        ];
      });
      callback(links.length === 0 ? undefined : links);
    },
  };
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The whole line that a row belongs to, with the cell of each of its characters. */
function lineAround(
  terminal: Terminal,
  row: number,
): { readonly text: string; readonly cells: readonly Cell[] } {
  const { active } = terminal.buffer;
  let first = row;
  while (row - first < MOST_ROWS && active.getLine(first)?.isWrapped === true) first -= 1;
  let text = '';
  const cells: Cell[] = [];
  for (let at = first; at < first + MOST_ROWS; at += 1) {
    const line = active.getLine(at);
    if (line === undefined || (at > first && !line.isWrapped)) break;
    text += addRow(line, at, cells);
  }
  return { text, cells };
}

function addRow(line: IBufferLine, row: number, cells: Cell[]): string {
  let text = '';
  for (let column = 0; column < line.length; column += 1) {
    const cell = line.getCell(column);
    // The second half of a wide character.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const characters = cell.getChars() || ' ';
    text += characters;
    for (let unit = 0; unit < characters.length; unit += 1) cells.push({ row, column });
  }
  return text;
}
