import { ShieldAlert } from 'lucide-react';
import type { JSX } from 'react';
import type { EnvironmentRef } from '../../shared/runs/events';

/** In the title bar: the strict environment that the tab in front acts on, or a shell that is in view. */
export function EnvironmentBand(props: {
  readonly environment: EnvironmentRef;
  readonly isOfShell: boolean;
}): JSX.Element {
  const { environment, isOfShell } = props;
  return (
    <div className="titlebar-band">
      <ShieldAlert className="icon" aria-hidden="true" />
      <b>{environment.name}</b>
      {isOfShell ? <span>in the terminal</span> : <span className="hide-narrow">strict guard</span>}
    </div>
  );
}
