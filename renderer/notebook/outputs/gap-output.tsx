import { Scissors } from 'lucide-react';
import type { JSX } from 'react';
import type { OutputView } from '../../../shared/notebook/view';
import { clockTime, dayWords, utcWords } from '../time-words';

/** Output that was not received: drawn where it is missing, never smoothed over. */
export function GapOutput(props: { readonly gap: Extract<OutputView, { kind: 'gap' }> }): JSX.Element {
  const { from, to, reason } = props.gap;
  const day = dayWords(from);
  return (
    <div className="out-gap" role="note">
      <Scissors className="icon icon-s" aria-hidden="true" />
      <div>
        <b title={`${utcWords(from)} to ${utcWords(to)}`}>
          Output between {day === null ? '' : `${day}, `}
          {clockTime(from)} and {clockTime(to)} was not received.
        </b>
        <div className="secondary">{sentence(reason)}</div>
      </div>
    </div>
  );
}

function sentence(words: string): string {
  const text = words.trim();
  if (text === '') return 'The reason is not known.';
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
