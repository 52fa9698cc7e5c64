import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CastWriter } from '../../shared/terminal/asciicast';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { EngineConnection } from '../engine/client/engine-connection';
import { EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';
import { endWords } from './terminal-attach';

interface RecordOptions {
  /** The file as it was typed. */
  readonly typed: string;
  readonly isOverwritten: boolean;
}

/**
 * Writes what a terminal shows from now on into a file, as asciicast v2, until its shell ends or Ctrl-C. What was typed
 * is not in it, save what the terminal showed of it. The file is for this user alone.
 */
export async function recordTerminal(
  engine: EngineConnection,
  info: TerminalInfo,
  options: RecordOptions,
  io: Io,
): Promise<number> {
  const path = resolve(io.cwd, options.typed);
  const file = new CastFile(await openFile(path, options));
  const title = visible(info.title);
  try {
    const { code, words } = await follow(engine, info, file, (text) => io.err(text));
    await file.finish();
    io.err(`${words} ${(file.milliseconds / 1_000).toFixed(1)} s are recorded.\n`);
    io.out(`${path}\n`);
    return code;
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    io.err(
      `watchbook: ${visible(options.typed)} can not be written: ${visible(error.message)}. What was recorded until then is kept; ${title} goes on.\n`,
    );
    return EXIT.usage;
  } finally {
    await file.close();
  }
}

async function openFile(path: string, { typed, isOverwritten }: RecordOptions): Promise<FileHandle> {
  try {
    const file = await open(path, isOverwritten ? 'w' : 'wx', 0o600);
    // One that was there may have been open to others.
    await file.chmod(0o600);
    return file;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST'
        ? `there is a file ${typed} already; --overwrite replaces it`
        : `${typed} can not be written: ${code ?? String(error)}`,
      'terminal',
    );
  }
}

/** Records until something ends it; answers what that was. Rejects where the file can not be written. */
async function follow(
  engine: EngineConnection,
  { id: terminal, title: shownTitle }: TerminalInfo,
  file: CastFile,
  say: (text: string) => void,
): Promise<{ readonly code: number; readonly words: string }> {
  const title = visible(shownTitle);
  let finish: (end: { readonly code: number; readonly words: string }) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const finished = new Promise<Parameters<typeof finish>[0]>((done, broken) => {
    finish = done;
    fail = broken;
  });
  // Its end is told by itself.
  const ask = (answer: Promise<unknown>): void => void answer.catch(() => undefined);
  const commands = new Map<number, string>();
  let size = '';
  const offs = [
    engine.on('terminal.command', ({ terminal: from, command }) => {
      if (from === terminal && command.text !== null) commands.set(command.id, command.text);
    }),
    engine.on('terminal.output', ({ terminal: from, data, marks }) => {
      if (from !== terminal) return;
      let at = 0;
      for (const mark of marks) {
        if (mark.step !== 'start' || mark.command === null) continue;
        file.wrote(data.slice(at, mark.at));
        file.marked(commands.get(mark.command) ?? 'a command');
        commands.delete(mark.command);
        at = mark.at;
      }
      file.wrote(data.slice(at));
      // More comes when this is on the disk.
      file.written().then(() => {
        if (data !== '') ask(engine.request('terminal.taken', { terminal, characters: data.length }));
      }, fail);
    }),
    engine.on('terminal.behind', ({ terminal: from }) => {
      if (from === terminal) ask(attach());
    }),
    engine.on('terminal.left', ({ terminal: from, end }) => {
      if (from === terminal) finish({ code: EXIT.ok, words: `${title} has ended: ${endWords(end)}.` });
    }),
    engine.on('terminal.changed', ({ terminals }) => {
      const now = terminals.find(({ id }) => id === terminal);
      if (now === undefined) finish({ code: EXIT.ok, words: `${title} was closed.` });
      else resized(now);
    }),
  ];
  const resized = ({ columns, rows }: Pick<TerminalInfo, 'columns' | 'rows'>): void => {
    if (size !== '' && size !== `${columns}x${rows}`) file.resized(columns, rows);
    size = `${columns}x${rows}`;
  };
  const attach = async (): Promise<void> => {
    const { screen, info } = await engine.request('terminal.attach', { terminal });
    if (size === '') file.begin(info);
    resized(info);
    // The picture that it begins with, and again where something was left out.
    file.wrote(`\u001b[H\u001b[2J\u001b[3J${screen}`);
  };
  const stop = (): void => finish({ code: EXIT.ok, words: `Stopped recording ${title}; it goes on.` });
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  void engine.closed.then(() =>
    finish({ code: EXIT.engineLost, words: `The engine was lost, and ${title} with it.` }),
  );
  try {
    await attach();
    await file.written();
    say(`Recording ${title}; Ctrl-C ends it.\n`);
    return await finished;
  } finally {
    for (const off of offs) off();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** The file can not be written: the disk is full, or gone. */
class FileFault extends Error {}

/** A recording on its way to a file, in order. What was written is whole lines, also where the disk is full. */
class CastFile {
  private cast: CastWriter | null = null;
  private started = performance.now();
  private tail: Promise<void> = Promise.resolve();
  private bytes = 0;

  constructor(private readonly file: FileHandle) {}

  get milliseconds(): number {
    return performance.now() - this.started;
  }

  begin({ columns, rows, title }: Pick<TerminalInfo, 'columns' | 'rows' | 'title'>): void {
    this.started = performance.now();
    const timestamp = Math.floor(Date.now() / 1_000);
    this.cast = new CastWriter({
      width: columns,
      height: rows,
      timestamp,
      title,
      env: { TERM: 'xterm-256color' },
    });
    this.put(this.cast.begin());
  }

  wrote(text: string): void {
    this.put(this.cast?.wrote(this.milliseconds, text) ?? '');
  }

  marked(name: string): void {
    this.put(this.cast?.marked(this.milliseconds, name) ?? '');
  }

  resized(columns: number, rows: number): void {
    this.put(this.cast?.resized(this.milliseconds, columns, rows) ?? '');
  }

  /** Rejects with {@link FileFault} where one of the writes so far failed. */
  written(): Promise<void> {
    return this.tail;
  }

  async finish(): Promise<void> {
    this.put(this.cast?.end(this.milliseconds) ?? '');
    await this.tail;
    await this.file.sync().catch((error: unknown) => {
      throw new FileFault(String(error));
    });
  }

  async close(): Promise<void> {
    await this.tail.catch(() => undefined);
    await this.file.close();
  }

  private put(lines: string): void {
    if (lines === '') return;
    this.tail = this.tail.then(() => this.append(Buffer.from(lines)));
    // Told by `written`.
    this.tail.catch(() => undefined);
  }

  private async append(data: Buffer): Promise<void> {
    try {
      await this.file.writeFile(data);
      this.bytes += data.length;
    } catch (error) {
      // A line that was cut off is none.
      await this.file.truncate(this.bytes).catch(() => undefined);
      throw new FileFault(String(error));
    }
  }
}
