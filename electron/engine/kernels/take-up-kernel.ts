import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionFileSchema } from './connection-file';
import { makeConnection } from './kernel-connection';
import { signalGroup, watchProcess } from './kernel-process';
import { InFlightTable, readRecord, recordFiles, writeRecord, type KernelRecord } from './kernel-record';
import { LocalKernel, removeFolders } from './local-kernel';
import { isSameProcess } from '../process-identity';
import type { StartContext } from './start-kernel';
import { ZmqLink, zmqSocketClass } from './zmq-socket';

/** A process that can not be reached within this is offered for clean-up. Milliseconds. */
const ATTACH_LIMIT = 8_000;

/** A kernel process of an engine that is gone, which could not be taken up. */
export interface LeftOver {
  readonly record: KernelRecord;
  readonly pid: number;
  readonly start: string;
  readonly folder: string;
}

export type TakenUp =
  | { readonly kind: 'kernel'; readonly kernel: LocalKernel }
  | { readonly kind: 'left-over'; readonly leftOver: LeftOver }
  /** Its process was gone and its files were removed, or another engine still holds it. */
  | { readonly kind: 'nothing' };

/** Takes up what one folder tells of. Starts nothing, and ends only a process that was never made known to anybody. */
export async function takeUpKernel(folder: string, context: StartContext): Promise<TakenUp> {
  const record = await readRecord(folder);
  if (record === null) {
    await removeFolders(folder, null);
    return { kind: 'nothing' };
  }
  const { engine } = record;
  const isOurs = engine.pid === context.engine.pid && engine.start === context.engine.start;
  if (isOurs || (await isSameProcess(engine.pid, engine.start))) return { kind: 'nothing' };
  const files = recordFiles(folder);
  if (record.process === null) {
    // The engine was killed while it started this one: nothing was sent to it, nobody waits for it.
    for (const pid of await processesNaming(files.connection)) signalGroup(pid, 'SIGKILL');
    await removeFolders(folder, record.sockets);
    return { kind: 'nothing' };
  }
  const { pid, start } = record.process;
  if (!(await isSameProcess(pid, start))) {
    await removeFolders(folder, record.sockets);
    return { kind: 'nothing' };
  }
  const leftOver: TakenUp = { kind: 'left-over', leftOver: { record, pid, start, folder } };
  let file;
  try {
    file = connectionFileSchema.parse(JSON.parse(await readFile(files.connection, 'utf8')));
  } catch (error) {
    context.log(`kernel ${record.id} can not be taken up: ${String(error)}`);
    return leftOver;
  }
  const link = new ZmqLink({
    file,
    routingId: record.routingId,
    onRejected: (reason, count) =>
      context.log(`kernel ${record.id}: message dropped (${reason}), ${count} so far`),
    onFailure: (error) => context.log(`kernel ${record.id}: socket failed: ${String(error)}`),
  });
  try {
    await link.open(AbortSignal.timeout(ATTACH_LIMIT), true);
  } catch (error) {
    context.log(`kernel ${record.id} can not be taken up: ${String(error)}`);
    link.close();
    return leftOver;
  }
  await writeRecord(folder, { ...record, engine: context.engine });
  // What arrives before somebody listens would be lost; the reply to a running cell comes once.
  link.hold();
  const connection = makeConnection(
    zmqSocketClass(link),
    { id: record.id, name: record.spec.name, clientId: record.clientId, username: '' },
    () => setImmediate(() => link.release()),
  );
  const kernel = new LocalKernel({
    id: record.id,
    spec: record.spec,
    process: watchProcess(pid, start),
    link,
    connection,
    table: await InFlightTable.open(files.inFlight),
    startedAt: record.startedAt,
    cwd: record.cwd,
    takenUp: true,
    folder,
    sockets: record.sockets,
    clientId: record.clientId,
    document: record.document,
    path: record.path,
  });
  return { kind: 'kernel', kernel };
}

/** Processes that have this text as an argument. Linux only; elsewhere none are found. */
async function processesNaming(argument: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const name of names) {
    // A process may end while it is looked at.
    const text = await readFile(join('/proc', name, 'cmdline'), 'utf8').catch(() => '');
    if (text.split('\0').includes(argument)) found.push(Number(name));
  }
  return found;
}
