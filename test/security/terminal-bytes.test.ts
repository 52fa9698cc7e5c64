import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { makeProfile, type TestProfile } from '../support/profile';
import { closeTerminals, TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

/** Attack group 10: what a program, a file or a host far away writes to a terminal. */

let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  profile = await makeProfile();
  await writeFile(join(profile.home, '.bashrc'), "PS1='me> '\n");
  await writeFile(join(profile.home, '.zshrc'), "PS1='me> '\n");
  engine = await profile.connect();
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
});
afterEach(() => closeTerminals(engine));

const open = (shell = 'bash'): Promise<TerminalView> =>
  TerminalView.open(engine, { profile: `shell:${shell}`, directory: profile.home });

/** Writes bytes into a file that is then looked at, as a log with an attack in it. */
async function file(name: string, ...texts: readonly string[]): Promise<string> {
  const path = join(profile.home, name);
  await writeFile(path, texts.join(''));
  return path;
}

const outputOf = (view: TerminalView, command: number) =>
  engine.request('terminal.commandOutput', { terminal: view.info.id, command, raw: true });

const ESC = '\u001b';
const BEL = '\u0007';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A program that writes, and keeps what its terminal types back within a second. */
const ASKER = `
import os, select, sys, termios, time, tty
saved = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, open(sys.argv[1], 'rb').read())
got = b''
end = time.time() + 1.5
while time.time() < end:
    if select.select([0], [], [], 0.1)[0]: got += os.read(0, 100000)
termios.tcsetattr(0, termios.TCSANOW, saved)
open(sys.argv[2], 'wb').write(got)
`;

describe('what a program asks of its terminal', () => {
  it('is answered by what every terminal says of itself, and by no text of the program', async () => {
    const view = await open();
    // The second client that looks must answer nothing by itself.
    const other = await profile.connect();
    await TerminalView.attach(other, view.info);
    await file('ask.py', ASKER);
    const evil = 'rm -rf evil';
    const asks = await file(
      'asks',
      `${ESC}]0;${evil}${BEL}${ESC}]2;${evil}${ESC}\\${ESC}[22;0t${ESC}[21t${ESC}[20t${ESC}[14t${ESC}[18t${ESC}[23;0t`,
      `${ESC}P$qm${ESC}\\${ESC}P$q"p${ESC}\\${ESC}P+q544e${ESC}\\${ESC}P0;1|17/${base64(evil)}${ESC}\\${ESC}P>|${evil}${ESC}\\`,
      `${ESC}]4;1;?${BEL}${ESC}]10;?${BEL}${ESC}]11;?${BEL}${ESC}]12;?${ESC}\\${ESC}]52;c;?${BEL}${ESC}]52;p;?${ESC}\\\u009d52;c;?\u009c`,
      `${ESC}[>0q${ESC}[?u${ESC}[x${ESC}[1;1;1;1;9;9*y${ESC}Z\u0005${ESC}]702;?${BEL}${ESC}]50;?${BEL}${ESC}_Gi=1,a=q;AAAA${ESC}\\`,
      `${ESC}]1337;ReportVariable=${base64(evil)}${BEL}${ESC}]133;D;?${BEL}${ESC}[c${ESC}[5n`,
    );
    const answers = join(profile.home, 'answers');
    await view.run(`python3 ask.py ${asks} ${answers}`);
    const got = await readFile(answers, 'latin1');
    // DA and the status report alone, each once.
    expect(got.replaceAll(ESC, 'ESC')).toBe('ESC[?1;2cESC[0n');
    expect(view.copies).toEqual([]);
    for (const gone of ['[21t', '[14t', 'P$q', ']52', '[>0q', ']1337', '\u0005'.repeat(2)])
      expect(view.shown).not.toContain(gone);
    other.dispose();
  });

  it('is a question to the person where it is the clipboard, and one question for a thousand', async () => {
    const view = await open();
    const one = (text: string): string => `${ESC}]52;c;${base64(text)}${BEL}`;
    const path = await file(
      'copies',
      ...Array.from({ length: 1_000 }, (_, n) => one(`copy ${n}`)),
      one('the last'),
    );
    await view.run(`cat ${path}`);
    await until('it is asked', () => view.copies.includes('the last'));
    expect(view.copies.length).toBeLessThan(40);
    const bad = await file(
      'bad',
      one('x'.repeat(200_000)),
      `${ESC}]52;c;no base64${BEL}${ESC}]52;c;${BEL}`,
      `${ESC}]52;c;${Buffer.from([0xff, 0xfe]).toString('base64')}${BEL}`,
    );
    view.copies.length = 0;
    await view.run(`cat ${bad}; sleep 0.5`);
    expect(view.copies).toEqual([]);
    expect(view.shown).not.toContain(`${ESC}]52`);
  });
});

