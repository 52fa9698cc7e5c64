import { WatchbookError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { EngineConnection } from '../engine/client/engine-connection';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';
import { parseOptions } from './options';
import { attachTerminal, endWords } from './terminal-attach';
import { recordTerminal } from './terminal-record';
import { runInTerminal } from './terminal-run';

/** `watchbook terminal list|attach|record|run`. Only `run` starts an engine: without one there is no terminal. */
export async function terminalCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const [action, ...own] = args;
  switch (action) {
    case 'list':
      return listTerminals(own, io, profile);
    case 'attach': {
      const { positionals } = parseOptions('terminal', own, {});
      const [name] = positionals;
      if (name === undefined || positionals.length > 1)
        throw new UsageError("say 'terminal attach ID'", 'terminal');
      return withTerminal(profile, name, (engine, info) => attachTerminal(engine, info, io));
    }
    case 'record': {
      const { positionals, values } = parseOptions('terminal', own, {
        out: { type: 'string' },
        overwrite: { type: 'boolean' },
      });
      const [name] = positionals;
      const { out, overwrite = false } = values;
      if (name === undefined || positionals.length > 1 || out === undefined || out === '')
        throw new UsageError("say 'terminal record ID --out FILE.cast'", 'terminal');
      return withTerminal(profile, name, (engine, info) =>
        recordTerminal(engine, info, { typed: out, isOverwritten: overwrite }, io),
      );
    }
    case 'run':
      return runInTerminal(own, io, profile);
    default:
      throw new UsageError("say 'terminal list', 'attach ID', 'record ID' or 'run -- COMMAND'", 'terminal');
  }
}

/** By the beginning of its id, or by its title where one alone has it. */
export function findTerminal(terminals: readonly TerminalInfo[], name: string): TerminalInfo | null {
  const titled = terminals.filter(({ title }) => title === name);
  const begun = terminals.filter(({ id }) => id.startsWith(name));
  const found = titled.length === 1 ? titled : begun;
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Does something with one terminal of the engine that runs. */
async function withTerminal(
  profile: string | undefined,
  name: string,
  work: (engine: EngineConnection, info: TerminalInfo) => Promise<number>,
): Promise<number> {
  const engine = await runningEngine(profile);
  try {
    const terminals = engine === null ? [] : (await engine.request('terminal.list', {})).terminals;
    const found = findTerminal(terminals, name);
    if (engine === null || found === null)
      throw new UsageError(`no terminal is called '${visible(name)}'`, 'terminal');
    return await work(engine, found);
  } finally {
    engine?.dispose();
  }
}

function runningEngine(profile: string | undefined): Promise<EngineConnection | null> {
  return connectCli(profile, false).catch((error: unknown) => {
    if (error instanceof WatchbookError && error.code === 'not-found') return null;
    throw error;
  });
}

async function listTerminals(args: readonly string[], io: Io, profile: string | undefined): Promise<number> {
  const { positionals, values } = parseOptions('terminal', args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new UsageError("say 'terminal list'", 'terminal');
  const engine = await runningEngine(profile);
  try {
    const terminals = engine === null ? [] : (await engine.request('terminal.list', {})).terminals;
    if (values.json === true) io.out(`${JSON.stringify(terminals)}\n`);
    else if (terminals.length === 0) io.err('No terminal is open.\n');
    else for (const info of terminals) io.out(lineOf(info));
    return EXIT.ok;
  } finally {
    engine?.dispose();
  }
}

function lineOf({ id, title, directory, ...info }: TerminalInfo): string {
  return `${id.slice(0, 8)}  ${visible(title)}  ${visible(stateOf(info))}  ${visible(directory)}\n`;
}

/** What it does, in words. */
function stateOf({ ended, phase, command }: Pick<TerminalInfo, 'ended' | 'phase' | 'command'>): string {
  if (ended !== null) return endWords(ended);
  if (phase === 'running') return `runs ${command?.text ?? 'a command'}`;
  return phase === 'unknown' ? 'open' : 'at its prompt';
}
