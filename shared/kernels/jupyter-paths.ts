/** All that decides where Jupyter looks for kernels, as values: nothing is asked of the machine here. */
export interface PlatformDescription {
  readonly os: 'linux' | 'darwin' | 'win32';
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Prefix of the Python that would run Jupyter: of the active environment, or of the first one on PATH. */
  readonly prefix: string | null;
  /** That prefix is a venv, or a conda environment other than base. */
  readonly isEnvironment: boolean;
}

const OFF = new Set(['no', 'n', 'false', 'off', '0', '0.0']);

/** Joins with the platform's separator. Parts that are empty are left out. */
export function joinPath(os: PlatformDescription['os'], ...parts: readonly string[]): string {
  const separator = os === 'win32' ? '\\' : '/';
  return parts
    .filter((part) => part !== '')
    .map((part, index) => (index < parts.length - 1 ? withoutTrailing(os, part) : part))
    .join(separator);
}

/** True for a path that does not depend on the current folder. */
export function isAbsolutePath(os: PlatformDescription['os'], path: string): boolean {
  return os === 'win32' ? /^([a-zA-Z]:[\\/]|\\\\[^\\])/.test(path) : path.startsWith('/');
}

/**
 * Jupyter's data folders in Jupyter's order, each at most once (`jupyter --paths`, jupyter_core.paths).
 *
 * Two things are stricter than there: relative folders are left out, since what they mean depends on where a
 * program was started; and `%PROGRAMDATA%` counts only when JUPYTER_USE_PROGRAMDATA asks for it, since every user
 * of the machine may write there.
 */
export function jupyterDataFolders(platform: PlatformDescription): readonly string[] {
  const { os, environment, prefix } = platform;
  const join = (...parts: string[]): string => joinPath(os, ...parts);
  const explicit = (environment['JUPYTER_PATH'] ?? '').split(os === 'win32' ? ';' : ':');
  const user = [userDataFolder(platform), join(userBase(platform), 'share', 'jupyter')];
  const own = prefix === null ? [] : [join(prefix, 'share', 'jupyter')];
  const system = systemFolders(platform);
  const between = prefersEnvironment(platform) ? [...own, ...user] : [...user, ...own];
  const isSystem = new Set(system);
  const ordered = [
    ...explicit,
    ...between.filter((path) => !isSystem.has(path) || path === user[0]),
    ...system,
  ];
  return [
    ...new Set(
      ordered
        .map((path) => withoutTrailing(os, path))
        .filter((path) => path !== '' && isAbsolutePath(os, path)),
    ),
  ];
}

/** Where kernels are looked for, in order: `kernels` in each data folder, and IPython's own old place last. */
export function kernelFolders(platform: PlatformDescription): readonly string[] {
  const { os, home, environment } = platform;
  const ipython = environment['IPYTHONDIR'] ?? joinPath(os, home, '.ipython');
  const last = isAbsolutePath(os, ipython) ? [joinPath(os, ipython, 'kernels')] : [];
  return [...jupyterDataFolders(platform).map((path) => joinPath(os, path, 'kernels')), ...last];
}

function userDataFolder({ os, home, environment }: PlatformDescription): string {
  const join = (...parts: string[]): string => joinPath(os, ...parts);
  const explicit = environment['JUPYTER_DATA_DIR'];
  if (explicit) return explicit;
  const usesPlatformDirs = isOn(environment['JUPYTER_PLATFORM_DIRS']);
  switch (os) {
    case 'darwin':
      return usesPlatformDirs
        ? join(home, 'Library', 'Application Support', 'Jupyter')
        : join(home, 'Library', 'Jupyter');
    case 'win32': {
      if (usesPlatformDirs)
        return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Jupyter');
      return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'jupyter');
    }
    case 'linux': {
      const data = environment['XDG_DATA_HOME'];
      return join(data && isAbsolutePath(os, data) ? data : join(home, '.local', 'share'), 'jupyter');
    }
  }
}

/** Where `pip install --user` puts its data. On macOS and Windows it depends on the Python version: left out. */
function userBase({ os, home, environment }: PlatformDescription): string {
  const explicit = environment['PYTHONUSERBASE'];
  if (explicit) return explicit;
  return os === 'linux' ? joinPath(os, home, '.local') : '';
}

function systemFolders({ os, environment, prefix }: PlatformDescription): readonly string[] {
  const usesPlatformDirs = isOn(environment['JUPYTER_PLATFORM_DIRS']);
  switch (os) {
    case 'win32': {
      const shared = environment['PROGRAMDATA'];
      if (shared && isOn(environment['JUPYTER_USE_PROGRAMDATA']))
        return [joinPath(os, shared, usesPlatformDirs ? 'Jupyter' : 'jupyter')];
      return prefix === null ? [] : [joinPath(os, prefix, 'share', 'jupyter')];
    }
    case 'darwin':
      return usesPlatformDirs
        ? ['/Library/Application Support/Jupyter']
        : ['/usr/local/share/jupyter', '/usr/share/jupyter'];
    case 'linux': {
      const folders = usesPlatformDirs ? environment['XDG_DATA_DIRS'] : undefined;
      return (folders || '/usr/local/share:/usr/share')
        .split(':')
        .filter((path) => path !== '')
        .map((path) => joinPath(os, path, 'jupyter'));
    }
  }
}

function prefersEnvironment({ environment, isEnvironment }: PlatformDescription): boolean {
  const asked = environment['JUPYTER_PREFER_ENV_PATH'];
  return asked === undefined ? isEnvironment : isOn(asked);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !OFF.has(value.toLowerCase());
}

function withoutTrailing(os: PlatformDescription['os'], path: string): string {
  const trimmed = path.replace(os === 'win32' ? /[\\/]+$/ : /\/+$/, '');
  return trimmed === '' && path !== '' ? path.slice(0, 1) : trimmed;
}
