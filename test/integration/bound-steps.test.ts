import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import type { Withheld } from '../../electron/engine/runs/withhold-run';
import type { AttemptContent } from '../../shared/runs/content';
import type { RunEventOf } from '../../shared/runs/events';
import type { StepRecord } from '../../shared/runs/model';
import { filesWith } from '../support/files-with';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import type { RunDriver } from '../support/run-driver';
import { markedCell, reborn, RunLibrary } from '../support/run-library';
import { SSH_HOSTS, startSshd, type TestSshd } from '../support/sshd';
import { closeTerminals, TerminalView } from '../support/terminal-view';
import { until } from '../support/until';
import { withholdWhenFree } from '../support/withholding';

const CHECK = {
  title: 'Where',
  command: ['printf', '%s', "here's \\ $HOME"],
  in: 'step',
  equals: "here's \\ $HOME",
};
const CONFIG = {
  version: 1,
  parameters: { batch: { type: 'string', default: "five's" } },
  environments: [
    { name: 'dev', colour: 'slate', guard: 'none', checks: [CHECK] },
    { name: 'plain', colour: 'teal', guard: 'none' },
    {
      name: 'wrong',
      colour: 'moss',
      guard: 'none',
      checks: [
        { title: 'Context', command: ['printf', '%s', 'prod; exit'], in: 'step', equals: 'staging' },
        { title: 'Account', command: ['sh', '-c', 'echo no account; exit 4'], in: 'step', contains: 'a' },
      ],
    },
    { name: 'prod', colour: 'carmine', guard: 'strict' },
  ],
};

let library: RunLibrary;
let engine: EngineConnection;
let sshd: TestSshd;
beforeAll(async () => {
  sshd = await startSshd();
  library = await RunLibrary.make(CONFIG);
  const { home } = library.profile;
  await writeFile(join(home, '.bashrc'), "PS1='me> '\n");
  await writeFile(join(home, '.zshrc'), "PS1='me> '\n");
  await mkdir(join(home, '.config', 'fish'), { recursive: true });
  await writeFile(
    join(home, '.config', 'fish', 'config.fish'),
    "function fish_prompt\n  echo -n 'me> '\nend\nfunction fish_greeting\nend\n",
  );
  await sshd.letReach(home);
  engine = await library.connect();
});
afterAll(async () => {
  await library.dispose();
  await sshd.dispose();
});
afterEach(() => closeTerminals(engine));

let count = 0;
/** A run of steps that are bound to a shell. */
async function start(
  shell: string,
  cells: readonly (string | Parameters<typeof writeNotebookFile>[1][number])[],
  request: Parameters<RunLibrary['start']>[1] = {},
): Promise<RunDriver> {
  const path = library.at(`book-${(count += 1)}.ipynb`);
  const bound = cells.map((cell) =>
    typeof cell === 'string' ? markedCell(cell, { terminal: { shell } }) : cell,
  );
  await writeNotebookFile(path, bound, 'bash');
  const { commands } = await engine.request('runs.config', { place: path });
  const digests = commands.map(({ digest }) => digest);
  await engine.request('runs.acceptCommands', { library: library.folder, digests });
  return library.start(path, request);
}

async function attempt(
  run: RunDriver,
  step: StepRecord,
): Promise<AttemptContent & { readonly text: string }> {
  const content = (await run.content(step.attempts.at(-1)?.finished?.content)) as unknown as AttemptContent;
  const text = content.outputs
    .flatMap((output) => (output['output_type'] === 'stream' ? [output['text']] : []))
    .join('');
  return { ...content, text };
}

const open = async (shell: string): Promise<TerminalView> => {
  const view = await TerminalView.open(engine, { profile: `shell:${shell}` });
  await view.ready();
  return view;
};

