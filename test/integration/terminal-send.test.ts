import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { makeProfile, type TestProfile } from '../support/profile';
import { closeTerminals, TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  profile = await makeProfile();
  await writeFile(join(profile.home, '.bashrc'), "PS1='me> '\n");
  await writeFile(join(profile.home, '.zshrc'), "PS1='me> '\nRPROMPT='at the right'\n");
  await mkdir(join(profile.home, '.config', 'fish'), { recursive: true });
  await writeFile(
    join(profile.home, '.config', 'fish', 'config.fish'),
    "function fish_prompt\n  echo -n 'me> '\nend\nfunction fish_greeting\nend\n",
  );
  engine = await profile.connect();
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
});
afterEach(() => closeTerminals(engine));

const open = async (shell: string): Promise<TerminalView> => {
  const view = await TerminalView.open(engine, { profile: `shell:${shell}`, directory: profile.home });
  await view.ready();
  return view;
};
const send = (view: TerminalView, text: string, force = false) =>
  engine.request('terminal.send', { terminal: view.info.id, text, force });

/** Waits until it is refused for this reason: what was typed is on its way to the screen. */
async function isRefused(view: TerminalView, reason: string, words: RegExp): Promise<void> {
  const answer = await send(view, 'echo never-sent');
  expect(answer).toMatchObject({ kind: 'refused', reason });
  expect(answer.kind === 'refused' ? answer.message : '').toMatch(words);
  expect(view.shown).not.toContain('never-sent');
}

// A busy fish passes over a key that comes right behind another one.
describe.each(['bash', 'zsh'])('a line that was just cancelled in %s', (shell) => {
  it('is behind a text that is sent at once: its prompt is waited for', async () => {
    const view = await open(shell);
    await view.type('halfaline');
    await view.shows('halfaline');
    const [, answer] = await Promise.all([view.type('\u0003'), send(view, 'echo "sent $((40+2))"')]);
    expect(answer.kind).toBe('sent');
    await view.shows('sent 42');
  });
});

describe.each(['bash', 'zsh', 'fish'])('a text sent to %s', (shell) => {
  it('becomes one command, whatever is in it, with the status of its end', async () => {
    const view = await open(shell);
    expect(await view.send('echo "one $HOME"')).toMatchObject({ text: 'echo "one $HOME"', status: 0 });
    await view.shows(`one ${profile.home}`);
    const many = "# a comment\necho 'it''s' first\n\techo 'hi!' \"two\"\nsh -c 'exit 7'\n";
    expect(await view.send(many)).toMatchObject({ text: many.trimEnd(), status: 7 });
    await view.shows('hi! two');
    expect(view.shown).not.toContain('not found');
    // An open quote fails at once and leaves no half of a line behind.
    const half = await view.send('echo "open');
    expect(half.status).not.toBe(0);
    expect(await view.send('true')).toMatchObject({ text: 'true', status: 0 });
    // Typed by hand it goes on as before.
    expect(await view.run('echo by hand')).toMatchObject({ text: 'echo by hand', status: 0 });
  });

  it('is in the list of what runs as soon as it was entered, where that is asked for', async () => {
    const view = await open(shell);
    const phase = async (): Promise<string | undefined> => {
      const { terminals } = await engine.request('terminal.list', { settled: true });
      return terminals.find(({ id }) => id === view.info.id)?.phase;
    };
    await view.type('sleep 300');
    expect(await phase()).toBe('input');
    // Both on their way at once: the answer is that of after it.
    const typed = view.type('\r');
    expect(await phase()).toBe('running');
    await typed;
  });

  it('is refused at a line that is half typed, also with the cursor at its start, until the next prompt', async () => {
    const view = await open(shell);
    await view.type('rm -rf /nowhere');
    await isRefused(view, 'half-typed', /Nothing was sent\. Press Ctrl C/);
    await view.shows('nowhere');
    await view.type('\u0001');
    await isRefused(view, 'half-typed', /Nothing was sent/);
    // Once more where it was passed over: a busy fish drops the one that comes right behind another key.
    await until('the next prompt takes it', async () => {
      await view.type('\u0003');
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await send(view, 'true')).kind === 'sent';
    });
    await until('it is back', () => view.info.phase === 'input');
    // A line that goes on is none that is empty.
    await view.type("echo 'half\r");
    await view.shows('half');
    await isRefused(view, 'half-typed', /Nothing was sent/);
    expect(view.shown).not.toContain('never-sent');
  });

  it('is refused while a command runs, and by a program with the whole screen', async () => {
    const view = await open(shell);
    await view.type('read wanted\r');
    await until('it runs', () => view.info.phase === 'running');
    await isRefused(view, 'busy', /read wanted runs in .*Nothing was sent/);
    await view.type('\r');
    await view.ready();
    await view.type("printf '\\033[?1049hfull'; sleep 60\r");
    await until('it runs', () => view.info.phase === 'running');
    await view.shows('\u001b[?1049hfull');
    await isRefused(view, 'full-screen', /whole screen/);
  });

  it('waits for what was typed too early', async () => {
    const view = await open(shell);
    await view.type('sleep 1\r');
    await until('it runs', () => view.info.phase === 'running');
    await view.type('echo early');
    await view.ready();
    await isRefused(view, 'half-typed', /Nothing was sent/);
  });
});

