import { Unlink } from 'lucide-react';
import type { JSX } from 'react';
import type { Recording } from '../../shared/terminal/recording-contract';
import { useWindow } from '../app/window-context';
import { Bar } from './terminal-bars';
import { openTerminal } from './terminal-commands';

/** Says of a shell of another run than the one in front whose it is, and leads to that run or to a shell of one's own. */
export function OtherRunBar(props: {
  readonly recording: Recording;
  readonly isHidden: boolean;
  readonly directory: string | null;
}): JSX.Element {
  const { recording, isHidden, directory } = props;
  const { run, short, environment } = recording;
  const context = useWindow();
  return (
    <Bar
      state="waiting"
      icon={Unlink}
      title={`This shell is attached to run ${short} in ${environment.name}, not to the run in front.`}
      words={isHidden ? 'It goes on, and is shown under its own run.' : undefined}
    >
      <button type="button" className="btn" onClick={() => context.tabs.openRun(run)}>
        Go to its run
      </button>
      <button type="button" className="btn" onClick={() => openTerminal(context, { directory })}>
        Open another terminal
      </button>
    </Bar>
  );
}
