import { resolve } from 'node:path';
import { connectCli } from './engine-program';
import { EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';
import { parseOptions } from './options';

/** `watchbook take-over RUN`: goes on being responsible for a run that was started elsewhere. Needs a person. */
export async function takeOverCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals, values } = parseOptions('take-over', args, { as: { type: 'string' } });
  const [typed, ...more] = positionals;
  if (typed === undefined || more.length > 0) throw new UsageError('name one run', 'take-over');
  if (!io.canAsk) {
    io.err('Taking a run over is said by a person at a terminal. Nothing was changed.\n');
    return EXIT.gate;
  }
  const engine = await connectCli(profile, true);
  try {
    const run = resolve(io.cwd, typed);
    const { driver } = await engine.request('runs.takeOver', { run, driver: values.as ?? null });
    io.err(`${visible(typed)} is driven by ${visible(driver)} now, and that is in its record.\n`);
    return EXIT.ok;
  } finally {
    engine.dispose();
  }
}
