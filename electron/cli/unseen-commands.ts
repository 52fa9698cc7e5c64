import type { LibraryState } from '../../shared/runs/config-contract';
import { unseenIn } from '../../shared/runs/environments/commands';
import type { Environment } from '../../shared/runs/environments/library-config';
import type { EngineConnection } from '../engine/client/engine-connection';
import { askLine, visible, type Io } from './io';

/**
 * Commands of the library that a run in this environment would ask, and that nobody here has seen yet: shown in full,
 * and let be asked once a person says so. False where one said no. Where nobody can be asked the engine refuses.
 */
export async function letUnseen(
  engine: EngineConnection,
  { library, commands }: LibraryState,
  environment: Environment,
  io: Io,
): Promise<boolean> {
  const unseen = unseenIn(environment, commands);
  if (unseen.length === 0 || !io.canAsk) return true;
  const [it, them] = unseen.length === 1 ? ['a command', 'it'] : [`${unseen.length} commands`, 'them'];
  io.err(`This runbook or its watchbook.json has ${it} that nobody here has seen yet:\n`);
  for (const { purpose, command } of unseen)
    io.err(`  ${visible(purpose)}: ${visible(JSON.stringify(command))}\n`);
  const typed = await askLine(`Type yes to let ${them} be asked: `, false, new AbortController().signal);
  if (typed?.trim().toLowerCase() !== 'yes') return false;
  const digests = unseen.map(({ digest }) => digest);
  await engine.request('runs.acceptCommands', { library, digests });
  return true;
}
