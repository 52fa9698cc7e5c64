import { ShieldAlert } from 'lucide-react';
import type { JSX } from 'react';
import type { EnvironmentRef } from '../../shared/runs/events';

/** In the title bar: the strict environment that the tab in front acts on. */
export function EnvironmentBand(props: { readonly environment: EnvironmentRef }): JSX.Element {
  return (
    <div className="titlebar-band">
      <ShieldAlert className="icon" aria-hidden="true" />
      <b>{props.environment.name}</b>
      <span className="hide-narrow">strict guard</span>
    </div>
  );
}
