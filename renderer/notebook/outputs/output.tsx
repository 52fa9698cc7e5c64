import { memo, useCallback, type JSX } from 'react';
import { assertNever } from '../../../shared/rpc/errors';
import type { OutputView } from '../../../shared/notebook/view';
import { useNotebook } from '../document-context';
import { DataOutput } from './data-output';
import { ErrorOutput } from './error-output';
import { GapOutput } from './gap-output';
import { OutputTools } from './output-tools';
import { ruleOf } from './output-actions';
import { TextBlock, type OpenFull } from './text-block';
import { UnknownOutput } from './unknown-output';

/** One output with its tools. Drawn again only when it changed itself. */
export const Output = memo(function Output(props: {
  readonly cell: string;
  readonly output: OutputView;
}): JSX.Element | null {
  const { cell, output } = props;
  const { open } = useNotebook();
  const { key } = output;
  const isBlank = output.kind === 'stream' && output.text.tail === '' && output.text.head.trim() === '';
  const openFull = useCallback<OpenFull>(
    (line) => open.set({ fullOutput: { cell, key, line } }),
    [open, cell, key],
  );
  // A line end that a progress bar left on another stream is nothing to see.
  if (isBlank) return null;
  return (
    <div className="out" data-kind={kindOf(output)} data-output={key}>
      <OutputTools cell={cell} output={output} onOpenFull={isText(output) ? () => openFull(0) : null} />
      <Content cell={cell} output={output} onOpen={openFull} />
    </div>
  );
});

/** True for what the full output can show by lines. */
function isText(output: OutputView): boolean {
  if (output.kind === 'stream' || output.kind === 'error') return true;
  return output.kind === 'data' && ruleOf(output)?.drawing === 'text';
}

function kindOf(output: OutputView): string {
  if (output.kind === 'stream') return output.name;
  return output.kind === 'data' ? (ruleOf(output)?.drawing ?? 'none') : output.kind;
}

function Content(props: {
  readonly cell: string;
  readonly output: OutputView;
  readonly onOpen: OpenFull;
}): JSX.Element {
  const { cell, output, onOpen } = props;
  switch (output.kind) {
    case 'stream':
      return output.name === 'stdout' ? (
        <TextBlock view={output.text} onOpen={onOpen} />
      ) : (
        <div className="out-stderr" role="group" aria-label="Standard error">
          <TextBlock view={output.text} onOpen={onOpen} />
        </div>
      );
    case 'error':
      return <ErrorOutput cell={cell} error={output} onOpen={onOpen} />;
    case 'data':
      return <DataOutput cell={cell} output={output} onOpen={onOpen} />;
    case 'gap':
      return <GapOutput gap={output} />;
    case 'unknown':
      return <UnknownOutput raw={output.raw} />;
    default:
      return assertNever(output, 'output');
  }
}
