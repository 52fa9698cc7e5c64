import { basename, dirname, extname, join, resolve } from 'node:path';
import type { RunLine } from '../../shared/runs/execute-contract';
import type { EngineConnection } from '../engine/client/engine-connection';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { askLine, visible, type Io } from './io';
import { parseOptions, parseSeconds } from './options';

interface RunOptions {
  readonly typed: string;
  readonly file: string;
  readonly output: string;
  readonly inplace: boolean;
  readonly kernel: string | null;
  readonly cwd: string | null;
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
  const options = parseRun(args, io.cwd);
  const engine = await connectCli(profile, true);
  try {
    return await follow(engine, options, io);
  } finally {
    engine.dispose();
  }
}

function parseRun(args: readonly string[], cwd: string): RunOptions {
  const { positionals, values } = parseOptions('run', args, {
    kernel: { type: 'string' },
    output: { type: 'string' },
    inplace: { type: 'boolean' },
    cwd: { type: 'string' },
    timeout: { type: 'string' },
    'allow-errors': { type: 'boolean' },
    'output-limit': { type: 'string' },
    json: { type: 'boolean' },
  });
  const [typed, ...more] = positionals;
  if (typed === undefined || more.length > 0) throw new UsageError('name one file to run', 'run');
  if (values.inplace === true && values.output !== undefined) {
    throw new UsageError('--inplace and --output exclude each other', 'run');
  }
  const file = resolve(cwd, typed);
  const copy = join(
    dirname(file),
    `${basename(file, extname(file) === '.ipynb' ? '.ipynb' : '')}.executed.ipynb`,
  );
  return {
    typed,
    file,
    output: values.inplace === true ? file : values.output === undefined ? copy : resolve(cwd, values.output),
    inplace: values.inplace === true,
    kernel: values.kernel ?? null,
    cwd: values.cwd === undefined ? null : resolve(cwd, values.cwd),
    timeout: values.timeout === undefined ? null : parseSeconds('run', '--timeout', values.timeout),
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

async function follow(engine: EngineConnection, options: RunOptions, io: Io): Promise<number> {
  const progress = new Progress(io, options.json);
  let execution = '';
  let interrupts = 0;
  let isOver = true;
  const finished = new Promise<number>((end) => {
    engine.on('runs.line', ({ line }) => progress.line(line));
    engine.on('runs.input', ({ request, prompt, password }) => {
      const ended = new AbortController();
      void askLine(visible(prompt), password, ended.signal).then((value) =>
        engine.request('runs.input', { execution, request, value: value ?? '' }).catch(() => undefined),
      );
    });
    engine.on('runs.finished', ({ exitCode, message }) => {
      isOver = true;
      if (message !== null) io.err(`${visible(message)}\n`);
      end(exitCode);
    });
    void engine.closed.then(() => {
      if (isOver) return;
      io.err(
        `The engine was lost. The last copy is kept in ${options.output}; what ran since its last writing is not in it.\n`,
      );
      end(EXIT.engineLost);
    });
    process.on('SIGINT', () => {
      interrupts += 1;
      if (interrupts > 1) {
        io.err('Detached. The run goes on in the engine, and its copy is still written.\n');
        end(EXIT.interrupted);
        return;
      }
      io.err('Interrupting. Once more leaves it running.\n');
      if (execution !== '') void engine.request('runs.interrupt', { execution }).catch(() => undefined);
    });
  });
  const started = await engine.request('runs.execute', {
    file: options.file,
    typed: options.typed,
    output: options.output,
    inplace: options.inplace,
    kernel: options.kernel,
    cwd: options.cwd,
    timeout: options.timeout,
    allowErrors: options.allowErrors,
    ...(options.outputLimit === undefined ? {} : { outputLimit: options.outputLimit }),
    environment: ownEnvironment(),
    interactive: io.canAsk,
  });
  execution = started.execution;
  isOver = false;
  for (const warning of started.warnings) io.err(`${visible(warning)}\n`);
  if (interrupts > 0) void engine.request('runs.interrupt', { execution }).catch(() => undefined);
  const exitCode = await finished;
  if (!options.json) io.out(`${options.output}\n`);
  return exitCode;
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Shows how far a run is: for programs every line, for people one line a cell. */
class Progress {
  private cells = 0;

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
    if (line.type === 'cell-started') {
      this.cells += 1;
      this.io.err(`cell ${line.index + 1} … `);
    }
    if (line.type === 'cell-finished') {
      if (line.status === 'skipped') this.io.err(`cell ${line.index + 1} … `);
      this.io.err(`${line.status}${line.status === 'skipped' ? '' : `, ${seconds(line.duration_ms)}`}\n`);
    }
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}
