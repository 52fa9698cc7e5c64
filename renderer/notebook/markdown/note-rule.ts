import type { MarkdownIt, StateBlock, Token } from 'markdown-it';
import { alertNamed, noteNamed, type NoteKind } from './note-kinds';

const ALERT = /^\[!([A-Za-z]+)\][ \t]*([^\n]*)(?:\n|$)/;
/** `:::{warning} Title`, `::: warning Title`, and MyST's form of a fence, three backticks with `{warning}`. */
const OPENING = /^(:{3,}|`{3,}|~{3,})[ \t]*(?:\{([\w-]+)\}|([A-Za-z][\w-]*))[ \t]*(.*)$/;
const OPTION = /^:([\w-]+):[ \t]*(.*)$/;
const FENCE = /^(`{3,}|~{3,})/;

interface Opening {
  readonly mark: string;
  readonly name: string;
  readonly title: string;
}

function lineOf(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

function readOpening(text: string): Opening | null {
  const match = OPENING.exec(text);
  if (match === null) return null;
  const mark = match[1] ?? '';
  // A fence with a bare word names a language; only braces make a directive of it.
  const name = match[2] ?? (mark.startsWith(':') ? match[3] : undefined);
  return name === undefined ? null : { mark, name, title: (match[4] ?? '').trim() };
}

/** The line that closes what was opened before `from`, `limit` where nothing does. */
function closingLine(state: StateBlock, mark: string, from: number, limit: number): number {
  const isColons = mark.startsWith(':');
  const isClosing = (text: string): boolean => text.startsWith(mark) && /^(?::+|`+|~+)$/.test(text);
  let open = 0;
  let fence: string | null = null;
  for (let line = from; line < limit; line += 1) {
    const text = lineOf(state, line).trim();
    if (isColons) {
      const fenced = FENCE.exec(text)?.[1];
      if (fenced !== undefined && (fence === null || (text === fenced && fenced.startsWith(fence)))) {
        fence = fence === null ? fenced : null;
        continue;
      }
      if (fence !== null) continue;
      // One opened with the same number of colons is closed first.
      if (text.startsWith(mark) && readOpening(text)?.mark.length === mark.length) open += 1;
    }
    if (!isClosing(text)) continue;
    if (open === 0) return line;
    open -= 1;
  }
  return limit;
}

/** MyST's options, `:class: dropdown`, in the first lines of a directive. Answers where its text begins. */
function readOptions(
  state: StateBlock,
  from: number,
  limit: number,
): { readonly body: number; readonly options: ReadonlyMap<string, string> } {
  const options = new Map<string, string>();
  let line = from;
  for (; line < limit; line += 1) {
    const match = OPTION.exec(lineOf(state, line).trim());
    if (match === null) break;
    options.set(match[1] ?? '', (match[2] ?? '').trim());
  }
  return { body: line, options };
}

function openNote(token: Token, kind: NoteKind, isFolded: boolean): void {
  token.attrJoin('class', `md-note md-note-${kind.look}`);
  if (isFolded) token.tag = 'details';
}

/**
 * Adds notes to a markdown parser: GitHub's alerts (`> [!WARNING]`) and MyST's admonitions (`:::{warning} Title`,
 * `::: warning`, and a fence of backticks with `{warning}`), nested as deep as the parser goes. A directive that is no
 * admonition keeps its text, under its name.
 */
export function addNoteRule(markdown: MarkdownIt): void {
  markdown.core.ruler.before('inline', 'alerts', (state) => {
    const { tokens } = state;
    const made: Token[] = [];
    const quotes: boolean[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index];
      if (token === undefined) continue;
      made.push(token);
      if (token.type === 'blockquote_close' && quotes.pop() === true) token.tag = 'div';
      if (token.type !== 'blockquote_open') continue;
      const inline = tokens[index + 1]?.type === 'paragraph_open' ? tokens[index + 2] : undefined;
      const match = inline?.type === 'inline' ? ALERT.exec(inline.content) : null;
      const kind = match === null ? null : alertNamed(match[1] ?? '');
      quotes.push(kind !== null);
      if (match === null || kind === null || inline === undefined) continue;
      token.tag = 'div';
      openNote(token, kind, false);
      made.push(...titleTokens(state.Token, match[2]?.trim() || kind.word, 'p'));
      inline.content = inline.content.slice(match[0].length);
      // A first paragraph that was the mark alone goes.
      if (inline.content.trim() === '') index += 3;
    }
    state.tokens = made;
  });

  markdown.block.ruler.before(
    'fence',
    'directive',
    (state, startLine, endLine, silent) => {
      if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      const opening = readOpening(lineOf(state, startLine));
      if (opening === null) return false;
      const known = noteNamed(opening.name);
      // A fence with any other directive is code; shown as such.
      if (known === null && !opening.mark.startsWith(':')) return false;
      if (silent) return true;
      const close = closingLine(state, opening.mark, startLine + 1, endLine);
      const { body, options } = readOptions(state, startLine + 1, close);
      const kind = known ?? { look: 'note', word: opening.name };
      const isFolded = options.get('class')?.split(/\s+/).includes('dropdown') ?? false;

      const { parentType, lineMax, blkIndent } = state;
      state.lineMax = close;
      state.blkIndent = state.sCount[startLine] ?? 0;
      const open = state.push('note_open', isFolded ? 'details' : 'div', 1);
      open.map = [startLine, close];
      openNote(open, kind, isFolded);
      const titled = titleTokens(state.Token, opening.title || kind.word, isFolded ? 'summary' : 'p');
      for (const token of titled) {
        token.level = state.level;
        token.map = [startLine, startLine + 1];
        state.tokens.push(token);
      }
      state.md.block.tokenize(state, body, close);
      state.push('note_close', isFolded ? 'details' : 'div', -1);
      state.parentType = parentType;
      state.lineMax = lineMax;
      state.blkIndent = blkIndent;
      state.line = Math.min(endLine, close + 1);
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
}

function titleTokens(make: typeof Token, title: string, tag: string): readonly Token[] {
  const open = new make('note_title_open', tag, 1);
  open.attrSet('class', 'md-note-title');
  const inline = new make('inline', '', 0);
  inline.content = title;
  inline.children = [];
  const close = new make('note_title_close', tag, -1);
  for (const token of [open, close]) token.block = true;
  return [open, inline, close];
}
