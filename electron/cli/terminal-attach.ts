import type { TerminalEnd, TerminalInfo } from '../../shared/terminal/contract';
import type { EngineConnection } from '../engine/client/engine-connection';
import { EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';
import { followSize } from './follow-size';
import { readKeys } from './keyboard';

/** Ctrl-]: leaves the terminal as it is. No shell does anything of weight with it. */
const DETACH = '\u001d';
/** Gives back what a program may have changed of the screen that looked at it: modes, colours, the cursor. */
const GIVE_BACK = '\u001b[?1049l\u001b[?1;9;1000;1002;1003;1004;1006;2004l\u001b[?7;25h\u001b>\u001b[0m';

/** Shows a terminal here, too, and types into it, until Ctrl-], its end, or the end of this one. */
export async function attachTerminal(engine: EngineConnection, info: TerminalInfo, io: Io): Promise<number> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true)
    throw new UsageError('attach needs a terminal to show it in', 'terminal');
  const { id: terminal } = info;
  const { stdout } = process;
  const title = visible(info.title);
  let finish: (end: { readonly code: number; readonly words: string }) => void = () => undefined;
  const finished = new Promise<Parameters<typeof finish>[0]>((resolve) => (finish = resolve));
  const left = { code: EXIT.ok, words: `Left ${title}; what runs in it goes on.` };
  // What can not be done any more is told by the end that follows it.
  const ask = (answer: Promise<unknown>): void => void answer.catch(() => undefined);
  const fit = (columns: number, rows: number) =>
    engine.request('terminal.resize', { terminal, columns, rows });
  const draw = async (): Promise<void> => {
    const { screen } = await engine.request('terminal.attach', { terminal });
    stdout.write(`\u001b[2J\u001b[H${screen}`);
  };
  const onKeys = (text: string): void => {
    const end = text.indexOf(DETACH);
    const typed = end < 0 ? text : text.slice(0, end);
    if (typed !== '') ask(engine.request('terminal.write', { terminal, data: typed }));
    if (end >= 0) finish(left);
  };
  const offs = [
    engine.on('terminal.output', ({ terminal: from, data }) => {
      if (from !== terminal || data === '') return;
      stdout.write(data, () => ask(engine.request('terminal.taken', { terminal, characters: data.length })));
    }),
    engine.on('terminal.behind', ({ terminal: from }) => {
      if (from === terminal) ask(draw());
    }),
    engine.on('terminal.left', ({ terminal: from, end }) => {
      if (from === terminal) finish({ code: EXIT.ok, words: `${title} has ended: ${endWords(end)}.` });
    }),
    engine.on('terminal.changed', ({ terminals }) => {
      if (!terminals.some(({ id }) => id === terminal))
        finish({ code: EXIT.ok, words: `${title} was closed.` });
    }),
  ];
  void engine.closed.then(() =>
    finish({ code: EXIT.engineLost, words: `The engine was lost, and ${title} with it.` }),
  );
  const keyboard = readKeys(onKeys, () => finish(left));
  const stopFitting = followSize(fit);
  try {
    ask(fit(stdout.columns, stdout.rows));
    await draw();
    const { code, words } = await finished;
    stdout.write(`${GIVE_BACK}\r\n`);
    io.err(`${words}\n`);
    return code;
  } finally {
    for (const off of offs) off();
    stopFitting();
    keyboard.release();
  }
}

/** How a shell ended, in words. */
export function endWords({ status, signal }: Pick<TerminalEnd, 'status' | 'signal'>): string {
  return signal === null ? `exit status ${status ?? 'unknown'}` : `signal ${signal}`;
}
