import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../../electron/engine/kernels/discovery';
import {
  activate,
  cleanEnvironment,
  kernelEnvironment,
} from '../../../electron/engine/kernels/kernel-environment';
import { installCommand, launchOf, quote } from '../../../electron/engine/kernels/kernel-launch';
import { environmentAt, hasModule, prefixOf } from '../../../electron/engine/kernels/python-environments';
import type { KernelCatalogue, KernelProblem } from '../../../shared/kernels/contract';

/** A home on disk with nothing of this machine in it. Nothing in it is ever started. */
let home: string;
let environment: Record<string, string>;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'wb-')));
  environment = { HOME: home, PATH: join(home, 'bin'), JUPYTER_PATH: join(home, 'jupyter') };
  await program(join(home, 'bin', 'bash'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
async function program(path: string): Promise<void> {
  await write(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
}
async function kernel(
  name: string,
  argv0: string,
  more: Record<string, unknown> = {},
  under = join(home, 'jupyter'),
) {
  const argv = more['argv'] ?? [argv0, '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
  const json = { argv, display_name: name, language: 'python', ...more };
  await write(join(under, 'kernels', name, 'kernel.json'), JSON.stringify(json));
}
/** A Python environment on disk: venv or conda, with or without ipykernel. */
async function python(
  prefix: string,
  kind: 'venv' | 'conda' | 'python',
  hasKernel: boolean,
): Promise<string> {
  await program(join(prefix, 'bin', 'python3'));
  if (kind === 'venv')
    await write(join(prefix, 'pyvenv.cfg'), `home = /nowhere/bin\ninclude-system-site-packages = false\n`);
  if (kind === 'conda') await mkdir(join(prefix, 'conda-meta'), { recursive: true });
  const packages = join(prefix, 'lib', 'python3.13', 'site-packages');
  await mkdir(packages, { recursive: true });
  if (hasKernel) await mkdir(join(packages, 'ipykernel'), { recursive: true });
  return prefix;
}
const look = (more: { near?: string; environmentFolders?: string[] } = {}): Promise<KernelCatalogue> =>
  catalogue({
    environment,
    environmentFolders: more.environmentFolders ?? [],
    ...(more.near === undefined ? {} : { near: more.near }),
  });
const names = ({ kernels }: KernelCatalogue): string[] => kernels.map(({ name }) => name);
const problems = ({ places }: KernelCatalogue): KernelProblem[] =>
  places.flatMap((place) => place.problems).filter(({ place }) => place.startsWith(home));

describe('kernels that Jupyter knows', () => {
  it('come with the built-in shell first, and every place that was looked at', async () => {
    await kernel('own', join(home, 'bin', 'bash'), {
      argv: [join(home, 'bin', 'bash'), '{connection_file}'],
    });
    const found = await look();
    expect(names(found).slice(0, 2)).toEqual(['bash', 'own']);
    expect(found.kernels[0]).toMatchObject({ source: 'built-in', place: null });
    const paths = found.places.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        join(home, 'jupyter', 'kernels'),
        join(home, '.local', 'share', 'jupyter', 'kernels'),
        '/usr/local/share/jupyter/kernels',
        '/usr/share/jupyter/kernels',
        join(home, '.ipython', 'kernels'),
      ]),
    );
    expect(found.places.find(({ path }) => path === join(home, '.ipython', 'kernels'))).toMatchObject({
      exists: false,
    });
  });

  it('are hidden by those of the same name in a place before, whatever the case', async () => {
    const argv = [join(home, 'bin', 'bash'), '{connection_file}'];
    await kernel('same', '', { argv, display_name: 'first' });
    await kernel('SAME', '', { argv, display_name: 'second' }, join(home, '.local', 'share', 'jupyter'));
    const found = await look();
    expect(
      found.kernels.filter(({ name }) => name.toLowerCase() === 'same').map((spec) => spec.displayName),
    ).toEqual(['first']);
    expect(problems(found)).toContainEqual(
      expect.objectContaining({
        name: 'SAME',
        reason: `hidden by the one in ${join(home, 'jupyter', 'kernels')}`,
        fix: null,
      }),
    );
  });

  it('do not take the name of the built-in shell', async () => {
    await kernel('bash', '', { argv: [join(home, 'bin', 'bash'), '{connection_file}'], language: 'bash' });
    expect(names(await look())).toEqual(expect.arrayContaining(['bash', 'jupyter:bash']));
  });

  it('say why they can not be used, and the command that mends it', async () => {
    await kernel('gone', '/opt/gone/bin/python');
    await kernel('relative', './python');
    await kernel('not on path', join(home, 'x'));
    await kernel('absent', '', { argv: ['no-such-program', '{connection_file}'] });
    await write(join(home, 'jupyter', 'kernels', 'torn', 'kernel.json'), '{');
    await mkdir(join(home, 'jupyter', 'kernels', 'empty'), { recursive: true });
    await write(join(home, 'jupyter', 'kernels', '.DS_Store'), '');
    await write(join(home, 'jupyter', 'kernels', 'file'), '');
    const without = await python(join(home, 'v'), 'venv', false);
    await kernel('without', join(without, 'bin', 'python3'));
    const found = problems(await look()).filter(({ place }) => place === join(home, 'jupyter', 'kernels'));
    expect(found).toEqual([
      {
        name: 'absent',
        place: expect.any(String),
        reason: 'its program no-such-program is not there',
        fix: 'jupyter kernelspec remove absent',
      },
      { name: 'empty', place: expect.any(String), reason: 'it has no kernel.json', fix: null },
      {
        name: 'gone',
        place: expect.any(String),
        reason: 'its program /opt/gone/bin/python is not there',
        fix: 'jupyter kernelspec remove gone',
      },
      {
        name: 'not on path',
        place: expect.any(String),
        reason: expect.stringContaining('its name may only hold'),
        fix: null,
      },
      {
        name: 'relative',
        place: expect.any(String),
        reason: 'its program is a relative path, ./python',
        fix: null,
      },
      {
        name: 'torn',
        place: expect.any(String),
        reason: expect.stringContaining('its kernel.json is not JSON'),
        fix: null,
      },
      {
        name: 'without',
        place: expect.any(String),
        reason: `ipykernel is not installed in ${without}`,
        fix: `${join(without, 'bin', 'python3')} -m pip install ipykernel`,
      },
    ]);
  });

  it('run on the interpreter of the environment their kernelspec lies in', async () => {
    const own = await python(join(home, 'own'), 'venv', true);
    const active = await python(join(home, 'active'), 'venv', true);
    environment['VIRTUAL_ENV'] = active;
    await kernel('python3', 'python', {}, join(own, 'share', 'jupyter'));
    environment['JUPYTER_PATH'] = join(own, 'share', 'jupyter');
    const spec = (await look()).kernels.find(({ name }) => name === 'python3');
    expect(spec?.program).toBe(join(own, 'bin', 'python3'));
  });
});

describe('Python environments', () => {
  it.each([
    ['venv of the active shell', 'VIRTUAL_ENV', 'v'],
    ['conda environment that is active', 'CONDA_PREFIX', 'c'],
  ])('give python3 without a kernelspec: a %s', async (kind, variable, folder) => {
    environment[variable] = await python(
      join(home, folder),
      kind.startsWith('venv') ? 'venv' : 'conda',
      true,
    );
    const spec = (await look()).kernels.find(({ name }) => name === 'python3');
    expect(spec).toMatchObject({ source: 'environment', program: join(home, folder, 'bin', 'python3') });
  });

  it('are found where tools keep them', async () => {
    const places = {
      '.pyenv/versions/3.13.0': 'python',
      '.pyenv/versions/3.13.0/envs/work': 'venv',
      '.local/share/uv/python/cpython-3.13': 'python',
      '.local/share/uv/tools/jupyter': 'venv',
      miniconda3: 'conda',
      'miniconda3/envs/data': 'conda',
      '.conda/envs/more': 'conda',
      '.virtualenvs/old': 'venv',
      '.cache/pypoetry/virtualenvs/app-py3.13': 'venv',
      '.local/share/virtualenvs/pipenv-x': 'venv',
      '.local/share/pipx/venvs/tool': 'venv',
      '.asdf/installs/python/3.13.0': 'python',
      '.local/share/mise/installs/python/3.13': 'python',
      'elsewhere/listed': 'conda',
    } as const;
    for (const [place, kind] of Object.entries(places)) await python(join(home, place), kind, true);
    await write(
      join(home, '.conda', 'environments.txt'),
      `${join(home, 'elsewhere', 'listed')}\n/no/where\nrelative\n`,
    );
    const found = names(await look());
    for (const place of Object.keys(places)) expect(found).toContain(`python3@${join(home, place)}`);
  });

  it('are found beside the notebook and up to the root of its library, and only there', async () => {
    const library = join(home, 'library');
    await mkdir(join(library, '.git'), { recursive: true });
    await python(join(library, 'team', '.venv'), 'venv', true);
    await python(join(library, 'venv'), 'venv', true);
    await python(join(home, '.venv'), 'venv', true);
    const found = await look({ near: join(library, 'team', 'a.ipynb') });
    expect(names(found)).toEqual(
      expect.arrayContaining([
        `python3@${join(library, 'team', '.venv')}`,
        `python3@${join(library, 'venv')}`,
      ]),
    );
    expect(names(found)).not.toContain(`python3@${join(home, '.venv')}`);
    const place = found.places.find(({ path }) => path === join(library, 'team', '.venv'));
    expect(place?.note).toBe('beside the notebook; used only when chosen');
    const alone = await look({ near: join(home, 'loose', 'a.ipynb') });
    expect(names(alone).filter((name) => name.includes('.venv'))).toEqual([]);
  });

  it('are found in the folders of the settings: an environment, or a folder of them', async () => {
    await python(join(home, 'one'), 'venv', true);
    await python(join(home, 'many', 'a'), 'venv', true);
    const found = names(
      await look({ environmentFolders: [join(home, 'one'), join(home, 'many'), 'relative'] }),
    );
    expect(found).toEqual(
      expect.arrayContaining([`python3@${join(home, 'one')}`, `python3@${join(home, 'many', 'a')}`]),
    );
  });

  it('are listed once, though found twice by links', async () => {
    await python(join(home, '.virtualenvs', 'real'), 'venv', true);
    await symlink(join(home, '.virtualenvs', 'real'), join(home, '.virtualenvs', 'link'));
    expect(names(await look()).filter((name) => name.includes('.virtualenvs'))).toHaveLength(1);
  });

  it('without ipykernel or without their Python say so, with the command that mends it', async () => {
    const venv = await python(join(home, '.virtualenvs', 'bare'), 'venv', false);
    const conda = await python(join(home, 'miniconda3', 'envs', 'bare'), 'conda', false);
    const old = join(home, '.virtualenvs', 'old');
    await write(join(old, 'pyvenv.cfg'), 'home = /gone\n');
    const found = problems(await look());
    expect(found).toContainEqual({
      name: 'python3',
      place: venv,
      reason: 'ipykernel is not installed',
      fix: `${venv}/bin/python3 -m pip install ipykernel`,
    });
    expect(found).toContainEqual({
      name: 'python3',
      place: conda,
      reason: 'ipykernel is not installed',
      fix: `conda install --prefix ${conda} ipykernel`,
    });
    expect(found).toContainEqual({
      name: 'python3',
      place: old,
      reason: 'its Python is not there any more',
      fix: `python3 -m venv --clear ${old}`,
    });
  });

  it('are read as pip sees them: shared packages, the user’s, and distributions that forbid pip', async () => {
    const base = await python(join(home, 'base'), 'python', true);
    const shared = await python(join(home, 'shared'), 'venv', false);
    await write(
      join(shared, 'pyvenv.cfg'),
      `home = ${join(base, 'bin')}\ninclude-system-site-packages = true\n`,
    );
    expect(await hasModule(shared, 'ipykernel', environment)).toBe(true);
    await write(
      join(shared, 'pyvenv.cfg'),
      `home = ${join(base, 'bin')}\ninclude-system-site-packages = false\n`,
    );
    expect(await hasModule(shared, 'ipykernel', environment)).toBe(false);
    const other = await python(join(home, 'other'), 'python', false);
    await mkdir(join(home, '.local', 'lib', 'python3.13', 'site-packages', 'ipykernel'), { recursive: true });
    expect(await hasModule(other, 'ipykernel', environment)).toBe(true);
    await write(join(other, 'lib', 'python3.13', 'EXTERNALLY-MANAGED'), '');
    const owner = await environmentAt(other);
    expect(owner === null ? '' : await installCommand(owner)).toContain('-m venv ~/.virtualenvs/runbooks');
  });

  it('of pyenv are chosen by its shims as pyenv would', async () => {
    const root = join(home, '.pyenv');
    await write(join(root, 'version'), '3.13.0\n3.12.0\n');
    const shim = join(root, 'shims', 'python3');
    expect(await prefixOf(shim, environment)).toBe(join(root, 'versions', '3.13.0'));
    expect(await prefixOf(shim, { ...environment, PYENV_VERSION: '3.9.1' })).toBe(
      join(root, 'versions', '3.9.1'),
    );
    expect(await prefixOf(shim, { ...environment, PYENV_VERSION: 'system' })).toBeNull();
    expect(await prefixOf(shim, { ...environment, PYENV_VERSION: '../../x' })).toBeNull();
  });

  it('that vanish between listing and start are told', async () => {
    const prefix = await python(join(home, '.virtualenvs', 'v'), 'venv', true);
    const spec = (await look()).kernels.find(({ name }) => name === `python3@${prefix}`);
    await rm(prefix, { recursive: true });
    expect(spec === undefined ? null : await launchOf(spec, environment)).toMatchObject({
      reason: 'its Python environment is not there any more',
    });
  });
});

describe('the variables of a kernel', () => {
  const base = { PATH: '/usr/bin:/bin', HOME: '/h', KEPT: 'yes' };

  it('hold nothing of ours, of Electron, of an AppImage or of another kernel', () => {
    const dirty = {
      WATCHBOOK_PROFILE: 'x',
      watchbook_x: 'x',
      ELECTRON_RUN_AS_NODE: '1',
      JPY_PARENT_PID: '1',
      APPIMAGE: 'x',
      APPDIR: 'x',
      OLDPWD: '/',
      _: '/x',
      CHROME_DESKTOP: 'x',
    };
    expect(cleanEnvironment({ ...base, ...dirty, GONE: undefined })).toEqual(base);
  });

  it('are those of an activated venv, and of no other environment', async () => {
    const other = '/other/venv';
    const { variables } = await activate(
      {
        ...base,
        PATH: `${other}/bin:/usr/bin`,
        VIRTUAL_ENV: other,
        PYTHONHOME: '/x',
        CONDA_DEFAULT_ENV: 'y',
      },
      { prefix: '/v', kind: 'venv', python: '/v/bin/python3', how: '', isNear: false },
    );
    expect(variables).toEqual({
      ...base,
      PATH: '/v/bin:/usr/bin',
      VIRTUAL_ENV: '/v',
      VIRTUAL_ENV_PROMPT: 'v',
    });
  });

  it('are those of an activated conda environment, with what its packages’ scripts set', async () => {
    const prefix = await python(join(home, 'miniconda3', 'envs', 'geo'), 'conda', true);
    const scripts = join(prefix, 'etc', 'conda', 'activate.d');
    await write(join(scripts, 'a.sh'), 'export GDAL_DATA="$CONDA_PREFIX/share/gdal"\nfalse\n');
    await write(join(scripts, 'b.sh'), 'export BOTH="$GDAL_DATA and\nmore"\necho noise\nread x\n');
    await write(join(scripts, 'c.fish'), 'exit 1\n');
    const owner = await environmentAt(prefix);
    if (owner === null) throw new Error('no environment');
    const { variables, note } = await activate({ ...base, PATH: '/usr/bin:/bin' }, owner);
    expect(note).toBeNull();
    expect(variables).toEqual({
      ...base,
      PATH: `${prefix}/bin:/usr/bin:/bin`,
      CONDA_PREFIX: prefix,
      CONDA_DEFAULT_ENV: 'geo',
      CONDA_PROMPT_MODIFIER: '(geo) ',
      CONDA_SHLVL: '1',
      CONDA_EXE: join(home, 'miniconda3', 'bin', 'conda'),
      GDAL_DATA: `${prefix}/share/gdal`,
      BOTH: `${prefix}/share/gdal and\nmore`,
    });
    await write(join(scripts, 'd.sh'), 'exit 3\n');
    const failed = await activate(base, owner);
    expect(failed.note).toContain('did not run through');
    expect(failed.variables['CONDA_PREFIX']).toBe(prefix);
  });

  it('leave the system’s Python at its place on PATH', async () => {
    const { variables } = await activate(base, {
      prefix: '/usr',
      kind: 'python',
      python: '/usr/bin/python3',
      how: '',
      isNear: false,
    });
    expect(variables).toEqual(base);
  });

  it('end with those of the kernelspec, which may refer to the others', async () => {
    const json = {
      argv: [],
      displayName: '',
      language: '',
      interruptMode: 'signal',
      env: { A: '${KEPT}!', JPY_PARENT_PID: '1' },
    } as const;
    const { variables } = await kernelEnvironment(
      base,
      { json, program: '/x', folder: null, owner: null },
      '/work',
    );
    expect(variables).toEqual({ ...base, A: 'yes!', PWD: '/work' });
  });
});

describe('a command that a person may copy', () => {
  it('is quoted where a shell would take it for something else', () => {
    expect(quote('/opt/py/bin/python3')).toBe('/opt/py/bin/python3');
    expect(quote("/o'b c/$x")).toBe("'/o'\\''b c/$x'");
  });
});
