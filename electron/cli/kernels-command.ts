import { join } from 'node:path';
import { connectCli } from './engine-program';
import { UsageError } from './exit-codes';
import { ownEnvironment, type Io } from './io';
import { kernelsCommand } from './kernels';
import { parseOptions } from './options';

/** `watchbook kernels`: asks the engine, which looks where `watchbook run` in this folder would look. */
export async function kernelsMain(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals, values } = parseOptions('kernels', args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new UsageError('kernels takes no file', 'kernels');
  const near = join(io.cwd, 'any.ipynb');
  const engine = await connectCli(profile, true);
  try {
    return kernelsCommand(
      await engine.request('kernels.list', { environment: ownEnvironment(), near }),
      { json: values.json === true },
      io,
    );
  } finally {
    engine.dispose();
  }
}
