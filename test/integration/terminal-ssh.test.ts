import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { makeProfile, type TestProfile } from '../support/profile';
import { SSH_HOSTS, startSshd, type TestSshd } from '../support/sshd';
import { TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

/** Waits for the prompt of the far side, and gives its shell marks. */
async function mark(view: TerminalView): Promise<{ readonly host: string; readonly shell: string }> {
  const terminal = view.info.id;
  const { token } = await view.engine.request('terminal.offerMarks', { terminal });
  const inner = await view.engine
    .request('terminal.giveMarks', { terminal, token })
    .catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows ${JSON.stringify(view.shown.slice(-2_000))}`);
    });
  await view.ready();
  return inner;
}

let sshd: TestSshd;
let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  sshd = await startSshd();
  profile = await makeProfile();
  await sshd.letReach(profile.home);
  await writeFile(join(profile.home, '.bashrc'), "PS1='me> '\n");
  engine = await profile.connect();
});
afterAll(async () => {
  engine.dispose();
  await profile.dispose();
  await sshd.dispose();
});

const close = (view: TerminalView): Promise<unknown> =>
  engine.request('terminal.close', { terminal: view.info.id, force: true });

describe('a terminal on a host of ssh', () => {
  it('is offered by the person’s own configuration', async () => {
    const { profiles } = await engine.request('terminal.profiles', {});
    const hosts = profiles.filter(({ kind }) => kind === 'ssh').map(({ title }) => title);
    expect(hosts).toEqual(Object.keys(SSH_HOSTS));
  });

  it.each(Object.entries(SSH_HOSTS))('reaches %s, where %s runs', async (host, shell) => {
    const view = await TerminalView.open(engine, { profile: `ssh:${host}` });
    await view.shows('far> ');
    await view.type('echo "at $HOME in $SHELL"\r');
    await view.shows(`at ${sshd.home} in `);
    expect(view.shown).toMatch(new RegExp(`in \\S+/${shell}\\b`));
    expect(view.info.phase).toBe('unknown');
    await view.type('exit\r');
    await until('it has ended', () => view.info.ended !== null);
    await close(view);
  });

  it('ends with the connection', async () => {
    const view = await TerminalView.open(engine, { profile: 'ssh:bastion' });
    await view.shows('far> ');
    await sshd.cut();
    await until('it has ended', () => view.info.ended !== null);
    expect(view.info.ended).toMatchObject({ status: 255 });
    await view.shows('closed');
    await close(view);
  });
});

describe('a connection that is dead, and nobody noticed', () => {
  it('is told by what it does not answer, holds up nothing else, and is closed and opened again', async () => {
    const view = await TerminalView.open(engine, { profile: 'ssh:bastion' });
    await view.shows('far> ');
    await view.type('echo "before $((1+1))"\r');
    await view.shows('before 2');
    expect(view.info.silentSince).toBeUndefined();
    await sshd.freeze();
    const at = new Date().toISOString();
    await view.type('echo lost\r');
    await until('it is told', () => view.info.silentSince !== undefined);
    expect(view.info.silentSince! >= at).toBe(true);
    expect(view.info).toMatchObject({ ended: null, phase: 'unknown' });
    const { terminals } = await engine.request('terminal.standing', {});
    expect(terminals).toEqual([{ terminal: view.info.id, refusal: 'no-marks' }]);
    await engine.request('terminal.resize', { terminal: view.info.id, columns: 70, rows: 20 });
    const here = await TerminalView.open(engine, { profile: 'shell:bash' });
    expect((await here.run('echo here')).status).toBe(0);
    // What was shown is kept until a person closes it, which it follows.
    await view.shows('before 2');
    await engine.request('terminal.close', { terminal: view.info.id, force: false });
    const again = await TerminalView.open(engine, { profile: 'ssh:bastion' });
    await again.shows('far> ');
    await close(again);
    await close(here);
  });
});

describe.each(Object.entries(SSH_HOSTS))('marks on %s, where %s runs', (host, shell) => {
  it('bring the status, the folder and the host of each command, and are nobody else’s', async () => {
    const view = await TerminalView.open(engine, { profile: `ssh:${host}` });
    await view.shows('far> ');
    const offered = await engine.request('terminal.offerMarks', { terminal: view.info.id });
    const inner = await mark(view);
    expect(inner.shell).toBe(shell);
    expect(view.info.host).toBe(inner.host);
    // The line was seen, what followed it was not.
    expect(view.shown).toContain('stty -echo');
    expect(view.shown).not.toContain('__wb_');

    expect(await view.run("sh -c 'exit 7'")).toMatchObject({
      text: "sh -c 'exit 7'",
      status: 7,
      host: inner.host,
    });
    await mkdir(join(sshd.home, `a ${shell}`), { recursive: true });
    await view.run(`cd '${sshd.home}/a ${shell}'`);
    await until('the folder is told', () => view.info.directory === join(sshd.home, `a ${shell}`));
    const many = 'echo "far $HOME"\nfalse';
    expect(await view.send(many)).toMatchObject({ id: 3, text: many, status: 1 });
    await view.shows(`far ${sshd.home}`);

    // No program there can mark anything, or finds a nonce.
    const forged = await view.run(
      String.raw`printf '\033]133;D;0\007\033]633;D;0;%032d;%032d\007' 1 2; sh -c 'exit 9'`,
    );
    expect(forged).toMatchObject({ status: 9 });
    await view.run(`env > ${sshd.home}/variables-${shell}`);
    expect(await readFile(join(sshd.home, `variables-${shell}`), 'utf8')).not.toMatch(/__wb_|[0-9a-f]{32}/);
    if (shell !== 'fish') {
      await view.run('set -x');
      expect(await view.run('true; false')).toMatchObject({ status: 1 });
      await view.run('set +x');
    }
    const seen = view.shown.replaceAll(offered.token, '');
    expect(seen).not.toMatch(/[0-9a-f]{32}/);
    expect(seen).not.toContain('\u001b]633');

    await view.type('exit\r');
    await until('it has ended', () => view.info.ended !== null);
    await close(view);
  });
});

describe('a shell reached from a shell', () => {
  const reach = async (name: string): Promise<TerminalView> => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash', directory: profile.home });
    await view.ready();
    await view.type(`ssh ${name}\r`);
    await view.shows('far> ');
    return view;
  };

  it('is busy until it has marks; when it is left, the marks of the first go on', async () => {
    const view = await reach('bastion');
    const terminal = view.info.id;
    expect(await engine.request('terminal.send', { terminal, text: 'uptime', force: false })).toMatchObject({
      kind: 'refused',
      reason: 'busy',
    });
    const { host } = await mark(view);
    expect(await view.send('sh -c "exit 4"')).toMatchObject({ id: 2, status: 4 });
    await view.run('history > kept');
    expect(await readFile(join(sshd.home, 'kept'), 'utf8')).not.toContain('stty -echo');
    await view.type('exit 5\r');
    await until('the first shell is back', () => view.info.phase === 'input' && view.info.host === undefined);
    expect(view.info.directory).toBe(profile.home);
    expect(await view.run('sh -c "exit 6"')).toMatchObject({ status: 6 });
    const all = [...view.commands.values()].map(({ id, status, host: at }) => [id, status, at]);
    expect(all).toEqual([
      [1, 5, undefined],
      [2, 4, host],
      [3, 0, host],
      [4, null, host],
      [5, 6, undefined],
    ]);
    await close(view);
  });

  it('leaves its commands without a status where the connection breaks', async () => {
    const view = await reach('bastion-zsh');
    await mark(view);
    await view.type('sleep 100\r');
    await until('it runs', () => view.info.phase === 'running' && view.info.command?.id === 2);
    await sshd.cut();
    await until('the first shell is back', () => view.info.phase === 'input');
    expect(view.commands.get(2)).toMatchObject({ status: null });
    expect(view.commands.get(2)?.ended).not.toBeNull();
    expect(view.commands.get(1)).toMatchObject({ status: 255 });
    expect(await view.run('true')).toMatchObject({ id: 3, status: 0 });
    await close(view);
  });

  it('gets none where it can not have them, and nothing of it stays', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash', directory: profile.home });
    await view.ready();
    const terminal = view.info.id;
    await expect(engine.request('terminal.offerMarks', { terminal })).rejects.toThrow(/already/);
    await view.type('sh\r');
    await until('it runs', () => view.info.phase === 'running');
    await view.shows('# ');
    const { token } = await engine.request('terminal.offerMarks', { terminal });
    await expect(engine.request('terminal.giveMarks', { terminal, token: 'other' })).rejects.toThrow(
      /not the line/,
    );
    await expect(engine.request('terminal.giveMarks', { terminal, token })).rejects.toThrow(
      /can not mark its commands/,
    );
    await view.type('echo "still $((40+2))"\r');
    await view.shows('still 42');
    await view.type('exit\r');
    await view.ready();
    await close(view);
  });

  it('gets nothing typed into what a person types meanwhile, and Ctrl C gives it up', async () => {
    const view = await TerminalView.open(engine, { profile: 'shell:bash', directory: profile.home });
    await view.ready();
    await view.type('cat > /dev/null\r');
    await until('it runs', () => view.info.phase === 'running');
    const terminal = view.info.id;
    const { token } = await engine.request('terminal.offerMarks', { terminal });
    const given = engine
      .request('terminal.giveMarks', { terminal, token })
      .catch((error: unknown) => String(error));
    await view.shows('stty -echo');
    await view.type('typed meanwhile');
    await view.type('\u0003');
    expect(await given).toMatch(/Ctrl C was pressed/);
    await view.ready();
    expect(view.shown).not.toContain('typed meanwhile');
    await close(view);
  });
});