describe.each(['bash', 'zsh', 'fish'])('a step that is bound to %s', (shell) => {
  it('runs in the person’s own shell, as one command, with its output and exit status', async () => {
    const several = "# Three\necho 'it''s one' # why\n\nprintf '%s\\n' $batch two\\\\2";
    const run = await start(shell, [
      'cd /tmp && export MINE=kept',
      several,
      'echo $MINE in $PWD; sh -c "exit 3"',
    ]);
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toThrow(
      new RegExp(`runs in ${shell} on this machine, and no terminal of it is open.*Nothing was done`),
    );
    const view = await open(shell);
    await run.next('c0');
    // What the environment asks was asked in that terminal, before its first step.
    expect(run.run.checks.map(({ data }) => [data.in, data.result])).toEqual([['terminal', 'match']]);
    const second = await run.next('c1');
    expect(second.attempts[0]).toMatchObject({
      session: 'terminal',
      finished: { status: 'done', exitStatus: 0 },
    });
    const { text, ranIn } = await attempt(run, second);
    expect(text).toBe("its one\nfive's\ntwo\\2\n");
    expect(ranIn).toMatchObject({ id: view.info.id, title: shell, profile: `shell:${shell}` });
    expect(await run.content(second.attempts[0]?.source)).toMatchObject({ source: several, ranIn });
    const failed = await run.next('c2', 'failed');
    expect(failed.attempts[0]?.finished).toMatchObject({ exitStatus: 3 });
    const third = await attempt(run, failed);
    expect(third.text).toBe('kept in /tmp\n');
    expect(third.outputs.at(-1)).toEqual({
      output_type: 'error',
      ename: 'ExitStatus',
      evalue: '3',
      traceback: ['exit status 3'],
    });
    // The terminal shows all of it, and each was one command there.
    expect([...view.commands.values()].map(({ status }) => status)).toEqual([0, 0, 0, 3]);
    await view.shows("five's");
    expect(run.live.terminals).toEqual({ [`shell:${shell}`]: view.info.id });
    // It goes on in the same one, also where another is open by now.
    await open(shell);
    await run.act({ kind: 'adjust', cell: 'c2', source: 'echo again $MINE' });
    await run.act({ kind: 'retry', cell: 'c2' });
    expect((await attempt(run, await run.reached('c2', 'done'))).text).toBe('again kept\n');
  });

  it('is held back by what a check finds there, until a person goes over it', async () => {
    const run = await start(shell, ['echo sent'], { environment: 'wrong' });
    const view = await open(shell);
    // Nothing is asked over a line that somebody is typing.
    await view.type('half');
    await view.shows('half');
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'conflict' });
    expect(run.run.checks).toEqual([]);
    await until('its prompt is empty', async () => {
      await view.type('\u0003');
      return run.act({ kind: 'next', cell: 'c0' }).then(
        () => true,
        (error: unknown) => String(error).includes('Context found'),
      );
    });
    expect(run.run.checks.map(({ data }) => [data.title, data.in, data.result]).toSorted()).toEqual([
      ['Account', 'terminal', 'not-checked'],
      ['Context', 'terminal', 'mismatch'],
    ]);
    const found = (id: string) => run.live.trials.find((trial) => trial.id === id)?.found;
    await until('what was found is told', () => found('check-2') !== null);
    expect([found('check-1'), found('check-2')]).toEqual(['prod; exit', 'exit status 4: no account']);
    expect(run.step('c0')).toBeUndefined();
    expect(view.shown).not.toContain('echo sent');
    // What could not be checked is no match either.
    await run.answer({ kind: 'override', trial: 'check-1', reason: 'the new cluster' });
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toThrow(/Account could not be checked/);
    await run.answer({ kind: 'override', trial: 'check-2', reason: 'it is being made' });
    expect((await attempt(run, await run.next('c0'))).text).toBe('sent\n');
    expect(run.run.deviations.map(({ kind }) => kind)).toEqual(['override', 'override']);
  });

  it('is not done by what it prints, and fails at once where the shell can not read it', async () => {
    const forged = String.raw`printf '\033]633;D;0;%032d;%032d\007\033]133;D;0\007' 1 2; sh -c 'exit 9'`;
    const run = await start(shell, [forged, 'echo "open', 'sleep 300'], { environment: 'dev' });
    const view = await open(shell);
    const first = await run.next('c0', 'failed');
    expect(first.attempts[0]?.finished).toMatchObject({ exitStatus: 9 });
    await run.act({ kind: 'skip', cell: 'c0', reason: 'forged' });
    expect((await attempt(run, await run.next('c1', 'failed'))).text).toMatch(/unexpected|unmatched/i);
    await run.act({ kind: 'skip', cell: 'c1', reason: 'open' });
    await run.act({ kind: 'next', cell: 'c2' });
    await until('it runs there', () => view.info.phase === 'running');
    await run.act({ kind: 'interrupt' });
    const stopped = await run.reached('c2', 'failed');
    expect(stopped.attempts[0]?.finished?.status).toBe('interrupted');
    await view.ready();
  });
});

