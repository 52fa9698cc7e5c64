import { connectCli } from './engine-program';
import { UsageError } from './exit-codes';
import type { Io } from './io';
import { kernelsCommand } from './kernels';
import { parseOptions } from './options';

/** `watchbook kernels`: asks the engine, which looks where it would look for a window. */
export async function kernelsMain(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals, values } = parseOptions('kernels', args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new UsageError('kernels takes no file', 'kernels');
  const engine = await connectCli(profile, true);
  try {
    return kernelsCommand(await engine.request('kernels.list', {}), { json: values.json === true }, io);
  } finally {
    engine.dispose();
  }
}
