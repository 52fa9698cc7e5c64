import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { posix, win32 } from 'node:path';
import { PROTOCOL } from '../../shared/rpc/protocol';
import { WatchbookError } from '../../shared/rpc/errors';

/** Where one profile keeps its things. All paths are absolute. */
export interface Places {
  /** Settings; edited by people. */
  readonly config: string;
  /** Recovery, spools, kernels in flight, logs. */
  readonly state: string;
  /** Sockets and the token; private. */
  readonly runtime: string;
  readonly socket: string;
  readonly token: string;
}

/** What the places follow from; gathered by {@link describeMachine}, given by hand in tests. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly temp: string;
  readonly user: string;
}

/** A Unix socket's path must fit into `sun_path` with its final zero, which is shorter on macOS. */
const SOCKET_PATH_BYTES = { linux: 107, darwin: 103 } as const;

export function describeMachine(): Machine {
  return {
    platform: process.platform,
    environment: process.env,
    home: homedir(),
    temp: tmpdir(),
    user:
      process.platform === 'win32' ? userInfo().username : String(process.getuid?.() ?? userInfo().username),
  };
}

/**
 * The places of a profile: `WATCHBOOK_PROFILE` (or `profile`) moves everything into one folder; else the platform's
 * own places, on Linux those of the XDG base directory specification.
 */
export function findPlaces(machine: Machine, profile?: string): Places {
  const { platform, environment } = machine;
  const path = platform === 'win32' ? win32 : posix;
  const folder = profile ?? environment['WATCHBOOK_PROFILE'];
  const base =
    folder !== undefined && folder !== ''
      ? profilePlaces(path, path.resolve(folder))
      : platformPlaces(path, machine);
  return { ...base, ...socketPlaces(path, machine, base.runtime) };
}

interface Folders {
  readonly config: string;
  readonly state: string;
  readonly runtime: string;
}

function profilePlaces(path: typeof posix, folder: string): Folders {
  return {
    config: path.join(folder, 'config'),
    state: path.join(folder, 'state'),
    runtime: path.join(folder, 'runtime'),
  };
}

function platformPlaces(path: typeof posix, { platform, environment, home, temp, user }: Machine): Folders {
  if (platform === 'darwin') {
    const support = path.join(home, 'Library', 'Application Support', 'Watchbook');
    return {
      config: support,
      state: path.join(support, 'state'),
      runtime: path.join(temp, `watchbook-${user}`),
    };
  }
  if (platform === 'win32') {
    const roaming = environment['APPDATA'] ?? path.join(home, 'AppData', 'Roaming');
    const local = environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
    return {
      config: path.join(roaming, 'Watchbook'),
      state: path.join(local, 'Watchbook', 'state'),
      runtime: path.join(local, 'Watchbook', 'runtime'),
    };
  }
  // The specification: values that are not absolute are to be ignored.
  const xdg = (name: string, fallback: string): string => {
    const value = environment[name];
    return value !== undefined && path.isAbsolute(value) ? value : fallback;
  };
  return {
    config: path.join(xdg('XDG_CONFIG_HOME', path.join(home, '.config')), 'watchbook'),
    state: path.join(xdg('XDG_STATE_HOME', path.join(home, '.local', 'state')), 'watchbook'),
    runtime:
      xdg('XDG_RUNTIME_DIR', '') === ''
        ? path.join(temp, `watchbook-${user}`)
        : path.join(xdg('XDG_RUNTIME_DIR', ''), 'watchbook'),
  };
}

function socketPlaces(
  path: typeof posix,
  { platform, temp, user }: Machine,
  runtime: string,
): Pick<Places, 'runtime' | 'socket' | 'token'> {
  const name = `engine-${PROTOCOL}`;
  const short = createHash('sha256').update(runtime).digest('hex').slice(0, 12);
  if (platform === 'win32') {
    const pipe = `\\\\.\\pipe\\watchbook-${user}-${short}-${name}`;
    return { runtime, socket: pipe, token: path.join(runtime, `${name}.token`) };
  }
  const most = platform === 'darwin' ? SOCKET_PATH_BYTES.darwin : SOCKET_PATH_BYTES.linux;
  const fits = Buffer.byteLength(path.join(runtime, `${name}.sock`)) <= most;
  const folder = fits ? runtime : path.join(temp, `watchbook-${user}-${short}`);
  return {
    runtime: folder,
    socket: path.join(folder, `${name}.sock`),
    token: path.join(folder, `${name}.token`),
  };
}

/**
 * Makes the folders for this user alone and checks those that were there: a folder of somebody else, a link, or one
 * that others may enter is refused.
 *
 * @throws WatchbookError `forbidden` or `not-writable`
 */
export async function makePlaces(places: Places): Promise<void> {
  for (const folder of [places.config, places.state, places.runtime]) {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw new WatchbookError(
        'not-writable',
        `The folder ${folder} could not be made. Nothing was started.`,
        {
          cause: error,
        },
      );
    });
  }
  await checkPrivate(places.runtime);
  await checkPrivate(places.state);
}

/** Refuses a folder that is not this user's alone. Both the engine and its clients ask. */
export async function checkPrivate(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await lstat(folder);
  const refuse = (reason: string): never => {
    throw new WatchbookError(
      'forbidden',
      `${folder} ${reason}. Watchbook does not start with it; remove it, or set WATCHBOOK_PROFILE to another folder.`,
    );
  };
  if (!found.isDirectory()) refuse('is not a folder of its own');
  if (found.uid !== process.getuid?.()) refuse('belongs to another user');
  if ((found.mode & 0o077) !== 0) refuse('can be entered by other users');
}
