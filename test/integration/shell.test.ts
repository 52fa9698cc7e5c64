import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processStart } from '../../electron/engine/process-identity';
import { faultCount } from '../support/environment';
import { openShell, type TestShell } from '../support/shell';
import { until } from '../support/until';

const isGone = async (pid: number): Promise<boolean> => (await processStart(pid)) === null;

const FRESH = 'The shell ended with this cell; a fresh shell follows.';

describe('the built-in shell, with nobody there', () => {
  let shell: TestShell;
  beforeAll(async () => {
    shell = await openShell(false, { ELECTRON_RUN_AS_NODE: '1', WATCHBOOK_PROFILE: '/nowhere', OWN: 'kept' });
  });
  afterAll(() => shell.dispose());

  const textOf = async (code: string): Promise<string> => (await shell.run(code)).text;

  it('keeps directory, variables, functions and jobs from cell to cell', async () => {
    await shell.run('cd /tmp; x="a b"; declare -a list=(1 2); greet() { echo "hello $1"; }; sleep 60 &');
    expect(await textOf('pwd; echo "$x ${list[1]}"; greet you; jobs -r | grep -c sleep; kill %1')).toBe(
      '/tmp\na b 2\nhello you\n1\n',
    );
  });

  it('gives standard output and error as one stream, in the order a terminal shows', async () => {
    const { messages, text } = await shell.run('for i in 1 2 3; do echo o$i; echo e$i >&2; done');
    expect(text).toBe('o1\ne1\no2\ne2\no3\ne3\n');
    expect(
      messages.flatMap(({ content }) => ('name' in content && 'text' in content ? [content.name] : [])),
    ).not.toContain('stderr');
  });

  it.each([
    ['false', 1],
    ['(exit 7)', 7],
    ['true; f() { return 9; }; f', 9],
    ['no-such-program', 127],
    ['/etc/passwd', 126],
    ['sh -c "kill -9 \\$\\$"', 137],
    ['echo ${unset_name:?}', 1],
    ['readonly ro=1; ro=2; echo never', 1],
    ['true | (exit 4)', 4],
  ])('counts the status of the last command: %s', async (code, status) => {
    const { result, error, text } = await shell.run(code);
    expect(result).toMatchObject({ outcome: { kind: 'error', ename: 'ExitStatus' }, exitStatus: status });
    expect(error).toEqual({
      ename: 'ExitStatus',
      evalue: String(status),
      traceback: [`exit status ${status}`],
    });
    expect(text).not.toContain('never');
    expect(await textOf('echo $?')).toBe(`${status}\n`);
  });

  it.each([
    ['an open quote', 'echo "never'],
    ['an open block', 'if true; then echo never'],
    ['an open arithmetic', 'echo $((1 + '],
    ['a wrong word', 'done; echo never'],
  ])('fails at once for %s', async (_, code) => {
    const { result, text } = await shell.run(code);
    expect(result).toMatchObject({ outcome: { kind: 'error' }, exitStatus: 2 });
    expect(text).toMatch(/line 1: unexpected EOF|line [12]: syntax error/);
    expect(text.split('\n')).not.toContain('never');
  });

  it.each([
    ['# a comment alone', ''],
    ['echo "a $(echo "b $(echo \'c "d"\')")"', 'a b c "d"\n'],
    ["cat <<'END'\n$x \\ `y` \"\nEND\necho behind", '$x \\ `y` "\nbehind\n'],
    ['cat <<-END\n\tindented\n\tEND', 'indented\n'],
    ['printf "no line end"', 'no line end'],
    ['echo "ünïcödé 日本 🎉"', 'ünïcödé 日本 🎉\n'],
    ['printf "\\e[31mred\\e[0m\\n"', '\u001b[31mred\u001b[0m\n'],
    ['printf "10%%\\r20%%\\r"; echo done', '10%\r20%\rdone\n'],
    ['echo exit', 'exit\n'],
    ['echo $LINENO\n\necho $LINENO', '1\n3\n'],
    ['for i in 1 2 3; do [ $i = 2 ] && continue; [ $i = 3 ] && break; echo $i; done; echo out', '1\nout\n'],
    ['cat; read line || echo nothing to read', 'nothing to read\n'],
    ['printf "a\\0b" | tr "\\0" .', 'a.b'],
  ])('gives the text alone: %s', async (code, text) => {
    const ran = await shell.run(code);
    expect(ran.text).toBe(text);
    expect(ran.result.outcome).toEqual({ kind: 'ok' });
  });

  it('gives bytes that are no text a place, and goes on', async () => {
    expect(await textOf("printf '\\377\\376\\000\\033'; echo; echo end")).toBe('\ufffd\ufffd\0\u001b\nend\n');
  });

  it('gives megabytes whole, and lines as long as they are', async () => {
    const lines = await textOf('seq 1 200000');
    expect(lines).toBe(Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join(''));
    expect(await textOf("head -c 2000000 /dev/zero | tr '\\0' x; echo")).toBe(`${'x'.repeat(2_000_000)}\n`);
    const long = 'y'.repeat(100_000);
    expect(await textOf(`echo ${long}`)).toBe(`${long}\n`);
  });

  it('streams while the cell runs', async () => {
    const go = join(shell.folder, 'go');
    const cell = await shell.send(`echo first; while [ ! -e '${go}' ]; do sleep 0.1; done; echo last`);
    await cell.printed('first\n');
    expect(cell.text).toBe('first\n');
    await writeFile(go, '');
    expect((await cell.ended()).outcome).toEqual({ kind: 'ok' });
    expect(cell.text).toBe('first\nlast\n');
  });

  it('gives no variable of ours or of Electron to commands, and those of the caller whole', async () => {
    const variables = (await textOf('env')).trimEnd().split('\n');
    expect(variables.filter((line) => /^(ELECTRON|WATCHBOOK|__wb)/.test(line))).toEqual([]);
    expect(variables).toEqual(expect.arrayContaining(['OWN=kept', 'SHLVL=1', 'TERM=xterm-256color']));
    expect(variables.filter((line) => line.startsWith('HIST'))).toEqual([]);
  });

  it('lets commands reach neither the descriptors commands come by, nor anything in their folder', async () => {
    expect(
      await textOf(
        'ls /proc/self/fd | grep -E "^(98|99)$"; (ls /proc/$BASHPID/fd | grep -E "^9[89]$"); echo',
      ),
    ).toBe('\n');
    expect((await readdir(shell.folder)).filter((name) => name.startsWith('b-')).length).toBe(1);
    expect(await textOf(`ls '${shell.folder}'/b-*`)).toBe('');
  });

  it('shows traced commands without our own, and goes on under every option', async () => {
    expect(await textOf('set -x; true one; set +x')).toMatch(/^\++ true one\n\++ set \+x\n$/);
    await shell.run('set -v -u -E -T -o pipefail; set -C');
    expect(await textOf('echo a')).toBe('echo a\na\n');
    const { error, text } = await shell.run('echo "$not_there"');
    expect(error?.evalue).toBe('1');
    expect(text).toContain('not_there: unbound variable');
    await shell.run('set +v +u +E +T +o pipefail +C');
    expect(await textOf('echo b')).toBe('b\n');
  });

  it('keeps set -e to what fails in a cell', async () => {
    await shell.run('set -e');
    expect((await shell.run('! true')).error?.evalue).toBe('1');
    expect(await textOf('echo "still here, $?"')).toBe('still here, 1\n');
    await shell.run('set +e');
  });

  it('keeps traps of a person to what they run', async () => {
    expect(await textOf("trap 'echo failed' ERR; false; true")).toBe('failed\n');
    expect(await textOf('(exit 3)')).toBe('failed\n');
    expect(await textOf("trap - ERR; trap 'echo before' DEBUG; echo x")).toBe('before\nx\n');
    expect(await textOf('echo y')).toBe('before\ny\n');
    expect(await textOf('trap - DEBUG')).toBe('before\n');
    expect(await textOf("trap 'echo hup' HUP; kill -HUP $$; sleep 0.1")).toBe('hup\n');
    await shell.run('trap - HUP');
    expect(await textOf('echo quiet')).toBe('quiet\n');
  });

  it('survives changed prompts, also in a cell that is then interrupted', async () => {
    await shell.run('PS1="mine> " PS2="more> " PROMPT_COMMAND="echo hook"');
    expect(await textOf('echo a')).toBe('a\n');
    const cell = await shell.send('PROMPT_COMMAND=true PS4=y; echo begun; sleep 60');
    await cell.printed('begun');
    await cell.interrupt();
    expect((await cell.ended()).outcome.kind).toBe('interrupted');
    expect(await textOf('echo b')).toBe('b\n');
    const both = await shell.send('unset PROMPT_COMMAND; echo begun; sleep 60');
    await both.printed('begun');
    await both.interrupt();
    await both.ended();
    expect(await textOf('echo c')).toBe('c\n');
  });

  it('keeps redirections of exec, and its own way to tell of an end', async () => {
    const file = join(shell.folder, 'log');
    expect(await textOf(`exec 3>'${file}'; echo three >&3; exec 3>&-`)).toBe('');
    expect(await textOf(`exec >'${file}.out' 2>&1; echo hidden`)).toBe('');
    expect(await textOf('echo hidden too')).toBe('');
    await shell.run('exec >/dev/tty 2>&1');
    expect(await textOf('echo seen')).toBe('seen\n');
    expect(await readFile(file, 'utf8')).toBe('three\n');
    expect(await readFile(`${file}.out`, 'utf8')).toBe('hidden\nhidden too\n');
  });

  it.each([
    ['exit 3', '3', ''],
    ['echo foo; sleep 0.2; exit 3', '3', 'foo\n'],
    ['set -e; echo a; (exit 5); echo never', '5', 'a\n'],
    ['exec sh -c "echo in its place; exit 6"', '6', 'in its place\n'],
    ['kill -9 $$', '137', ''],
    ['exit 0', '0', ''],
  ])('fails with the status of what ends it, and starts afresh: %s', async (code, status, text) => {
    await shell.run('cd /; y=1');
    const ran = await shell.run(code);
    expect(ran.error).toEqual({
      ename: 'ExitStatus',
      evalue: status,
      traceback: [`exit status ${status}`, FRESH],
    });
    expect(ran.text).toBe(text);
    expect(await textOf('pwd; echo "<${y-}>"')).toBe(`${shell.folder}\n<>\n`);
  });

  it('gives what a job in the background prints to the cell that ran last', async () => {
    const first = await shell.send('(sleep 0.5; echo late) & echo now');
    await first.ended();
    await first.printed('late\n');
    expect(first.text).toBe('now\nlate\n');
    expect(await textOf('echo next')).toBe('next\n');
  });

  it('aborts what waits behind a failed cell', async () => {
    const cells = await Promise.all([shell.send('sleep 0.3; false'), shell.send('echo never')]);
    const outcomes = await Promise.all(cells.map((cell) => cell.ended()));
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['error', 'aborted']);
    expect(await textOf('echo on')).toBe('on\n');
  });

  it('gives the end of input also to a program that asks the terminal itself', async () => {
    expect(await textOf('read x </dev/tty; echo "status $? <$x>"')).toBe('status 1 <>\n');
    const { text, result } = await shell.run(
      `python3 -c "import getpass; getpass.getpass('Secret: ')" 2>&1 | tail -n 1`,
    );
    expect(text).toMatch(/^Secret: \n?EOFError\n$/);
    expect(result.outcome.kind).toBe('ok');
  });

  it.each(['vi', 'less /etc/passwd', 'printf "\\e[?1"; sleep 0.2; printf "049h"; sleep 60'])(
    'refuses what takes the whole screen, and says where it can be run: %s',
    async (code) => {
      const { error, result } = await shell.run(code);
      expect(result.outcome.kind).toBe('error');
      expect(error?.traceback[1]).toBe(
        'This program takes the whole screen and was ended. Run it in a terminal instead.',
      );
      expect(await textOf('echo on')).toBe('on\n');
    },
  );
});