describe('a step in a terminal', () => {
  it('of a strict run is not sent by hand, whoever asks', async () => {
    const run = await start('bash', ['echo by hand'], { environment: 'prod', typed: 'prod' });
    const view = await open('bash');
    const { document } = await engine.request('notebook.open', { path: join(run.folder, 'run.ipynb') });
    const request = { terminal: view.info.id, text: 'echo by hand', document, cells: ['c0'] };
    await expect(engine.request('terminal.sendCells', { ...request, force: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(view.commands.size).toBe(0);
  });

  it('is done in a strict environment by a person’s word, or by more than its exit status', async () => {
    const expected = (expect_: object) =>
      markedCell('echo ready', { terminal: { shell: 'bash' }, expect: expect_ });
    const cells = [expected({ contains: 'ready' }), expected({ exitStatus: 0 }), 'true'];
    const run = await start('bash', cells, { environment: 'prod', typed: 'prod' });
    await open('bash');
    await run.next('c0');
    for (const [cell, status, state] of [
      ['c1', 0, 'done'],
      ['c2', 4, 'failed'],
    ] as const) {
      await run.act({ kind: 'next', cell });
      await until('it waits for a word', () => run.live.unconfirmed?.cell === cell);
      expect(run.live.unconfirmed).toMatchObject({ status: 0 });
      expect(run.step(cell)?.state).toBe('running');
      await run.answer({ kind: 'ended', cell, status });
      const step = await run.reached(cell, state);
      expect((await attempt(run, step)).confirmed).toEqual({ by: 'Mara Lindt', status });
      expect(run.live.unconfirmed).toBeNull();
    }
    await expect(run.answer({ kind: 'ended', cell: 'c2', status: 0 })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is lost with its terminal, or with the engine, and nothing is called done', async () => {
    const run = await start('bash', ['echo first', 'echo begun; sleep 300', 'echo last']);
    const view = await open('bash');
    await run.next('c0');
    await run.act({ kind: 'next', cell: 'c1' });
    await view.shows('begun\r\n');
    await killHard(view.info.pid);
    const lost = await attempt(run, await run.reached('c1', 'failed'));
    expect(lost.text).toMatch(/^begun\n/);
    expect(lost.failure).toMatch(/The terminal bash ended by signal .* is not known/);
    await until('it stands at what was lost', async () => (await run.position()).kind === 'lost');
    await run.act({ kind: 'resume', from: 'c1', rerunAbove: false });
    await expect(run.act({ kind: 'next', cell: 'c1' })).rejects.toThrow(/no terminal of it is open/);
    const next = await open('bash');
    await run.act({ kind: 'next', cell: 'c1' });
    await next.shows('begun\r\n');
    const again = await reborn(run, () => library.connect());
    expect(again.step('c1')).toMatchObject({ state: 'failed', attempts: [{}, { finished: null }] });
    expect((await again.position()).kind).toBe('lost');
    expect(again.run.lost.map(({ session }) => session)).toEqual(['terminal']);
    engine = await library.connect();
  });

  it('is in the record once where its terminal is attached to its run: as the attempt, which its command names', async () => {
    const run = await start('bash', ['echo "sent $((40+2))"', 'echo begun; sleep 300']);
    const view = await open('bash');
    const { id: terminal } = view.info;
    await run.engine.request('recording.attach', { terminal, run: run.folder });
    await view.run('echo mine');
    await run.next('c0');
    const commands = async (of: RunDriver): Promise<readonly RunEventOf<'terminal-command'>['data'][]> =>
      (await of.events()).flatMap((event) => (event.type === 'terminal-command' ? [event.data] : []));
    await until('all are recorded', async () => (await commands(run)).length === 3);
    expect((await commands(run)).map(({ step, asked }) => step ?? asked)).toEqual([
      undefined,
      { what: 'check', cell: 'c0' },
      { cell: 'c0', attempt: 1 },
    ]);
    // What the environment asked there is in the record as the check, which names its command.
    const asked = (await commands(run))[1]!;
    expect(run.run.checks.map(({ data }) => data.command)).toEqual([{ terminal, command: asked.command }]);
    expect(
      (await run.events()).find(({ type, data }) => type === 'terminal-command' && 'asked' in data),
    ).toMatchObject({ actor: { via: 'engine' } });
    expect((await attempt(run, run.step('c0')!)).text).toBe('sent 42\n');
    const [attached] = run.run.terminals;
    const { text } = await engine.request('recording.transcript', {
      run: run.folder,
      attached: attached!.seq,
      form: 'text',
    });
    expect(text).toMatch(
      /sent by the run, attempt 1 of a step, \S+\n\$ echo "sent \$\(\(40\+2\)\)"\nsent 42\n# exit 0/,
    );
    expect(text.match(/sent by the run, a check/g)).toHaveLength(1);
    expect(text.match(/sent by the run/g)).toHaveLength(2);

    // One that the engine does not survive is known as a step again.
    await run.act({ kind: 'next', cell: 'c1' });
    await view.shows('begun\r\n');
    const kept = join(library.profile.places.state, 'attached', terminal, '4', 'text-0.txt');
    await until('it is on disk', async () =>
      (await readFile(kept, 'utf8').catch(() => '')).includes('begun'),
    );
    const again = await reborn(run, () => library.connect());
    engine = await library.connect();
    expect((await commands(again)).at(-1)).toMatchObject({ step: { cell: 'c1', attempt: 1 }, ended: null });
    await again.act({ kind: 'abort', reason: 'The rest is done by hand.' });
    await until('it is whole', async () => (await verifyRunFolder(again.folder)).verdict.isWhole);
    const report = await readFile(join(again.folder, 'report.md'), 'utf8');
    expect(report).toMatch(/ `echo mine` in .* by Mara Lindt: exit 0/);
    expect(report).toMatch(/ A check before step 1.*, sent by the run: exit 0/);
    expect(report).toMatch(/ Step 1.*, attempt 1, sent by the run: exit 0/);
    expect(report).toMatch(/ Step 2.*, attempt 1, sent by the run: did not end while attached/);

    // Whoever takes the result out, or what a check found, takes out what the terminal saw of it.
    const [, ofCheck, ofStep] = (await commands(again)).map(({ content }) => content?.file ?? '');
    await again.engine.request('runs.leave', { run: again.folder });
    const withheld = (file: string): Promise<Withheld> => withholdWhenFree(again.folder, file);
    const result = again.step('c0')?.attempts[0]?.finished?.content.file ?? '';
    expect((await withheld(result)).withIt).toEqual([ofStep]);
    expect((await withheld(again.run.checks[0]!.data.found.file)).withIt).toEqual([ofCheck]);
    expect(await filesWith(again.folder, 'sent 42')).toEqual([]);
    expect((await verifyRunFolder(again.folder)).verdict.isWhole).toBe(true);
  });

  it('is typed at a prompt alone, tried again by itself there, undone there, and refused where there is none', async () => {
    const file = join(library.profile.home, 'there');
    const bound = { terminal: { shell: 'bash' } };
    const undo = markedCell('echo "undone $batch"', { ...bound, rollbackOf: 'c0' }, [
      'rollback',
      'skip-execution',
    ]);
    const run = await start('bash', [`test -e ${file}`, 'echo last', undo]);
    const view = await open('bash');
    await view.type('sleep 300\r');
    await until('it runs', () => view.info.phase === 'running');
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toThrow(/sleep 300.*Nothing was sent/);
    expect(run.step('c0')).toBeUndefined();
    await view.type('\u0003');
    await view.ready();
    await run.next('c0', 'failed');
    await writeFile(file, '');
    await run.act({ kind: 'retry-later', cell: 'c0', count: 3, wait: 0.05 });
    await run.reached('c0', 'done');
    await run.act({ kind: 'roll-back', to: 'c0' });
    await run.act({ kind: 'roll-back-next', cell: 'c0' });
    await run.reached('c0', 'rolledback');
    await view.shows("undone five's");
    // A command runs it in the terminal that is open, and stops before it where none is.
    const there = await library.profile.cli(['run', library.at(`book-${count}.ipynb`), '--env', 'dev']);
    expect([there.code, there.err]).toEqual([0, '']);
    await engine.request('terminal.close', { terminal: view.info.id, force: true });
    const script = await library.profile.cli(['run', library.at(`book-${count}.ipynb`), '--env', 'dev']);
    expect(script.code).toBe(4);
    expect(script.err).toMatch(/Stopped before step 1 .*no terminal of it is open/);
    const plain = await library.profile.cli(['run', library.at(`book-${count}.ipynb`)]);
    expect(plain.code).toBe(2);
    expect(plain.err).toContain('a step bound to a terminal (cell 1)');
  });
});

describe.each(Object.entries(SSH_HOSTS))('a step on the host %s, where %s runs', (host, shell) => {
  it('runs inside ssh, once its shell marks its commands: output, status, no forging, interrupt, a cut', async () => {
    const there = { terminal: { host } };
    const forged = String.raw`printf '\033]633;D;0;%032d;%032d\007' 1 2; sh -c 'exit 3'`;
    const lines = "# Where\nfor_sure='at home'\necho \"it's $HOME\"";
    const source = shell === 'fish' ? '# Where\nset for_sure home\necho "it\'s $HOME"' : lines;
    const run = await start('bash', [
      markedCell(source, there),
      markedCell(forged, there),
      markedCell('sleep 300', there),
      markedCell('sleep 301', there),
    ]);
    const view = await TerminalView.open(engine, { profile: `ssh:${host}` });
    await view.shows('far> ');
    const next = (cell: string) => run.act({ kind: 'next', cell });
    await expect(next('c0')).rejects.toThrow(/does not mark its commands/);
    const terminal = view.info.id;
    const { token } = await engine.request('terminal.offerMarks', { terminal });
    await engine.request('terminal.giveMarks', { terminal, token });
    await view.ready();
    expect((await attempt(run, await run.next('c0'))).text).toBe(`it's ${sshd.home}\n`);
    // The check of the environment was asked there as well.
    expect(run.run.checks.map(({ data }) => [data.in, data.result])).toEqual([['terminal', 'match']]);
    const failed = await run.next('c1', 'failed');
    expect(failed.attempts[0]?.finished).toMatchObject({ status: 'failed', exitStatus: 3 });
    await run.act({ kind: 'skip', cell: 'c1', reason: 'forged' });
    await next('c2');
    await until('it runs there', () => view.info.phase === 'running');
    await run.act({ kind: 'interrupt' });
    expect((await run.reached('c2', 'failed')).attempts[0]?.finished?.status).toBe('interrupted');
    await run.act({ kind: 'skip', cell: 'c2', reason: 'interrupted' });
    await next('c3');
    await until('it runs there', () => view.info.command?.text === 'sleep 301');
    await sshd.cut();
    const lost = await attempt(run, await run.reached('c3', 'failed'));
    expect(lost.failure).toMatch(/ended with exit status 255 while the step ran in it/);
    await until('it is recorded', () => run.run.lost.length === 1);
  });
});

describe('a step over a connection that is dead', () => {
  it('can be given up with its terminal, and is not done', async () => {
    const cells = ['echo begun; sleep 300', 'echo never'].map((source) =>
      markedCell(source, { terminal: { host: 'bastion' } }),
    );
    const run = await start('bash', cells, { environment: 'plain' });
    const view = await TerminalView.open(engine, { profile: 'ssh:bastion' });
    await view.shows('far> ');
    const terminal = view.info.id;
    const { token } = await engine.request('terminal.offerMarks', { terminal });
    await engine.request('terminal.giveMarks', { terminal, token });
    await view.ready();
    await run.act({ kind: 'next', cell: 'c0' });
    await view.shows('begun\r\n');
    await sshd.freeze();
    await run.act({ kind: 'interrupt' });
    await until('it is told that nothing answers', () => view.info.silentSince !== undefined);
    expect(run.step('c0')?.state).toBe('running');
    await engine.request('terminal.close', { terminal, force: false });
    const lost = await attempt(run, await run.reached('c0', 'failed'));
    expect(lost.text).toBe('begun\n');
    expect(lost.failure).toMatch(/while the step ran in it. What became of the step there is not known/);
    await until('it is recorded', () => run.run.lost.length === 1);
    expect(run.step('c1')).toBeUndefined();
  });
});

describe('a step on a host whose shell marks nothing', () => {
  it('is sent by a person who says how it ended, and is not done before', async () => {
    const run = await start('bash', [markedCell('echo "far $HOME"', { terminal: { host: 'bastion' } })], {
      environment: 'plain',
    });
    const view = await TerminalView.open(engine, { profile: 'ssh:bastion' });
    await view.shows('far> ');
    await run.act({ kind: 'next', cell: 'c0', unmarked: true });
    await view.shows(`far ${sshd.home}`);
    expect(run.step('c0')?.state).toBe('running');
    expect(run.live.unconfirmed).toMatchObject({ cell: 'c0', status: null });
    await run.answer({ kind: 'ended', cell: 'c0', status: 0 });
    const step = await run.reached('c0', 'done');
    const { text, confirmed } = await attempt(run, step);
    // What the line editor there drew of the line is not what the step printed, nor is the prompt behind it.
    expect(text).toBe(`far ${sshd.home}\n`);
    expect(confirmed).toEqual({ by: 'Mara Lindt', status: 0 });
  });
});
