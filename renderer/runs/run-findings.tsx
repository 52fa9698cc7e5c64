import { CircleX, Info } from 'lucide-react';
import type { JSX } from 'react';
import { Strip } from '../ui/strip';
import { useRunModel } from './run-context';

/** What opening the run found, and why it can only be read, in lines under its header. */
export function RunFindings(): JSX.Element | null {
  const findings = useRunModel(({ view }) => view?.findings);
  if (findings === undefined || findings.length === 0) return null;
  return (
    <div className="strips">
      {findings.map(({ severity, message }) => (
        <Strip
          key={message}
          state={severity === 'fault' ? 'failed' : 'queued'}
          icon={severity === 'fault' ? CircleX : Info}
          title={message}
        />
      ))}
    </div>
  );
}
