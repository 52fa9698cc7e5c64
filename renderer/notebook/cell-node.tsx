import { CircleDashed, LoaderCircle, X } from 'lucide-react';
import type { JSX } from 'react';
import type { NodeState } from './cell-state';

/** The sign of a code cell on the spine. */
export function CellNode(props: { readonly state: NodeState }): JSX.Element {
  const { state } = props;
  return (
    <span className="node" data-state={state}>
      {state === 'running' && <LoaderCircle className="icon" aria-hidden="true" />}
      {state === 'queued' && <CircleDashed className="icon" aria-hidden="true" />}
      {state === 'failed' && <X className="icon" aria-hidden="true" />}
    </span>
  );
}
