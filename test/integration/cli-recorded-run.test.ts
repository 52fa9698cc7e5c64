import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunJournal } from '../../electron/engine/runs/journal';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';
import { atTerminal } from '../support/terminal';

interface Line {
  readonly type: string;
  readonly seq?: number;
  readonly run?: string;
  readonly status?: string;
  readonly output?: unknown;
}

describe('watchbook run with a record, and resume', () => {
  let profile: TestProfile;
  let library: string;
  let path: string;
  beforeEach(async () => {
    profile = await makeProfile();
    library = join(profile.home, 'lib');
    await mkdir(library);
    await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
    path = join(library, 'book.ipynb');
  });
  afterEach(() => profile.dispose());
  const lines = (text: string): Line[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);

  it('print the journal itself, stop at a gate, and at a failed step that resume tries again', async () => {
    const marker = join(profile.home, 'marker');
    await writeNotebookFile(
      path,
      [
        'echo "batch $batch"',
        `test -e ${marker}`,
        { type: 'markdown', source: 'Sure?', metadata: { watchbook: { gate: { kind: 'confirm' } } } },
        'echo last',
      ],
      'bash',
    );
    const first = await profile.cli([
      'run',
      path,
      '--env',
      'dev',
      '--param',
      'batch=3',
      '--as',
      'Mara',
      '--json',
    ]);
    expect(first.err).toContain('has failed');
    expect(first.code).toBe(1);
    const printed = lines(first.out);
    const end = printed.at(-1);
    expect(end).toMatchObject({ type: 'run-finished', status: 'failed' });
    expect(end?.seq).toBeUndefined();
    const folder = end?.run ?? '';
    const events = printed.filter(({ seq }) => seq !== undefined);
    const { events: recorded } = await readRunJournal(folder);
    expect(events.map(({ type }) => type)).toEqual(recorded.slice(0, events.length).map(({ type }) => type));
    expect(JSON.stringify(printed.find(({ type }) => type === 'output'))).toContain('batch 3');
    await writeFile(marker, '');
    const gate = await profile.cli(['resume', folder]);
    expect(gate).toMatchObject({ code: 4 });
    expect(gate.err).toContain('Sure?');
    expect(gate.out.trim()).toBe(join(folder, 'run.ipynb'));
    // A gate is passed by a person at a terminal.
    expect((await profile.cli(['resume', folder, '--confirm'])).code).toBe(4);
  });

  it('are whole with one command, and refuse what is not theirs to do', async () => {
    await writeNotebookFile(path, ['echo one', 'echo two'], 'bash');
    const done = await profile.cli(['run', path, '--env', 'dev', '--param', 'batch=1']);
    expect(done).toMatchObject({ code: 0 });
    expect((await profile.cli(['verify', dirname(done.out.trim())])).code).toBe(0);
    const strict = await profile.cli(['run', path, '--env', 'prod', '--param', 'batch=1']);
    expect(strict.code).toBe(4);
    expect(await readdir(join(library, 'runs', 'book'))).toHaveLength(1);
    for (const args of [
      ['--env', 'nowhere'],
      ['--env', 'dev', '--param', 'batch'],
      ['--env', 'dev', '--param', 'batch=many'],
      ['--env', 'dev', '--inplace'],
      ['--env', 'prod', '--allow-errors'],
      ['--as', 'Mara'],
    ])
      expect((await profile.cli(['run', path, ...args])).code, args.join(' ')).toBe(2);
    expect((await profile.cli(['resume', library])).code).toBe(2);
    expect(await readdir(join(library, 'runs', 'book'))).toHaveLength(1);
  });

  it('ask in a strict environment the words of the window: its name, and name and number of what destroys', async () => {
    await writeNotebookFile(
      path,
      ['echo first', { source: 'echo destroyed', metadata: { tags: ['destructive'] } }, 'echo last'],
      'bash',
    );
    const args = ['run', path, '--env', 'prod', '--param', 'batch=1', '--as', 'Mara'];
    const wrong = atTerminal(profile, args);
    await wrong.shows('Type prod to start a run there: ');
    wrong.type('yes\r');
    expect(await wrong.ended).toBe(4);
    expect(await readdir(library)).not.toContain('runs');
    const right = atTerminal(profile, args);
    await right.shows('Type prod to start a run there: ');
    right.type('prod\r');
    await right.shows('step 1 “echo first”: type prod to run it: ');
    right.type('prod\r');
    await right.shows('type prod 2 to run it: ');
    // The name alone is not enough for what destroys.
    right.type('prod\r');
    expect(await right.ended).toBe(4);
    const [name] = await readdir(join(library, 'runs', 'book'));
    const folder = join(library, 'runs', 'book', name ?? '');
    const started = async (): Promise<number> =>
      (await readRunJournal(folder)).events.filter(({ type }) => type === 'cell-started').length;
    // The cell with the parameters, and the first step.
    expect(await started()).toBe(2);
    const again = atTerminal(profile, ['resume', folder]);
    await again.shows('type prod 2 to run it: ');
    again.type('prod 2\r');
    await again.shows('step 3 “echo last”: type prod to run it: ');
    again.type('prod\r');
    expect(await again.ended).toBe(0);
    expect(await started()).toBe(4);
    expect((await profile.cli(['verify', folder])).code).toBe(0);
  });

  it('show commands that nobody has seen to a person at a terminal, who lets them be asked once', async () => {
    const checks = [{ title: 'The place', command: ['cat', join(library, 'place')], equals: 'dev-eu1' }];
    const environments = [{ ...CONFIG.environments[0], checks }];
    await writeFile(join(library, 'watchbook.json'), JSON.stringify({ ...CONFIG, environments }));
    await writeFile(join(library, 'place'), 'dev-eu1');
    await writeNotebookFile(path, ['echo one'], 'bash');
    const args = ['run', path, '--env', 'dev', '--param', 'batch=1', '--as', 'Mara'];
    const nobody = await profile.cli(args);
    expect(nobody).toMatchObject({ code: 2 });
    expect(nobody.err).toMatch(/command that nobody here has seen yet: cat .*Nothing was started/);
    const shown = `Check in dev: ["cat","${join(library, 'place')}"]`;
    const no = atTerminal(profile, args);
    await no.shows('Type yes to let it be asked: ');
    expect(no.shown).toContain(shown);
    no.type('no\r');
    expect(await no.ended).toBe(4);
    expect(await readdir(library)).not.toContain('runs');
    const yes = atTerminal(profile, args);
    await yes.shows('Type yes to let it be asked: ');
    yes.type('yes\r');
    expect(await yes.ended).toBe(0);
    // Seen is seen, also where nobody can be asked; another command is another question.
    expect(await profile.cli(args)).toMatchObject({ code: 0 });
    const [check] = checks;
    const other = { ...check, command: ['cat', join(library, 'elsewhere')] };
    const changed = { ...CONFIG, environments: [{ ...CONFIG.environments[0], checks: [other] }] };
    await writeFile(join(library, 'watchbook.json'), JSON.stringify(changed));
    expect(await profile.cli(args)).toMatchObject({ code: 2 });
  });

  it('give their own variables to the kernel, name what differs, and are driven by who git says', async () => {
    await writeFile(join(profile.home, '.gitconfig'), '[user]\n\tname = Mara Lindt\n');
    const wait = { watchbook: { gate: { kind: 'wait', duration: 600 } } };
    await writeNotebookFile(
      path,
      ['echo "flavour $FLAVOUR"', { type: 'markdown', source: 'A while', metadata: wait }, 'echo last'],
      'bash',
    );
    const command = profile.start(['run', path, '--env', 'dev', '--param', 'batch=1', '--json'], {
      FLAVOUR: 'of the command',
    });
    let out = '';
    command.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await until('the wait is open', () => out.includes('"gate-opened"'));
    // Nobody has to act: it runs.
    const listed = JSON.parse((await profile.cli(['runs', library, '--json'])).out.trim()) as Line & {
      readonly state: string;
      readonly driver: string;
    };
    expect(listed).toMatchObject({ state: 'running', driver: 'Mara Lindt' });
    command.kill('SIGINT');
    await until('it has ended', () => command.exitCode !== null);
    expect(out).toContain('flavour of the command');
    const [started] = lines(out) as readonly { readonly data?: { readonly variables?: readonly string[] } }[];
    expect(started?.data?.variables).toContain('FLAVOUR');
    expect(JSON.stringify(started)).not.toContain('of the command');
  });
});

const CONFIG = {
  version: 1,
  parameters: { batch: { type: 'number' } },
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' },
    { name: 'prod', colour: 'carmine', guard: 'strict' },
  ],
};
