import type { JSX } from 'react';
import { useStore } from 'zustand';
import type { KernelState } from '../../shared/kernels/contract';
import type { OpenDocument } from './document-store';
import { kernelName, kernelStateWords, shownSession } from './kernel-words';
import { useNow } from './use-now';

const DOTS: Readonly<Record<KernelState, { readonly state: string; readonly isHollow: boolean }>> = {
  none: { state: 'todo', isHollow: true },
  starting: { state: 'running', isHollow: true },
  idle: { state: 'done', isHollow: true },
  busy: { state: 'running', isHollow: false },
  restarting: { state: 'running', isHollow: true },
  interrupting: { state: 'running', isHollow: false },
  dead: { state: 'failed', isHollow: false },
};

/** The kernel of a document in the status bar. */
export function KernelStatusItem(props: {
  readonly open: OpenDocument;
  readonly onOpen?: () => void;
}): JSX.Element | null {
  const state = useStore(props.open.store, (model) => model.state);
  const session = state === null ? null : shownSession(state);
  const now = useNow(session?.state === 'busy' || session?.state === 'starting');
  if (session === null) return null;
  const dot = DOTS[session.state];
  return (
    <button
      type="button"
      className="kernel-item"
      data-state={dot.state}
      title={session.reason ?? session.spec?.place ?? undefined}
      onClick={props.onOpen}
    >
      <span className={dot.isHollow ? 'dot dot-hollow' : 'dot'} />
      {kernelName(session)} <span className="muted num">{kernelStateWords(session, now)}</span>
    </button>
  );
}
