import type { Json, JsonObject } from '../../rpc/contract';
import type { MimeBundle, Output } from '../model';
import { VIEW_INLINE_BYTES, type OutputView } from '../view';
import { betweenLine, fullOutputPath, type FullOutput } from './full-output';
import { mimeBundle, valueSize } from './mime';
import { NO_REDACTIONS, redactJson, Redactor, redactText, type Redactions } from './redactor';
import type { SavedOutput } from './saved-output';
import { textInMemory, type TextSnapshot, type TextSource, type TextStore } from './text-store';
import { TextOutput } from './text-output';
import { viewOfText } from './text-view';

type StreamName = 'stdout' | 'stderr';

interface StreamEntry {
  readonly kind: 'stream';
  readonly name: StreamName;
  readonly text: TextOutput;
}
interface DataEntry {
  readonly kind: 'data';
  readonly type: 'display_data' | 'execute_result';
  readonly executionCount: number | null;
  readonly displayId: string | null;
  data: MimeBundle;
  metadata: JsonObject;
}
interface ErrorEntry {
  readonly kind: 'error';
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}
interface GapEntry {
  readonly kind: 'gap';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}
type Entry = (StreamEntry | DataEntry | ErrorEntry | GapEntry) & { readonly key: string };

export interface CellOutputsOptions {
  /** Begins every key; different for each execution of a cell. */
  readonly keyPrefix: string;
  /** Bytes above which a notebook keeps both ends of a text only; null: no limit. */
  readonly limitBytes: number | null;
  readonly redactions?: Redactions;
  /** Makes the place for a text that outgrows memory. */
  readonly openStore: () => TextStore;
}

/** A text that is over the limit: its entry in the cell's metadata, and the text, to be written when it is saved. */
export interface FullText {
  readonly entry: FullOutput;
  readonly snapshot: TextSnapshot;
}

/** One output as it is kept against a crash: as the message that makes it again. */
export type OutputRecord =
  | { readonly type: 'stream' | 'display_data' | 'execute_result' | 'error'; readonly content: JsonObject }
  | { readonly type: 'stored'; readonly name: StreamName; readonly store: string }
  | { readonly type: 'gap'; readonly from: string; readonly to: string; readonly reason: string };

/** All outputs from number `from` on are now these. */
export interface OutputRecords {
  readonly from: number;
  readonly records: readonly OutputRecord[];
}

/** What a notebook keeps of a cell's outputs. */
export interface KeptOutputs {
  readonly outputs: readonly Output[];
  readonly full: readonly FullText[];
}

/**
 * The outputs of one execution of one cell, from the kernel's messages to bounded views and to what the notebook
 * keeps.
 *
 * Everything passes the redactor first. Texts of one stream that follow each other are one output. Outputs live in
 * memory save the middle of long texts. Views are cheap to ask for; ask once a frame, from {@link takeDirty} on.
 */
export class CellOutputs {
  readonly #options: CellOutputsOptions;
  readonly #redactors: Readonly<Record<StreamName, Redactor>>;
  #redactions: Redactions;
  #entries: Entry[] = [];
  #clearsNext = false;
  #dirtyFrom: number | null = null;
  #unrecordedFrom: number | null = null;

  constructor(options: CellOutputsOptions) {
    this.#options = options;
    this.#redactions = options.redactions ?? NO_REDACTIONS;
    this.#redactors = { stdout: new Redactor(this.#redactions), stderr: new Redactor(this.#redactions) };
  }

  /** More (or less) to look for from now on: a step was given a secret. */
  redact(redactions: Redactions): void {
    this.#redactions = redactions;
    this.#redactors.stdout.use(redactions);
    this.#redactors.stderr.use(redactions);
  }

  /**
   * Takes an iopub message of this cell by its type and content; false for types that make no output.
   *
   * Contents come from outside: members of a wrong type count as absent. The caller routes display ids: for a
   * `display_data`, `execute_result` or `update_display_data` with an id it also calls {@link updateDisplay} of
   * every other cell that {@link hasDisplay} it.
   */
  handle(type: string, content: unknown): boolean {
    const members = isObject(content) ? content : {};
    switch (type) {
      case 'stream':
        this.#stream(members['name'] === 'stderr' ? 'stderr' : 'stdout', textOf(members['text']));
        return true;
      case 'display_data':
      case 'execute_result':
        this.#display(type, members);
        return true;
      case 'error':
        this.#error(members);
        return true;
      case 'update_display_data': {
        const id = displayIdOf(content);
        if (id !== null) this.updateDisplay(id, content);
        return true;
      }
      case 'clear_output':
        this.#flush();
        if (members['wait'] === true) this.#clearsNext = true;
        else this.clear();
        return true;
      default:
        return false;
    }
  }

