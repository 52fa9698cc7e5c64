import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { commandContentSchema, type CommandContent } from '../../shared/runs/content';
import type { RunEventOf } from '../../shared/runs/events';
import { textOf } from '../../shared/terminal/kept-ends';
import { filesWith } from '../support/files-with';
import { followRecipe } from '../support/follow-recipe';
import { writeNotebookFile } from '../support/notebooks';
import { reborn, RunLibrary } from '../support/run-library';
import type { RunDriver } from '../support/run-driver';
import { TerminalView } from '../support/terminal-view';
import { until } from '../support/until';
import { withholdWhenFree } from '../support/withholding';

const CONFIG = { version: 1, environments: [{ name: 'dev', colour: 'slate', guard: 'none' }] };

let library: RunLibrary;
let run: RunDriver;
let view: TerminalView;
beforeAll(async () => {
  library = await RunLibrary.make(CONFIG);
  // As it is usual: neither a command that begins with a space nor the same one again is in the history.
  await writeFile(join(library.profile.home, '.bashrc'), "PS1='me> '\nHISTCONTROL=ignoreboth\n");
  await writeNotebookFile(library.at('book.ipynb'), ['true', 'sleep 0.1'], 'bash');
  await writeNotebookFile(library.at('long.ipynb'), ['seq 1 200001', 'true'], 'bash');
});
afterAll(() => library.dispose());
afterEach(async () => {
  const { terminals } = await run.engine.request('terminal.list', {});
  for (const { id } of terminals) await run.engine.request('terminal.close', { terminal: id, force: true });
});

async function attached(book = 'book.ipynb'): Promise<void> {
  run = await library.start(library.at(book), { environment: 'dev' });
  view = await TerminalView.open(run.engine, { profile: 'shell:bash', directory: library.folder });
  await view.ready();
  await attach();
}
const attach = (): Promise<unknown> =>
  run.engine.request('recording.attach', { terminal: view.info.id, run: run.folder });
const detach = (): Promise<unknown> => run.engine.request('recording.detach', { terminal: view.info.id });

type CommandEvent = RunEventOf<'terminal-command'>;

async function commands(): Promise<
  readonly (CommandEvent['data'] & { readonly has: CommandContent | null })[]
> {
  const events = (await run.events()).filter(
    (event): event is CommandEvent => event.type === 'terminal-command',
  );
  return Promise.all(
    events.map(async ({ data }) => ({
      ...data,
      has: data.content === null ? null : commandContentSchema.parse(await run.content(data.content)),
    })),
  );
}

/** Waits until so many commands are in the journal. */
async function recorded(count: number): Promise<Awaited<ReturnType<typeof commands>>> {
  await until(`${count} commands are recorded`, async () => (await commands()).length >= count);
  return commands();
}

/** Readline asks for bracketed pastes before the prompt, where the mark of the end stands. */
const READLINE = '\u001b[?2004h';
const withoutReadline = (text: string): string =>
  text.endsWith(READLINE) ? text.slice(0, -READLINE.length) : text;
const rawOf = ({ raw }: CommandContent): string =>
  withoutReadline(textOf(raw.map(([at, text]) => ({ at, text }))));

/** Every file of a run that holds a text. */
async function faults(): Promise<readonly string[]> {
  const { verdict } = await verifyRunFolder(run.folder);
  return verdict.findings.flatMap(({ severity, message }) => (severity === 'fault' ? [message] : []));
}

