import { CircleDashed, LoaderCircle, OctagonX } from 'lucide-react';
import type { JSX } from 'react';
import type { CellRun } from '../../shared/notebook/view';

/** The state of a cell in icon and word. A good try has none: its time on the spine says that it was run. */
export function CellChip(props: { readonly run: CellRun | undefined }): JSX.Element | null {
  switch (props.run?.status) {
    case 'queued':
      return (
        <span className="state state-chip" data-state="queued">
          <CircleDashed className="icon" aria-hidden="true" />
          queued
        </span>
      );
    case 'running':
      return (
        <span className="state state-chip" data-state="running">
          <LoaderCircle className="icon" aria-hidden="true" />
          running
        </span>
      );
    case 'failed':
      return (
        <span className="state state-chip" data-state="failed">
          <OctagonX className="icon" aria-hidden="true" />
          failed
        </span>
      );
    case 'done':
    case 'idle':
    case undefined:
      return null;
  }
}
