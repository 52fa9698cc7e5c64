import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough, type Duplex } from 'node:stream';
import { spawn } from '@lydell/node-pty';
import { notStarted, TERMINAL, type OpenShell, type OpenShellOptions } from './open-shell';
import { powershellControl } from './powershell-control';
import { POWERSHELL_BOOTSTRAP } from './powershell-bootstrap';

/** What PowerShell is told of its start; all of it is gone from its environment before the first command. */
export interface PowershellStart {
  /** Names of the two pipes, without the folder of pipes, as .NET wants them. */
  readonly commands: string;
  readonly status: string;
  /** Said by PowerShell first on each pipe. */
  readonly key: string;
  /** The file with the bootstrap. */
  readonly script: string;
}

/** Names that nobody can guess, so that nobody can be there first; new for each start. */
export function powershellStart(folder: string): PowershellStart {
  const id = randomBytes(16).toString('hex');
  return {
    commands: `watchbook-${id}-c`,
    status: `watchbook-${id}-s`,
    key: randomBytes(32).toString('hex'),
    script: join(folder, 'start'),
  };
}

export function pipePath(name: string): string {
  return `\\\\.\\pipe\\${name}`;
}

/**
 * No profile of the person's. Not interactive, though it has a console: Read-Host and questions fail with an error
 * instead of waiting for ever, since it can not be seen that they wait. The bootstrap is read as text, because a script
 * file may be forbidden by policy; no argument holds a quote that a command line would have to carry.
 */
export const POWERSHELL_ARGUMENTS: readonly string[] = [
  '-NoLogo',
  '-NoProfile',
  '-NonInteractive',
  '-NoExit',
  '-Command',
  '& ([scriptblock]::Create([System.IO.File]::ReadAllText($env:WATCHBOOK_SCRIPT)))',
];

/** What programs see: a terminal with colours, and no pager of git's, which would wait for keys. */
export function powershellEnvironment(
  base: Readonly<Record<string, string>>,
  start: PowershellStart,
): Record<string, string> {
  return {
    ...base,
    TERM: TERMINAL.name,
    GIT_PAGER: 'cat',
    WATCHBOOK_COMMANDS: start.commands,
    WATCHBOOK_STATUS: start.status,
    WATCHBOOK_KEY: start.key,
    WATCHBOOK_SCRIPT: start.script,
  };
}

/** Starts PowerShell on a terminal of its own. It is not ready yet. Rejects with `kernel-failed`. */
export async function openPowershell({
  folder,
  program,
  cwd,
  environment,
}: OpenShellOptions): Promise<OpenShell> {
  const start = powershellStart(folder);
  const channels: Channel[] = [];
  const letGo = (): void => channels.forEach((channel) => channel.close());
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(start.script, POWERSHELL_BOOTSTRAP, { mode: 0o600 });
    const commands = await openChannel(pipePath(start.commands), start.key);
    channels.push(commands);
    const status = await openChannel(pipePath(start.status), start.key);
    channels.push(status);
    const pty = spawn(program, [...POWERSHELL_ARGUMENTS], {
      ...TERMINAL,
      cwd,
      env: powershellEnvironment(environment, start),
      encoding: 'utf8',
    });
    return {
      pty,
      commands: commands.outward,
      status: status.inward,
      control: powershellControl(pty),
      startFiles: [start.script],
      letGo,
    };
  } catch (error) {
    letGo();
    throw notStarted(`PowerShell could not be started in ${cwd}`, error);
  }
}

/** One private way to a program that is only now being started: what is written waits until it is there. */
export interface Channel {
  readonly outward: PassThrough;
  readonly inward: PassThrough;
  close(): void;
}

/**
 * Listens for the one program that says the key first; then for nobody any more. Windows lets every user open a pipe
 * for reading, and other programs of this user for writing: none of them is told anything, or heard.
 */
export async function openChannel(path: string, key: string): Promise<Channel> {
  const outward = new PassThrough();
  const inward = new PassThrough();
  const callers = new Set<Socket>();
  const server = createServer((caller) => {
    callers.add(caller);
    // A caller that breaks off has gone: the shell's end is told by its terminal.
    caller.on('error', () => caller.destroy());
    caller.on('close', () => callers.delete(caller));
    greet(caller, key, () => {
      server.close();
      for (const other of callers) if (other !== caller) other.destroy();
      outward.pipe(caller);
      caller.pipe(inward);
    });
  });
  await listening(server, path);
  return {
    outward,
    inward,
    close: () => {
      server.close();
      for (const caller of callers) caller.destroy();
    },
  };
}

/** Calls back once the caller has said the key; one that says anything else is cut off. What follows stays unread. */
function greet(caller: Duplex, key: string, known: () => void): void {
  const expected = Buffer.from(`${key}\n`);
  const onReadable = (): void => {
    const said = caller.read(expected.length) as Buffer | null;
    if (said === null) return;
    caller.off('readable', onReadable);
    if (said.length === expected.length && timingSafeEqual(said, expected)) known();
    else caller.destroy();
  };
  caller.on('readable', onReadable);
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      // A caller that can not be taken is not there: then the shell is not ready in time, and that is said.
      server.on('error', () => server.close());
      resolve();
    });
  });
}
