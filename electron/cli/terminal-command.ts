import { WatchbookError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { EngineConnection } from '../engine/client/engine-connection';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';
import { parseOptions } from './options';

/** Ctrl-]: leaves the terminal as it is. No shell does anything of weight with it. */
const DETACH = '\u001d';
/** Gives back what a program may have changed of the screen that looked at it: modes, colours, the cursor. */
const GIVE_BACK = '\u001b[?1049l\u001b[?1;9;1000;1002;1003;1004;1006;2004l\u001b[?7;25h\u001b>\u001b[0m\r\n';

/** `watchbook terminal list|attach`. Neither starts an engine: without one there is no terminal. */
export async function terminalCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals, values } = parseOptions('terminal', args, { json: { type: 'boolean' } });
  const [action, name, ...more] = positionals;
  const isList = action === 'list' && name === undefined;
  if (!isList && (action !== 'attach' || name === undefined || more.length > 0)) {
    throw new UsageError("say 'terminal list' or 'terminal attach ID'", 'terminal');
  }
  const engine = await connectCli(profile, false).catch((error: unknown) => {
    if (error instanceof WatchbookError && error.code === 'not-found') return null;
    throw error;
  });
  try {
    const terminals = engine === null ? [] : (await engine.request('terminal.list', {})).terminals;
    if (name === undefined) {
      list(terminals, values.json === true, io);
      return EXIT.ok;
    }
    const found = findTerminal(terminals, name);
    if (engine === null || found === null)
      throw new UsageError(`no terminal is called '${visible(name)}'`, 'terminal');
    if (process.stdin.isTTY !== true || process.stdout.isTTY !== true)
      throw new UsageError('attach needs a terminal to show it in', 'terminal');
    return await attach(engine, found, io);
  } finally {
    engine?.dispose();
  }
}

/** By the beginning of its id, or by its title where one alone has it. */
export function findTerminal(terminals: readonly TerminalInfo[], name: string): TerminalInfo | null {
  const titled = terminals.filter(({ title }) => title === name);
  const begun = terminals.filter(({ id }) => id.startsWith(name));
  const found = titled.length === 1 ? titled : begun;
  return found.length === 1 ? (found[0] ?? null) : null;
}

function list(terminals: readonly TerminalInfo[], isJson: boolean, io: Io): void {
  if (isJson) {
    io.out(`${JSON.stringify(terminals)}\n`);
    return;
  }
  if (terminals.length === 0) io.err('No terminal is open.\n');
  for (const { id, title, directory, ...info } of terminals)
    io.out(`${id.slice(0, 8)}  ${visible(title)}  ${visible(stateOf(info))}  ${visible(directory)}\n`);
}

/** What it does, in words. */
function stateOf({ ended, phase, command }: Pick<TerminalInfo, 'ended' | 'phase' | 'command'>): string {
  if (ended !== null)
    return ended.signal === null ? `exit status ${ended.status ?? 'unknown'}` : `signal ${ended.signal}`;
  if (phase === 'running') return `runs ${command?.text ?? 'a command'}`;
  return phase === 'unknown' ? 'open' : 'at its prompt';
}

/** Shows a terminal here, too, and types into it, until Ctrl-], its end, or the end of this one. */
async function attach(engine: EngineConnection, info: TerminalInfo, io: Io): Promise<number> {
  const { id: terminal } = info;
  const { stdin, stdout } = process;
  let finish: (code: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => (finish = resolve));
  // What can not be done any more is told by the end that follows it.
  const ask = (answer: Promise<unknown>): void => void answer.catch(() => undefined);
  const fit = (): void =>
    ask(engine.request('terminal.resize', { terminal, columns: stdout.columns, rows: stdout.rows }));
  const draw = async (): Promise<void> => {
    const { screen, info: now } = await engine.request('terminal.attach', { terminal });
    stdout.write(`\u001b[2J\u001b[H${screen}`);
    if (now.ended !== null) finish(EXIT.ok);
  };
  const onKeys = (keys: Buffer): void => {
    const text = keys.toString('utf8');
    const end = text.indexOf(DETACH);
    const typed = end < 0 ? text : text.slice(0, end);
    if (typed !== '') ask(engine.request('terminal.write', { terminal, data: typed }));
    if (end >= 0) finish(EXIT.ok);
  };
  const offs = [
    engine.on('terminal.output', ({ terminal: from, data }) => {
      if (from !== terminal || data === '') return;
      stdout.write(data, () => ask(engine.request('terminal.taken', { terminal, characters: data.length })));
    }),
    engine.on('terminal.behind', ({ terminal: from }) => {
      if (from === terminal) ask(draw());
    }),
    engine.on('terminal.changed', ({ terminals }) => {
      const now = terminals.find(({ id }) => id === terminal);
      if (now === undefined || now.ended !== null) finish(EXIT.ok);
    }),
  ];
  void engine.closed.then(() => finish(EXIT.engineLost));
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', onKeys);
  stdout.on('resize', fit);
  try {
    fit();
    await draw();
    return await finished;
  } finally {
    for (const off of offs) off();
    stdout.off('resize', fit);
    stdin.off('data', onKeys);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(GIVE_BACK);
    io.err(`Left ${visible(info.title)}; what runs in it goes on.\n`);
  }
}
