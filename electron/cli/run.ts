import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { EventData } from '../../shared/rpc/contracts';
import { toWireError } from '../../shared/rpc/errors';
import type { RunLine } from '../../shared/runs/execute-contract';
import type { EngineConnection } from '../engine/client/engine-connection';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { askLine, ownEnvironment, visible, type Io } from './io';
import { parseOptions, parseSeconds } from './options';
import { recordedRun, type RecordedRunOptions } from './recorded-run';

interface RunOptions {
  readonly typed: string;
  readonly file: string;
  readonly output: string;
  /** Null where the output follows from the file. */
  readonly typedOutput: string | null;
  readonly inplace: boolean;
  readonly kernel: string | null;
  readonly cwd: string | null;
  readonly typedCwd: string;
  readonly timeout: number | null;
  readonly allowErrors: boolean;
  readonly outputLimit: number | null | undefined;
  readonly json: boolean;
}

/** `watchbook run FILE`: asks the engine to execute a copy and follows it to its end. */
export async function runCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { recorded, ...options } = parseRun(args, io.cwd);
  if (recorded !== null) return recordedRun(recorded, io, profile);
  await checkFolder(options);
  const engine = await connectCli(profile, true);
  try {
    return await follow(engine, options, io);
  } finally {
    engine.dispose();
  }
}

/** A kernel that can not start in its folder would look like one that is broken. */
async function checkFolder({ cwd, typedCwd }: RunOptions): Promise<void> {
  if (cwd === null) return;
  const found = await stat(cwd).catch(() => null);
  if (found?.isDirectory() !== true) throw new UsageError(`--cwd needs a folder, not '${typedCwd}'`, 'run');
}

function parseRun(
  args: readonly string[],
  cwd: string,
): RunOptions & { readonly recorded: RecordedRunOptions | null } {
  const { positionals, values } = parseOptions('run', args, {
    kernel: { type: 'string' },
    output: { type: 'string' },
    inplace: { type: 'boolean' },
    cwd: { type: 'string' },
    timeout: { type: 'string' },
    'allow-errors': { type: 'boolean' },
    'output-limit': { type: 'string' },
    json: { type: 'boolean' },
    env: { type: 'string' },
    param: { type: 'string', multiple: true },
    run: { type: 'boolean' },
    as: { type: 'string' },
  });
  const [typed, ...more] = positionals;
  if (typed === undefined || more.length > 0) throw new UsageError('name one file to run', 'run');
  if (values.inplace === true && values.output !== undefined) {
    throw new UsageError('--inplace and --output exclude each other', 'run');
  }
  const isRecorded = values.env !== undefined || values.param !== undefined || values.run === true;
  if (isRecorded && values.inplace === true)
    throw new UsageError('--inplace is not for a run with a record', 'run');
  if (!isRecorded && values.as !== undefined)
    throw new UsageError('--as names the driver of a run: say --env, --param or --run too', 'run');
  const file = resolve(cwd, typed);
  const copy = join(
    dirname(file),
    `${basename(file, extname(file) === '.ipynb' ? '.ipynb' : '')}.executed.ipynb`,
  );
  const timeout = values.timeout === undefined ? null : parseSeconds('run', '--timeout', values.timeout);
  const recorded: RecordedRunOptions | null = isRecorded
    ? {
        file,
        typed,
        environment: values.env ?? null,
        parameters: values.param ?? [],
        driver: values.as ?? null,
        kernel: values.kernel ?? null,
        output: values.output === undefined ? null : resolve(cwd, values.output),
        timeout,
        allowErrors: values['allow-errors'] === true,
        json: values.json === true,
      }
    : null;
  return {
    recorded,
    typed,
    file,
    output: values.inplace === true ? file : values.output === undefined ? copy : resolve(cwd, values.output),
    typedOutput: values.output ?? null,
    inplace: values.inplace === true,
    kernel: values.kernel ?? null,
    cwd: values.cwd === undefined ? null : resolve(cwd, values.cwd),
    typedCwd: values.cwd ?? '',
    timeout,
    allowErrors: values['allow-errors'] === true,
    outputLimit: parseLimit(values['output-limit']),
    json: values.json === true,
  };
}

function parseLimit(text: string | undefined): number | null | undefined {
  if (text === undefined || text === 'none') return text === undefined ? undefined : null;
  if (!/^\d+$/.test(text))
    throw new UsageError(`--output-limit needs a number of bytes or 'none', not '${text}'`, 'run');
  return Number(text);
}

