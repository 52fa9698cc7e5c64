import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { homedir, userInfo } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import { isProgram } from './find-program';

/** Files that a login shell reads may ask the network, or wait for a key press that never comes. Milliseconds. */
const LIMIT = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * What the desktop session gives and no shell file sets. All else comes from the shell alone, so that a terminal
 * which started the engine (with another environment active) does not colour every kernel after it.
 */
const SESSION =
  /^(HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_.*|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK|SSH_AGENT_LAUNCHER|KRB5CCNAME|TMPDIR|__CF_USER_TEXT_ENCODING|COMMAND_MODE|Apple_PubSub_Socket_Render)$/;

export interface LoginEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Why these are not what the login shell would give; null when they are. One sentence. */
  readonly note: string | null;
}

/** The environment of the person's login shell, read anew; see {@link readLoginEnvironment}. */
export async function loginEnvironment(): Promise<Record<string, string>> {
  return { ...(await readLoginEnvironment()).variables };
}

/**
 * Reads what the person's login shell puts into the environment, by starting it as a terminal would, without a
 * terminal. Read anew at each call: an edit of a profile counts for the next kernel.
 *
 * Never rejects. When the shell is missing, fails or takes over ten seconds, the session's own variables with the
 * system's PATH are answered, and a note that says so.
 */
export async function readLoginEnvironment(
  options: { readonly shell?: string; readonly from?: NodeJS.ProcessEnv; readonly limit?: number } = {},
): Promise<LoginEnvironment> {
  const from = options.from ?? process.env;
  if (process.platform === 'win32') return { variables: defined(from), note: null };
  const shell = options.shell ?? personShell(from);
  const base = sessionEnvironment(from, shell);
  if (!isAbsolute(shell) || !(await isProgram(shell)))
    return { variables: base, note: `The login shell ${shell} is not there; kernels get the system’s PATH.` };
  const limit = options.limit ?? LIMIT;
  const interactive = await askShell(shell, true, base, limit);
  if (typeof interactive !== 'string') return { variables: interactive, note: null };
  // Files for interactive shells are where most go wrong (a prompt, a multiplexer); the profile alone may do.
  const plain = interactive === 'limit' ? interactive : await askShell(shell, false, base, limit);
  if (typeof plain !== 'string') return { variables: plain, note: null };
  const why = plain === 'limit' ? `did not answer within ${limit / 1000} s` : 'failed';
  return {
    variables: base,
    note: `The login shell ${shell} ${why}; kernels get the system’s PATH without what its files set.`,
  };
}

/** Reads what `env -0` printed between two marks; null when it is not all there. */
export function parseEnvironmentDump(text: string, mark: string): Record<string, string> | null {
  const start = text.indexOf(mark);
  const end = text.indexOf(mark, start + mark.length);
  if (start < 0 || end < 0) return null;
  const variables: Record<string, string> = {};
  for (const entry of text.slice(start + mark.length, end).split('\0')) {
    const equals = entry.indexOf('=');
    if (equals > 0) variables[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return variables;
}

function personShell(from: NodeJS.ProcessEnv): string {
  // The password file knows the login shell; SHELL is what a terminal was told.
  let known: string | null = null;
  try {
    known = userInfo().shell;
  } catch {
    // No entry for this user (some containers).
  }
  return from['SHELL'] ?? known ?? '/bin/sh';
}

function sessionEnvironment(from: NodeJS.ProcessEnv, shell: string): Record<string, string> {
  const base: Record<string, string> = {};
  for (const [name, value] of Object.entries(from))
    if (value !== undefined && SESSION.test(name)) base[name] = value;
  base['HOME'] ??= homedir();
  base['SHELL'] = shell;
  base['PATH'] =
    process.platform === 'darwin'
      ? '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'
      : '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return base;
}

function askShell(
  shell: string,
  interactive: boolean,
  base: Readonly<Record<string, string>>,
  limit: number,
): Promise<Record<string, string> | 'limit' | 'failed'> {
  const mark = `watchbook-${randomUUID()}`;
  // printf and env by path: an alias or function of that name must not answer in their place.
  const command = `/usr/bin/printf %s ${mark}; /usr/bin/env -0; /usr/bin/printf %s ${mark}`;
  return new Promise((resolve) => {
    const child = spawn(shell, [...shellOptions(shell, interactive), command], {
      env: { ...base, TERM: 'dumb' },
      cwd: base['HOME'],
      // A session of its own has no terminal, so nothing can stop on reading one.
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let settled = false;
    const settle = (result: Record<string, string> | 'limit' | 'failed'): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      child.stdout.destroy();
      endGroup(child.pid);
      resolve(result);
    };
    const read = (): Record<string, string> | null => {
      const dump = parseEnvironmentDump(Buffer.concat(chunks).toString(), mark);
      if (dump === null) return null;
      for (const name of ['_', 'SHLVL', 'OLDPWD', 'PWD', 'TERM']) delete dump[name];
      return dump;
    };
    const timer = setTimeout(() => settle(read() ?? 'limit'), limit);
    child.on('error', () => settle('failed'));
    child.on('close', () => settle(read() ?? 'failed'));
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) settle('failed');
      // A background program of a profile may hold the pipe open long after the answer.
      else if (chunk.includes(mark)) {
        const dump = read();
        if (dump !== null) settle(dump);
      }
    });
  });
}

/** `-l` and `-i` are understood by bash, zsh, dash, ksh and fish; csh takes `-l` only alone. */
function shellOptions(shell: string, interactive: boolean): readonly string[] {
  const isCsh = /^t?csh$/.test(basename(shell));
  if (isCsh) return interactive ? ['-i', '-c'] : ['-c'];
  return interactive ? ['-l', '-i', '-c'] : ['-l', '-c'];
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have ended already (ESRCH).
  }
}

function defined(from: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(from).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
