import type { Json, JsonObject } from '../../rpc/contract';
import type { Output } from '../model';
import type { OutputView } from '../view';
import { betweenLine, fullOutputPath, type FullOutput } from './full-output';
import { mimeBundle } from './mime';
import {
  entryRecord,
  entryView,
  gapOutput,
  tracebackText,
  type OutputEntry,
  type OutputRecord,
  type StreamName,
} from './output-entry';
import { NO_REDACTIONS, redactJson, Redactor, redactText, type Redactions } from './redactor';
import { textInMemory, type TextSnapshot, type TextSource, type TextStore } from './text-store';
import { TextOutput } from './text-output';

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

/** There are now `count` outputs, and those listed are new or changed. */
export interface OutputRecords {
  readonly count: number;
  readonly changed: readonly { readonly index: number; readonly record: OutputRecord }[];
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
  #entries: OutputEntry[] = [];
  #clearsNext = false;
  #dirtyFrom: number | null = null;
  readonly #unrecorded = new Set<number>();
  #isRecorded = true;

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
    this.#unrecorded.clear();
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
    if (this.#isRecorded) return null;
    this.#isRecorded = true;
    const changed = [...this.#unrecorded].sort((a, b) => a - b);
    this.#unrecorded.clear();
    return this.#records(changed);
  }

  /** All outputs as records. */
  records(): OutputRecords {
    return this.#records([...this.#entries.keys()]);
  }

  #records(indices: readonly number[]): OutputRecords {
    return {
      count: this.#entries.length,
      changed: indices.flatMap((index) => {
        const entry = this.#entries[index];
        return entry === undefined ? [] : [{ index, record: entryRecord(entry) }];
      }),
    };
  }

  /** Takes up outputs of an earlier execution. Texts in stores are passed over: they are read back as `stream`s. */
  restore(records: readonly OutputRecord[]): void {
    for (const record of records) {
      if (record.type === 'gap') this.gap(record.from, record.to, record.reason);
      else if (record.type !== 'stored') this.handle(record.type, record.content);
    }
  }

  /** Bounded views of the outputs from this index on. */
  views(from = 0): OutputView[] {
    return this.#entries.slice(from).map(entryView);
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

  #key(kind: string): string {
    // By place and kind, so that what is drawn again after `clear_output` is redrawn in its place.
    return `${this.#options.keyPrefix}${this.#entries.length}${kind}`;
  }

  #add(entry: OutputEntry): void {
    const last = this.#entries.at(-1);
    if (last?.kind === 'stream') last.text.finish();
    this.#entries.push(entry);
    this.#touch(this.#entries.length - 1);
  }

  #touch(index: number): void {
    this.#dirtyFrom = Math.min(this.#dirtyFrom ?? index, index);
    if (index < this.#entries.length) this.#unrecorded.add(index);
    this.#isRecorded = false;
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
