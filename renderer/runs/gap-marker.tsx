import { Clock, Scissors } from 'lucide-react';
import type { JSX } from 'react';
import { clockTime, durationWords, utcWords } from '../notebook/time-words';
import type { RunRow } from './run-rows';

type Gap = Extract<RunRow, { kind: 'gap' }>['gap'];

/** What a gap is and what it means, in two sentences. */
export function gapWords({ data }: Pick<Gap, 'data'>): { readonly what: string; readonly means: string } {
  const [from, to] = [clockTime(data.from), clockTime(data.to)];
  switch (data.why) {
    case 'output':
      return {
        what: `Output between ${from} and ${to} was not received.`,
        means: 'The step itself was not affected. The gap is in the record.',
      };
    case 'engine':
      return {
        what: `Nothing was recorded between ${from} and ${to}: the engine was away.`,
        means: 'What a kernel printed meanwhile may be missing. The gap is in the record.',
      };
    case 'suspended':
      return {
        what: `This machine slept between ${from} and ${to}.`,
        means: 'Time limits stood still meanwhile. The gap is in the record.',
      };
    case 'clock':
      return {
        what: `The clock was set from ${from} to ${to}.`,
        means: 'The order of the record holds; durations across it may be wrong.',
      };
    case 'torn':
      return {
        what: `The last line of the journal was torn at ${from} and was cut off.`,
        means: 'It was never acknowledged. Everything before it is whole.',
      };
  }
}

/** A hole in the record, where it happened: it breaks the spine. */
export function GapMarker(props: { readonly gap: Gap }): JSX.Element {
  const { gap } = props;
  const { what, means } = gapWords(gap);
  const lasted = Math.max(0, Date.parse(gap.data.to) - Date.parse(gap.data.from));
  return (
    <div className="entry entry-gap" data-state="waiting" role="note" aria-label={what}>
      <div className="entry-time" title={utcWords(gap.data.from)}>
        {clockTime(gap.data.from)}
        <span className="dur">{durationWords(lasted)}</span>
      </div>
      <div className="entry-spine" />
      <div className="entry-body">
        <div className="gap-box">
          <Scissors className="icon icon-s" aria-hidden="true" />
          <div>
            <b>{what}</b>
            <div className="secondary">{means}</div>
          </div>
        </div>
      </div>
    </div>
  );
}

/** A pause between two steps: nobody did anything that is a step. */
export function PauseMarker(props: { readonly lasted: number; readonly notes: number }): JSX.Element {
  const { lasted, notes } = props;
  const held = notes === 0 ? '' : `, ${notes} ${notes === 1 ? 'note' : 'notes'} in the record`;
  return (
    <div className="entry entry-pause">
      <div className="entry-time muted">{durationWords(lasted)}</div>
      <div className="entry-spine" />
      <div className="entry-body">
        <span className="gap-note">
          <Clock className="icon icon-s" aria-hidden="true" />
          pause{held}
        </span>
      </div>
    </div>
  );
}
