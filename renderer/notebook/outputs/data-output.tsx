import { memo, useCallback, useMemo, useRef, type JSX } from 'react';
import {
  chooseMime,
  isFramed,
  isLibraryDrawing,
  undrawnMimes,
  type FramedDrawing,
  type MimeRule,
} from '../../../shared/notebook/outputs/mime';
import { pictureSize } from '../../../shared/notebook/outputs/picture-size';
import { viewOfText } from '../../../shared/notebook/outputs/text-view';
import { viewedModel } from '../../../shared/notebook/widgets/widget-mimes';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { useModel, useNotebook } from '../document-context';
import { MarkdownView } from '../markdown/markdown-view';
import { useMarkdownHost } from '../use-markdown-host';
import { ScriptNote } from './frame-notes';
import { JsonTree } from './json-tree';
import { Latex } from './latex';
import { typesOf } from './output-actions';
import { OutputFrame } from './output-frame';
import { heightName, outputMemory } from './output-memory';
import { Picture } from './picture';
import { TextBlock, type OpenFull } from './text-block';
import { useNearView } from './use-near-view';
import { useValue, type DataView } from './use-value';
import { WidgetOutput } from './widget-output';

/** A result or something displayed, drawn by the richest of its types that can be drawn here. */
export const DataOutput = memo(function DataOutput(props: {
  readonly cell: string;
  readonly output: DataView;
  readonly onOpen: OpenFull;
}): JSX.Element {
  const { cell, output, onOpen } = props;
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNearView(place);
  const types = typesOf(output);
  const rule = chooseMime(types);
  return (
    <div ref={place}>
      {rule === null ? (
        <UndrawnNote types={types} />
      ) : (
        <>
          <Value cell={cell} output={output} rule={rule} isNear={isNear} onOpen={onOpen} />
          {rule.drawing === 'text' && <FallbackNote types={undrawnMimes(types)} />}
        </>
      )}
    </div>
  );
});

interface ValueProps {
  readonly cell: string;
  readonly output: DataView;
  readonly rule: MimeRule;
  readonly isNear: boolean;
  readonly onOpen: OpenFull;
}

