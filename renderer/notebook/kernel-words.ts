import type { DocumentState } from '../../shared/notebook/contract';
import type { KernelStatus } from '../../shared/kernels/contract';
import { assertNever } from '../../shared/rpc/errors';
import { clockTime, counterWords } from './time-words';

/** The session a document's status is about: its kernel, or its shell where that alone is alive or at work. */
export function shownSession(state: DocumentState): KernelStatus {
  const { kernel, shell } = state;
  if (kernel.state === 'none') return shell.state === 'none' ? kernel : shell;
  const isKernelQuiet = kernel.state === 'idle' || kernel.state === 'dead';
  return isKernelQuiet && (shell.state === 'busy' || shell.state === 'starting') ? shell : kernel;
}

/** The name of the kernel that is, or would be, used. */
export function kernelName(status: KernelStatus): string {
  return status.spec?.displayName ?? 'No kernel';
}

/** The state of a kernel in a word or two: `idle`, `busy 12s`, `ended 03:01:47`. */
export function kernelStateWords(status: KernelStatus, now: number): string {
  const since = counterWords(now - Date.parse(status.since));
  switch (status.state) {
    case 'none':
      if (status.spec !== null) return 'not started';
      return status.wanted === null ? '' : `${status.wanted} wanted`;
    case 'starting':
      return `starting ${since}`;
    case 'idle':
      return status.takenUp ? 'idle, taken up again' : 'idle';
    case 'busy':
      return `busy ${since}`;
    case 'restarting':
      return 'restarting';
    case 'interrupting':
      return 'interrupting';
    case 'dead':
      return `ended ${clockTime(status.since)}`;
    default:
      return assertNever(status.state, 'kernel state');
  }
}

/** Kernel and state in one phrase. */
export function kernelWords(state: DocumentState, now: number): string {
  const session = shownSession(state);
  return [kernelName(session), kernelStateWords(session, now)].filter((word) => word !== '').join(', ');
}
