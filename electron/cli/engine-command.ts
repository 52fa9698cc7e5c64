import { WatchbookError } from '../../shared/rpc/errors';
import type { EngineStatus } from '../../shared/rpc/engine-contract';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { askLine, type Io } from './io';
import { parseOptions } from './options';

/** `watchbook engine status|stop`. Neither starts an engine. */
export async function engineCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals, values } = parseOptions('engine', args, {
    json: { type: 'boolean' },
    force: { type: 'boolean' },
  });
  const [action, ...more] = positionals;
  if ((action !== 'status' && action !== 'stop') || more.length > 0) {
    throw new UsageError("say 'engine status' or 'engine stop'", 'engine');
  }
  const engine = await connectCli(profile, false).catch((error: unknown) => {
    if (error instanceof WatchbookError && error.code === 'not-found') return null;
    throw error;
  });
  if (engine === null) {
    if (values.json === true) io.out('null\n');
    else io.err('No engine runs.\n');
    return EXIT.ok;
  }
  try {
    if (action === 'status') {
      const status = await engine.request('engine.status', {});
      io.out(values.json === true ? `${JSON.stringify(status)}\n` : formatStatus(status));
      return EXIT.ok;
    }
    return await stop(engine, values.force === true, io);
  } finally {
    engine.dispose();
  }
}

async function stop(
  engine: Awaited<ReturnType<typeof connectCli>>,
  isForced: boolean,
  io: Io,
): Promise<number> {
  try {
    await engine.request('engine.stop', { force: isForced });
  } catch (error) {
    if (!(error instanceof WatchbookError) || error.code !== 'busy') throw error;
    io.err(`${error.message}\n`);
    if (!io.canAsk) {
      io.err('Without a terminal it is stopped with --force only.\n');
      return EXIT.usage;
    }
    const answer = await askLine('Stop it all the same? [y/N] ', false, new AbortController().signal);
    if (answer?.trim().toLowerCase() !== 'y') return EXIT.usage;
    await engine.request('engine.stop', { force: true });
  }
  await engine.closed;
  io.err('The engine has stopped.\n');
  return EXIT.ok;
}

function formatStatus(status: EngineStatus): string {
  return Object.entries(status)
    .map(([name, value]) => `${name.padEnd(9)} ${value}\n`)
    .join('');
}
