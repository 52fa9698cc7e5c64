import { useRef, type JSX } from 'react';
import { OutputFrame } from '../outputs/output-frame';
import { useNearView } from '../outputs/use-near-view';

/** A Mermaid diagram of a text, drawn in a sandboxed frame of its own under the still policy. */
export function MarkdownDiagram(props: {
  readonly cell: string;
  /** Its place in the text, from 0; its height is remembered by it. */
  readonly index: number;
  readonly source: string;
}): JSX.Element {
  const { cell, index, source } = props;
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNearView(place);
  return (
    <div ref={place} className="md-diagram-place">
      <OutputFrame
        cell={cell}
        outputKey={`diagram ${index}`}
        drawing="mermaid"
        content={JSON.stringify(source)}
        policy="still"
        name="Diagram"
        isNear={isNear}
      />
    </div>
  );
}
