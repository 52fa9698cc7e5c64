/** What a piece of a code cell is: text of the cell's language, the head of a magic, or a command for the shell. */
export type CellPieceKind = 'code' | 'magic' | 'command';

/** A piece of a source, from and to counted in UTF-16 units. */
export interface CellPiece {
  readonly kind: CellPieceKind;
  readonly from: number;
  readonly to: number;
}

const CELL_MAGIC = /^[ \t]*%%[^\n]*/;
const LINE_MAGIC = /^[ \t]*(%([A-Za-z_][\w.]*))[ \t]*/;
const COMMAND = /^[ \t]*(!{1,2})(?=\S)/;
/** `?thing`, `thing?` and `thing??` ask for help. */
const HELP = /^[ \t]*((?:\?{1,2}[A-Za-z_%][\w.]*|%{0,2}[A-Za-z_][\w.]*\?{1,2})[ \t]*)$/;
/** `files = !ls` and `table = %sql select 1`. */
const ASSIGNED = /^[ \t]*[A-Za-z_][\w., \t]*=[ \t]*(?=[!%][A-Za-z/~.$])/;
const QUOTES = /'''|"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*/g;

/** Line magics whose rest is for the shell, and those whose rest is code. Of any other the rest is left as it is. */
const SHELL_MAGICS = new Set('sh bash sx system cd ls ll pip conda mamba uv cat rm mkdir cp mv'.split(' '));
const CODE_MAGICS = new Set('time timeit prun lprun memit mprun debug'.split(' '));

/** The kind of quotes that is open after this line; `open` is the one before it. */
function openQuotes(line: string, open: string | null): string | null {
  let held = open;
  let at = 0;
  for (;;) {
    if (held !== null) {
      const close = line.indexOf(held, at);
      if (close === -1) return held;
      at = close + 3;
      held = null;
    }
    QUOTES.lastIndex = at;
    const match = QUOTES.exec(line);
    if (match === null) return null;
    at = match.index + match[0].length;
    if (match[0] === "'''" || match[0] === '"""') held = match[0];
  }
}

/** What a line that begins with a magic or a command has beside its code; null for a line of plain code. */
function marksOfLine(line: string, at: number): readonly CellPiece[] | null {
  const start = ASSIGNED.exec(line)?.[0].length ?? 0;
  const rest = line.slice(start);
  const end = at + line.length;
  /** The head as a piece; `head` begins at the first sign that is not code. */
  const headed = (match: RegExpExecArray, head: string, kind: CellPieceKind | null): readonly CellPiece[] => {
    const from = at + start + match[0].indexOf(head);
    const pieces: CellPiece[] = [{ kind: 'magic', from, to: from + head.length }];
    const restFrom = at + start + match[0].length;
    if (kind !== null && restFrom < end) pieces.push({ kind, from: restFrom, to: end });
    return pieces;
  };
  const command = COMMAND.exec(rest);
  if (command !== null) return headed(command, command[1] ?? '', 'command');
  const help = start === 0 ? HELP.exec(rest) : null;
  if (help !== null) return headed(help, help[1] ?? '', null);
  const magic = LINE_MAGIC.exec(rest);
  if (magic === null) return null;
  const name = magic[2] ?? '';
  return headed(
    magic,
    magic[1] ?? '',
    SHELL_MAGICS.has(name) ? 'command' : CODE_MAGICS.has(name) ? 'code' : null,
  );
}

/**
 * Cuts a code cell as IPython reads it: the `%%magic` at its top, and (where `hasLines`) `%magic` and `! command`
 * lines. Lines inside of a text between three quotes are text, whatever they begin with.
 *
 * The pieces come in order. What is in none of them is the rest of a magic's line that is neither code nor a command.
 */
export function cutCell(source: string, hasLines: boolean): readonly CellPiece[] {
  const pieces: CellPiece[] = [];
  const code = (from: number, to: number): void => {
    if (from < to) pieces.push({ kind: 'code', from, to });
  };
  const blank = /^\s*\n/.exec(source)?.[0].length ?? 0;
  const head = CELL_MAGIC.exec(source.slice(blank))?.[0];
  let at = 0;
  if (head !== undefined) {
    at = blank + head.length;
    pieces.push({ kind: 'magic', from: blank, to: at });
  }
  if (!hasLines) {
    code(at, source.length);
    return pieces;
  }
  let from = at;
  let quotes: string | null = null;
  while (at < source.length) {
    const newline = source.indexOf('\n', at);
    const end = newline === -1 ? source.length : newline;
    const line = source.slice(at, end);
    const marks = quotes === null ? marksOfLine(line, at) : null;
    const [first] = marks ?? [];
    if (marks === null || first === undefined) quotes = openQuotes(line, quotes);
    else {
      code(from, first.from);
      pieces.push(...marks);
      from = end;
    }
    at = end + 1;
  }
  code(from, source.length);
  return pieces;
}
