import { CirclePause, CirclePlay, Link } from 'lucide-react';
import type { JSX } from 'react';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';
import { useTooltip } from '../notebook/keys-in-use';
import { pauseRecording, toggleRecording, useRunToRecord } from './recording';

/** Whether a run records what is done in a terminal, and which one: always said, in its bar. */
export function RecordingBadge(props: { readonly info: TerminalInfo }): JSX.Element {
  const { recording } = props.info;
  if (recording === null) return <span className="muted">not recorded</span>;
  const { short, isPaused } = recording;
  return (
    <span className="terminal-attached" data-paused={isPaused ? '' : undefined}>
      <Link className="icon" aria-hidden="true" />
      {isPaused ? `run ${short}, recording paused` : `attached to run ${short}`}
    </span>
  );
}

/** The same in a tab, where its bar may not be seen. */
export function RecordingMark(props: { readonly info: TerminalInfo }): JSX.Element | null {
  const { recording } = props.info;
  if (recording === null) return null;
  return (
    <span className="terminal-attached" data-paused={recording.isPaused ? '' : undefined}>
      <Link className="icon" aria-hidden="true" />
      {recording.isPaused ? 'paused' : 'attached to run'}
    </span>
  );
}

/** Attaches it to the run at hand by one click; of one that is attached what that means, and the ways out. */
export function RecordingActions(props: { readonly info: TerminalInfo }): JSX.Element | null {
  const { info } = props;
  const context = useWindow();
  const tooltip = useTooltip();
  const run = useRunToRecord(context);
  const { recording, ended, phase } = info;
  const isPaused = recording?.isPaused === true;
  if (recording === null && (ended !== null || run === null)) return null;
  const pause = isPaused ? 'Go on recording' : 'Pause recording';
  const Sign = isPaused ? CirclePlay : CirclePause;
  const short = run?.store.getState().view?.short ?? '';
  return (
    <>
      {recording !== null && (
        <>
          <span className="cut terminal-recorded">{wordsOf(phase, isPaused)}</span>
          <button
            type="button"
            className="tool"
            aria-label={pause}
            aria-pressed={isPaused}
            title={tooltip(pause, 'pause-recording')}
            onClick={() => void pauseRecording(context, info)}
          >
            <Sign className="icon" aria-hidden="true" />
          </button>
        </>
      )}
      <button
        type="button"
        className="terminal-action"
        title={tooltip(
          recording === null
            ? `Record every command of this terminal in run ${short}`
            : 'Record nothing of this terminal from now on',
          'attach-terminal',
        )}
        onClick={() => void toggleRecording(context, info)}
      >
        {recording === null && <Link className="icon" aria-hidden="true" />}
        {recording === null ? 'Attach' : 'Detach'}
      </button>
    </>
  );
}

function wordsOf(phase: TerminalInfo['phase'], isPaused: boolean): string {
  if (phase === 'unknown') return 'this shell does not mark its commands, none is recorded';
  return isPaused ? 'commands are only counted' : 'every command here is recorded';
}
