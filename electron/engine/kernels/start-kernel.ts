import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { KernelConnection } from '@jupyterlab/services';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isDiskFull } from '../notebook/disk-errors';
import { ipcConnection, MAX_SOCKET_PATH, tcpConnection, type ConnectionFile } from './connection-file';
import { makeConnection } from './kernel-connection';
import { kernelEnvironment } from './kernel-environment';
import { endReason, tailOf } from './kernel-end';
import type { StartOptions } from './kernel-handle';
import { launchOf, type KernelLaunch } from './kernel-launch';
import { startProcess, writePrivate, type KernelProcess } from './kernel-process';
import { InFlightTable, recordFiles, writeRecord, type KernelRecord } from './kernel-record';
import { LocalKernel, removeFolders } from './local-kernel';
import { ZmqLink, zmqSocketClass } from './zmq-socket';

/** How long a kernel may take until it answers. Milliseconds. */
export const READY_LIMIT = 60_000;

/** What the manager lends to a start. */
export interface StartContext {
  readonly stateFolder: string;
  readonly runtimeFolder: string;
  readonly engine: { readonly pid: number; readonly start: string };
  readonly readyLimit: number;
  readonly log: (line: string) => void;
}

/**
 * Starts a kernel process and waits until it answers.
 *
 * Fails with `no-kernel` where it can not be started at all, with `kernel-failed` where it ended or stayed silent;
 * the last lines of its stderr are the error's detail. Nothing of it is left then.
 */
export async function startKernel(
  spec: KernelSpecInfo,
  options: StartOptions,
  context: StartContext,
): Promise<LocalKernel> {
  const launch = await launchOf(spec, options.environment);
  if ('reason' in launch) {
    const fix = launch.fix === null ? '' : ` To mend it: ${launch.fix}`;
    throw new WatchbookError(
      'no-kernel',
      `The kernel “${spec.name}” can not be used: ${launch.reason}. Nothing was run.${fix}`,
    );
  }
  const cwd = await stat(options.cwd).catch(() => null);
  if (!cwd?.isDirectory())
    throw new WatchbookError(
      'kernel-failed',
      `The kernel “${spec.displayName}” was not started: its working directory ${options.cwd} is not there. ` +
        'Nothing was run. Make the folder, or choose another one.',
    );
  const environment = await kernelEnvironment(options.environment, launch, options.cwd);
  if (environment.note !== null) context.log(environment.note);

  const id = randomUUID();
  const folder = join(context.stateFolder, 'kernels', id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = recordFiles(folder);
  const { connection: file, sockets } = await connectionFor(spec, launch, context.runtimeFolder);
  const record: KernelRecord = {
    v: 1,
    id,
    spec,
    engine: context.engine,
    process: null,
    clientId: randomUUID(),
    routingId: `w${randomBytes(8).toString('hex')}`,
    document: options.document,
    path: options.path,
    cwd: options.cwd,
    startedAt: new Date().toISOString(),
    sockets,
  };
  let started: KernelProcess | null = null;
  let link: ZmqLink | null = null;
  try {
    await writePrivate(files.connection, `${JSON.stringify(file, null, 2)}\n`);
    await writeRecord(folder, record);
    const [, ...args] = commandLine(launch, files.connection);
    started = await startProcess({
      program: launch.program,
      args,
      cwd: options.cwd,
      environment: environment.variables,
      stdout: files.stdout,
      stderr: files.stderr,
    });
    await writeRecord(folder, { ...record, process: { pid: started.pid, start: started.start } });
    link = new ZmqLink({
      file,
      routingId: record.routingId,
      onRejected: (reason, count) =>
        context.log(`kernel ${id}: message dropped (${reason}), ${count} so far`),
      onFailure: (error) => context.log(`kernel ${id}: socket failed: ${String(error)}`),
    });
    const connection = await ready(record, started, link, context.readyLimit);
    return new LocalKernel({
      id,
      spec,
      process: started,
      link,
      connection,
      table: await InFlightTable.open(files.inFlight),
      startedAt: record.startedAt,
      cwd: options.cwd,
      takenUp: false,
      folder,
      sockets,
      clientId: record.clientId,
      document: record.document,
      path: record.path,
    });
  } catch (error) {
    link?.close();
    if (started !== null) {
      started.signal('SIGKILL');
      await started.ended;
    }
    const stderr = await tailOf(files.stderr);
    await removeFolders(folder, sockets);
    throw failure(spec, error, stderr);
  }
}

/** Why a start ended before its kernel was ready. */
class NotReady extends Error {}

async function ready(
  record: KernelRecord,
  process: KernelProcess,
  link: ZmqLink,
  limit: number,
): Promise<KernelConnection> {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new NotReady(`did not answer within ${Math.round(limit / 1000)} s`)),
    limit,
  );
  void process.ended.then((end) =>
    abort.abort(new NotReady(endReason(end, { asked: false, outOfMemory: false }))),
  );
  const aborted = new Promise<never>((_, reject) =>
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason as Error), { once: true }),
  );
  // Waited for in two places below; here it only must not count as unhandled between them.
  aborted.catch(() => undefined);
  try {
    await link.open(abort.signal);
    const connection = makeConnection(zmqSocketClass(link), {
      id: record.id,
      name: record.spec.name,
      clientId: record.clientId,
      username: '',
    });
    await Promise.race([connection.info, aborted]);
    return connection;
  } finally {
    clearTimeout(timer);
  }
}

