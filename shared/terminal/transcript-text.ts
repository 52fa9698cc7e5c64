import { TerminalText } from '../notebook/outputs/terminal-text';
import { judgeSequence } from './judge-sequence';
import { SequenceReader, type Sequence } from './sequences';

/** What stands where a program had the whole screen: what it drew there is no text that goes on below. */
const FULL_SCREEN = '[a full-screen program]';
const ALTERNATE: ReadonlySet<string> = new Set(['47', '1047', '1049']);
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * What a terminal showed, as plain text: what was overwritten is gone, colours too. Characters that turn the direction
 * of text are named (`<U+202E>`), so that nobody reads the lines in another order than they have.
 */
export class TranscriptText {
  private readonly reader = new SequenceReader();
  private readonly text: TerminalText;
  private isAlternate = false;

  /** `settle` takes text that can not change any more. */
  constructor(private readonly settle: (text: string) => void) {
    this.text = new TerminalText({ settle: (settled) => settle(named(settled)) });
  }

  /** Takes the next part of what the program wrote; parts may end anywhere. */
  push(data: string): void {
    let shown = '';
    for (const sequence of this.reader.push(data)) {
      if (judgeSequence(sequence).kind !== 'show') continue;
      const turned = turnsTo(sequence);
      if (turned !== null) {
        if (turned && !this.isAlternate) shown += `\r\n${FULL_SCREEN}\r\n`;
        this.isAlternate = turned;
      } else if (!this.isAlternate && !isColour(sequence)) shown += sequence.text;
    }
    if (shown !== '') this.text.push(shown);
  }

  /** Settles the rest. Nothing may be pushed after it. */
  finish(): void {
    this.text.finish();
    this.settle(named(this.text.pending()));
  }
}

/** The whole of it at once. */
export function transcriptText(parts: Iterable<string>): string {
  let shown = '';
  const text = new TranscriptText((settled) => (shown += settled));
  for (const part of parts) text.push(part);
  text.finish();
  return shown;
}

/** Whether a sequence gives a program a screen of its own, or takes it back; null for all others. */
function turnsTo(sequence: Sequence): boolean | null {
  if (sequence.kind !== 'csi' || !sequence.parameters.startsWith('?')) return null;
  if (sequence.final !== 'h' && sequence.final !== 'l') return null;
  const modes = sequence.parameters.slice(1).split(';');
  return modes.some((mode) => ALTERNATE.has(mode)) ? sequence.final === 'h' : null;
}

function isColour(sequence: Sequence): boolean {
  return sequence.kind === 'csi' && sequence.final === 'm';
}

function named(text: string): string {
  return text.replaceAll(
    DIRECTIONS,
    (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
