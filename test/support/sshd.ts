import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childrenOf } from './processes';
import { until } from './until';

const execute = promisify(execFile);

/** Made by the set-up of the tests where they run as root: the server itself never does. */
const USER = 'watchbook-test';
/** Where Debian has it is not on everybody's PATH. */
const SERVERS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd', '/opt/homebrew/sbin/sshd'];
/** The names that the person's ssh configuration has for the server, with the login shell found there. */
export const SSH_HOSTS = { bastion: 'bash', 'bastion-zsh': 'zsh', 'bastion-fish': 'fish' } as const;
export type SshHost = keyof typeof SSH_HOSTS;

/** A real OpenSSH server on loopback, run by a user without rights, with a clean home behind it. */
export interface TestSshd {
  /** The home folder on the far side. */
  readonly home: string;
  readonly port: number;
  /**
   * Lets a test's home reach the server as {@link SSH_HOSTS}: its `~/.ssh/config` names them, and the `bin` folder that
   * comes first on its PATH has an `ssh` that reads it (the real one looks the home up by user, whatever HOME says).
   */
  letReach(home: string): Promise<void>;
  /** Ends all connections at once, as a network that breaks and is noticed. The server goes on. */
  cut(): Promise<void>;
  /** Keeps the far side from answering anything more, as a network that breaks unnoticed. */
  freeze(): Promise<void>;
  dispose(): Promise<void>;
}

