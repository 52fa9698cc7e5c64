import type { JSX } from 'react';
import { SGR_PATTERN } from '../../shared/notebook/outputs/sgr';
import type { OutputView, TextView } from '../../shared/notebook/view';

function plain(text: TextView): string {
  const all = text.omittedLines > 0 ? `${text.head}\n…\n${text.tail}` : text.head;
  return all.replace(SGR_PATTERN, '');
}

function words(output: OutputView): string {
  switch (output.kind) {
    case 'stream':
      return plain(output.text);
    case 'error':
      return plain(output.traceback);
    case 'data': {
      const text = output.data['text/plain'];
      return typeof text === 'string' ? text : Object.keys(output.data).join(', ');
    }
    case 'gap':
      return output.reason;
    case 'unknown':
      return JSON.stringify(output.raw);
  }
}

/** Outputs as text alone. */
export function PlainOutputs(props: { readonly outputs: readonly OutputView[] }): JSX.Element {
  return (
    <>
      {props.outputs.map((output) => (
        <pre key={output.key}>{words(output)}</pre>
      ))}
    </>
  );
}
