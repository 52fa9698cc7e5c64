import { basename } from 'node:path';
import type { TerminalProfile } from '../../../shared/terminal/contract';
import type { Settings } from '../../../shared/settings/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { quoted } from '../../../shared/rpc/quoted';
import { findOnPath } from '../kernels/find-program';
import { isHost, sshHosts } from './ssh-hosts';

/** A profile with what is started for it. */
export interface ProfileStart {
  readonly profile: TerminalProfile;
  readonly program: string;
  readonly arguments: readonly string[];
}

type Variables = Readonly<Record<string, string>>;
type Wishes = Pick<Settings, 'terminalShell' | 'terminalCommands'>;

const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const;
const TITLES: Readonly<Record<string, string>> = { pwsh: 'PowerShell' };

/** What terminals can be opened with here: shells first, the usual one before all, then commands, then hosts of ssh. */
export async function listProfiles(
  environment: Variables,
  home: string,
  wishes: Wishes,
): Promise<readonly ProfileStart[]> {
  const shells = await shellProfiles(environment, wishes.terminalShell);
  const commands = await Promise.all(
    wishes.terminalCommands.map(async ({ name, command }): Promise<ProfileStart> => {
      const [program = '', ...words] = command;
      const found = program.includes('/') ? program : await findOnPath(program, environment);
      const profile = { id: `command:${name}`, title: name, kind: 'command', isUsual: false } as const;
      return { profile, program: found ?? program, arguments: words };
    }),
  );
  const ssh = await findOnPath('ssh', environment);
  const hosts = ssh === null ? [] : await sshHosts(home);
  const remote = hosts.map((host): ProfileStart => {
    const profile = { id: `ssh:${host}`, title: host, kind: 'ssh', isUsual: false } as const;
    return { profile, program: ssh ?? 'ssh', arguments: ['--', host] };
  });
  return [...shells, ...commands, ...remote];
}

/** The profile of an id; the usual one where none is named. Rejects with `not-found`. */
export async function findProfile(
  id: string | undefined,
  environment: Variables,
  home: string,
  wishes: Wishes,
): Promise<ProfileStart> {
  const all = await listProfiles(environment, home, wishes);
  const found = id === undefined ? all.find(({ profile }) => profile.isUsual) : all.find(isOf(id));
  if (found !== undefined && (found.profile.kind !== 'ssh' || isHost(found.profile.title))) return found;
  throw new WatchbookError(
    'not-found',
    id === undefined
      ? 'No shell was found on this machine. The settings name the one to use.'
      : `There is no shell, command or host ${quoted(id)} here. No terminal was opened.`,
  );
}

function isOf(id: string): (one: ProfileStart) => boolean {
  return ({ profile }) => profile.id === id;
}

/** The login shell first, where the settings name no other; it is the usual one. */
async function shellProfiles(environment: Variables, wish: Wishes['terminalShell']): Promise<ProfileStart[]> {
  const login = environment['SHELL'] ?? '';
  const found = new Map<string, string>();
  // The login shell's own place counts before PATH's: it may be one that PATH does not lead to.
  if (login !== '') found.set(basename(login), login);
  for (const name of SHELLS) {
    const program = found.has(name) ? null : await findOnPath(name, environment);
    if (program !== null) found.set(name, program);
  }
  const usual = wish !== 'login' && found.has(wish) ? wish : ([...found.keys()][0] ?? '');
  const all = [...found].map(([name, program]): ProfileStart => ({
    profile: { id: `shell:${name}`, title: TITLES[name] ?? name, kind: 'shell', isUsual: name === usual },
    program,
    arguments: [],
  }));
  return all.toSorted((a, b) => Number(b.profile.isUsual) - Number(a.profile.isUsual));
}
