import { checkCommand } from './check';
import { UsageError } from './exit-codes';
import type { Io } from './io';
import { parseOptions } from './options';

/** `watchbook check`: runs without the engine. */
export async function checkMain(args: readonly string[], io: Io): Promise<number> {
  const { positionals, values } = parseOptions('check', args, {
    json: { type: 'boolean' },
    rewrite: { type: 'string' },
  });
  if (positionals.length === 0) throw new UsageError('name at least one file', 'check');
  if (values.rewrite !== undefined && positionals.length > 1) {
    throw new UsageError('--rewrite takes one file', 'check');
  }
  const lines = { out: (line: string) => io.out(`${line}\n`), error: (line: string) => io.err(`${line}\n`) };
  return checkCommand(positionals, { json: values.json === true, rewrite: values.rewrite ?? null }, lines);
}
