import { CircleCheck, CircleDashed, LoaderCircle, OctagonX, Pencil, type LucideIcon } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { SectionSummary } from '../../shared/notebook/sections';

const SIGNS: Readonly<
  Partial<Record<SectionSummary['state'], { readonly icon: LucideIcon; readonly word: string }>>
> = {
  queued: { icon: CircleDashed, word: 'queued' },
  running: { icon: LoaderCircle, word: 'running' },
  done: { icon: CircleCheck, word: 'done' },
  failed: { icon: OctagonX, word: 'failed' },
  edited: { icon: Pencil, word: 'edited' },
};

/** How a section's steps stand, as sign and word: `3 steps`, `1 of 3 done`, `failed`. Nothing where it has none. */
export const SectionStateSign = memo(function SectionStateSign(props: {
  readonly summary: SectionSummary;
}): JSX.Element | null {
  const { steps, done, state } = props.summary;
  if (steps === 0) return null;
  const sign = SIGNS[state];
  if (sign === undefined) {
    const words =
      state === 'part' ? `${done} of ${steps} done` : `${steps} ${steps === 1 ? 'step' : 'steps'}`;
    return <span className="section-state">{words}</span>;
  }
  const { icon: Sign, word } = sign;
  return (
    <span className="section-state" data-state={state}>
      <Sign className="icon" aria-hidden="true" />
      {word}
    </span>
  );
});