  #stream(name: StreamName, text: string): void {
    if (text === '') return;
    this.#flush(name === 'stdout' ? 'stderr' : 'stdout');
    this.#print(name, this.#redactors[name].push(text));
  }

  #print(name: StreamName, text: string): void {
    if (text === '') return;
    this.#clearIfAsked();
    const last = this.#entries.at(-1);
    if (last?.kind === 'stream' && last.name === name) {
      last.text.push(text);
      this.#touch(this.#entries.length - 1);
      return;
    }
    if (last?.kind === 'stream') last.text.finish();
    const output = new TextOutput({
      limitBytes: this.#options.limitBytes,
      openStore: this.#options.openStore,
      redactLine: (line) => redactText(this.#redactions, line),
    });
    output.push(text);
    this.#add({ kind: 'stream', key: this.#key('s'), name, text: output });
  }

  #display(type: 'display_data' | 'execute_result', content: JsonObject): void {
    this.#flush();
    const displayId = displayIdOf(content);
    if (displayId !== null) this.updateDisplay(displayId, content);
    this.#clearIfAsked();
    const count = content['execution_count'];
    this.#add({
      kind: 'data',
      key: this.#key('d'),
      type,
      executionCount: type === 'execute_result' && typeof count === 'number' ? count : null,
      displayId,
      data: redactJson(this.#redactions, mimeBundle(content['data'])),
      metadata: redactJson(this.#redactions, objectOf(content['metadata'])),
    });
  }

  #error(content: JsonObject): void {
    this.#flush();
    this.#clearIfAsked();
    const { traceback } = content;
    this.#add({
      kind: 'error',
      key: this.#key('e'),
      ename: redactText(this.#redactions, textOf(content['ename'])),
      evalue: redactText(this.#redactions, textOf(content['evalue'])),
      traceback: Array.isArray(traceback)
        ? traceback.map((line: Json | undefined) => redactText(this.#redactions, textOf(line)))
        : [],
    });
  }

  /** True when an output of this cell was displayed under this id. */
  hasDisplay(id: string): boolean {
    return this.#entries.some((entry) => entry.kind === 'data' && entry.displayId === id);
  }

  /** Replaces data and metadata of every output here with this display id; an id of elsewhere changes nothing. */
  updateDisplay(id: string, content: unknown): boolean {
    const members = isObject(content) ? content : {};
    let isKnown = false;
    for (const [index, entry] of this.#entries.entries()) {
      if (entry.kind !== 'data' || entry.displayId !== id) continue;
      entry.data = redactJson(this.#redactions, mimeBundle(members['data']));
      entry.metadata = redactJson(this.#redactions, objectOf(members['metadata']));
      this.#touch(index);
      isKnown = true;
    }
    return isKnown;
  }

  /** Marks that output was not received between two instants (UTC, this machine's clock). */
  gap(from: string, to: string, reason: string): void {
    this.#flush();
    this.#add({ kind: 'gap', key: this.#key('g'), from, to, reason });
  }

  /** Takes away all outputs. */
  clear(): void {
    for (const entry of this.#entries) if (entry.kind === 'stream') entry.text.discard();
    this.#entries = [];
    this.#clearsNext = false;
    this.#touch(0);
  }

  /** The execution ended: what stages held back is decided. Late messages are still taken. */
  finish(): void {
    this.#flush();
    for (const [index, entry] of this.#entries.entries()) {
      if (entry.kind !== 'stream') continue;
      const before = entry.text.bytes;
      entry.text.finish();
      entry.text.sync();
      if (entry.text.bytes !== before) this.#touch(index);
    }
  }

  /** Brings what may still change into the stores; at least once a second while the cell runs. */
  sync(): void {
    for (const entry of this.#entries) if (entry.kind === 'stream') entry.text.sync();
  }

  get length(): number {
    return this.#entries.length;
  }

  /** The first output that changed since the last call, null when none did; all from there on are to be sent anew. */
  takeDirty(): number | null {
    const from = this.#dirtyFrom;
    this.#dirtyFrom = null;
    return from;
  }

  /**
   * What changed since the last call, as records that {@link restore} takes; null when nothing did. Texts that
   * have a store are named only: the store has them.
   */
  takeRecords(): OutputRecords | null {
    const from = this.#unrecordedFrom;
    if (from === null) return null;
    this.#unrecordedFrom = null;
    return { from, records: this.#entries.slice(from).map(recordOf) };
  }

  /** Takes up the outputs of an earlier execution, after what its texts in stores were read back into `stream`s. */
  restore(records: readonly OutputRecord[]): void {
    for (const record of records) {
      if (record.type === 'gap') this.gap(record.from, record.to, record.reason);
      else if (record.type !== 'stored') this.handle(record.type, record.content);
    }
  }

  /** Bounded views of the outputs from this index on. */
  views(from = 0): OutputView[] {
    return this.#entries.slice(from).map(viewOf);
  }

  /** One value of a MIME bundle in full; undefined when there is none. */
  value(key: string, mime: string): Json | undefined {
    const entry = this.#entries.find((one) => one.key === key);
    return entry?.kind === 'data' && Object.hasOwn(entry.data, mime) ? entry.data[mime] : undefined;
  }

  /** A text output (stream, traceback, text/plain) by lines, in full; null when there is none. */
  text(key: string): TextSource | null {
    const entry = this.#entries.find((one) => one.key === key);
    if (entry?.kind === 'stream') return entry.text.source();
    if (entry?.kind === 'error') return textInMemory(() => tracebackText(entry));
    const plain = entry?.kind === 'data' ? entry.data['text/plain'] : undefined;
    return typeof plain === 'string' ? textInMemory(() => plain) : null;
  }

  /** The outputs in the notebook's form, and where the whole of those over the limit lies. Opens stores, moves none. */
  kept(): KeptOutputs {
    const full: FullText[] = [];
    const outputs = this.#entries.map((entry, index): Output => {
      switch (entry.kind) {
        case 'stream': {
          const kept = entry.text.kept(betweenLine);
          if (kept.full !== null) {
            const { snapshot, bytes, lines } = kept.full;
            const { sha256 } = snapshot;
            full.push({
              entry: { output: index, path: fullOutputPath(sha256), bytes, lines, sha256 },
              snapshot,
            });
          }
          return { output_type: 'stream', name: entry.name, text: kept.text };
        }
        case 'data':
          return entry.type === 'execute_result'
            ? {
                output_type: 'execute_result',
                data: entry.data,
                metadata: entry.metadata,
                execution_count: entry.executionCount,
              }
            : { output_type: 'display_data', data: entry.data, metadata: entry.metadata };
        case 'error':
          return {
            output_type: 'error',
            ename: entry.ename,
            evalue: entry.evalue,
            traceback: entry.traceback,
          };
        case 'gap':
          return gapOutput(entry);
      }
    });
    return { outputs, full };
  }

  /** For a recovery log: what makes these outputs again when it is handled anew. */
  snapshot(): SavedOutput[] {
    return this.#entries.map((entry): SavedOutput => {
      switch (entry.kind) {
        case 'stream':
          return { type: 'stream', name: entry.name, ...entry.text.saved() };
        case 'data':
          return {
            type: 'message',
            message: entry.type,
            content: {
              data: entry.data,
              metadata: entry.metadata,
              execution_count: entry.executionCount,
              transient: entry.displayId === null ? {} : { display_id: entry.displayId },
            },
          };
        case 'error': {
          const { ename, evalue, traceback } = entry;
          return { type: 'message', message: 'error', content: { ename, evalue, traceback } };
        }
        case 'gap': {
          const { from, to, reason } = entry;
          return { type: 'gap', from, to, reason };
        }
      }
    });
  }

  #key(kind: string): string {
    // By place and kind, so that what is drawn again after `clear_output` is redrawn in its place.
    return `${this.#options.keyPrefix}${this.#entries.length}${kind}`;
  }

  #add(entry: Entry): void {
    const last = this.#entries.at(-1);
    if (last?.kind === 'stream') last.text.finish();
    this.#entries.push(entry);
    this.#touch(this.#entries.length - 1);
  }

  #touch(index: number): void {
    this.#dirtyFrom = Math.min(this.#dirtyFrom ?? index, index);
    this.#unrecordedFrom = Math.min(this.#unrecordedFrom ?? index, index);
  }

  #clearIfAsked(): void {
    if (this.#clearsNext) this.clear();
  }

  /** What a redactor holds back belongs before whatever comes now. */
  #flush(only?: StreamName): void {
    for (const name of ['stdout', 'stderr'] as const) {
      if (only === undefined || only === name) this.#print(name, this.#redactors[name].flush());
    }
  }
}

function viewOf(entry: Entry): OutputView {
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

function recordOf(entry: Entry): OutputRecord {
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
function gapOutput({ from, to, reason }: GapEntry): Output {
  return {
    output_type: 'display_data',
    data: { 'text/plain': `Output between ${from} and ${to} was not received: ${reason}` },
    metadata: { watchbook: { gap: { from, to, reason } } },
  };
}

function tracebackText(error: ErrorEntry): string {
  return error.traceback.length > 0 ? error.traceback.join('\n') : `${error.ename}: ${error.evalue}`;
}

/** The display id of a message's content, null when it has none. */
export function displayIdOf(content: unknown): string | null {
  const transient = isObject(content) ? content['transient'] : undefined;
  const id = isObject(transient) ? transient['display_id'] : undefined;
  return typeof id === 'string' && id !== '' ? id : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
