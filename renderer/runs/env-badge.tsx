import type { JSX } from 'react';
import type { EnvironmentRef } from '../../shared/runs/events';
import { colourSet } from './environment';
import './env-badge.css';

/** The name of an environment. Filled: what is open or about to start. Quiet: lists and history. */
export function EnvBadge(props: {
  readonly environment: Pick<EnvironmentRef, 'name' | 'colour'>;
  readonly isQuiet?: boolean;
}): JSX.Element {
  const { environment, isQuiet = false } = props;
  return (
    <span
      className={isQuiet ? 'env-badge env-badge-quiet' : 'env-badge'}
      data-env={colourSet(environment)}
      title={environment.name}
    >
      <span className="cut">{environment.name}</span>
    </span>
  );
}