describe('what a program hides', () => {
  it('is in what is kept of its output, as it came, whatever is shown', async () => {
    const view = await open();
    const hidden = [
      `first${ESC}[2K\rshown one\n`,
      `second\nthird${ESC}[1A${ESC}[2K\rshown two\n\n`,
      `${ESC}P1;hidden in a device string${ESC}\\${ESC}_hidden in an application string${ESC}\\`,
      `${ESC}]0;hidden in a title${BEL}${ESC}[8mconcealed${ESC}[0m\n`,
      `turned \u202etxt.exe\u202c\n${ESC}[?1049hhidden on a screen of its own${ESC}[?1049l`,
      `${ESC}]9999;${'x'.repeat(200_000)}over the limit\nafter it\n${ESC}Pnever ends`,
    ].join('');
    const path = await file('hides', hidden);
    const { id } = await view.run(`cat ${path}`);
    const { raw, shown } = await outputOf(view, id);
    const written = raw?.replaceAll('\r\n', '\n') ?? '';
    // More than is kept of the middle of a long output is said to be missing, and nothing else is.
    for (const part of hidden.split('x'.repeat(200_000)))
      expect(written).toContain(part.replaceAll('\r\n', '\n'));
    expect(shown).toContain('shown one\n');
    expect(shown).toContain('shown two\n');
    expect(shown).not.toContain('second');
    expect(shown).toContain('concealed');
    expect(shown).toContain('after it');
    expect(shown).not.toContain(ESC + ']');
  });

  it('ends with the command: what it began and did not end leaves the shell usable', async () => {
    const view = await open();
    for (const begun of ['P', '_', '^', 'X', ']0;', '[', '[?', ']8;;https://a.example', ' ', '(', '']) {
      const path = await file('begun', `${ESC}${begun}`);
      await view.run(`cat ${path}`);
      expect(await view.run('sh -c "exit 3"'), begun).toMatchObject({ status: 3, text: 'sh -c "exit 3"' });
    }
    await view.run('echo "still $((40+2))"');
    await view.shows('still 42');
  });

  it('takes neither the screen nor the mouse along when it ends', async () => {
    const view = await open();
    const path = await file('takes', `${ESC}[?1049h${ESC}[?1000h${ESC}[?1003;1006h${ESC}[?25l${ESC}(0`);
    await view.run('echo "before $((40+2))"');
    const { id } = await view.run(`cat ${path}`);
    expect(view.shown.slice(view.ends.get(id))).toContain(
      `${ESC}[?1049l${ESC}[?1000l${ESC}[?1003l${ESC}[?25h\u000f${ESC}(B`,
    );
    await view.run('echo after');
    // Who comes later gets the screen that scrolls, with all of it.
    const later = await profile.connect();
    const { screen, commands } = await later.request('terminal.attach', { terminal: view.info.id });
    expect(screen).toContain('before 42');
    expect(screen).not.toContain(`${ESC}[?1049h`);
    expect(screen).not.toContain(`${ESC}[?1003h`);
    expect(commands.map(({ row }) => row)).toEqual([0, 2, 3]);
    later.dispose();
  });
});

