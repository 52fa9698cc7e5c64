import { useEffect, useState } from 'react';
import type { Checkpoint } from '../../../shared/notebook/checkpoint-contract';
import { toWireError } from '../../../shared/rpc/errors';
import { useModel, useNotebook } from '../document-context';

export interface CheckpointList {
  readonly checkpoints: readonly Checkpoint[];
  /** So many lie there that can not be read. */
  readonly unreadable: number;
}

/** The checkpoints of the notebook around, as they are now; null until the engine answers. */
export function useCheckpoints(): CheckpointList | null {
  const { open } = useNotebook();
  const document = useModel((model) => model.document);
  const isReady = useModel((model) => model.connection === 'ready' && model.phase === 'open');
  const [list, setList] = useState<CheckpointList | null>(null);
  useEffect(() => {
    if (!isReady) return undefined;
    let latest = 0;
    const ask = (): void => {
      latest += 1;
      const asked = latest;
      open.engine.request('checkpoints.list', { document }).then(
        (answer) => {
          if (asked === latest) setList(answer);
        },
        (error: unknown) => {
          // A lost engine comes back under another id, and is asked then.
          if (asked === latest && !['engine-lost', 'not-found'].includes(toWireError(error).code))
            open.say(error);
        },
      );
    };
    ask();
    const off = open.engine.on('checkpoints.changed', (event) => {
      if (event.document === document) ask();
    });
    return () => {
      latest = -1;
      off();
    };
  }, [open, document, isReady]);
  return list;
}
