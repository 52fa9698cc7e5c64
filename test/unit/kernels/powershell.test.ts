import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IPty } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginText, fenceText, MARKS } from '../../../electron/engine/kernels/shell/bootstrap';
import {
  openChannel,
  pipePath,
  POWERSHELL_ARGUMENTS,
  powershellEnvironment,
  powershellStart,
  type Channel,
} from '../../../electron/engine/kernels/shell/open-powershell';
import { POWERSHELL_BOOTSTRAP } from '../../../electron/engine/kernels/shell/powershell-bootstrap';
import { powershellControl } from '../../../electron/engine/kernels/shell/powershell-control';

const CTRL_C = '\u0003';

/** Code without comments and without what stands in quotes; throws where a quote is left open. */
function skeleton(text: string): string {
  const bare = text.replaceAll(/'[^'\n]*'|"[^"\n]*"|(^|\s)#[^\n]*/g, ' ');
  expect(bare).not.toMatch(/['"]/);
  return bare;
}

/** The brackets that are open at the end; one that closes another kind is kept. */
function openBrackets(text: string): string {
  const kinds: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  let open = '';
  for (const each of text.replaceAll(/[^()[\]{}]/g, '')) {
    open = each in kinds && open.endsWith(kinds[each]!) ? open.slice(0, -1) : open + each;
  }
  return open;
}

describe('what PowerShell is started with', () => {
  it('is plain text that both versions read alike, with every quote and bracket closed', () => {
    expect(POWERSHELL_BOOTSTRAP).toMatch(/^[\n\x20-\x7e]+$/);
    expect(POWERSHELL_BOOTSTRAP).not.toContain('`');
    expect(openBrackets(skeleton(POWERSHELL_BOOTSTRAP))).toBe('');
    expect(openBrackets(skeleton('a (b [c] { "}" # )\n }'))).toBe('(');
  });

  it.each([
    ['conditions between commands (7.0)', /&&|\|\|/],
    ['the ternary and null operators (7.0)', /\?\?|\?\.|\s\?\s/],
    ['clean blocks (7.3)', /\bclean\s*\{/],
    ['platform variables (6.0)', /\$Is(Windows|Linux|MacOS|CoreCLR)\b/],
  ])('uses no %s', (_, pattern) => {
    expect(skeleton(POWERSHELL_BOOTSTRAP)).not.toMatch(pattern);
  });

  it('sets no global variable but the two preferences, and never the last exit code', () => {
    const set = [...POWERSHELL_BOOTSTRAP.matchAll(/\$global:(\w+)\s*=/g)].map(([, name]) => name);
    expect(set).toEqual(['OutputEncoding', 'ProgressPreference']);
    expect(POWERSHELL_BOOTSTRAP).not.toMatch(/Set-Variable|New-Variable|\$script:/);
  });

  it('looks at the last command before anything else', () => {
    const prompt = /\$prompt = \{\n((?:\s*#[^\n]*\n)*)([^\n]*)/.exec(POWERSHELL_BOOTSTRAP)?.[2];
    expect(prompt?.trim()).toBe('$isGood = $?');
  });

  it('writes the marks that the output is cut at', () => {
    // The very expressions of the script, with what its variables hold.
    expect(POWERSHELL_BOOTSTRAP).toContain("$mark = [string][char]27 + ']697;'");
    expect(POWERSHELL_BOOTSTRAP).toContain('$bell = [string][char]7');
    expect(POWERSHELL_BOOTSTRAP).toContain("$terminal.Write($mark + $nonce + ';' + $bell)");
    expect(POWERSHELL_BOOTSTRAP).toContain('  $mark + $shell.Nonce + $bell\n');
    expect(POWERSHELL_BOOTSTRAP).toContain("Nonce = '0' * 32;");
    const [mark, bell, nonce] = ['\u001b]697;', '\u0007', '0'.repeat(32)];
    expect(mark + nonce + ';' + bell).toBe(beginText(nonce));
    expect(mark + nonce + bell).toBe(fenceText(nonce));
    // What stands before the first command is no output of it.
    expect((mark + nonce + bell).replaceAll(MARKS, '')).toBe('');
  });

  it('tells of an end only after its fence: the prompt is written before the next line is read', () => {
    const prompt = /\$prompt = \{([\s\S]*?)\}\.GetNewClosure/.exec(POWERSHELL_BOOTSTRAP)?.[1];
    expect(prompt).not.toContain('$status');
  });

  it('reads no profile, asks nothing, stays, and needs no script file to be allowed', () => {
    expect(POWERSHELL_ARGUMENTS.slice(0, 5)).toEqual([
      '-NoLogo',
      '-NoProfile',
      '-NonInteractive',
      '-NoExit',
      '-Command',
    ]);
    expect(POWERSHELL_ARGUMENTS).toHaveLength(6);
    expect(POWERSHELL_ARGUMENTS.join(' ')).not.toMatch(/["']|-File|Bypass/);
    expect(openBrackets(POWERSHELL_ARGUMENTS[5]!)).toBe('');
  });

  it('finds in its environment what it needs, and leaves none of it to programs', () => {
    const start = powershellStart('F');
    const environment = powershellEnvironment({ Path: 'p', TERM: 'dumb' }, start);
    expect(environment).toEqual({
      Path: 'p',
      TERM: 'xterm-256color',
      GIT_PAGER: 'cat',
      WATCHBOOK_COMMANDS: start.commands,
      WATCHBOOK_STATUS: start.status,
      WATCHBOOK_KEY: start.key,
      WATCHBOOK_SCRIPT: join('F', 'start'),
    });
    const read = [...(POWERSHELL_BOOTSTRAP + POWERSHELL_ARGUMENTS[5]).matchAll(/\$env:(\w+)/g)];
    const given = Object.keys(environment).filter((name) => name.startsWith('WATCHBOOK_'));
    expect(read.map(([, name]) => name).toSorted()).toEqual(given.toSorted());
    const [removal] = /^Remove-Item Env:WATCHBOOK_\*$/m.exec(POWERSHELL_BOOTSTRAP) ?? [];
    expect(removal).toBeDefined();
    expect(POWERSHELL_BOOTSTRAP.lastIndexOf('$env:')).toBeLessThan(POWERSHELL_BOOTSTRAP.indexOf(removal!));
  });
});

describe('the pipes', () => {
  it('have names that nobody can guess, new each time, as Windows wants them', () => {
    const [one, other] = [powershellStart('F'), powershellStart('F')];
    expect(one.commands).toMatch(/^watchbook-[0-9a-f]{32}-c$/);
    expect(one.status).toBe(one.commands.replace(/c$/, 's'));
    expect(other.commands).not.toBe(one.commands);
    expect(one.key).toMatch(/^[0-9a-f]{64}$/);
    expect(other.key).not.toBe(one.key);
    expect(pipePath('watchbook-1-c')).toBe('\\\\.\\pipe\\watchbook-1-c');
  });
});

/** The same code on a socket of this system: only the path differs. */
describe('a private channel', () => {
  const KEY = 'a'.repeat(64);
  let folder: string;
  let channel: Channel;
  const callers: Socket[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wb-'));
    channel = await openChannel(join(folder, 's'), KEY);
  });
  afterEach(async () => {
    channel.close();
    for (const caller of callers.splice(0)) caller.destroy();
    await rm(folder, { recursive: true, force: true });
  });
  async function call(): Promise<Socket> {
    const caller = connect(join(folder, 's'));
    caller.setEncoding('utf8');
    callers.push(caller);
    await once(caller, 'connect');
    return caller;
  }

  it('hands on what waited, and hears what follows, once the key was said', async () => {
    channel.outward.write('first\n');
    const caller = await call();
    // In two parts, and with what follows in the same one.
    caller.write(KEY.slice(0, 20));
    caller.write(`${KEY.slice(20)}\nready\0`);
    expect((await once(caller, 'data'))[0]).toBe('first\n');
    expect(String((await once(channel.inward, 'data'))[0])).toBe('ready\0');
    channel.outward.write('second\n');
    expect((await once(caller, 'data'))[0]).toBe('second\n');
  });

  it.each([
    ['another key', `${'b'.repeat(64)}\n`],
    ['a longer key', `${KEY}a\n`],
    ['a command', `${KEY.slice(0, 63)} none ZXhpdA==\n`],
  ])('cuts off who says %s, and tells it nothing', async (_, said) => {
    channel.outward.write('secret\n');
    const caller = await call();
    let heard = '';
    caller.on('data', (text: string) => (heard += text));
    caller.on('error', () => undefined);
    caller.write(said);
    await once(caller, 'close');
    expect(heard).toBe('');
    expect(channel.inward.readableLength).toBe(0);
  });

  it('is for one alone: who waits is cut off, and who comes later is not taken', async () => {
    const silent = await call();
    silent.resume();
    const gone = once(silent, 'close');
    const caller = await call();
    caller.write(`${KEY}\n`);
    await gone;
    await expect(call()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });
});

describe('an interrupt of PowerShell', () => {
  function control() {
    const done: (string | number)[] = [];
    const pty = { pid: 42, write: (text: string) => done.push(text), kill: () => done.push('closed') };
    return { done, ...powershellControl(pty as unknown as IPty, async (pid) => void done.push(pid)) };
  }

  it('is Ctrl-C twice, and then the end of all that descends from it', async () => {
    const { done, interrupt } = control();
    for (const times of [1, 2, 3]) await interrupt(times, () => true);
    expect(done).toEqual([CTRL_C, CTRL_C, 42]);
  });

  it('ends what took the screen only where it did not heed', async () => {
    const heeding = control();
    await heeding.endForeground(() => false);
    expect(heeding.done).toEqual([CTRL_C]);
    const deaf = control();
    await deaf.endForeground(() => true);
    expect(deaf.done).toEqual([CTRL_C, 42]);
  });

  it('closes its terminal at the end, and forces what is left', async () => {
    const { done, end, waits } = control();
    await end('politely');
    await end('by force');
    expect(done).toEqual(['closed', 42]);
    expect(await waits()).toBeNull();
  });
});
