import type { JSX } from 'react';
import type { Json } from '../../../shared/rpc/contract';
import { JsonTree } from './json-tree';

const NO_NODES: Json = null;

/** An output of a kind that no version of the format we know has: named, kept, and shown as data. */
export function UnknownOutput(props: { readonly raw: Json }): JSX.Element {
  const { raw } = props;
  const kind =
    typeof raw === 'object' && raw !== null && 'output_type' in raw ? raw['output_type'] : NO_NODES;
  return (
    <>
      <p className="out-note out-note-first">
        {typeof kind === 'string' ? (
          <>
            An output of the type <code className="ident">{kind.slice(0, 80)}</code>, which Watchbook does not
            know.
          </>
        ) : (
          'An output without a type.'
        )}{' '}
        It is kept in the file as it is.
      </p>
      <JsonTree value={raw} isExpanded={false} label="The output as data" />
    </>
  );
}