describe('a giant', () => {
  it.each([
    ['device string', `${ESC}P`, `${ESC}\\`],
    ['application string', `${ESC}_`, ''],
    ['title', `${ESC}]0;`, BEL],
    ['picture of sixels', `${ESC}P0;0;0q"1;1;99999;99999#1`, `${ESC}\\`],
    ['row of numbers', `${ESC}[`, 'm'],
  ])('%s is not held, not shown, and does not hold up the shell', async (_, begin, end) => {
    const view = await open();
    const write = [
      'import os,sys',
      `piece = (${begin === `${ESC}[` ? 'b"9999;"' : 'b"!9999999999~1;"'} * 20000)[:65536]`,
      'put = lambda data: [os.write(1, data[at:at + 65536]) for at in range(0, len(data), 65536)]',
      `put(${JSON.stringify(begin)}.encode())`,
      'for n in range(320): put(piece)',
      `put(${JSON.stringify(end)}.encode())`,
    ].join('\n');
    await writeFile(join(profile.home, 'giant.py'), write);
    await view.run('python3 giant.py');
    expect(await view.run('echo "usable $((40+2))"')).toMatchObject({ status: 0 });
    await view.shows('usable 42');
    expect(view.shown.length).toBeLessThan(200_000);
  });
});

describe.each(['bash', 'zsh'])('marks in %s', (shell) => {
  it('are given by nobody who has an old nonce, a guess, or a transcript', async () => {
    const view = await open(shell);
    // Code in the shell can read its nonce; a program that got to see one later can do nothing with it.
    await view.run('echo "$__wb_nonce" > seen; set > variables; true');
    const seen = (await readFile(join(profile.home, 'seen'), 'utf8')).trim();
    expect(seen).toMatch(/^[0-9a-f]{24,32}$/);
    expect(await readFile(join(profile.home, 'variables'), 'utf8')).toContain(seen);
    const before = view.marks.length;
    const nonces = [seen, '0'.repeat(32), 'f'.repeat(32), '', '?'];
    const forged = nonces.flatMap((nonce) => [
      `${ESC}]633;D;0;${nonce};${'1'.repeat(32)}${BEL}${ESC}]133;D;0;${nonce};${'1'.repeat(32)}${ESC}\\`,
      `${ESC}]633;A;${nonce}${BEL}${ESC}]633;B;${nonce}${BEL}${ESC}]633;E;kubectl get pods;${nonce}${BEL}${ESC}]633;C;${nonce}${BEL}`,
      `\u009d633;D;0;${nonce};${nonce}\u009c${ESC}]633;P;Cwd=/evil;${nonce}${BEL}${ESC}]133;D;0${BEL}`,
    ]);
    const path = await file('transcript', ...forged, 'words of it\n');
    const command = await view.run(`cat ${path} variables; sh -c 'exit 9'`);
    expect(command).toMatchObject({ status: 9, directory: profile.home });
    expect(command.text).toContain('exit 9');
    const steps = view.marks.slice(before).map(({ step }) => step);
    expect(steps.filter((step) => step !== 'prompt')).toEqual(['start', 'end']);
    expect(view.info.directory).toBe(profile.home);
    const { raw, shown } = await outputOf(view, command.id);
    expect(shown).toContain('words of it');
    for (const text of [raw ?? '', shown, view.shown])
      expect(text.replaceAll(ESC, 'ESC')).not.toMatch(/(?:ESC\]|\u009d)[61]33;/);
    // The one that is in the file of variables is an old one.
    await view.run('echo "$__wb_nonce" > now');
    expect((await readFile(join(profile.home, 'now'), 'utf8')).trim()).not.toBe(seen);
  });

  it('leave their nonce in no environment, argument, output, trace or kept text', async () => {
    const view = await open(shell);
    const nonces: string[] = [];
    const note = async (): Promise<void> => {
      nonces.push((await readFile(join(profile.home, 'nonce'), 'utf8')).trim());
    };
    await view.run('echo "$__wb_nonce" > nonce');
    await note();
    const trace = shell === 'bash' ? 'BASH_XTRACEFD=1; set -xv' : 'setopt xtrace verbose';
    await view.run(trace);
    const traced = await view.run(
      `true; echo "$__wb_nonce" > nonce; env; ps axeww | grep -c nothing; (false)`,
    );
    expect(traced.status).toBe(1);
    await note();
    await view.run(shell === 'bash' ? 'set +xv' : 'unsetopt xtrace verbose');
    await view.run('sleep 1000 & ');
    const { raw } = await outputOf(view, traced.id);
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const path of pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])) {
      // A process may end while it is looked at, or be another user's.
      const text = await readFile(path, 'latin1').catch(() => '');
      for (const nonce of nonces) expect(text.includes(nonce), path).toBe(false);
    }
    for (const nonce of nonces) {
      expect(nonce).toMatch(/^[0-9a-f]{24,32}$/);
      expect(raw?.replaceAll(`echo ${nonce}`, '')).not.toContain(nonce);
    }
    expect(view.shown).not.toContain('633;');
    await view.run('kill %1');
  });
});
