import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { makeProfile, type TestProfile } from '../support/profile';
import { TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  profile = await makeProfile();
  await writeFile(
    join(profile.home, '.bashrc'),
    "export MINE=bash\nPS1='me> '\nPROMPT_COMMAND='MINE_PROMPT=$?'\nHISTCONTROL=ignoreboth\n",
  );
  await writeFile(
    join(profile.home, '.zshrc'),
    "export MINE=zsh\nPS1='me> '\nprecmd() { MINE_PROMPT=$? }\nsetopt HIST_IGNORE_SPACE\n",
  );
  await writeFile(join(profile.home, '.zshenv'), 'export FIRST=read\n');
  await mkdir(join(profile.home, '.config', 'fish'), { recursive: true });
  await writeFile(
    join(profile.home, '.config', 'fish', 'config.fish'),
    'set -gx MINE fish\nfunction fish_prompt\n  echo -n "me[$status]> "\nend\nfunction fish_greeting\nend\n',
  );
  engine = await profile.connect();
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
});

/** Types keys that bring the prompt again, and waits for it. */
async function toPrompt(view: TerminalView, keys: string): Promise<void> {
  const before = view.marks.length;
  await view.type(keys);
  await until('there is a new prompt', () => view.marks.length > before);
}

const echo = (name: string): string => `echo "is:$${name}"`;

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  let view: TerminalView;
  const runs = (status: number): string => `sh -c 'exit ${status}'`;
  beforeAll(async () => {
    view = await TerminalView.open(engine, { profile: `shell:${shell}`, directory: profile.home });
    await view.ready();
  });
  afterAll(async () => {
    await engine.request('terminal.close', { terminal: view.info.id, force: true });
  });

  it('reads the person’s own files, and marks its commands with text, folder and status', async () => {
    const command = await view.run(echo('MINE'));
    await view.shows(`is:${shell}`);
    expect(command).toMatchObject({ text: echo('MINE'), status: 0, directory: profile.home });
    expect(await view.run(runs(7))).toMatchObject({ text: runs(7), status: 7 });
    expect(await view.run('true; false')).toMatchObject({ text: 'true; false', status: 1 });
    await mkdir(join(profile.home, 'a b;c'), { recursive: true });
    await view.run("cd 'a b;c'");
    await until('the folder is known', () => view.info.directory === join(profile.home, 'a b;c'));
    await view.run('cd ..');
  });

  it('counts an empty line, a line that was cancelled and a prompt drawn anew as nothing', async () => {
    const before = view.info.command?.id;
    await view.ready();
    await toPrompt(view, '\r');
    await view.type('halfaline');
    await view.shows('halfaline');
    if (shell === 'fish') {
      // It begins its line anew, at the prompt that is there.
      await view.type('\u0003');
      await view.shows('^C');
    } else await toPrompt(view, '\u0003');
    await view.type('\u000c');
    await toPrompt(view, '\r');
    const command = await view.run(echo('MINE'));
    expect(command).toMatchObject({ id: (before ?? 0) + 1, text: echo('MINE'), status: 0 });
  });

  it('says what ran also where the history has it not: from the screen', async () => {
    expect(await view.run(` ${runs(3)}`)).toMatchObject({ status: 3 });
    expect(view.info.command?.text?.trim()).toBe(runs(3));
    await view.run(runs(4));
    expect(await view.run(runs(4))).toMatchObject({ text: runs(4), status: 4 });
  });

  it('tells its marks and nonces to nobody: not to programs, not on the screen', async () => {
    const list = join(profile.home, `variables-${shell}`);
    await view.run(`env > ${list}`);
    await view.run(`grep -c __wb_ ${list} | sed 's/^/found: /'`);
    await view.shows('found: 0');
    const before = view.marks.length;
    // A program that prints marks marks nothing.
    const forged = await view.run(
      String.raw`printf '\033]133;D;0\007\033]633;D;0;%032d;%032d\007' 1 2; sh -c 'exit 9'`,
    );
    expect(forged.status).toBe(9);
    const steps = view.marks.slice(before).map(({ step }) => step);
    expect(steps.filter((step) => step !== 'prompt')).toEqual(['start', 'end']);
    expect(view.shown).not.toContain('\u001b]633');
    expect(view.shown).not.toContain('\u001b]133');
  });

  it('tells the end of a command in front of what the shell draws behind an open line', async () => {
    const { id } = await view.run(`printf 'an open line'`);
    const printed = view.shown.slice(0, view.ends.get(id)).replaceAll('\u001b[?2004h', '');
    expect(printed.slice(-12)).toBe('an open line');
    // The sign is drawn, as the person has it, and belongs to no command. The shell may write it a moment later.
    if (shell !== 'bash')
      await until('the sign is drawn', () => /^[^\n]*[#%⏎]/.test(view.shown.slice(view.ends.get(id))));
  });

  it('leaves no file of its start behind', async () => {
    const start = `t-${view.info.id.slice(0, 8)}`;
    await until('it is gone', async () => !(await readdir(profile.places.runtime)).includes(start));
  });
});

describe('a trace of the shell', () => {
  it.each(['bash', 'zsh'])('shows no nonce in %s, and commands are still marked', async (shell) => {
    const view = await TerminalView.open(engine, { profile: `shell:${shell}`, directory: profile.home });
    await view.run('set -x');
    expect(await view.run('true; false')).toMatchObject({ status: 1, text: 'true; false' });
    await view.run('set +x');
    await view.shows('+');
    expect(view.shown).not.toMatch(/[0-9a-f]{20,}/);
    expect(view.shown).not.toContain('633;');
    await engine.request('terminal.close', { terminal: view.info.id, force: true });
  });
});