describe('an interrupt of the built-in shell', () => {
  let shell: TestShell;
  beforeAll(async () => (shell = await openShell(false)));
  afterAll(() => shell.dispose());

  /** `before` runs before the cell says that it has begun, and so before the first interrupt. */
  async function interrupted(code: string, times = 1, before = ':') {
    const cell = await shell.send(`${before}; echo begun; ${code}`);
    await cell.printed('begun\n');
    for (let count = 0; count < times; count += 1) {
      await cell.interrupt();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return { cell, result: await cell.ended() };
  }

  it.each([
    'sleep 60',
    'while :; do :; done',
    'while :; do sleep 0.1; done',
    'f() { sleep 60; }; f; echo never',
  ])('ends %s and leaves the shell as it was', async (code) => {
    await shell.run('kept=yes');
    const { cell, result } = await interrupted(code);
    expect(result).toMatchObject({ outcome: { kind: 'interrupted' }, exitStatus: 130 });
    expect(cell.text).toBe('begun\n');
    expect((await shell.run('echo $kept')).text).toBe('yes\n');
  });

  it('is heard by the traps of a person', async () => {
    const { cell, result } = await interrupted(
      'sleep 60; echo behind',
      1,
      "trap 'echo heard; stopped=1' INT",
    );
    expect(result.outcome).toEqual({ kind: 'ok' });
    expect(cell.text).toBe('begun\nheard\nbehind\n');
    await shell.run('trap - INT');
  });

  it('at any moment costs no command, no output and no end', async () => {
    for (let count = 0; count < 4 * faultCount(); count += 1) {
      const cell = await shell.send(`echo begun ${count}; sleep 0.02; echo ended`);
      const moments = [Math.random() * 60, Math.random() * 60];
      const interrupts = moments.map(async (moment) => {
        await new Promise((resolve) => setTimeout(resolve, moment));
        await cell.interrupt();
      });
      await cell.ended();
      await Promise.all(interrupts);
      const next = await shell.run(`echo next ${count}`);
      expect(next.text).toBe(`next ${count}\n`);
      expect(next.result.outcome.kind).toBe('ok');
      expect(`begun ${count}\nended\n`).toContain(cell.text.replace(/\n$/, ''));
    }
  });

  it('ends a flood', async () => {
    const { result } = await interrupted('yes');
    expect(result.outcome.kind).toBe('interrupted');
    expect((await shell.run('echo on')).text).toBe('on\n');
  });

  it('becomes harder when it is not heeded: a loop that ignores it ends at the third', async () => {
    const { result } = await interrupted('while :; do sleep 0.1; done', 3, "trap '' INT");
    expect(result.outcome.kind).toBe('interrupted');
    expect((await shell.run('echo on')).text).toBe('on\n');
    const hard = await interrupted(`sh -c "trap '' INT TERM; while :; do sleep 0.1; done"`, 4);
    expect(hard.result.outcome.kind).toBe('interrupted');
    expect((await shell.run('echo on')).text).toBe('on\n');
  });
});

describe('the built-in shell with a person there', () => {
  let shell: TestShell;
  beforeEach(async () => (shell = await openShell(true)));
  afterEach(() => shell.dispose());

  it('asks for the line a program waits for, and shows no echo of it', async () => {
    const cell = await shell.send('read -p "Name? " name; echo "hello $name"');
    const prompt = await cell.asked();
    expect(prompt).toMatchObject({ password: false, continuous: true });
    prompt.answer('Mara', false);
    expect((await cell.ended()).outcome).toEqual({ kind: 'ok' });
    expect(cell.text).toBe('Name? hello Mara\n');
  });

  it.each([
    ['read -s', 'read -s -p "Secret: " s; echo; echo "${#s}"'],
    [
      'a program that turns the echo off',
      `python3 -c "import getpass; print(len(getpass.getpass('Secret: ')))"`,
    ],
    ['stty', 'printf "Secret: "; stty -echo; read s; stty echo; echo; echo "${#s}"'],
  ])('masks what is typed for %s, and keeps it out of the text', async (_, code) => {
    const cell = await shell.send(code);
    const prompt = await cell.asked();
    expect(prompt.password).toBe(true);
    prompt.answer('hunter2', false);
    await cell.ended();
    expect(cell.text).toBe('Secret: \n7\n');
  });

  it('asks again for each line, until the end of input', async () => {
    const cell = await shell.send('cat | tr a-z A-Z');
    (await cell.asked(1)).answer('one', false);
    (await cell.asked(2)).answer('two', false);
    (await cell.asked(3)).answer('', true);
    expect((await cell.ended()).outcome).toEqual({ kind: 'ok' });
    expect(cell.text).toBe('ONE\nTWO\n');
  });

  it('takes keys that would stop a program for no part of an answer', async () => {
    const cell = await shell.send('read x; echo "<$x>"');
    (await cell.asked()).answer('a\u0003\u001ab', false);
    await cell.ended();
    expect(cell.text).toBe('<ab>\n');
  });

  it('keeps output that equals what was typed', async () => {
    const cell = await shell.send('read x; echo "$x"; echo "$x"');
    (await cell.asked()).answer('yes', false);
    await cell.ended();
    expect(cell.text).toBe('yes\nyes\n');
  });

  it('has a terminal that echoes again after a masked question was interrupted', async () => {
    const cell = await shell.send('stty -echo; read s; stty echo');
    expect((await cell.asked()).password).toBe(true);
    await cell.interrupt();
    expect((await cell.ended()).outcome.kind).toBe('interrupted');
    const next = await shell.send('read x');
    expect((await next.asked()).password).toBe(false);
    await next.interrupt();
    await next.ended();
  });

  it.each(['top', 'python3 -c "import curses; curses.wrapper(lambda s: s.getch())"'])(
    'refuses what takes the whole screen and asks for nothing: %s',
    async (code) => {
      const cell = await shell.send(code);
      await cell.ended();
      expect(cell.error?.traceback[1]).toContain('Run it in a terminal instead.');
      expect(cell.prompts).toEqual([]);
    },
  );
});

describe('the end of the built-in shell', () => {
  it('ends its jobs and leaves nothing on disk', async () => {
    const shell = await openShell(false);
    const { text } = await shell.run('sleep 300 & echo $! $$');
    const [job, own] = text.trim().split(' ').map(Number);
    await shell.shutdown();
    await until('job and shell are gone', async () => (await isGone(job!)) && (await isGone(own!)));
    expect(await readdir(shell.folder)).toEqual([]);
    expect(await shell.handle.ended).toMatchObject({ asked: true });
    await shell.dispose();
  });

  it('comes also when a cell runs that heeds nothing', async () => {
    const shell = await openShell(false);
    const cell = await shell.send("trap '' HUP INT TERM; echo $$; while :; do sleep 0.2; done");
    await cell.printed('\n');
    const pid = Number(cell.text.trim());
    await shell.shutdown();
    expect(await isGone(pid)).toBe(true);
    expect((await cell.ended()).outcome.kind).toBe('died');
    await shell.dispose();
  });
});