/** Starts the server; its prompt is `far> ` in each shell. */
export async function startSshd(): Promise<TestSshd> {
  const server = SERVERS.find((path) => existsSync(path));
  if (server === undefined)
    throw new Error('There is no sshd: run the tests by npm test, or one stage by node build/test.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'wb-sshd-'));
  const home = join(folder, 'home');
  await writeHome(home);
  const host = join(folder, 'host');
  const person = join(folder, 'person');
  for (const file of [host, person])
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
  const account = await accountOf();
  await writeFile(join(folder, 'authorized_keys'), await readFile(`${person}.pub`));
  if (account.ids !== null) {
    // The server reads its own files alone; the person's key stays the test's.
    const { uid, gid } = account.ids;
    await execute('chown', ['-R', `${uid}:${gid}`, folder]);
    await chown(person, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  }
  const started = await startOnFreePort(server, folder, home, account);
  const { child, port } = started;

  const sessions = async (): Promise<readonly number[]> => {
    const all = await childrenOf(child.pid ?? 0);
    return all.map(({ pid }) => pid);
  };
  const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
    for (const pid of pids) {
      try {
        process.kill(pid, name);
      } catch {
        // It has ended by itself.
      }
    }
  };
  return {
    home,
    port,
    letReach: (own) => writeReach(own, { port, user: account.name, key: person, hostKey: `${host}.pub` }),
    cut: async () => {
      signal(await sessions(), 'SIGKILL');
      await until('all connections are cut', async () => (await sessions()).length === 0);
    },
    freeze: async () => {
      signal(await sessions(), 'SIGSTOP');
    },
    dispose: async () => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const left = await sessions();
      signal(left, 'SIGKILL');
      signal(left, 'SIGCONT');
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      await endWhatIsAt(home);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

interface Account {
  readonly name: string;
  /** Null where the tests are run by somebody without rights: then it is that person. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

async function accountOf(): Promise<Account> {
  if (process.getuid?.() !== 0) return { name: userInfo().username, ids: null };
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith(`${USER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error(
      `There is no user ${USER}: run the tests by npm test, or one stage by node build/test.mjs`,
    );
  // The server gives its terminals to the group that writes to terminals, which it may only where it is in it.
  const groups = (await readFile('/etc/group', 'utf8')).split('\n').map((one) => one.split(':'));
  const tty = groups.find(([name]) => name === 'tty')?.[2];
  return { name: USER, ids: { uid: Number(uid), gid: Number(tty ?? gid) } };
}

async function startOnFreePort(
  server: string,
  folder: string,
  home: string,
  account: Account,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const said: string[] = [];
  // Between its choice and its use a port may be taken.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    const config = join(folder, 'sshd_config');
    await writeFile(config, serverConfig(folder, home, port, account.name), { mode: 0o644 });
    const child = spawn(server, ['-D', '-e', '-f', config], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      ...account.ids,
    });
    child.stderr?.on('data', (data: Buffer) => said.push(data.toString('utf8')));
    await until(
      'the ssh server listens',
      () => child.exitCode !== null || said.join('').includes(`listening on 127.0.0.1 port ${port}`),
    );
    if (child.exitCode === null) return { child, port };
  }
  throw new Error(`The ssh server did not start: ${said.join('')}`);
}

function serverConfig(folder: string, home: string, port: number, user: string): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `AllowUsers ${user}`,
    'AuthenticationMethods publickey',
    'UsePAM no',
    // The folders above are those for temporary files, which anybody may write to.
    'StrictModes no',
    'PrintMotd no',
    'PrintLastLog no',
    'UseDNS no',
    'PidFile none',
    'MaxStartups 100',
    'LogLevel VERBOSE',
    // Not that of the account: nothing of the person who runs the tests.
    `SetEnv HOME=${home} HISTFILE=${join(home, '.history')} LANG=C.UTF-8`,
    '',
  ].join('\n');
}

/** One prompt for all three shells, and none of their greetings and first questions. */
async function writeHome(home: string): Promise<void> {
  await mkdir(join(home, '.config', 'fish'), { recursive: true });
  await writeFile(join(home, '.bashrc'), "PS1='far> '\n");
  await writeFile(join(home, '.bash_profile'), '. ~/.bashrc\n');
  await writeFile(join(home, '.zshrc'), "PS1='far> '\n");
  await writeFile(
    join(home, '.config', 'fish', 'config.fish'),
    "function fish_greeting\nend\nfunction fish_prompt\n  echo -n 'far> '\nend\n",
  );
}

interface Reach {
  readonly port: number;
  readonly user: string;
  readonly key: string;
  readonly hostKey: string;
}

async function writeReach(home: string, { port, user, key, hostKey }: Reach): Promise<void> {
  const folder = join(home, '.ssh');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = join(folder, 'id');
  await writeFile(own, await readFile(key), { mode: 0o600 });
  const known = join(folder, 'known_hosts');
  await writeFile(known, `[127.0.0.1]:${port} ${await readFile(hostKey, 'utf8')}`);
  const config = join(folder, 'config');
  const hosts = Object.entries(SSH_HOSTS).map(([name, shell]) =>
    [
      `Host ${name}`,
      '  HostName 127.0.0.1',
      `  Port ${port}`,
      `  User ${user}`,
      `  IdentityFile ${own}`,
      '  IdentitiesOnly yes',
      '  IdentityAgent none',
      `  UserKnownHostsFile ${known}`,
      '  GlobalKnownHostsFile none',
      '  RequestTTY yes',
      `  RemoteCommand cd && SHELL=$(command -v ${shell}) && export SHELL && exec ${shell} -l`,
      '',
    ].join('\n'),
  );
  await writeFile(config, hosts.join('\n'), { mode: 0o600 });
  const programs = join(home, 'bin');
  await mkdir(programs, { recursive: true });
  const { stdout } = await execute('sh', ['-c', 'command -v ssh']);
  await writeFile(join(programs, 'ssh'), `#!/bin/sh\nexec ${stdout.trim()} -F '${config}' "$@"\n`);
  await chmod(join(programs, 'ssh'), 0o755);
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A program on the far side may have left its terminal; it is known by its HOME. Linux only. */
async function endWhatIsAt(home: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    // A process may end while it is looked at, and others' are not ours to see.
    const variables = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (!variables.split('\0').includes(`HOME=${home}`)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