describe('a text', () => {
  it('is not sent to a shell without marks, save by somebody who was told', async () => {
    await engine.request('settings.set', {
      changes: { terminalCommands: [{ name: 'plain', command: ['/bin/sh'] }] },
    });
    const view = await TerminalView.open(engine, { profile: 'command:plain' });
    await isRefused(view, 'no-marks', /does not mark its commands.*Nothing was sent/);
    expect(await send(view, 'echo "forced $((1+1))"', true)).toEqual({ kind: 'sent', command: null });
    await view.shows('forced 2');
  });

  it('is refused where the shell has ended, and where it would be keys', async () => {
    const view = await open('bash');
    expect(await send(view, 'echo \u001b[A')).toMatchObject({ kind: 'refused', reason: 'text' });
    expect(await send(view, ' \n')).toMatchObject({ kind: 'refused', reason: 'text' });
    await view.type('exit\r');
    await until('it has ended', () => view.info.ended !== null);
    expect(await send(view, 'true')).toMatchObject({ kind: 'refused', reason: 'ended' });
  });

  it('goes out once at a time', async () => {
    const view = await open('bash');
    const both = await Promise.all([send(view, 'sleep 0.2'), send(view, 'echo second')]);
    expect(both).toEqual([
      { kind: 'sent', command: 1 },
      expect.objectContaining({ kind: 'refused', reason: 'busy' }),
    ]);
  });

  it('stays one command in a shell that traces, and after a file was sourced', async () => {
    await writeFile(join(profile.home, 'sourced.sh'), "echo from a file\nPS1='sourced> '\nfalse\n");
    for (const shell of ['bash', 'zsh']) {
      const view = await open(shell);
      expect(await view.send('. ./sourced.sh')).toMatchObject({ text: '. ./sourced.sh', status: 1 });
      await view.send('set -x');
      expect(await view.send('true\nfalse')).toMatchObject({ text: 'true\nfalse', status: 1 });
      await view.send('set +x');
      expect(view.shown).not.toMatch(/[0-9a-f]{20,}/);
      expect(view.shown).not.toContain('633;');
    }
  });

  it('may be pasted in several lines by hand, and the marks go on', async () => {
    const view = await open('bash');
    await view.type('\u001b[200~echo a\recho "$((1+1))b"\u001b[201~\r');
    await view.shows('2b');
    await view.ready();
    // Bash draws the prompt after this one before it has looked back at it.
    await view.type("eval 'echo \"open'\r");
    await view.shows('unexpected EOF');
    await view.type('true\r');
    await until('the marks go on', () => view.info.phase === 'input' && (view.info.command?.id ?? 0) >= 3);
    expect(await view.run('sh -c "exit 3"')).toMatchObject({ status: 3 });
  });
});
