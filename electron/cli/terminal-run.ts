import { resolve } from 'node:path';
import type { TerminalProfile } from '../../shared/terminal/contract';
import { WatchbookError } from '../../shared/rpc/errors';
import type { EngineConnection } from '../engine/client/engine-connection';
import { commandLine, MARKING_SHELLS, type MarkingShell } from './command-line';
import { ShownOutput } from './command-output';
import { CommandRun } from './command-run';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { ownEnvironment, type Io } from './io';
import { parseOptions } from './options';
import { tellFailure } from './tell-failure';

interface RunOptions {
  readonly shell: MarkingShell | null;
  /** The folder of the run that it is attached to; null: it is recorded nowhere. */
  readonly run: string | null;
  readonly words: readonly string[];
  readonly isJson: boolean;
}

/** The size of a terminal that nobody looks at. */
const NO_SCREEN = { columns: 80, rows: 24 } as const;

/**
 * `watchbook terminal run -- COMMAND...`: runs it in a shell on a terminal of the engine, which a window shows too, and
 * ends with its exit status. Whatever fails before that is 125, so that it is not taken for the command's own.
 */
export async function runInTerminal(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  try {
    const options = parseRun(args, io.cwd);
    const engine = await connectCli(profile, true);
    try {
      return await run(engine, options, io);
    } finally {
      engine.dispose();
    }
  } catch (error) {
    tellFailure(error, io);
    return EXIT.ownFailure;
  }
}

function parseRun(args: readonly string[], cwd: string): RunOptions {
  const end = args.indexOf('--');
  const words = end < 0 ? [] : args.slice(end + 1);
  const { positionals, values } = parseOptions('terminal', end < 0 ? args : args.slice(0, end), {
    shell: { type: 'string' },
    run: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0 || words.length === 0)
    throw new UsageError("say 'terminal run -- COMMAND', with the two dashes", 'terminal');
  const { shell = null, run: attached = null, json = false } = values;
  const found = MARKING_SHELLS.find((name) => name === shell) ?? null;
  if (shell !== null && found === null)
    throw new UsageError(`--shell needs ${MARKING_SHELLS.join(', ')}, not '${shell}'`, 'terminal');
  return { shell: found, run: attached === null ? null : resolve(cwd, attached), words, isJson: json };
}

async function run(engine: EngineConnection, options: RunOptions, io: Io): Promise<number> {
  const { shell, words, isJson, run: attached } = options;
  if (attached !== null) await engine.request('runs.open', { run: attached });
  const { profiles } = await engine.request('terminal.profiles', {});
  const used = shell ?? usualShell(profiles);
  const line = commandLine(words, used);
  if (line === null) {
    throw new UsageError(
      words.length === 1
        ? 'a command line is one line without control characters; say several as SHELL -c TEXT'
        : 'an argument can not hold a zero byte',
      'terminal',
    );
  }
  const { columns, rows } = process.stdout.isTTY === true ? process.stdout : NO_SCREEN;
  const info = await engine.request('terminal.open', {
    profile: `shell:${used}`,
    directory: io.cwd,
    environment: ownEnvironment(),
    columns,
    rows,
  });
  const { id: terminal } = info;
  try {
    await engine.request('terminal.rename', { terminal, title: line.slice(0, 100) });
    if (attached !== null) await engine.request('recording.attach', { terminal, run: attached });
    const shown = isJson ? new ShownOutput() : null;
    const write = shown === null ? toStdout : toAnswer(shown, io);
    const { command, status } = await new CommandRun(engine, info, write).run(line);
    // By now its end is in the journal, and on the disk.
    if (attached !== null) await engine.request('recording.detach', { terminal });
    if (shown !== null) {
      const { text, omitted } = shown.finish();
      const { started = null, ended = null, directory = info.directory } = command ?? {};
      io.out(
        `${JSON.stringify({ start: started, end: ended, status, directory, output: text, ...(omitted > 0 ? { omitted } : {}) })}\n`,
      );
    }
    return status;
  } finally {
    await engine.request('terminal.close', { terminal, force: true }).catch(() => {
      // It was closed by somebody, or the engine is gone and the shell with it.
    });
  }
}

function toStdout(text: string, written: () => void): void {
  process.stdout.write(text, written);
}

/** The answer is for a program; a person at the terminal sees the output all the same. */
function toAnswer(shown: ShownOutput, io: Io): typeof toStdout {
  return (text, written) => {
    shown.add(text);
    if (io.isTerminal) process.stderr.write(text, written);
    else written();
  };
}

/** The first of the person's shells that marks its commands; the login shell before all. */
function usualShell(profiles: readonly TerminalProfile[]): MarkingShell {
  for (const { id } of profiles) {
    const found = MARKING_SHELLS.find((name) => id === `shell:${name}`);
    if (found !== undefined) return found;
  }
  throw new WatchbookError(
    'not-found',
    `No shell that can tell of a command's end is here: install bash, zsh or fish.`,
  );
}
