import { judgeSequence, type SequenceVerdict } from './judge-sequence';
import { plainEnd } from './plain-text';
import { SequenceReader, type Sequence } from './sequences';

/** A part of what a program writes, with what is done with it. */
export type JudgedPart =
  /** Text, line ends and colours, as much of it as came in a row: every screen gets it. */
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'judged'; readonly sequence: Sequence; readonly verdict: SequenceVerdict };

/**
 * The stream of a terminal, parted and judged. What is plain passes in one piece; it is what {@link SequenceReader} and
 * {@link judgeSequence} would say of each of its pieces, at a tenth of the cost.
 */
export class JudgedStream {
  private readonly reader = new SequenceReader();

  push(data: string): readonly JudgedPart[] {
    const parts: JudgedPart[] = [];
    let at = 0;
    while (at < data.length) {
      const end = this.reader.isBetween ? plainEnd(data, at) : at;
      if (end > at) {
        parts.push({ kind: 'plain', text: data.slice(at, end) });
        at = end;
        continue;
      }
      const found: Sequence[] = [];
      at = this.reader.read(data, at, found);
      for (const sequence of found) {
        const { text } = sequence;
        // A colour that came in two pieces.
        if (sequence.kind === 'csi' && plainEnd(text, 0) === text.length) parts.push({ kind: 'plain', text });
        else parts.push({ kind: 'judged', sequence, verdict: judgeSequence(sequence) });
      }
    }
    return parts;
  }

  /** The stream has ended: what broke off in it, which is shown to nobody. */
  finish(): string {
    return this.reader
      .finish()
      .map(({ text }) => text)
      .join('');
  }
}
