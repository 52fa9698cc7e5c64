import type { JSX } from 'react';
import type { FramePolicy } from '../../../shared/notebook/outputs/frame-protocol';
import { heldWords } from '../../../shared/notebook/outputs/held-words';
import { useNotebook } from '../document-context';
import { useFramePlace } from './frame-place';
import { allowLive } from './output-actions';
import type { HeldBack } from './use-output-frame';

/** What the policy held back, in one quiet line. */
export function HeldNote(props: {
  readonly held: HeldBack;
  readonly policy: FramePolicy;
}): JSX.Element | null {
  const { held, policy } = props;
  const { allowLive: allow } = useFramePlace();
  const words = heldWords(held, policy);
  if (words === null) return null;
  return (
    <p className="out-note">
      {words}{' '}
      {policy === 'still' && held.scripts > 0 && allow !== null && (
        <button type="button" className="out-link" onClick={allow}>
          Let scripts of this notebook run
        </button>
      )}
    </p>
  );
}

/** A script of the output failed, or our own drawing of it; its own words. */
export function FailureNote(props: {
  readonly message: string;
  readonly isDrawnByUs: boolean;
  /** What it is, in a sentence. */
  readonly what: 'output' | 'diagram';
}): JSX.Element {
  const { message, isDrawnByUs, what } = props;
  return (
    <p className="out-note" data-state="failed">
      {isDrawnByUs ? `This ${what} could not be drawn:` : 'A script of this output failed:'}{' '}
      <span className="mono small">{message}</span>
    </p>
  );
}

/** JavaScript that was not made here: it draws only when it may run. */
export function ScriptNote(): JSX.Element {
  const { open } = useNotebook();
  return (
    <p className="out-note">
      This output is a script, and was not made here. It draws only when it may run.{' '}
      <button type="button" className="out-link" onClick={() => void allowLive(open)}>
        Let scripts of this notebook run
      </button>
    </p>
  );
}
