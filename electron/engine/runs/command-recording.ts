import { readFile, rm, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { FullText } from '../../../shared/notebook/outputs/cell-outputs';
import { betweenLine, fullOutputPath } from '../../../shared/notebook/outputs/full-output';
import type { TextStore } from '../../../shared/notebook/outputs/text-store';
import { TextOutput } from '../../../shared/notebook/outputs/text-output';
import { utf8Length } from '../../../shared/notebook/outputs/utf8';
import { instantSchema } from '../../../shared/rpc/contract';
import type { CommandContent } from '../../../shared/runs/content';
import { KeptEnds, textOf, type TimedText } from '../../../shared/terminal/kept-ends';
import { FullScreenFilter, shownText } from '../../../shared/terminal/shown-text';
import { isSystemError } from '../notebook/disk-errors';
import { Spool } from '../notebook/spool';

/** Above this a text lies in `output/`, and the content file has both its ends, each so long. Bytes; contract section 3. */
const LIMIT = 1_048_576;
const END = 65_536;
/** Of one command no more is kept, beside both ends. Characters. */
const MOST = 67_108_864;
const BEGUN = 'begun.json';
/** What a spool calls its first text. */
const RAW = 'text-0.txt';

/** A command as it began: what is known of it when the engine is gone before its end. */
export const begunSchema = z.object({
  id: z.number().int().positive(),
  text: z.string(),
  directory: z.string().nullable(),
  started: instantSchema,
});
export type BegunCommand = z.infer<typeof begunSchema>;

/** What was printed, as a content file has it, and whole texts that are too long for one. */
export interface RecordedOutput {
  readonly content: Pick<CommandContent, 'shown' | 'raw' | 'lost'>;
  readonly full: readonly FullText[];
}

/**
 * The output of one command that is being recorded: in memory until its text is known, as it may be one that is not to
 * be recorded, and in a folder of the state place from then on, so that a killed engine does not cost it.
 */
export class CommandRecording {
  private readonly ends = new KeptEnds(LIMIT);
  private waiting: string[] = [];
  private spool: Spool | null = null;
  private store: TextStore | null = null;
  private opening: Promise<void> = Promise.resolve();
  private length = 0;
  private lost = 0;

  constructor(
    private readonly folder: string,
    private readonly log: (message: string) => void,
    private readonly from: number = performance.now(),
  ) {}

  /** Takes what was printed, `at` milliseconds after the start. */
  push(text: string, at: number = Math.round(performance.now() - this.from)): void {
    this.ends.push(text, at);
    const room = MOST - this.length;
    const kept = text.length > room ? text.slice(0, Math.max(0, room)) : text;
    this.length += kept.length;
    this.lost += text.length - kept.length;
    if (kept === '') return;
    if (this.store === null) this.waiting.push(kept);
    else this.store.append(kept);
  }

  /** Its text is known, and it may be recorded: what comes is on disk within a second. */
  keep(command: BegunCommand): void {
    this.opening = this.open(command).catch((error: unknown) =>
      // It stays in memory, and is lost with the engine only.
      this.log(`a command that is recorded is in memory alone: ${String(error)}`),
    );
  }

  private async open({ id, text, directory, started }: BegunCommand): Promise<void> {
    const spool = await Spool.create({ folder: this.folder });
    this.spool = spool;
    const begun: BegunCommand = { id, text, directory, started };
    await writeFile(join(this.folder, BEGUN), JSON.stringify(begun), { mode: 0o600 });
    const store = spool.openStore();
    store.append(this.waiting.join(''));
    this.waiting = [];
    this.store = store;
  }

  /** What was printed until now, once nothing more comes. Rejects where it can not be read back. */
  async output(): Promise<RecordedOutput> {
    await this.opening;
    const { head, tail, cut } = this.ends.ends();
    const raw = textOf(head);
    if (cut === 0 && utf8Length(raw) <= LIMIT) {
      return { content: { shown: shownText(raw), raw: pieces(head), lost: 0 }, full: [] };
    }
    return this.store === null || this.spool === null
      ? this.endsAlone([...head, ...tail], cut)
      : this.whole(this.store, this.spool, [...head, ...tail], cut);
  }

  /** Too long for a content file, and nowhere on disk: both ends are all there is. */
  private endsAlone(all: readonly TimedText[], cut: number): RecordedOutput {
    const ends = shorter(all);
    const lost = cut + ends.cut;
    const words = `[${lost.toLocaleString('en-US')} characters could not be kept]`;
    const shown = `${shownText(textOf(ends.head))}\n${words}\n${shownText(textOf(ends.tail))}`;
    return { content: { shown, raw: withLine(ends, words), lost }, full: [] };
  }

  private async whole(
    store: TextStore,
    spool: Spool,
    all: readonly TimedText[],
    cut: number,
  ): Promise<RecordedOutput> {
    const ends = shorter(all);
    if (this.lost > 0) {
      const tail = textOf(ends.tail);
      const lost = Math.max(0, this.lost - tail.length);
      store.append(`\r\n[${lost.toLocaleString('en-US')} characters not kept]\r\n${tail}`);
      this.lost = lost;
    }
    const snapshot = store.snapshot();
    const shown = new TextOutput({ limitBytes: LIMIT, openStore: () => spool.openStore() });
    const filter = new FullScreenFilter();
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let bytes = 0;
    let lines = 0;
    for await (const block of snapshot.bytes()) {
      bytes += block.length;
      for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) lines += 1;
      shown.push(filter.push(decoder.decode(block, { stream: true })));
    }
    shown.push(filter.flush());
    shown.finish();
    const kept = shown.kept(betweenLine);
    const { sha256 } = snapshot;
    const full: FullText[] = [
      { entry: { output: 0, path: fullOutputPath(sha256), bytes, lines, sha256 }, snapshot },
    ];
    if (kept.full !== null) {
      const { snapshot: of, ...size } = kept.full;
      const entry = { output: 1, path: fullOutputPath(of.sha256), ...size, sha256: of.sha256 };
      full.push({ entry, snapshot: of });
    }
    const here = utf8Length(textOf(ends.head)) + utf8Length(textOf(ends.tail));
    const linesHere = lineEnds(ends.head) + lineEnds(ends.tail);
    const left = { lines: Math.max(0, lines - linesHere), bytes: Math.max(0, bytes - here), sha256 };
    const raw = withLine({ ...ends, cut: ends.cut + cut }, betweenLine(left));
    return { content: { shown: kept.text, raw, lost: this.lost }, full };
  }

  /** Forgets it: it is in the record, or not to be. */
  async discard(): Promise<void> {
    await this.opening;
    this.waiting = [];
    await this.spool?.remove();
  }
}

