import type { JSX } from 'react';
import type { Attempt } from '../../shared/runs/model';
import { clockTime, utcWords } from '../notebook/time-words';
import { useCaptured } from './run-context';

/** Says of a step that was a command where and when it was typed: the run never sent it. */
export function TypedLine(props: { readonly attempt: Attempt }): JSX.Element | null {
  const { startedAt, finished } = props.attempt;
  const captured = useCaptured(finished?.content);
  if (captured === null) return null;
  const { terminal, directory } = captured;
  return (
    <p className="entry-part run-decision" title={utcWords(startedAt)}>
      Typed at {clockTime(startedAt)} in the terminal “{terminal}”
      {directory === null ? '' : ` in ${directory}`}, before it was made a step. The run did not send it.
    </p>
  );
}
