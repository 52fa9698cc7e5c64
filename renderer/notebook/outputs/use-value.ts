import { useCallback, useEffect, useState } from 'react';
import type { OutputView } from '../../../shared/notebook/view';
import type { Json } from '../../../shared/rpc/contract';
import { toWireError } from '../../../shared/rpc/errors';
import { useNotebook } from '../document-context';
import type { OpenDocument } from '../document-store';

export type DataView = Extract<OutputView, { kind: 'data' }>;

/** A value of an output: at hand, on its way, or not to be had. */
export type OutputValue =
  | { readonly state: 'here'; readonly value: Json }
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly message: string; readonly retry: () => void };

/** One value of a MIME bundle, fetched where the view left it out for its size. */
export async function fetchValue(
  open: OpenDocument,
  cell: string,
  output: DataView,
  mime: string,
): Promise<Json> {
  if (Object.hasOwn(output.data, mime)) return output.data[mime] ?? null;
  const { document } = open.store.getState();
  return (await open.engine.request('notebook.output', { document, cell, key: output.key, mime })).value;
}

const WAITING: OutputValue = { state: 'waiting' };

/** One value of a MIME bundle; a large one is fetched as soon as it `isWanted`. */
export function useValue(cell: string, output: DataView, mime: string, isWanted: boolean): OutputValue {
  const { open } = useNotebook();
  const [fetched, setFetched] = useState<OutputValue>(WAITING);
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  const isHere = Object.hasOwn(output.data, mime);

  useEffect(() => {
    if (isHere || !isWanted) return undefined;
    let isCurrent = true;
    fetchValue(open, cell, output, mime).then(
      (value) => isCurrent && setFetched({ state: 'here', value }),
      (error: unknown) =>
        isCurrent && setFetched({ state: 'failed', message: toWireError(error).message, retry }),
    );
    return () => {
      isCurrent = false;
    };
  }, [open, cell, output, mime, isHere, isWanted, attempt, retry]);

  return isHere ? { state: 'here', value: output.data[mime] ?? null } : fetched;
}
