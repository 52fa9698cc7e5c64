import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunJournal } from '../../electron/engine/runs/journal';
import { writeNotebookFile } from '../support/notebooks';
import { CLI } from '../support/profile';
import { gateCell, gateOpen, markedCell, RunLibrary } from '../support/run-library';
import { makeSampleRun } from '../support/sample-run';
import { atTerminal } from '../support/terminal';
import { until } from '../support/until';

/** Contract, section 5: who may do what in a run. */
let library: RunLibrary;
let path: string;
beforeEach(async () => {
  library = await RunLibrary.make(CONFIG);
  path = library.at('book.ipynb');
});
afterEach(() => library.dispose());

const runFolders = (): Promise<string[]> => readdir(library.at('runs', 'book')).catch(() => []);

describe('a strict environment', () => {
  const marker = (name: string): string => library.at(`${name}.mark`);
  const book = (): Promise<void> =>
    writeNotebookFile(
      path,
      [`touch '${marker('one')}'`, markedCell(`touch '${marker('two')}'`, {}, ['destructive'])],
      'bash',
    );

  it('asks at a terminal the words of the window: at the start, before each step, by name what is destructive', async () => {
    await book();
    const wrong = atTerminal(library.profile, ['run', path, '--env', 'prod']);
    await wrong.shows('Type prod to start a run there:');
    wrong.type('pro\r');
    expect(await wrong.ended).toBe(4);
    expect(await runFolders()).toEqual([]);

    const command = atTerminal(library.profile, ['run', path, '--env', 'prod']);
    await command.shows('Type prod to start a run there:');
    command.type('prod\r');
    await command.shows('type prod to run it:');
    expect(existsSync(marker('one'))).toBe(false);
    command.type('prod\r');
    await command.shows('type prod 2 to run it:');
    expect(existsSync(marker('one'))).toBe(true);
    // The environment's name alone is not enough before what is destructive.
    command.type('prod\r');
    expect(await command.ended).toBe(4);
    expect(existsSync(marker('two'))).toBe(false);

    const [name = ''] = await runFolders();
    const folder = library.at('runs', 'book', name);
    const before = await readFile(join(folder, 'journal.jsonl'), 'utf8');
    for (const more of [[], ['--confirm'], ['--json']])
      expect((await library.profile.cli(['resume', folder, ...more])).code, more.join(' ')).toBe(4);
    expect(existsSync(marker('two'))).toBe(false);
    expect((await readFile(join(folder, 'journal.jsonl'), 'utf8')).startsWith(before)).toBe(true);

    const again = atTerminal(library.profile, ['resume', folder]);
    await again.shows('type prod 2 to run it:');
    again.type('prod 2\r');
    expect(await again.ended).toBe(0);
    expect(existsSync(marker('two'))).toBe(true);
  });

  it('never runs all: no client sends several cells, or one without its words', async () => {
    await book();
    const run = await library.start(path, { environment: 'prod', typed: 'prod' });
    const { document } = await run.engine.request('notebook.open', { path: run.view.document });
    for (const cells of [['c0', 'c1'], ['c0'], ['c1']])
      await expect(run.engine.request('notebook.run', { document, cells })).rejects.toMatchObject({
        code: 'forbidden',
      });
    await expect(run.act({ kind: 'next', cell: 'c1', typed: 'prod 2' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await run.next('c0');
    for (const typed of ['prod', 'prod 1', 'PROD 2', 'stage 2', 'prod  2'])
      await expect(run.act({ kind: 'next', cell: 'c1', typed }), typed).rejects.toMatchObject({
        code: 'needs-consent',
      });
    expect(existsSync(marker('two'))).toBe(false);
    await run.next('c1', 'done', 'prod 2');
  });

  it('takes no --allow-errors, and without a terminal leaves nothing', async () => {
    await book();
    const words = ['run', path, '--env', 'prod'];
    expect((await library.profile.cli([...words, '--allow-errors'])).code).toBe(2);
    const refused = await library.profile.cli(words, { input: 'prod\nprod\nprod 2\n' });
    expect(refused.code).toBe(4);
    expect(refused.err).toContain('by a person at a terminal');
    expect(await runFolders()).toEqual([]);
    expect(existsSync(marker('one'))).toBe(false);
  });
});

describe('a program that a step of a run started', () => {
  it('confirms no gate, resumes no run and takes none over, also at a terminal that it made itself', async () => {
    await writeNotebookFile(path, ['true', gateCell('Sure?', { kind: 'confirm' }), 'true'], 'bash');
    const run = await library.start(path);
    await run.next('c0');
    await gateOpen(run, 'c1');
    const before = await readFile(join(run.folder, 'journal.jsonl'));
    const commands = [
      ['resume', run.folder],
      ['resume', run.folder, '--confirm'],
      ['take-over', run.folder],
      ['run', path, '--env', 'dev'],
    ];
    const answers = library.at('answers');
    const script = library.at('attack.py');
    await writeFile(
      script,
      `import json, os, pty, sys
answers = []
for words in json.loads(sys.argv[1]):
    status = pty.spawn(words, lambda fd: os.read(fd, 1024))
    answers.append(os.waitstatus_to_exitcode(status))
open(sys.argv[2] + '~', 'w').write(json.dumps(answers))
os.rename(sys.argv[2] + '~', sys.argv[2])
`,
    );
    const profile = `--profile=${library.profile.folder}`;
    const lines = commands.map((words) => [process.execPath, CLI, profile, ...words]);
    const attack = library.at('attack.ipynb');
    await writeNotebookFile(
      attack,
      [`python3 '${script}' '${JSON.stringify(lines)}' '${answers}' </dev/null`],
      'bash',
    );
    const engine = await library.connect();
    const { document } = await engine.request('notebook.open', { path: attack });
    await engine.request('notebook.run', { document, cells: ['c0'] });
    await until('the attack has its answers', () => existsSync(answers));
    expect(JSON.parse(await readFile(answers, 'utf8'))).toEqual(commands.map(() => 2));
    expect(await readFile(join(run.folder, 'journal.jsonl'))).toEqual(before);
    expect(await runFolders()).toHaveLength(1);
    expect(run.step('c1')?.gate).toMatchObject({ isOpen: true, answers: [] });
    // The counterpart: a person passes it, at a terminal that is nobody's child.
    run.engine.dispose();
    const person = atTerminal(library.profile, ['resume', run.folder, '--confirm']);
    expect(await person.ended).toBe(0);
    expect((await readRunJournal(run.folder)).events.at(-1)?.type).toBe('run-finished');
  });
});

describe('what a repository says', () => {
  it('runs no command of a condition that nobody has seen, nor one that was changed since', async () => {
    const trace = (name: string): string => library.at(`${name}.trace`);
    const waiting = (name: string) =>
      writeNotebookFile(
        path,
        ['true', gateCell('Wait', { kind: 'condition', command: ['touch', trace(name)] }), 'true'],
        'bash',
      );
    const accept = async (): Promise<void> => {
      const engine = await library.connect();
      const facts = await engine.request('runs.config', { place: path });
      const digests = facts.commands.map(({ digest }) => digest);
      expect(facts.commands.map(({ command }) => command[0])).toEqual(['touch']);
      await engine.request('runs.acceptCommands', { library: library.folder, digests });
    };
    await waiting('first');
    await expect(library.start(path)).rejects.toMatchObject({
      code: 'needs-consent',
      message: expect.stringContaining(`touch ${trace('first')}`) as string,
    });
    expect(await runFolders()).toEqual([]);
    await accept();
    const run = await library.start(path);
    await run.next('c0');
    await run.reached('c1', 'done');
    expect(existsSync(trace('first'))).toBe(true);
    await waiting('second');
    await expect(library.start(path)).rejects.toMatchObject({ code: 'needs-consent' });
    expect(existsSync(trace('second'))).toBe(false);
  });

  it('that guards less than at the last start is told, starts nothing unasked, and is a deviation', async () => {
    const gate = gateCell('Go?', { kind: 'confirm' });
    const step = markedCell('true', { expect: { exitStatus: 0 } }, ['destructive']);
    await writeNotebookFile(path, [gate, step], 'bash');
    await library.start(path, { environment: 'prod', typed: 'prod' });
    const weak = { ...CONFIG, environments: [{ name: 'prod', colour: 'teal', guard: 'none' }] };
    await writeFile(library.at('watchbook.json'), JSON.stringify(weak));
    await writeNotebookFile(path, [{ ...gate, metadata: {} }, { source: 'true' }], 'bash');
    const engine = await library.connect();
    const facts = await engine.request('runs.facts', { runbook: path });
    const told = facts.weaker['prod']?.join('\n') ?? '';
    for (const word of [/guard/i, /gate/i, /expect/i, /destructive/i]) expect(told).toMatch(word);
    await expect(library.start(path, { environment: 'prod' })).rejects.toMatchObject({
      code: 'needs-consent',
      message: expect.stringContaining(facts.weaker['prod']?.[0] ?? 'nothing') as string,
    });
    expect((await library.profile.cli(['run', path, '--env', 'prod'])).code).toBe(2);
    expect(await runFolders()).toHaveLength(1);
    const run = await library.start(path, { environment: 'prod', typed: 'prod', acceptedWeaker: true });
    expect(run.run.deviations.map(({ kind }) => kind)).toContain('weaker');
    expect(JSON.stringify(await run.content(run.run.started?.data.accepted))).toMatch(/guard/i);
  });
});

/** What a terminal obeys or is misled by; not the end of a line or a tab. */
function isControl(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  const isPlain = letter === '\n' || letter === '\t';
  const turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return (!isPlain && code < 0x20) || (code >= 0x7f && code <= 0x9f) || turns;
}

describe('a place that a known error leads to', () => {
  it('is a runbook of the library after all links are resolved, and nothing else', async () => {
    await writeNotebookFile(path, ['false'], 'bash');
    await mkdir(library.at('fixes'));
    await writeNotebookFile(library.at('fixes', 'a b%41.ipynb'), ['true'], 'bash');
    const outside = join(library.profile.home, 'outside');
    await mkdir(outside);
    await writeNotebookFile(join(outside, 'secret.ipynb'), ['true'], 'bash');
    await symlink(outside, library.at('way'));
    await symlink(join(outside, 'secret.ipynb'), library.at('link.ipynb'));
    await writeFile(library.at('notes.txt'), 'x');
    const run = await library.start(path);
    const follow = (target: string): Promise<{ readonly path: string }> =>
      run.engine.request('runs.followHint', { run: run.folder, target });
    expect(await follow('fixes/a%20b%2541.ipynb')).toEqual({ path: library.at('fixes', 'a b%41.ipynb') });
    for (const target of [
      'way/secret.ipynb',
      'link.ipynb',
      '../outside/secret.ipynb',
      '%2e%2e/outside/secret.ipynb',
      join(outside, 'secret.ipynb'),
      'file:///etc/passwd',
      'fixes/../../outside/secret.ipynb',
    ])
      await expect(follow(target), target).rejects.toMatchObject({ code: 'forbidden' });
    for (const target of ['notes.txt', 'fixes'])
      await expect(follow(target), target).rejects.toMatchObject({ code: 'unsupported-format' });
  });
});

describe('foreign text of a run', () => {
  it('reaches a terminal and a report as plain words', async () => {
    const word =
      '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\b\u202e[x](javascript:1) ![y](http://h/z.png) <img src=x onerror=1> `a` | b\n# Heading';
    const folder = library.at('runs', 'book', '20261124T020000Z-prod-abcdef');
    await mkdir(dirname(folder), { recursive: true });
    await makeSampleRun(folder, { word });
    const { cli } = library.profile;
    for (const words of [
      ['runs', library.folder],
      ['runs', folder],
      ['report', folder],
      ['verify', folder],
      ['verify', library.folder],
    ]) {
      const { out, err } = await cli(words);
      expect([...`${out}${err}`].filter(isControl), words.join(' ')).toEqual([]);
    }
    const report = await readFile(join(folder, 'report.md'), 'utf8');
    expect(report).toContain('owned');
    expect([...report].filter(isControl)).toEqual([]);
    // What stands in code is shown as it is.
    const prose = report.replaceAll(/^(`{3,}).*?^\1$/gms, '').replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(prose).not.toMatch(/(?<!\\)\]\(|<img|^# Heading/m);
  });
});

const CONFIG = {
  version: 1,
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' },
    { name: 'prod', colour: 'carmine', guard: 'strict' },
  ],
};