/** Follows one execution; answers the exit code. */
async function follow(engine: EngineConnection, options: RunOptions, io: Io): Promise<number> {
  const progress = new Progress(io, options.json);
  let started: { readonly execution: string; readonly warnings: readonly string[] } | null = null;
  let isOver = false;
  let interrupts = 0;
  const interrupt = (): void => {
    // It may have ended meanwhile, which is then told by itself.
    if (started !== null) engine.request('runs.interrupt', { execution: started.execution }).catch(noMatter);
  };
  const questions = new Questions(engine);
  const finished = new Promise<number>((end) => {
    engine.on('runs.line', ({ line }) => {
      if (line.type === 'cell-finished' || line.type === 'run-finished') questions.close();
      progress.line(line);
    });
    engine.on('runs.input', (question) => {
      progress.breakLine();
      questions.ask(question);
    });
    engine.on('runs.finished', ({ exitCode, message }) => {
      isOver = true;
      progress.breakLine();
      if (message !== null) io.err(`${visible(message)}\n`);
      end(exitCode);
    });
    void engine.closed.then(() => {
      if (started === null || isOver) return;
      progress.lost(options.output);
      end(EXIT.engineLost);
    });
    process.on('SIGINT', () => {
      interrupts += 1;
      progress.breakLine();
      if (interrupts === 1) {
        io.err('Interrupting. Once more leaves it running.\n');
        interrupt();
        return;
      }
      io.err(
        `Detached. The run goes on in the engine, and its copy is still written to ${options.output}.\n`,
      );
      end(EXIT.interrupted);
    });
  });
  try {
    const starting = start(engine, options, io);
    // A kernel may be long in starting; who does not want to wait leaves it.
    const first = await Promise.race([starting, finished]);
    if (typeof first === 'number') {
      starting.catch(noMatter);
      return first;
    }
    started = first;
    for (const warning of started.warnings) io.err(`${visible(warning)}\n`);
    if (interrupts > 0) interrupt();
    return await finished;
  } catch (error) {
    progress.refused(error);
    throw error;
  } finally {
    questions.close();
    if (started !== null && !options.json) io.out(`${options.output}\n`);
  }
}

function start(engine: EngineConnection, options: RunOptions, io: Io) {
  return engine.request('runs.execute', {
    file: options.file,
    typed: options.typed,
    output: options.output,
    typedOutput: options.typedOutput,
    inplace: options.inplace,
    kernel: options.kernel,
    cwd: options.cwd,
    timeout: options.timeout,
    allowErrors: options.allowErrors,
    ...(options.outputLimit === undefined ? {} : { outputLimit: options.outputLimit }),
    environment: ownEnvironment(),
    interactive: io.canAsk,
  });
}

/** What failed is told on another way: by the run's end, or by the engine's. */
function noMatter(): void {}

/** The questions of the running program, asked at the terminal one at a time; a later one takes the place of an open one. */
class Questions {
  private open = new AbortController();

  constructor(private readonly engine: EngineConnection) {}

  ask({ execution, request, prompt, password }: EventData<'runs.input'>): void {
    this.close();
    const { signal } = this.open;
    void askLine(visible(prompt), password, signal).then((value) => {
      if (signal.aborted) return;
      const answer = { execution, request, value: value ?? '', eof: value === null };
      this.engine.request('runs.input', answer).catch(noMatter);
    });
  }

  close(): void {
    this.open.abort();
    this.open = new AbortController();
  }
}

/** Shows how far a run is: for programs every line, for people one line a cell. */
class Progress {
  /** The cursor stands behind the name of a running cell. */
  private isLineOpen = false;

  constructor(
    private readonly io: Io,
    private readonly isJson: boolean,
  ) {}

  line(line: RunLine): void {
    if (this.isJson) {
      this.io.out(`${JSON.stringify(line)}\n`);
      return;
    }
    if (!this.io.isTerminal) return;
    if (line.type === 'cell-started') this.begin(line.index);
    if (line.type === 'cell-finished') {
      if (!this.isLineOpen) this.begin(line.index);
      this.io.err(`${line.status}${line.status === 'skipped' ? '' : `, ${seconds(line.duration_ms)}`}\n`);
      this.isLineOpen = false;
    }
  }

  /** Other words are about to come: they begin a line of their own. */
  breakLine(): void {
    if (this.isLineOpen) this.io.err('\n');
    this.isLineOpen = false;
  }

  private begin(index: number): void {
    this.breakLine();
    this.io.err(`cell ${index + 1} … `);
    this.isLineOpen = true;
  }

  /** Nothing was run. */
  refused(error: unknown): void {
    const { code, message } = toWireError(error);
    this.end({ type: 'error', at: now(), code, message }, null);
  }

  /** The engine went away while it ran. */
  lost(output: string): void {
    const message = `The engine was lost. The last copy is kept in ${output}; what ran since its last writing is not in it.`;
    this.breakLine();
    this.io.err(`${message}\n`);
    this.end({ type: 'error', at: now(), code: 'engine-lost', message }, output);
  }

  private end(error: RunLine, output: string | null): void {
    if (!this.isJson) return;
    this.line(error);
    this.line({ type: 'run-finished', at: now(), status: 'failed', output });
  }
}

function now(): string {
  return new Date().toISOString();
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}
