import { describe, expect, it } from 'vitest';
import {
  isAbsolutePath,
  joinPath,
  jupyterDataFolders,
  kernelFolders,
  type PlatformDescription,
} from '../../../shared/kernels/jupyter-paths';

const LINUX: PlatformDescription = {
  os: 'linux',
  home: '/home/mara',
  environment: {},
  prefix: '/usr',
  isEnvironment: false,
};
const MAC: PlatformDescription = { ...LINUX, os: 'darwin', home: '/Users/mara', prefix: '/opt/homebrew' };
const WINDOWS: PlatformDescription = {
  os: 'win32',
  home: 'C:\\Users\\mara',
  environment: { APPDATA: 'C:\\Users\\mara\\AppData\\Roaming', PROGRAMDATA: 'C:\\ProgramData' },
  prefix: 'C:\\Python313',
  isEnvironment: false,
};
const folders = (base: PlatformDescription, environment: Record<string, string>, more = {}) =>
  jupyterDataFolders({ ...base, environment: { ...base.environment, ...environment }, ...more });

/** As `jupyter --paths` prints them (jupyter_core.paths). */
describe('where Jupyter keeps its data', () => {
  it.each([
    [
      'on Linux',
      folders(LINUX, {}),
      ['/home/mara/.local/share/jupyter', '/usr/local/share/jupyter', '/usr/share/jupyter'],
    ],
    [
      'on Linux with a prefix of its own',
      folders(LINUX, {}, { prefix: '/opt/py' }),
      [
        '/home/mara/.local/share/jupyter',
        '/opt/py/share/jupyter',
        '/usr/local/share/jupyter',
        '/usr/share/jupyter',
      ],
    ],
    [
      'in an environment, which comes before the user',
      folders(LINUX, {}, { prefix: '/home/mara/v', isEnvironment: true }),
      [
        '/home/mara/v/share/jupyter',
        '/home/mara/.local/share/jupyter',
        '/usr/local/share/jupyter',
        '/usr/share/jupyter',
      ],
    ],
    [
      'in an environment, where the user is preferred',
      folders(LINUX, { JUPYTER_PREFER_ENV_PATH: '0' }, { prefix: '/home/mara/v', isEnvironment: true }),
      [
        '/home/mara/.local/share/jupyter',
        '/home/mara/v/share/jupyter',
        '/usr/local/share/jupyter',
        '/usr/share/jupyter',
      ],
    ],
    [
      'with JUPYTER_PREFER_ENV_PATH outside of an environment',
      folders(LINUX, { JUPYTER_PREFER_ENV_PATH: 'yes' }, { prefix: '/opt/py' }),
      [
        '/opt/py/share/jupyter',
        '/home/mara/.local/share/jupyter',
        '/usr/local/share/jupyter',
        '/usr/share/jupyter',
      ],
    ],
    [
      'with JUPYTER_PATH first, relative parts left out, and each once',
      folders(LINUX, { JUPYTER_PATH: '/a/jupyter/:here::/usr/share/jupyter' }),
      ['/a/jupyter', '/usr/share/jupyter', '/home/mara/.local/share/jupyter', '/usr/local/share/jupyter'],
    ],
    ['with XDG_DATA_HOME', folders(LINUX, { XDG_DATA_HOME: '/data' })[0] ?? '', '/data/jupyter'],
    [
      'with a relative XDG_DATA_HOME, which does not count',
      folders(LINUX, { XDG_DATA_HOME: 'data' })[0] ?? '',
      '/home/mara/.local/share/jupyter',
    ],
    [
      'with JUPYTER_DATA_DIR and PYTHONUSERBASE',
      folders(LINUX, { JUPYTER_DATA_DIR: '/jd', PYTHONUSERBASE: '/ub' }).slice(0, 2),
      ['/jd', '/ub/share/jupyter'],
    ],
    [
      'with JUPYTER_PLATFORM_DIRS and XDG_DATA_DIRS on Linux',
      folders(LINUX, { JUPYTER_PLATFORM_DIRS: '1', XDG_DATA_DIRS: '/x:/y' }),
      ['/home/mara/.local/share/jupyter', '/usr/share/jupyter', '/x/jupyter', '/y/jupyter'],
    ],
    [
      'on macOS',
      folders(MAC, {}),
      [
        '/Users/mara/Library/Jupyter',
        '/opt/homebrew/share/jupyter',
        '/usr/local/share/jupyter',
        '/usr/share/jupyter',
      ],
    ],
    [
      'on macOS with JUPYTER_PLATFORM_DIRS',
      folders(MAC, { JUPYTER_PLATFORM_DIRS: '1' }),
      [
        '/Users/mara/Library/Application Support/Jupyter',
        '/opt/homebrew/share/jupyter',
        '/Library/Application Support/Jupyter',
      ],
    ],
    [
      'on Windows, without the folder that every user may write to',
      folders(WINDOWS, {}),
      ['C:\\Users\\mara\\AppData\\Roaming\\jupyter', 'C:\\Python313\\share\\jupyter'],
    ],
    [
      'on Windows with JUPYTER_USE_PROGRAMDATA',
      folders(WINDOWS, { JUPYTER_USE_PROGRAMDATA: 'true' }),
      [
        'C:\\Users\\mara\\AppData\\Roaming\\jupyter',
        'C:\\Python313\\share\\jupyter',
        'C:\\ProgramData\\jupyter',
      ],
    ],
    [
      'on Windows with JUPYTER_PATH',
      folders(WINDOWS, { JUPYTER_PATH: 'D:\\j;\\\\host\\share\\j;rel\\j' }).slice(0, 2),
      ['D:\\j', '\\\\host\\share\\j'],
    ],
    [
      'on Windows without APPDATA, with JUPYTER_PLATFORM_DIRS',
      jupyterDataFolders({ ...WINDOWS, environment: { JUPYTER_PLATFORM_DIRS: '1' }, prefix: null }),
      ['C:\\Users\\mara\\AppData\\Local\\Jupyter'],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('has kernels in a folder of each, and last in the old place of IPython', () => {
    expect(kernelFolders(LINUX)).toEqual([
      '/home/mara/.local/share/jupyter/kernels',
      '/usr/local/share/jupyter/kernels',
      '/usr/share/jupyter/kernels',
      '/home/mara/.ipython/kernels',
    ]);
    expect(kernelFolders({ ...LINUX, environment: { IPYTHONDIR: '/ip' } }).at(-1)).toBe('/ip/kernels');
    expect(kernelFolders({ ...LINUX, environment: { IPYTHONDIR: 'ip' } }).at(-1)).toBe(
      '/usr/share/jupyter/kernels',
    );
    expect(kernelFolders(WINDOWS).at(-1)).toBe('C:\\Users\\mara\\.ipython\\kernels');
  });

  it('joins and judges paths as each platform does', () => {
    expect(joinPath('linux', '/a/', '', 'b')).toBe('/a/b');
    expect(joinPath('win32', 'C:\\a\\', 'b')).toBe('C:\\a\\b');
    expect(['C:\\x', 'c:/x', '\\\\host\\x'].map((path) => isAbsolutePath('win32', path))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['x', 'C:x', '/x', '\\x'].map((path) => isAbsolutePath('win32', path))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(['/x', 'x', ''].map((path) => isAbsolutePath('darwin', path))).toEqual([true, false, false]);
  });
});
