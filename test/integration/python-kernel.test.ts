import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KernelManager } from '../../electron/engine/kernels/kernel-manager';
import { processStart } from '../../electron/engine/process-identity';
import type { KernelHandle } from '../../electron/engine/kernels/kernel-handle';
import type { KernelSpecInfo } from '../../shared/kernels/contract';
import { KernelSession } from '../support/kernel-session';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const isGone = async (pid: number): Promise<boolean> => (await processStart(pid)) === null;

/** Kernels of this machine without an engine around them. */
describe('a Python kernel', () => {
  let profile: TestProfile;
  let manager: KernelManager;
  let python: KernelSpecInfo;
  const log: string[] = [];
  const sessions: KernelSession[] = [];

  beforeAll(async () => {
    profile = await makeProfile();
    manager = new KernelManager({
      stateFolder: join(profile.home, 'state'),
      runtimeFolder: join(profile.home, 'run'),
      log: (line) => log.push(line),
      startShell: () => Promise.reject(new Error('no shell here')),
      readyLimit: 30_000,
    });
    python = await find('python3');
  });
  afterEach(() => Promise.all(sessions.splice(0).map((session) => session.shutdown())));
  afterAll(async () => {
    await manager.dispose();
    await profile.dispose();
  });

  async function find(name: string): Promise<KernelSpecInfo> {
    const { kernels, places } = await manager.catalogue({
      environment: profile.environment,
      environmentFolders: [],
    });
    const found = kernels.find((spec) => spec.name === name);
    if (found === undefined) throw new Error(`no ${name} in ${JSON.stringify(places)}`);
    return found;
  }

  function start(spec: KernelSpecInfo, interactive = false): Promise<KernelHandle> {
    return manager.start(spec, {
      document: 'd',
      path: join(profile.home, 'd.ipynb'),
      cwd: profile.home,
      environment: profile.environment,
      interactive,
    });
  }

  async function open(spec: KernelSpecInfo = python, interactive = false): Promise<KernelSession> {
    const session = new KernelSession(await start(spec, interactive), interactive);
    sessions.push(session);
    return session;
  }

  /** Adds a kernelspec and answers how it is listed. */
  async function addKernel(name: string, json: Readonly<Record<string, unknown>>): Promise<KernelSpecInfo> {
    const folder = join(profile.home, '.local', 'share', 'jupyter', 'kernels', name);
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'kernel.json'),
      JSON.stringify({ language: 'python', display_name: name, ...json }),
    );
    return find(name);
  }

  const python3 = (): string => python.program ?? '';

  it('runs commands, bash cells and file cells as Jupyter does', async () => {
    const session = await open();
    expect((await session.run('!echo from the shell; echo error >&2')).text).toMatch(
      /from the shell\r?\nerror/,
    );
    expect((await session.run('files = !printf "a\\nb"\nprint(list(files))')).text).toBe("['a', 'b']\n");
    expect((await session.run('%%bash\nx=1\necho "bash $x"')).text).toBe('bash 1\n');
    expect((await session.run('%%bash\nexit 3')).error?.ename).toBe('CalledProcessError');
    await session.run('%%writefile made.txt\nline one\nline two');
    expect(await readFile(join(profile.home, 'made.txt'), 'utf8')).toBe('line one\nline two\n');
    expect((await session.run('%cd /\n!pwd')).text).toMatch(/\/\r?\n$/);
  });

  it('gives pictures of matplotlib, and the text of what is no widget here', async () => {
    const session = await open();
    const plot = await session.run('import matplotlib.pyplot as plt\nplt.plot([1, 2]);');
    const data = plot.messages.map(({ content }) => ('data' in content ? content.data : {})) as Record<
      string,
      unknown
    >[];
    expect(data.some((each) => typeof each['image/png'] === 'string')).toBe(true);
    const widget = await session.run(
      "from IPython.display import display\nclass W:\n    def _repr_mimebundle_(self, **k):\n        return {'text/plain': 'Slider(0)', 'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}}\ndisplay(W())",
    );
    expect(JSON.stringify(widget.messages.at(-1)?.content)).toContain('Slider(0)');
  });

  it('is interrupted by a signal, and goes on with what it knew', async () => {
    const session = await open();
    await session.run('kept = 1');
    const cell = await session.send("print('begun', flush=True)\nimport time\ntime.sleep(600)");
    await cell.printed('begun');
    await cell.interrupt();
    expect((await cell.ended()).outcome.kind).toBe('interrupted');
    expect(cell.error?.ename).toBe('KeyboardInterrupt');
    expect((await session.run('print(kept)')).text).toBe('1\n');
  });

  it('is interrupted by a message where its kernelspec says so', async () => {
    const spec = await addKernel('by-message', {
      argv: [python3(), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      interrupt_mode: 'message',
    });
    expect(spec.interruptMode).toBe('message');
    const session = await open(spec);
    const cell = await session.send("print('begun', flush=True)\nimport time\nwhile True: time.sleep(0.1)");
    await cell.printed('begun');
    await cell.interrupt();
    expect((await cell.ended()).outcome.kind).toBe('interrupted');
    expect((await session.run('print(1)')).text).toBe('1\n');
  });

  it('asks for input and passwords, and refuses at once where nobody is there', async () => {
    const session = await open(python, true);
    const cell = await session.send("import getpass\nprint(input('a? ') + getpass.getpass('b? '))");
    const first = await cell.asked(1);
    expect(first).toMatchObject({ prompt: 'a? ', password: false });
    first.answer('x', false);
    const second = await cell.asked(2);
    expect(second).toMatchObject({ prompt: 'b? ', password: true });
    second.answer('y', false);
    await cell.ended();
    expect(cell.text).toBe('xy\n');
    const alone = await open();
    expect((await alone.run('input()')).error?.ename).toBe('StdinNotImplementedError');
  });

  it.each([
    ['os._exit(7)', 'ended by itself, exit status 7'],
    ['os.kill(os.getpid(), 9)', 'killed by signal 9 (SIGKILL)'],
    ['os.kill(os.getpid(), 11)', 'crashed on a bad memory access'],
  ])('that dies in a cell is told at once, with what was printed: %s', async (code, reason) => {
    const session = await open();
    const { text, result } = await session.run(
      `import os, time\nprint('last words', flush=True)\ntime.sleep(0.3)\n${code}`,
    );
    expect(text).toBe('last words\n');
    expect(result.outcome).toMatchObject({ kind: 'died', end: { asked: false } });
    expect((await session.handle.ended).reason).toContain(reason);
  });

  it('that is killed while idle is told at once, and its files are gone', async () => {
    const session = await open();
    process.kill(session.handle.pid, 'SIGKILL');
    expect(await session.handle.ended).toMatchObject({ asked: false, signal: 'SIGKILL' });
    await until('its folder is gone', async () =>
      stat(join(profile.home, 'state', 'kernels', session.handle.id)).then(
        () => false,
        () => true,
      ),
    );
    expect(manager.running().map(({ id }) => id)).not.toContain(session.handle.id);
  });

  it('ends politely, so that what it does at its exit is done', async () => {
    const session = await open();
    await session.run("import atexit; atexit.register(lambda: open('farewell', 'w').close())");
    await session.shutdown();
    expect(await isGone(session.handle.pid)).toBe(true);
    expect((await stat(join(profile.home, 'farewell'))).size).toBe(0);
  });

  it('ends with all it started', async () => {
    const session = await open();
    const { text } = await session.run("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)");
    await session.shutdown();
    expect(await isGone(session.handle.pid)).toBe(true);
    await until('what it started is gone', () => isGone(Number(text)));
  });

  it('that heeds nothing is ended by force', async () => {
    const session = await open();
    const cell = await session.send(
      "import signal\nfor s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: pass",
    );
    await cell.printed('deaf');
    await session.shutdown();
    expect(await isGone(session.handle.pid)).toBe(true);
    expect((await cell.ended()).outcome).toMatchObject({
      kind: 'died',
      end: { asked: true, reason: 'ended as asked' },
    });
  });

  it.each([
    ['silent', ['/bin/sh', '-c', 'sleep 600', '{connection_file}'], 'did not answer within 1 s'],
    [
      'dying',
      ['/bin/sh', '-c', 'echo why >&2; exit 4', '{connection_file}'],
      'ended by itself, exit status 4',
    ],
    [
      'shouting',
      ['/bin/sh', '-c', 'yes why | head -c 100000 >&2; exit 1', '{connection_file}'],
      'exit status 1',
    ],
  ])(
    'that never becomes ready is told with its stderr, and nothing of it is left: %s',
    async (name, argv, reason) => {
      const spec = await addKernel(name, { argv });
      const impatient = new KernelManager({
        stateFolder: join(profile.home, `state-${name}`),
        runtimeFolder: join(profile.home, `run-${name}`),
        log: () => undefined,
        startShell: () => Promise.reject(new Error('no shell here')),
        readyLimit: 1_000,
      });
      const started = impatient.start(spec, {
        document: 'd',
        path: join(profile.home, 'd.ipynb'),
        cwd: profile.home,
        environment: profile.environment,
        interactive: false,
      });
      const error = await started.then(
        () => null,
        (thrown: unknown) => thrown as { code: string; message: string; detail?: string },
      );
      expect(error).toMatchObject({ code: 'kernel-failed' });
      expect(error?.message).toContain(reason);
      expect(error?.message).toContain('Nothing was run');
      if (name !== 'silent') expect(error?.detail).toContain('why');
      expect((error?.detail ?? '').length).toBeLessThan(5_000);
      expect(impatient.running()).toEqual([]);
      await impatient.dispose();
    },
  );

  it('whose program or folder is gone is told with what can be done', async () => {
    const spec = await addKernel('vanishing', {
      argv: [join(profile.home, 'program'), '{connection_file}'],
    }).catch(() => null);
    expect(spec).toBeNull();
    const { places } = await manager.catalogue({ environment: profile.environment, environmentFolders: [] });
    expect(places.flatMap(({ problems }) => problems)).toContainEqual(
      expect.objectContaining({
        name: 'vanishing',
        reason: `its program ${join(profile.home, 'program')} is not there`,
        fix: 'jupyter kernelspec remove vanishing',
      }),
    );
    await expect(
      manager.start(python, {
        document: 'd',
        path: '/x/d.ipynb',
        cwd: join(profile.home, 'nowhere'),
        environment: profile.environment,
        interactive: false,
      }),
    ).rejects.toMatchObject({
      code: 'kernel-failed',
      message: expect.stringContaining('nowhere is not there') as string,
    });
  });

  it('runs on the variables of its kernelspec and those it was given, and on no file beside the notebook', async () => {
    const spec = await addKernel('with-env', {
      argv: [python3(), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      env: { OWN: 'for ${HOME}' },
    });
    await writeFile(join(profile.home, 'runpy.py'), 'raise SystemExit("taken")');
    await writeFile(join(profile.home, 'ipykernel_launcher.py'), 'raise SystemExit("taken")');
    const session = await open(spec);
    const { text } = await session.run(
      "import os, sys\nprint(os.environ['OWN'], os.getcwd(), [k for k in os.environ if k.startswith(('WATCHBOOK', 'ELECTRON', 'JPY'))])",
    );
    expect(text).toBe(`for ${profile.home} ${profile.home} []\n`);
    await rm(join(profile.home, 'runpy.py'));
    await rm(join(profile.home, 'ipykernel_launcher.py'));
  });

  it('of which there are many ends with the one who holds them', async () => {
    const own = new KernelManager({
      stateFolder: join(profile.home, 'state-many'),
      runtimeFolder: join(profile.home, 'run-many'),
      log: () => undefined,
      startShell: () => Promise.reject(new Error('no shell here')),
    });
    const options = {
      document: 'd',
      path: join(profile.home, 'd.ipynb'),
      cwd: profile.home,
      environment: profile.environment,
      interactive: false,
    };
    const first = await own.start(python, options);
    const second = own.start(python, options).catch((error: unknown) => error);
    await own.dispose();
    expect(await isGone(first.pid)).toBe(true);
    expect(await second).toMatchObject({ code: 'cancelled' });
    expect(own.running()).toEqual([]);
  });
});
