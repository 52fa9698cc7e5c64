import * as z from 'zod';
import { instantSchema, type JsonObject } from '../../rpc/contract';
import { assertNever } from '../../rpc/errors';
import type { DataOutput, Output } from '../model';
import type { OutputView, TextView } from '../view';
import { fullOutputsOf, type FullOutput } from './full-output';
import { mimeBundle } from './mime';
import { dataView } from './output-entry';
import { countLines } from './text-lines';
import { textInMemory, type TextSource } from './text-store';
import { TextOutput } from './text-output';
import { viewOfText } from './text-view';

export interface FromNbformatOptions {
  /** Begins every key; different for each reading of the file. */
  readonly keyPrefix: string;
  /** True for an output whose digest is in the list of outputs made here. */
  readonly madeHere: (output: DataOutput) => boolean;
}

/** The views of outputs as a file has them. `metadata` is the cell's, for where whole texts lie. */
export function viewsOfOutputs(
  outputs: readonly Output[],
  metadata: JsonObject,
  options: FromNbformatOptions,
): OutputView[] {
  const full = new Map(fullOutputsOf(metadata).map((entry) => [entry.output, entry]));
  return outputs.map((output, index): OutputView => {
    const key = fileOutputKey(options.keyPrefix, index);
    switch (output.output_type) {
      case 'stream': {
        const entry = full.get(index);
        const text = viewOfStream(output.text);
        return {
          kind: 'stream',
          key,
          name: output.name,
          text: entry === undefined ? text : withFull(text, entry),
        };
      }
      case 'display_data':
      case 'execute_result': {
        const gap = gapOf(output.metadata);
        if (gap !== null) return { kind: 'gap', key, ...gap };
        const view = dataView({
          type: output.output_type,
          executionCount: output.execution_count ?? null,
          data: mimeBundle(output.data),
          metadata: output.metadata,
        });
        return { kind: 'data', key, ...view, madeHere: options.madeHere(output) };
      }
      case 'error':
        return {
          kind: 'error',
          key,
          ename: output.ename,
          evalue: output.evalue,
          traceback: viewOfStream(output.traceback.join('\n') || `${output.ename}: ${output.evalue}`),
        };
      case 'unknown':
        return { kind: 'unknown', key, raw: output.raw };
      default:
        return assertNever(output, 'output');
    }
  });
}

/** The key of output number `index` of a cell whose outputs come from a file. */
export function fileOutputKey(prefix: string, index: number): string {
  return `${prefix}${index}f`;
}

/** The whole text of one output of a file, by lines, as a terminal would show it; null when it is not a text. */
export function textOfOutput(output: Output): TextSource | null {
  const text =
    output.output_type === 'stream'
      ? output.text
      : output.output_type === 'error'
        ? output.traceback.join('\n')
        : output.output_type === 'unknown'
          ? null
          : (output.data['text/plain'] ?? null);
  if (typeof text !== 'string') return null;
  return textInMemory(() => terminalText(text));
}

/** The view of a text of which the file keeps both ends: what is left out counts by the whole. */
function withFull(text: TextView, entry: FullOutput): TextView {
  const { bytes, lines, path } = entry;
  const shown = countLines(text.head) + countLines(text.tail);
  const omittedLines = text.tail === '' ? 0 : Math.max(1, lines - shown);
  return { ...text, omittedLines, lines, bytes, fullOutput: path };
}

/** Text as another program stored it, which may hold overwrites and control strings still. */
function viewOfStream(text: string): TextView {
  return viewOfText(terminalText(text));
}

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const NEEDS_TERMINAL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

function terminalText(text: string): string {
  if (!NEEDS_TERMINAL.test(text)) return text;
  const output = new TextOutput({
    limitBytes: null,
    openStore: () => NO_STORE,
  });
  output.push(text);
  output.finish();
  return output.kept(() => '').text;
}

/** A text from a file is in memory already. */
const NO_STORE = {
  ...textInMemory(() => ''),
  name: 'none',
  append: () => undefined,
  setTail: () => undefined,
  snapshot: () => ({ sha256: '', bytes: nothing }),
  discard: () => undefined,
};

async function* nothing(): AsyncGenerator<Uint8Array> {}

const gapSchema = z.object({ from: instantSchema, to: instantSchema, reason: z.string() });

function gapOf(metadata: JsonObject): z.infer<typeof gapSchema> | null {
  const own = metadata['watchbook'];
  const gap = typeof own === 'object' && own !== null ? (own as JsonObject)['gap'] : undefined;
  const parsed = gapSchema.safeParse(gap);
  return parsed.success ? parsed.data : null;
}