function failure(spec: KernelSpecInfo, error: unknown, stderr: string): WatchbookError {
  if (error instanceof WatchbookError) return error;
  const detail = stderr === '' ? undefined : stderr;
  const kept = 'Nothing was run, and the notebook is as it was.';
  if (error instanceof NotReady) {
    return new WatchbookError(
      'kernel-failed',
      `The kernel “${spec.displayName}” did not start: ${error.message}. ${kept}`,
      { retryable: true, cause: error, ...(detail === undefined ? {} : { detail }) },
    );
  }
  const code = (error as NodeJS.ErrnoException).code;
  const why =
    code === 'ENOENT'
      ? `its program ${spec.program ?? ''} is not there`
      : code === 'EACCES'
        ? `its program ${spec.program ?? ''} may not be run`
        : isDiskFull(error)
          ? 'the disk of the state folder is full'
          : `the system refused (${code ?? (error instanceof Error ? error.message : String(error))})`;
  return new WatchbookError(
    'kernel-failed',
    `The kernel “${spec.displayName}” was not started: ${why}. ${kept} “watchbook kernels” shows what can be used.`,
    {
      cause: error,
      detail: detail ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    },
  );
}

/**
 * Sockets in a private folder for kernels made with ipykernel, which all understand it; ports of the loopback
 * interface for the others, and where the folder's path would be too long.
 */
async function connectionFor(
  spec: KernelSpecInfo,
  launch: KernelLaunch,
  runtimeFolder: string,
): Promise<{ readonly connection: ConnectionFile; readonly sockets: string | null }> {
  const isPython = /^python(3(\.\d+)?)?$/.test(basename(launch.program)) && launch.json.argv[1] === '-m';
  if (!isPython || process.platform === 'win32')
    return { connection: await tcpConnection(spec.name), sockets: null };
  const short = join(runtimeFolder, 'k', randomBytes(6).toString('hex'));
  if (Buffer.byteLength(`${short}/k-1`) <= MAX_SOCKET_PATH) {
    await mkdir(short, { recursive: true, mode: 0o700 });
    return { connection: ipcConnection(short, spec.name), sockets: short };
  }
  const temporary = await mkdtemp(join(tmpdir(), 'wb-'));
  if (Buffer.byteLength(`${temporary}/k-1`) <= MAX_SOCKET_PATH)
    return { connection: ipcConnection(temporary, spec.name), sockets: temporary };
  await removeFolders(temporary, null);
  return { connection: await tcpConnection(spec.name), sockets: null };
}

/**
 * The kernelspec's argv with its places filled in.
 *
 * `python -m ipykernel_launcher` would take a file of that name, or `runpy.py`, from the notebook's folder before
 * the installed one. The same launcher is run without that folder on the path; it puts it back for the cells.
 */
function commandLine(launch: KernelLaunch, connectionFile: string): readonly string[] {
  const values: Readonly<Record<string, string>> = {
    connection_file: connectionFile,
    resource_dir: launch.folder ?? '',
    prefix: launch.owner?.prefix ?? '',
  };
  const filled = launch.json.argv.map((part) =>
    part.replace(
      /\{(connection_file|resource_dir|prefix)\}/g,
      (whole, name: string) => values[name] ?? whole,
    ),
  );
  const [first = '', option, module, ...rest] = filled;
  if (option !== '-m' || (module !== 'ipykernel_launcher' && module !== 'ipykernel')) return filled;
  return [first, '-c', LAUNCHER, ...rest];
}

/**
 * Starts ipykernel without the notebook's folder on its path, and with nothing dropped: its socket for outputs throws
 * away what is over 1,000 messages while this engine is held up, and the protocol has no numbers by which it would show.
 */
const LAUNCHER = [
  'import sys; sys.path[:1] = [] if sys.path[0] == "" else sys.path[:1]',
  'import zmq; made = zmq.Context.socket',
  'def keep_all(self, kind, *args, **kwargs):',
  '    socket = made(self, kind, *args, **kwargs)',
  '    if kind in (zmq.PUB, zmq.XPUB): socket.sndhwm = 0',
  '    return socket',
  'zmq.Context.socket = keep_all',
  'import runpy; runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)',
].join('\n');
