import { execFile } from 'node:child_process';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePeers } from '../../electron/engine/rights';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { requests } from '../../shared/rpc/contracts';
import { writeNotebookFile } from '../support/notebooks';
import { CLI, makeProfile, ROOT, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const run = promisify(execFile);
const ATTACK = join(ROOT, 'test', 'support', 'attack-client.py');
/** The last one would end the engine. */
const METHODS = [...Object.keys(requests).filter((method) => method !== 'engine.stop'), 'engine.stop'];
const HELD = METHODS.filter((method) => requests[method as keyof typeof requests].right !== 'step');

type Answers = Readonly<Record<string, string | number>>;

describe('a program inside a kernel', () => {
  let profile: TestProfile;
  let engine: EngineConnection;
  let other: string;
  let count = 0;
  beforeAll(async () => {
    profile = await makeProfile();
    engine = await profile.connect();
    // Another person's work: a document of the same engine with a running kernel.
    const path = join(profile.home, 'other.ipynb');
    await writeNotebookFile(path, ["secret = 'of the other'"]);
    ({ document: other } = await engine.request('notebook.open', { path }));
    await engine.request('notebook.run', { document: other, cells: ['c0'] });
    await until('the other cell ran', async () => (await status('c0', other)) === 'done');
  });
  afterAll(async () => {
    engine.dispose();
    await profile.dispose();
  });

  async function status(cell: string, document: string): Promise<string | undefined> {
    return (await engine.request('notebook.snapshot', { document })).runs[cell]?.status;
  }

  /** The attack's words for a shell, and where its answers will lie. */
  function attack(kind: string, pid: number | string, methods: readonly string[] = HELD) {
    const answers = join(profile.home, `answers-${(count += 1)}.json`);
    const { socket, token } = profile.places;
    return { answers, words: [ATTACK, socket, token, kind, String(pid), answers, ...methods] };
  }

  /** Runs one cell in a notebook of its own and answers what the attack in it found out. */
  async function runCell(source: string, answers: string, language: 'python' | 'bash'): Promise<Answers> {
    const path = join(profile.home, `cell-${(count += 1)}.ipynb`);
    await writeNotebookFile(path, [source], language);
    const { document } = await engine.request('notebook.open', { path });
    await engine.request('notebook.run', { document, cells: ['c0'] });
    await until('the attack has its answers', () =>
      access(answers).then(
        () => true,
        () => false,
      ),
    );
    await until('the cell has ended', async () => (await status('c0', document)) !== 'running');
    expect(await status('c0', document)).toBe('done');
    return JSON.parse(await readFile(answers, 'utf8')) as Answers;
  }

  function expectHeld(answers: Answers): void {
    expect(answers['failed']).toBeUndefined();
    expect(answers['handshake']).toBe('welcome');
    expect(HELD.length).toBeGreaterThan(20);
    for (const method of HELD) expect(answers[method], method).toBe('forbidden');
  }

  afterAll(async () => {
    // Nothing was opened, changed or ended by any of them.
    expect((await engine.request('engine.status', {})).pid).toBe(await profile.enginePid());
    expect(await status('c0', other)).toBe('done');
  });

  const python = (words: readonly string[]): string => JSON.stringify(['python3', ...words]);
  const shell = (words: readonly string[]): string => ['python3', ...words].join(' ');

  it('is let in from outside: the attack works where nothing holds it', async () => {
    const { answers, words } = attack('cli', 1, ['engine.status', 'settings.read', 'notebook.open']);
    await run('python3', words, { env: { ...profile.environment } });
    const found = JSON.parse(await readFile(answers, 'utf8')) as Answers;
    expect(found).toMatchObject({
      handshake: 'welcome',
      'engine.status': 'result',
      'notebook.open': 'bad-request',
    });
  });

  it.each(['window', 'desktop', 'cli', 'step'])('gets nothing from Python as a %s', async (kind) => {
    // It says that it is the test, which is let in.
    const { answers, words } = attack(kind, process.pid);
    expectHeld(
      await runCell(`import subprocess\nsubprocess.run(${python(words)}, check=True)`, answers, 'python'),
    );
  });

  it('gets nothing from the kernel’s own process', async () => {
    const { answers, words } = attack('window', process.pid);
    const source = `import sys, runpy\nsys.argv = ${JSON.stringify(words)}\nrunpy.run_path(sys.argv[0], run_name='__main__')`;
    const found = await runCell(source, answers, 'python');
    expectHeld(found);
  });

  it('gets nothing from a shell cell', async () => {
    const { answers, words } = attack('window', process.pid);
    expectHeld(await runCell(shell(words), answers, 'bash'));
  });

  it('gets nothing as a daemon without parent, session and environment, from Python', async () => {
    const { answers, words } = attack('window', process.pid);
    const source = [
      'import os, time',
      'child = os.fork()',
      'if child == 0:',
      '    os.setsid()',
      '    if os.fork() == 0:',
      '        time.sleep(0.5)',
      '        for number in range(3, 256):',
      '            try: os.close(number)',
      '            except OSError: pass',
      `        os.execve('/usr/bin/env', ['env', '-i', 'PATH=' + os.environ['PATH'], *${python(words)}], {})`,
      '    os._exit(0)',
      'os.waitpid(child, 0)',
      'None',
    ].join('\n');
    const found = await runCell(source, answers, 'python');
    // It has left the kernel's processes: nothing but the mark tells where it comes from.
    const kernels = (await engine.request('kernels.running', {})).kernels.map(({ pid }) => pid);
    expect(kernels).not.toContain(found['parent']);
    expect(kernels).not.toContain(found['session']);
    expectHeld(found);
  });

  it('gets nothing as a daemon from a shell cell that waits until it has no parent', async () => {
    const { answers, words } = attack('cli', process.pid);
    const source = `(setsid env -i PATH="$PATH" sh -c 'sleep 1; exec ${shell(words)}' >/dev/null 2>&1 </dev/null &)`;
    expectHeld(await runCell(source, answers, 'bash'));
  });

  it('gets exit 2 from every command that would do something', async () => {
    const file = join(profile.home, 'mine.ipynb');
    await writeNotebookFile(file, ["open('made', 'w')"]);
    const before = await readFile(file);
    const commands = [
      `run ${file}`,
      `run ${file} --inplace`,
      'kernels',
      'engine status',
      'engine stop --force',
    ];
    const profileWord = `WATCHBOOK_PROFILE=${profile.folder}`;
    const lines = commands.map(
      (words) => `${profileWord} ${process.execPath} ${CLI} ${words}; echo "exit $?"`,
    );
    const path = join(profile.home, 'commands.ipynb');
    await writeNotebookFile(path, [lines.join('\n')], 'bash');
    const result = await profile.cli(['run', path]);
    expect(result.code).toBe(0);
    const copy = join(profile.home, 'commands.executed.ipynb');
    const { cells } = readNotebook(await readFile(copy), copy).notebook;
    const text = JSON.stringify(cells[0]?.outputs);
    expect(text.match(/exit \d+/g)).toEqual(commands.map(() => 'exit 2'));
    expect(text).toContain('runs inside a kernel or terminal');
    expect(await readFile(file)).toEqual(before);
    await expect(access(join(profile.home, 'made'))).rejects.toThrow(/ENOENT/);
    await expect(access(join(profile.home, 'mine.executed.ipynb'))).rejects.toThrow(/ENOENT/);
    expect((await engine.request('engine.status', {})).clients).toBeGreaterThan(0);
  });

  it('gets nothing with files of the state folder either: they hold no second token', async () => {
    await writeFile(join(profile.home, 'probe'), '');
    const { stdout } = await run('grep', ['-rlE', '[0-9a-f]{64}', profile.places.runtime], {});
    expect(stdout.trim().split('\n')).toEqual([profile.places.token]);
  });
});

describe('who is at the other end of the socket', () => {
  const line = (local: string, peer: string, users = ''): string =>
    `u_str ESTAB 0 0 /run/engine-1.sock ${local} * ${peer} ${users}`;

  it('is every process that holds it', () => {
    const text = [
      line('10', '11', 'users:(("node",pid=5,fd=9))'),
      line('11', '10', 'users:(("sh",pid=7,fd=3),("x y",pid=8,fd=3))'),
    ];
    expect(parsePeers(text.join('\n'), '10')).toEqual([7, 8]);
  });

  it('is nobody known when it hides, and not whoever it says it is', () => {
    const own = line('10', '11', 'users:(("node",pid=5,fd=9))');
    // In a network namespace of its own its end is not listed; one that may not be looked at has no users.
    expect(parsePeers(own, '10')).toEqual([]);
    expect(parsePeers([own, line('11', '10')].join('\n'), '10')).toEqual([]);
  });

  it('can not be told when our own end is not listed', () => {
    expect(parsePeers(line('20', '21'), '10')).toBeNull();
  });
});
