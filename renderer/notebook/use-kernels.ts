import { useCallback, useEffect, useState } from 'react';
import type { KernelCatalogue } from '../../shared/kernels/contract';
import { useNotebook } from './document-context';

/** The kernels of this machine and where they were looked for, as that changes. */
export function useKernels(isWanted = true): {
  /** Null until they are known, or not wanted. */
  readonly catalogue: KernelCatalogue | null;
  readonly lookAgain: () => void;
} {
  const { open } = useNotebook();
  const [catalogue, setCatalogue] = useState<KernelCatalogue | null>(null);
  const lookAgain = useCallback(() => {
    open.engine.request('kernels.list', {}).then(setCatalogue, open.say);
  }, [open]);
  useEffect(() => {
    if (!isWanted) return undefined;
    lookAgain();
    return open.engine.on('kernels.changed', lookAgain);
  }, [isWanted, lookAgain, open]);
  return { catalogue, lookAgain };
}
