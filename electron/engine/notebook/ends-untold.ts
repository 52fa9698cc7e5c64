import type { JsonObject } from '../../../shared/rpc/contract';
import type { ExecutionResult } from './cell-execution';

/** Outputs that no kernel sent, for ends of an execution that no kernel told. */
export function endsUntold({ outcome }: ExecutionResult): readonly JsonObject[] {
  switch (outcome.kind) {
    case 'died':
      return [{ ename: 'DeadKernelError', evalue: outcome.end.reason, traceback: [outcome.end.reason] }];
    case 'timeout': {
      const text = `stopped after its time limit of ${outcome.seconds} s`;
      return outcome.killed === null
        ? []
        : [
            {
              ename: 'DeadKernelError',
              evalue: text,
              traceback: [text, 'It did not stop when it was interrupted, so its kernel was ended.'],
            },
          ];
    }
    case 'lost':
      return [{ ename: 'TerminalLost', evalue: outcome.reason, traceback: [outcome.reason] }];
    case 'ok':
    case 'error':
    case 'interrupted':
    case 'aborted':
    case 'unknown':
      return [];
  }
}
