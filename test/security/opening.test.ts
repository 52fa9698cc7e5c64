import { execFile } from 'node:child_process';
import { access, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { toWireError } from '../../shared/rpc/errors';
import { testPython } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { childrenOf } from '../support/processes';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

/** What a library that somebody sends may bring along, to be started instead of what the person has. */
const PLANTED = [
  '.venv/bin/python',
  'venv/bin/python',
  'env/bin/python',
  'bin/python',
  'bin/bash',
  'bin/jupyter',
  'python3',
  'python',
  'bash',
  'jupyter',
  'git',
  'ss',
  'prlimit',
];
const SHADOWS = [
  'ipykernel_launcher.py',
  'ipykernel.py',
  'ipykernel/__init__.py',
  'ipykernel/__main__.py',
  'jupyter.py',
  'jupyter_client/__init__.py',
  'runpy.py',
  'zmq/__init__.py',
  'traitlets.py',
  'tornado.py',
  'IPython.py',
  'sitecustomize.py',
  'usercustomize.py',
  'asyncio.py',
  'signal.py',
  'json.py',
  'typing.py',
  'encodings.py',
];

describe('a library that brings programs along', () => {
  let profile: TestProfile;
  let engine: EngineConnection;
  let library: string;
  let canary: string;
  beforeAll(async () => {
    profile = await makeProfile();
    engine = await profile.connect();
  });
  afterAll(async () => {
    engine.dispose();
    await profile.dispose();
  });
  beforeEach(async () => {
    library = join(profile.home, `library-${Math.random().toString(36).slice(2)}`);
    canary = join(library, 'canary');
    await mkdir(library);
    // Each tells by its name that it ran.
    for (const name of PLANTED)
      await plant(join(library, name), `#!/bin/sh\necho ${name} >>${canary}\nexit 1\n`);
    for (const name of ['.venv', 'venv', 'env'])
      await plant(join(library, name, 'pyvenv.cfg'), 'home = /usr/bin\n');
    for (const folder of [
      'share/jupyter/kernels',
      '.venv/share/jupyter/kernels',
      'kernels',
      '.jupyter/kernels',
    ])
      for (const name of ['python3', 'bash', 'evil'])
        await plant(
          join(library, folder, name, 'kernel.json'),
          JSON.stringify({
            argv: ['/bin/sh', '-c', `echo ${folder}/${name} >>${canary}`, '{connection_file}'],
            display_name: name,
            language: 'python',
          }),
        );
    await plant(join(library, '.bashrc'), `echo bashrc >>${canary}\n`);
    await plant(join(library, '.profile'), `echo profile >>${canary}\n`);
    await plant(join(library, '.env'), `PATH=${library}/bin\n`);
    await plant(
      join(library, '.git/config'),
      `[core]\n\tfsmonitor = "echo fsmonitor >>${canary}"\n\tsshCommand = false\n`,
    );
    await plant(join(library, '.git/HEAD'), 'ref: refs/heads/main\n');
    await plant(
      join(library, 'watchbook.json'),
      '{"version": 1, "environments": [{"name": "x", "kernel": "evil", "checks": [{"command": ["touch", "canary"]}]}]}',
    );
  });
  afterEach(async () => {
    const { kernels } = await engine.request('kernels.running', {});
    for (const { id } of kernels) await engine.request('kernels.end', { id });
  });

  async function plant(path: string, text: string): Promise<void> {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    await chmod(path, 0o755);
  }

  const ran = (): Promise<string> => readFile(canary, 'utf8').catch(() => '');
  /** With these nothing of the library is sent at all (`hostile-rules`), whatever else lies there. */
  const withoutRules = (): Promise<void> => rm(join(library, 'watchbook.json'));

  /** Every process below the engine; its own short questions to the system (git, a login shell) end by themselves. */
  async function settled(): Promise<readonly string[]> {
    let left: readonly string[] = [];
    await until('nothing of the engine runs', async () => {
      left = (await childrenOf(engine.enginePid)).map(({ command }) => command);
      return left.length === 0;
    }).catch(() => undefined);
    return left;
  }

  it('has nothing of it started by opening: no program, no kernel', async () => {
    for (const kernel of ['python3', 'evil', 'bash'] as const) {
      const path = join(library, `${kernel}.ipynb`);
      await writeNotebookFile(path, ['1'], {
        kernelspec: { name: kernel, display_name: kernel, language: 'python' },
      });
      const { document } = await engine.request('notebook.open', { path });
      await engine.request('notebook.snapshot', { document });
      expect((await engine.request('engine.status', {})).kernels).toBe(0);
      expect(await settled()).toEqual([]);
      await engine.request('notebook.close', { document, discard: true });
    }
    expect(await ran()).toBe('');
    expect((await engine.request('kernels.running', {})).kernels).toEqual([]);
    // Nothing was written beside it either.
    expect((await readdir(library)).filter((name) => name.endsWith('.ipynb'))).toHaveLength(3);
  });

  it('is not where kernels are looked for, nor by the command line in that folder', async () => {
    await withoutRules();
    const path = join(library, 'evil.ipynb');
    await writeNotebookFile(path, ['1'], {
      kernelspec: { name: 'evil', display_name: 'e', language: 'python' },
    });
    const { document } = await engine.request('notebook.open', { path });
    await engine
      .request('notebook.run', { document, cells: ['c0'] })
      .catch((error: unknown) => expect(toWireError(error).code).toBe('no-kernel'));
    expect((await profile.cli(['run', path], { cwd: library })).code).toBe(3);
    expect((await profile.cli(['kernels'], { cwd: library })).code).toBe(0);
    expect(await ran()).toBe('');
  });

  it('does not stand before the kernel’s own modules while it starts, and is importable for cells as in Jupyter', async () => {
    await withoutRules();
    for (const name of SHADOWS)
      await plant(
        join(library, name),
        `open(${JSON.stringify(canary)}, 'a').write(${JSON.stringify(`${name}\n`)})\n`,
      );
    await plant(join(library, 'own_module.py'), 'value = "of the library"\n');
    const path = join(library, 'shadowed.ipynb');
    await writeNotebookFile(path, [
      'import os, sys, own_module\nprint(own_module.value, os.getcwd(), "ipykernel" in sys.modules, "" in sys.path)',
    ]);
    const { document } = await engine.request('notebook.open', { path });
    await engine.request('notebook.run', { document, cells: ['c0'] });
    await until('the cell has ended', async () => {
      const { runs } = await engine.request('notebook.snapshot', { document });
      return ['done', 'failed'].includes(runs['c0']?.status ?? '');
    });
    const { outputs } = await engine.request('notebook.snapshot', { document });
    expect(await ran()).toBe('');
    expect(JSON.stringify(outputs['c0'])).toContain(`of the library ${library} True True`);
    await engine.request('notebook.close', { document, discard: true });
  });

  it('would be run by a Python that starts there unguarded: the shadows are real', async () => {
    await plant(
      join(library, 'ipykernel_launcher.py'),
      `open(${JSON.stringify(canary)}, 'a').write('launcher')\n`,
    );
    await new Promise((resolve) =>
      execFile(testPython(), ['-m', 'ipykernel_launcher', '--version'], { cwd: library }, resolve),
    );
    expect(await ran()).toBe('launcher');
  });

  it('lends its programs to no shell cell: PATH is the person’s', async () => {
    await withoutRules();
    const path = join(library, 'shell.ipynb');
    await writeNotebookFile(path, ['command -v python3 git bash; git status >/dev/null 2>&1; true'], 'bash');
    const { code } = await profile.cli(['run', path], { cwd: library });
    expect(code).toBe(0);
    const copy = await readFile(join(library, 'shell.executed.ipynb'), 'utf8');
    expect(copy).not.toContain(`${library}/`);
    expect((await ran()).replace(/fsmonitor\n/g, '')).toBe('');
  });
});

describe('a kernelspec', () => {
  let profile: TestProfile;
  let kernels: string;
  beforeAll(async () => {
    profile = await makeProfile();
    kernels = join(profile.home, '.local/share/jupyter/kernels');
    await mkdir(kernels, { recursive: true });
  });
  afterAll(() => profile.dispose());

  it.each([
    ['relative program', { argv: ['./run.sh', '{connection_file}'] }],
    ['program upwards', { argv: ['../run.sh', '{connection_file}'] }],
    ['program in a folder', { argv: ['bin/run.sh', '{connection_file}'] }],
    ['empty program', { argv: ['', '{connection_file}'] }],
    ['zero byte', { argv: ['/bin/sh\u0000x', '{connection_file}'] }],
    ['no list', { argv: '/bin/sh -c x {connection_file}' }],
    ['no connection file', { argv: ['/bin/sh', '-c', 'touch canary'] }],
    ['argv of objects', { argv: [{}, '{connection_file}'] }],
    ['env of lists', { argv: ['/bin/sh', '{connection_file}'], env: { PATH: [1] } }],
    ['folder as program', { argv: ['/tmp', '{connection_file}'] }],
    ['missing program', { argv: ['/nonexistent/program', '{connection_file}'] }],
  ])('with a %s is listed as not usable, and never run', async (name, json) => {
    const folder = name.replaceAll(' ', '-');
    await mkdir(join(kernels, folder), { recursive: true });
    await writeFile(
      join(kernels, folder, 'kernel.json'),
      JSON.stringify({ display_name: 'x', language: 'x', ...json }),
    );
    const work = join(profile.home, folder);
    await mkdir(join(work, 'bin'), { recursive: true });
    for (const place of ['run.sh', 'bin/run.sh', '../run.sh'])
      await writeFile(join(work, place), `#!/bin/sh\ntouch ${join(profile.home, 'canary')}\n`, {
        mode: 0o755,
      });
    await writeNotebookFile(join(work, 'a.ipynb'), ['1'], {
      kernelspec: { name: folder, display_name: 'x', language: 'x' },
    });
    const { code, err } = await profile.cli(['run', join(work, 'a.ipynb')], { cwd: work });
    expect(code).toBe(3);
    expect(err).toContain(folder);
    await expect(access(join(profile.home, 'canary'))).rejects.toThrow(/ENOENT/);
    await expect(access(join(work, 'canary'))).rejects.toThrow(/ENOENT/);
    await expect(access(join(work, 'a.executed.ipynb'))).rejects.toThrow(/ENOENT/);
  });
});