describe('a terminal that is attached to a run', () => {
  it('has each command in the record, with where, how long, its status and what it printed', async () => {
    await attached();
    expect(view.info.recording ?? (await info()).recording).toMatchObject({
      run: run.folder,
      isPaused: false,
      environment: { guard: expect.any(String) },
    });
    await view.run('printf "10%%\\r100%%\\n\\033[31mred\\033[0m\\n"; sh -c "exit 3"');
    await view.run('cd /');
    await view.run('cd /');
    const [first, second, third] = await recorded(3);
    expect(first).toMatchObject({ command: 1, exitStatus: 3, notRecorded: null, output: [] });
    expect(Date.parse(first!.ended!)).toBeGreaterThanOrEqual(Date.parse(first!.started));
    expect(first!.has).toMatchObject({
      command: 'printf "10%%\\r100%%\\n\\033[31mred\\033[0m\\n"; sh -c "exit 3"',
      directory: library.folder,
      shown: '100%\n\u001b[31mred\u001b[0m\n',
      lost: 0,
      paused: false,
    });
    expect(rawOf(first!.has!)).toBe('10%\r100%\r\n\u001b[31mred\u001b[0m\r\n');
    // The second time the history does not have it: it was read from the screen.
    expect([second!.has?.command, third!.has?.command, third!.has?.directory]).toEqual(['cd /', 'cd /', '/']);
    const journal = await readFile(join(run.folder, 'journal.jsonl'), 'utf8');
    expect(journal).not.toContain('printf');
    await detach();
    await view.run('echo after-it');
    expect((await run.events()).at(-1)).toMatchObject({
      type: 'terminal-detached',
      data: { terminal: view.info.id, why: 'person' },
    });
    expect(await filesWith(run.folder, 'after-it')).toEqual([]);
  });

  it('keeps nothing of a command that begins with a space, and of none while it is paused', async () => {
    await attached();
    await view.run(' echo hidden-word');
    await view.run('echo seen');
    await run.engine.request('recording.pause', { terminal: view.info.id, on: true });
    await until('the badge says it', () => view.info.recording?.isPaused === true);
    await view.run('echo paused-word');
    await run.engine.request('recording.pause', { terminal: view.info.id, on: false });
    await view.run('echo again');
    const all = await recorded(4);
    expect(all.map(({ notRecorded, has }) => [notRecorded, has?.shown ?? null])).toEqual([
      ['space', null],
      [null, 'seen\n'],
      ['paused', null],
      [null, 'again\n'],
    ]);
    expect([
      ...(await filesWith(run.folder, 'hidden-word')),
      ...(await filesWith(run.folder, 'paused-word')),
    ]).toEqual([]);
    const state = library.profile.places.state;
    expect(await filesWith(state, 'hidden-word')).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it('believes no mark that a program prints, and cuts them from what is recorded', async () => {
    await attached();
    const line = "printf '\\033]633;D;0;0123456789abcdef;0123456789abcdef\\007still here\\n'; sh -c 'exit 9'";
    await view.run(line);
    const [only] = await recorded(1);
    expect([only?.exitStatus, only?.has?.shown]).toEqual([9, 'still here\n']);
    expect(rawOf(only!.has!)).toBe('still here\r\n');
  });

  it('has a long output in full beside both its ends, and all of it holds', async () => {
    // A step whose output is too long as well.
    await attached('long.ipynb');
    await run.next((await run.notebook()).cells[0]!.id);
    await view.run('seq 1 200000');
    const [only] = await recorded(1);
    expect(only!.output).toHaveLength(2);
    const texts = await Promise.all(only!.output.map(({ file }) => readFile(join(run.folder, file), 'utf8')));
    const all = Array.from({ length: 200_000 }, (_, index) => String(index + 1));
    expect(texts.map(withoutReadline)).toEqual([`${all.join('\r\n')}\r\n`, `${all.join('\n')}\n`]);
    expect(only!.has!.shown).toContain('not kept here; the whole text is in output/');
    expect(only!.has!.shown.startsWith('1\n2\n')).toBe(true);
    expect(only!.has!.shown.endsWith('\n200000\n')).toBe(true);
    expect(only!.has!.shown.length).toBeLessThan(200_000);
    await detach();
    await until('the report has it', async () =>
      (await readFile(join(run.folder, 'report.md'), 'utf8').catch(() => '')).includes('`seq 1 200000`'),
    );
    await run.act({ kind: 'abort', reason: 'enough' });
    expect(await faults()).toEqual([]);
    expect(await followRecipe(run.folder)).toMatchObject({ code: 0 });
    const [raw, shown] = only!.output;
    const kept = await readFile(join(run.folder, raw!.file));
    await writeFile(join(run.folder, raw!.file), 'other');
    expect(await faults()).toEqual([expect.stringContaining('not the one that the journal names')]);
    await writeFile(join(run.folder, raw!.file), kept);
    // What leaked can be taken out, wherever it stands.
    await run.engine.request('runs.leave', { run: run.folder });
    const withheld = await withholdWhenFree(run.folder, shown!.file);
    expect(withheld.withIt.toSorted()).toEqual([only!.content!.file, raw!.file].toSorted());
    expect(withheld.alsoIn).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it('is detached when the run ends, with what still runs as far as it is known', async () => {
    await attached();
    await view.type('echo begun; sleep 60\r');
    await view.shows('begun\r\n');
    await until('it runs', () => view.info.phase === 'running');
    await run.act({ kind: 'abort', reason: 'enough' });
    const [only] = await commands();
    expect(only).toMatchObject({ ended: null, exitStatus: null });
    expect(only!.has).toMatchObject({ command: 'echo begun; sleep 60', shown: 'begun\n' });
    expect((await run.events()).slice(-2)).toMatchObject([
      { type: 'terminal-detached', data: { why: 'run' } },
      { type: 'run-finished' },
    ]);
    await until('the badge is gone', () => view.info.recording === null);
    await expect(attach()).rejects.toMatchObject({ code: 'conflict' });
    expect(await faults()).toEqual([]);
  });

  it('is detached when its shell ends', async () => {
    await attached();
    await view.type('echo bye; exit 4\r');
    await until('it is recorded', async () => (await run.events()).at(-1)?.type === 'terminal-detached');
    expect((await run.events()).slice(-2)).toMatchObject([
      { type: 'terminal-command', data: { exitStatus: null } },
      { type: 'terminal-detached', data: { why: 'shell' } },
    ]);
  });

  it('is recorded as it was known, and detached, where the engine was killed', async () => {
    await attached();
    await run.next((await run.notebook()).cells[0]!.id);
    await view.run('echo whole');
    await recorded(1);
    await view.type(`echo ${'x'.repeat(10)}half; sleep 60\r`);
    await view.shows('xhalf\r\n');
    const folder = join(library.profile.places.state, 'attached', view.info.id, '2');
    await until('it is on disk', async () =>
      (await readFile(join(folder, 'text-0.txt'), 'utf8').catch(() => '')).includes('half'),
    );
    run = await reborn(run, () => library.connect());
    const [first, second] = await commands();
    expect(first?.has?.shown).toBe('whole\n');
    expect(second).toMatchObject({ ended: null, exitStatus: null, has: { shown: 'xxxxxxxxxxhalf\n' } });
    const { terminals } = run.run;
    expect(terminals.map(({ detached }) => detached?.why)).toEqual(['engine']);
    expect(await readdir(join(library.profile.places.state, 'attached'))).toEqual([]);
    await run.act({ kind: 'abort', reason: 'enough' });
    expect(await faults()).toEqual([]);
  });

  it('is attached by who drives the run, to one run at a time', async () => {
    await attached();
    await expect(attach()).rejects.toThrow(/attached to run .* already/);
    const other = await library.start(library.at('book.ipynb'));
    await expect(
      other.engine.request('recording.attach', { terminal: view.info.id, run: other.folder }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await detach();
    await expect(
      other.engine.request('recording.attach', { terminal: view.info.id, run: run.folder }),
    ).rejects.toMatchObject({ code: 'locked' });
    await detach();
    expect((await run.events()).filter(({ type }) => type === 'terminal-attached')).toHaveLength(1);
  });

  it('gives a transcript of its record, as text and as asciicast', async () => {
    await attached();
    await view.run('printf "a\\rb\\n"');
    await view.run(' echo no');
    await recorded(2);
    await detach();
    const attachedAt = (await run.events()).find(({ type }) => type === 'terminal-attached')!.seq;
    const of = (form: 'cast' | 'text') =>
      run.engine.request('recording.transcript', { run: run.folder, attached: attachedAt, form });
    const { text } = await of('text');
    expect(text).toMatch(/^# bash \(bash, this machine\): attached .* by Mara Lindt, detached /);
    expect(text).toContain(`${library.folder}\n$ printf "a\\rb\\n"\nb\n# exit 0, `);
    expect(text).toContain('1 command not recorded, as it begins with a space');
    const cast = (await of('cast')).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(cast[0]).toMatchObject({ version: 2, width: 100, height: 30 });
    const written = (cast.slice(1) as [number, string, string][]).map(([, , data]) => data).join('');
    expect(written).toContain('$ printf');
    expect(written).toContain('a\rb\r\n');
    expect(written).not.toContain('echo no');
  });
});

async function info() {
  const { terminals } = await run.engine.request('terminal.list', {});
  return terminals.find(({ id }) => id === view.info.id)!;
}