/**
 * A command that an engine before this one was recording when it ended, from its folder; null where there is none that
 * can be read. Times of its pieces are not known any more.
 */
export async function restoreRecording(
  folder: string,
  log: (message: string) => void,
): Promise<{ readonly command: BegunCommand; readonly recording: CommandRecording } | null> {
  const found = await readFile(join(folder, BEGUN), 'utf8').catch((error: unknown) => {
    if (isSystemError(error)) return null;
    throw error;
  });
  const command = begunSchema.safeParse(found === null ? null : parsed(found));
  if (!command.success) return null;
  const recording = new CommandRecording(`${folder}-again`, log);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  try {
    for await (const block of createReadStream(join(folder, RAW)))
      recording.push(decoder.decode(block as Buffer, { stream: true }), 0);
  } catch (error) {
    // It had printed nothing yet.
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
  recording.keep(command.data);
  return { command: command.data, recording };
}

/** Removes what {@link restoreRecording} read, once it is in the record. */
export async function removeRecording(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}-again`, { recursive: true, force: true });
}

/** Null for half a file, as a crash may leave it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

type Ends = ReturnType<KeptEnds['ends']>;

function shorter(all: readonly TimedText[]): Ends {
  const kept = new KeptEnds(2 * END);
  for (const { at, text } of all) kept.push(text, at);
  return kept.ends();
}

/** Both ends with a line between, which no sequence of the first end swallows. */
function withLine({ head, tail }: Ends, words: string): CommandContent['raw'] {
  const at = tail[0]?.at ?? head.at(-1)?.at ?? 0;
  return pieces([...head, { at, text: `\u0018\u001b[0m\r\n${words}\r\n` }, ...tail]);
}

function pieces(all: readonly TimedText[]): CommandContent['raw'] {
  return all.map(({ at, text }) => [at, text]);
}

function lineEnds(all: readonly TimedText[]): number {
  return textOf(all).split('\n').length - 1;
}
