import { useEffect, useState } from 'react';
import { toWireError } from '../../../shared/rpc/errors';
import type { OpenDocument } from '../document-store';

/** After the last key press; a search reads the whole text. */
const PAUSE_MS = 200;

export interface OutputSearch {
  readonly wanted: string;
  readonly caseSensitive: boolean;
  /** The line of the match that is shown, from 0. */
  readonly line: number | null;
  /** `3 of 128`, `nothing found`. */
  readonly words: string;
  readonly failure: string | null;
  look(text: string): void;
  toggleCase(): void;
  step(by: 1 | -1): void;
}

/** What a search found, and what was looked for. */
interface Found {
  readonly wanted: string;
  readonly caseSensitive: boolean;
  readonly lines: readonly number[];
  readonly more: boolean;
  readonly failure: string | null;
}

/** A search in a whole text output; it begins at the first match from line `start` on. */
export function useOutputSearch(open: OpenDocument, cell: string, key: string, start: number): OutputSearch {
  const [wanted, setWanted] = useState('');
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const [at, setAt] = useState(0);

  useEffect(() => {
    if (wanted === '') return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      const { document } = open.store.getState();
      open.engine.request('notebook.outputSearch', { document, cell, key, text: wanted, caseSensitive }).then(
        (answer) => {
          if (!isCurrent) return;
          setFound({ wanted, caseSensitive, ...answer, failure: null });
          const next = answer.lines.findIndex((line) => line >= start);
          setAt(Math.max(0, next));
        },
        (error: unknown) => {
          const failure = toWireError(error).message;
          if (isCurrent) setFound({ wanted, caseSensitive, lines: [], more: false, failure });
        },
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [open, cell, key, wanted, caseSensitive, start]);

  const answer = found?.wanted === wanted && found.caseSensitive === caseSensitive ? found : null;
  const count = answer?.lines.length ?? 0;
  return {
    wanted,
    caseSensitive,
    line: answer?.lines[at] ?? null,
    words: searchWords(answer, at),
    failure: answer?.failure ?? null,
    look: setWanted,
    toggleCase: () => setCaseSensitive(!caseSensitive),
    step(by) {
      if (count > 0) setAt((at + by + count) % count);
    },
  };
}

function searchWords(found: Found | null, at: number): string {
  if (found === null || found.failure !== null) return '';
  const { lines, more } = found;
  if (lines.length === 0) return 'nothing found';
  const of = `${lines.length.toLocaleString('en-US')}${more ? ' or more' : ''}`;
  return `${(at + 1).toLocaleString('en-US')} of ${of}`;
}
