import type { JsonObject } from '../../rpc/contract';
import type { MimeBundle, Output } from '../model';
import { VIEW_INLINE_BYTES, type OutputView } from '../view';
import { valueSize } from './mime';
import type { TextOutput } from './text-output';
import { viewOfText } from './text-view';

export type StreamName = 'stdout' | 'stderr';

export interface StreamEntry {
  readonly kind: 'stream';
  readonly name: StreamName;
  readonly text: TextOutput;
}
export interface DataEntry {
  readonly kind: 'data';
  readonly type: 'display_data' | 'execute_result';
  readonly executionCount: number | null;
  readonly displayId: string | null;
  data: MimeBundle;
  metadata: JsonObject;
}
export interface ErrorEntry {
  readonly kind: 'error';
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}
export interface GapEntry {
  readonly kind: 'gap';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}
/** One output while its cell's execution is known here. */
export type OutputEntry = (StreamEntry | DataEntry | ErrorEntry | GapEntry) & { readonly key: string };

/** One output as it is kept against a crash: as the message that makes it again. */
export type OutputRecord =
  | { readonly type: 'stream' | 'display_data' | 'execute_result' | 'error'; readonly content: JsonObject }
  | { readonly type: 'stored'; readonly name: StreamName; readonly store: string }
  | { readonly type: 'gap'; readonly from: string; readonly to: string; readonly reason: string };

/** The bounded view of an output. */
export function entryView(entry: OutputEntry): OutputView {
  switch (entry.kind) {
    case 'stream':
      return { kind: 'stream', key: entry.key, name: entry.name, text: entry.text.view() };
    case 'error':
      return {
        kind: 'error',
        key: entry.key,
        ename: entry.ename,
        evalue: entry.evalue,
        traceback: viewOfText(tracebackText(entry)),
      };
    case 'data':
      return { kind: 'data', key: entry.key, ...dataView(entry), madeHere: true };
    case 'gap':
      return { kind: 'gap', key: entry.key, from: entry.from, to: entry.to, reason: entry.reason };
  }
}

/** The record of an output, from which it can be made again. */
export function entryRecord(entry: OutputEntry): OutputRecord {
  switch (entry.kind) {
    case 'stream': {
      const text = entry.text.inMemory();
      const { name } = entry;
      const store = entry.text.store;
      if (text === null && store !== null) return { type: 'stored', name, store: store.name };
      return { type: 'stream', content: { name, text: text ?? '' } };
    }
    case 'data': {
      const { data, metadata, executionCount, displayId } = entry;
      const transient: JsonObject = displayId === null ? {} : { display_id: displayId };
      return { type: entry.type, content: { data, metadata, execution_count: executionCount, transient } };
    }
    case 'error':
      return {
        type: 'error',
        content: { ename: entry.ename, evalue: entry.evalue, traceback: entry.traceback },
      };
    case 'gap':
      return { type: 'gap', from: entry.from, to: entry.to, reason: entry.reason };
  }
}

/** The part of a data output's view that is the same for outputs of a kernel and of a file. */
export function dataView(output: {
  readonly type: 'display_data' | 'execute_result';
  readonly executionCount: number | null;
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}): Omit<Extract<OutputView, { kind: 'data' }>, 'kind' | 'key' | 'madeHere'> {
  const sized = Object.entries(output.data).map(([mime, value]) => ({
    mime,
    value,
    bytes: valueSize(value),
  }));
  return {
    type: output.type,
    executionCount: output.executionCount,
    data: Object.fromEntries(
      sized.filter(({ bytes }) => bytes <= VIEW_INLINE_BYTES).map(({ mime, value }) => [mime, value]),
    ),
    metadata: output.metadata,
    deferred: sized
      .filter(({ bytes }) => bytes > VIEW_INLINE_BYTES)
      .map(({ mime, bytes }) => ({ mime, bytes })),
  };
}

/** A gap as nbformat can hold it: readable everywhere, and found again by its metadata. */
export function gapOutput({ from, to, reason }: GapEntry): Output {
  return {
    output_type: 'display_data',
    data: { 'text/plain': `Output between ${from} and ${to} was not received: ${reason}` },
    metadata: { watchbook: { gap: { from, to, reason } } },
  };
}

/** What is read of an error: its traceback, or its one line where there is none. */
export function tracebackText(error: ErrorEntry): string {
  return error.traceback.length > 0 ? error.traceback.join('\n') : `${error.ename}: ${error.evalue}`;
}
