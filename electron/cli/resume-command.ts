import { resolve } from 'node:path';
import { connectCli } from './engine-program';
import { driveRun } from './drive-run';
import { EXIT, UsageError } from './exit-codes';
import type { Io } from './io';
import { parseOptions } from './options';

/** `watchbook resume RUN`: goes on with a run where it stands. */
export async function resumeCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals, values } = parseOptions('resume', args, {
    confirm: { type: 'boolean' },
    from: { type: 'string' },
    'rerun-above': { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const [typed, ...more] = positionals;
  if (typed === undefined || more.length > 0) throw new UsageError('name one run', 'resume');
  if (values.confirm === true && !io.canAsk) {
    io.err('--confirm is said by a person at a terminal. Nothing was run.\n');
    return EXIT.gate;
  }
  const engine = await connectCli(profile, true);
  try {
    return await driveRun(engine, resolve(io.cwd, typed), io, {
      json: values.json === true,
      confirm: values.confirm === true,
      from: values.from ?? null,
      rerunAbove: values['rerun-above'] === true,
      allowErrors: false,
      timeout: null,
      isNew: false,
    });
  } finally {
    engine.dispose();
  }
}