function Value(props: ValueProps): JSX.Element {
  const { cell, output, rule, isNear, onOpen } = props;
  const value = useValue(cell, output, rule.mime, isNear);
  const memory = outputMemory(useNotebook().open);
  switch (value.state) {
    case 'waiting': {
      // Its place is as tall as it was, so that nothing jumps when it returns.
      const minHeight =
        memory.get(heightName(cell, output.key)) ?? pictureSize(output.metadata, rule.mime, '')?.height;
      return (
        <p className="out-note out-waiting" style={{ minHeight }}>
          Loading the output…
        </p>
      );
    }
    case 'failed':
      return (
        <p className="out-note">
          The output could not be loaded: {value.message}{' '}
          <button type="button" className="out-link" onClick={value.retry}>
            Try again
          </button>
        </p>
      );
    case 'here':
      return (
        <Drawing
          cell={cell}
          output={output}
          rule={rule}
          value={value.value}
          isNear={isNear}
          onOpen={onOpen}
        />
      );
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function Drawing(props: ValueProps & { readonly value: Json }): JSX.Element {
  const { cell, output, rule, value, isNear, onOpen } = props;
  const isLive = useModel((model) => output.madeHere || (model.state?.liveAllowed ?? false));
  // What a library of ours draws from data needs no scripts of the output.
  const policy = isLive && !isLibraryDrawing(rule.drawing) ? 'live' : 'still';
  const content = useMemo(() => contentOf(rule, value), [rule, value]);
  const memory = outputMemory(useNotebook().open);
  const onHeight = useCallback(
    (height: number) => memory.set(heightName(cell, output.key), height),
    [memory, cell, output.key],
  );
  switch (rule.drawing) {
    case 'markdown':
      return <MarkdownOutput cell={cell} outputKey={output.key} source={textOf(value)} />;
    case 'latex':
      return <Latex latex={textOf(value)} />;
    case 'picture':
      return (
        <Picture
          mime={rule.mime}
          value={value}
          metadata={output.metadata}
          text={output.data['text/plain']}
          onHeight={onHeight}
        />
      );
    case 'json': {
      const { root, expanded } = jsonWishes(output.metadata, rule.mime);
      return <JsonTree value={value} rootName={root} isExpanded={expanded} label="JSON" />;
    }
    case 'text':
      return <PlainText text={textOf(value)} onOpen={onOpen} />;
    case 'script':
      if (!isLive) return <ScriptNote />;
      break;
    case 'widget':
      if (viewedModel(value) === null) return <p className="out-note">This output names no widget.</p>;
      return <WidgetOutput cell={cell} outputKey={output.key} isNear={isNear} />;
    case 'html':
    case 'svg':
    case 'plotly':
    case 'vega':
    case 'vega-lite':
    case 'media':
      break;
  }
  return (
    <OutputFrame
      cell={cell}
      outputKey={output.key}
      drawing={rule.drawing}
      content={content}
      policy={policy}
      name={FRAME_NAMES[rule.drawing]}
      isNear={isNear}
    />
  );
}

const FRAME_NAMES: Readonly<Record<FramedDrawing, string>> = {
  html: 'HTML output',
  svg: 'SVG output',
  script: 'Output of a script',
  widget: 'Widget',
  plotly: 'Plotly chart',
  vega: 'Vega chart',
  'vega-lite': 'Vega chart',
  media: 'Sound or film',
  mermaid: 'Diagram',
};

/** What the frame gets: text as it is, and JSON for what a library draws. */
function contentOf({ mime, drawing }: MimeRule, value: Json): string {
  if (drawing === 'media') return JSON.stringify({ mime, data: value });
  if (isLibraryDrawing(drawing)) return JSON.stringify(value);
  return isFramed(drawing) ? textOf(value) : '';
}

function MarkdownOutput(props: {
  readonly cell: string;
  readonly outputKey: string;
  readonly source: string;
}): JSX.Element {
  const host = useMarkdownHost();
  const { source, cell, outputKey } = props;
  return <MarkdownView source={source} scope={`${cell}-${outputKey}`} cell={cell} host={host} />;
}

function PlainText(props: { readonly text: string; readonly onOpen: OpenFull }): JSX.Element {
  const { text, onOpen } = props;
  const view = useMemo(() => viewOfText(text), [text]);
  return <TextBlock view={view} onOpen={onOpen} />;
}

/** As IPython's `JSON` writes it: the name of the root, and whether all is to be open. */
function jsonWishes(
  metadata: JsonObject,
  mime: string,
): { readonly root: string | undefined; readonly expanded: boolean } {
  const own = metadata[mime];
  const from = typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonObject) : {};
  const { root, expanded } = from;
  return { root: typeof root === 'string' ? root.slice(0, 100) : undefined, expanded: expanded === true };
}

function Types(props: { readonly types: readonly string[] }): JSX.Element {
  return (
    <>
      {props.types.slice(0, 5).map((type, index) => (
        <span key={type}>
          {index > 0 && ', '}
          <code className="ident">{type.slice(0, 120)}</code>
        </span>
      ))}
    </>
  );
}

/** Only the fallback is shown: the types that would be richer are named. */
function FallbackNote(props: { readonly types: readonly string[] }): JSX.Element | null {
  if (props.types.length === 0) return null;
  return (
    <p className="out-note">
      Shown as text: <Types types={props.types} /> is not drawn here.
    </p>
  );
}

function UndrawnNote(props: { readonly types: readonly string[] }): JSX.Element {
  if (props.types.length === 0) return <p className="out-note">An output without content.</p>;
  return (
    <p className="out-note">
      Not drawn here: <Types types={props.types} />. It is kept in the file, and can be saved on its own.
    </p>
  );
}
