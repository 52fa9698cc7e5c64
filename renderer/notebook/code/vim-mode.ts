import type { Extension } from '@codemirror/state';
import { useEffect, useState } from 'react';

export type VimMode = 'normal' | 'insert' | 'visual' | 'replace';

/** What Vim's commands do outside of the source. */
export interface VimPorts {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly save: () => void;
  readonly leave: () => void;
  readonly onMode: (mode: VimMode) => void;
}

type MakeVimKeys = (ports: VimPorts) => Extension;

/** Vim's keys, loaded when they are first wanted; null while they are not there or not wanted. */
export function useVimKeys(isWanted: boolean, failed: (error: unknown) => void): MakeVimKeys | null {
  const [make, setMake] = useState<MakeVimKeys | null>(null);
  useEffect(() => {
    if (!isWanted) return undefined;
    let isGone = false;
    import('./vim-keys').then(
      ({ vimKeys }) => {
        if (!isGone) setMake(() => vimKeys);
      },
      (error: unknown) => {
        if (!isGone) failed(error);
      },
    );
    return () => {
      isGone = true;
    };
  }, [isWanted, failed]);
  return isWanted ? make : null;
}
