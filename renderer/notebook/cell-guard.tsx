import { Component, type ReactNode } from 'react';
import type { CellView } from '../../shared/notebook/contract';

interface Props {
  readonly cell: CellView;
  readonly children: ReactNode;
}

interface State {
  readonly hasFailed: boolean;
  /** The cell as it was when it failed. */
  readonly failed: CellView | null;
}

/** A cell that can not be drawn costs itself only, never the window. A changed cell is tried again. */
export class CellGuard extends Component<Props, State> {
  override state: State = { hasFailed: false, failed: null };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps({ cell }: Props, { hasFailed, failed }: State): State | null {
    if (!hasFailed) return null;
    if (failed === null) return { hasFailed, failed: cell };
    return failed === cell ? null : { hasFailed: false, failed: null };
  }

  override render(): ReactNode {
    const { cell, children } = this.props;
    if (!this.state.hasFailed) return children;
    return (
      <div className="entry-text">
        <p className="muted" role="alert">
          This cell could not be shown. It is kept as it is in the file; its text follows.
        </p>
        <pre>{cell.source}</pre>
      </div>
    );
  }
}
