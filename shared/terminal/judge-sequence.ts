import { isMark } from './marks';
import type { Sequence } from './sequences';

/**
 * What is done with a sequence of a program.
 *
 * - `show`: every screen gets it
 * - `ask`: it asks the terminal something. One screen alone may answer, the engine's, however many are looking
 * - `mark`: it says where a command begins or ends
 * - `copy`: it would put a text on the clipboard; a person is asked
 * - `cut`: no screen gets it
 */
export type SequenceVerdict =
  | { readonly kind: 'show' | 'ask' | 'cut' }
  | { readonly kind: 'mark'; readonly data: string }
  | { readonly kind: 'copy'; readonly text: string };

const SHOW: SequenceVerdict = { kind: 'show' };
const ASK: SequenceVerdict = { kind: 'ask' };
const CUT: SequenceVerdict = { kind: 'cut' };

/** A clipboard is for what a person would paste. Bytes of base64. */
const MOST_CLIPBOARD = 100_000;
/** Titles of window and icon, and links. */
const SHOWN_OSC: ReadonlySet<string> = new Set(['0', '1', '2', '8', '104', '110', '111', '112']);
/** Colours; with a `?` in the place of one they ask. */
const COLOUR_OSC: ReadonlySet<string> = new Set(['4', '10', '11', '12']);

/**
 * Judges what a program writes. Escape sequences are hostile input: a file that is looked at can hold any.
 *
 * Not on the list is not shown: a new sequence is a decision. What asks is answered by what every terminal says of
 * itself, never by text that a program chose (titles, settings), which would be typed into the shell.
 */
export function judgeSequence(sequence: Sequence): SequenceVerdict {
  switch (sequence.kind) {
    case 'text':
      return SHOW;
    case 'string':
    case 'broken':
      return CUT;
    case 'escape':
      // DECID, an old way to ask what the terminal is: two bytes that any binary file holds.
      return sequence.final === 'Z' ? CUT : SHOW;
    case 'csi':
      return judgeCsi(sequence.parameters, sequence.final);
    case 'osc':
      return judgeOsc(sequence.data);
  }
}

function judgeCsi(parameters: string, final: string): SequenceVerdict {
  switch (final) {
    // What the terminal is, and where the cursor stands.
    case 'c':
    case 'n':
      return ASK;
    // Size, place and title of the window: reports of it type text into the shell.
    case 't':
      return CUT;
    // DECREQTPARM; and the checksum of an area, with which a screen could be read.
    case 'x':
    case 'y':
      return CUT;
    case 'p':
      return parameters.endsWith('$') ? ASK : SHOW;
    // XTVERSION tells the version; the same letter with a space sets the cursor's shape.
    case 'q':
      return parameters.startsWith('>') ? CUT : SHOW;
    // The protocol of keys that asks and answers.
    case 'u':
      return /^[?<>=]/.test(parameters) ? CUT : SHOW;
    default:
      return SHOW;
  }
}

function judgeOsc(data: string): SequenceVerdict {
  if (isMark(data)) return { kind: 'mark', data };
  const end = data.indexOf(';');
  const code = end < 0 ? data : data.slice(0, end);
  const rest = end < 0 ? '' : data.slice(end + 1);
  if (SHOWN_OSC.has(code)) return SHOW;
  if (COLOUR_OSC.has(code)) return rest.includes('?') ? CUT : SHOW;
  return code === '52' ? judgeClipboard(rest) : CUT;
}

/** `c;<base64>` writes, `c;?` would read, which is refused: the clipboard may hold a password. */
function judgeClipboard(rest: string): SequenceVerdict {
  const base64 = rest.slice(rest.indexOf(';') + 1);
  if (base64.length === 0 || base64.length > MOST_CLIPBOARD || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    return CUT;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return { kind: 'copy', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    // Not base64, or no text: nothing that belongs on a clipboard of text.
    return CUT;
  }
}
