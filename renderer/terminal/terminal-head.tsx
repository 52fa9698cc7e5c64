import { X } from 'lucide-react';
import type { JSX } from 'react';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useTooltip } from '../notebook/keys-in-use';
import { clockTime } from '../notebook/time-words';
import { RecordingActions, RecordingBadge } from './recording-badge';
import { askMarks } from './send-question';
import { knowsDirectory } from './send-target';

/** Whose shell it is and where, and whether what is done in it is recorded, which is always said. */
export function TerminalHead(props: {
  readonly info: TerminalInfo;
  /** Closes it; null where its tab does. */
  readonly onClose: (() => void) | null;
}): JSX.Element {
  const { info, onClose } = props;
  const { profile, directory, phase, ended, title, host, silentSince } = info;
  const tooltip = useTooltip();
  const place = profile.kind === 'ssh' ? `ssh ${profile.title}` : `${profile.title}, this machine`;
  const hasMarks = phase !== 'unknown' || ended !== null;
  const mayGetMarks = ended === null && (phase === 'unknown' || isReaching(info));
  return (
    <div className="terminal-head">
      <b>{host ?? place}</b>
      <RecordingBadge info={info} />
      {knowsDirectory(info) && (
        <span className="cut" title={directory}>
          {directory}
        </span>
      )}
      <span className="grow" />
      {!hasMarks && (
        <span title="Signs, status and times of commands come from the shell">commands not marked</span>
      )}
      {silentSince !== undefined && (
        <span
          className="terminal-silent"
          role="status"
          title="Nothing came back since then. If the connection is dead, Enter, ~ and . end ssh, and closing the terminal does"
        >
          no answer since {clockTime(silentSince)}
        </span>
      )}
      {mayGetMarks && (
        <button
          type="button"
          className="terminal-action"
          title={tooltip('Show a line that makes the shell here mark its commands', 'terminal-marks')}
          onClick={() => askMarks(info.id)}
        >
          Mark commands here
        </button>
      )}
      <RecordingActions info={info} />
      {onClose !== null && (
        <button
          type="button"
          className="terminal-tab-close"
          aria-label={`Close ${title}`}
          title={tooltip(`Close ${title}`, 'terminal-close')}
          onClick={onClose}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

/** What runs in it may be a shell elsewhere, or one of somebody else. */
function isReaching({ phase, command }: TerminalInfo): boolean {
  return phase === 'running' && /^\s*(?:ssh|mosh|sudo|su|docker|podman|kubectl)\s/.test(command?.text ?? '');
}
