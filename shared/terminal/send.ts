import { assertNever } from '../rpc/errors';

/** The shells that mark their commands. */
export type MarkedShell = 'bash' | 'zsh' | 'fish';

/** Why a text was not typed into a terminal. The list is closed. */
export const SEND_REFUSALS = [
  /** A command runs, or another text was just sent. */
  'busy',
  /** A program has the whole screen. */
  'full-screen',
  /** Something stands at the prompt already, or may. */
  'half-typed',
  /** The shell does not mark its commands: nobody can tell whether it waits for one. */
  'no-marks',
  /** The shell has ended. */
  'ended',
  /** The text is none that can be typed. */
  'text',
] as const;
export type SendRefusal = (typeof SEND_REFUSALS)[number];

/** What became of a text that was to be sent to a shell. */
export type SendAnswer =
  /** The id of the command that it became; null where the shell gives no marks, and its status will not be known. */
  | { readonly kind: 'sent'; readonly command: number | null }
  /** Nothing was typed. */
  | { readonly kind: 'refused'; readonly reason: SendRefusal; readonly message: string }
  /** It was typed, and the shell began no command. */
  | { readonly kind: 'lost'; readonly message: string };

/** What happened, that nothing was sent, and what can be done. `title`: of the terminal; `running`: its command. */
export function refusalWords(reason: SendRefusal, title: string, running: string | null): string {
  switch (reason) {
    case 'busy':
      return `${running === null ? 'Something' : firstLine(running)} runs in ${title}. Nothing was sent. Wait for its end, or choose another terminal.`;
    case 'full-screen':
      return `A program has the whole screen of ${title}. Nothing was sent. Leave the program, or choose another terminal.`;
    case 'half-typed':
      return `Something may be typed at the prompt of ${title} already. Nothing was sent. Press Ctrl C there for a new prompt, and send it again.`;
    case 'no-marks':
      return `The shell in ${title} does not mark its commands, so nobody can tell whether it waits for one. Nothing was sent.`;
    case 'ended':
      return `The shell of ${title} has ended. Nothing was sent. Choose another terminal, or open one.`;
    case 'text':
      return 'There is no text that can be typed here: it is empty, or holds control characters, which would be keys. Nothing was sent.';
    default:
      return assertNever(reason, 'refusal');
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** A text as it is sent: line ends as `\n`, none at its ends. Null for one that can not be typed. */
export function sendableText(text: string): string | null {
  const clean = text
    .replaceAll(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return clean === '' || /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(clean) ? null : clean;
}

/** Words with which the shell may wait for more of the line, or that mean nothing in one line alone. */
const OPENS =
  /(?:^|[\s;&|(){}])(?:if|for|while|until|case|select|function|begin|switch|do|then|else|repeat|foreach|time|coproc)(?:$|[\s;&|(){}])/;

/**
 * True for one line that a shell surely takes as one command line as it stands: its quotes and brackets close, and it
 * has nothing that one of the three shells reads in another way at a prompt than in a file (history with `!`, comments).
 */
export function isPlainLine(text: string): boolean {
  // In one shell of the three a backslash counts in single quotes, in two it does not.
  if (/[\n\t!#`]|<<|\\$|'[^']*\\[^']*'/.test(text) || OPENS.test(text)) return false;
  // A pipe or a list that goes on would wait for the next line.
  return closes(text) === 'all' && !/[|&]\s*$/.test(text.replace(/\s&\s*$/, ''));
}

/** Whether the quotes of a text close, and its brackets too. Of comments it knows nothing. */
function closes(text: string): 'all' | 'quotes' | 'none' {
  let quote = '';
  let isPaired = true;
  const open: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === "'") quote = character === "'" ? '' : quote;
    else if (character === '\\') at += 1;
    else if (character === '"') quote = quote === '"' ? '' : '"';
    else if (quote === '"') continue;
    else if (character === "'") quote = "'";
    else if ('([{'.includes(character)) open.push(character);
    else if (')]}'.includes(character) && PAIRS[open.pop() ?? ''] !== character) isPaired = false;
  }
  if (quote !== '') return 'none';
  return isPaired && open.length === 0 ? 'all' : 'quotes';
}

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * The line that makes a shell do a text as one command, with one exit status, whatever its lines are.
 *
 * A plain line is sent as it is. All else is given to `eval`, quoted: an open quote or block then fails at once and
 * does not leave the shell waiting for the rest, comments are comments also in zsh, a `!` is no history, and several
 * lines are one command with the status of the last. Without bracketed paste a tab or a line end would be a key, so
 * there they are written as escapes.
 */
export function commandLine(text: string, shell: MarkedShell, isBracketed: boolean): string {
  // Fish keeps a line at its prompt that it can not read, so that it gets only what surely means the same to it.
  const isRead = shell !== 'fish' || !/[(){}^]|\$(?![A-Za-z_])/.test(text);
  if (isPlainLine(text) && isRead) return text;
  if (shell === 'fish') return `eval ${quotedForFish(text, isBracketed)}`;
  const quoted = quotedForPosix(text, isBracketed);
  // With an open quote in an `eval` bash draws its next prompt before it looks back, and tells of the end too late.
  return shell === 'bash' && closes(text) === 'none' ? `. <(printf %s ${quoted})` : `eval ${quoted}`;
}

/** For bash and zsh. A `!` is written as an escape: history is looked for in some quotes too. */
function quotedForPosix(text: string, isBracketed: boolean): string {
  const asIs = isBracketed ? !/[!']/.test(text) : !/[!'\n\t]/.test(text);
  if (asIs) return `'${text}'`;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('!', '\\x21')
    .replaceAll('\t', isBracketed ? '\t' : '\\t')
    .replaceAll('\n', isBracketed ? '\n' : '\\n');
  return `$'${escaped}'`;
}

function quotedForFish(text: string, isBracketed: boolean): string {
  const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return isBracketed ? quoted : quoted.replaceAll('\n', "'\\n'").replaceAll('\t', "'\\t'");
}

/** What goes before a paste where the line editor takes pastes in brackets. */
export const PASTE_BEGINS = '\u001b[200~';

/** What is written to the terminal for a line, its Enter too. */
export function typedKeys(line: string, isBracketed: boolean): string {
  return isBracketed
    ? `${PASTE_BEGINS}${line.replaceAll('\n', '\r')}\u001b[201~\r`
    : `${line.replaceAll('\n', '\r')}\r`;
}
