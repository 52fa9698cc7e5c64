import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { makeProfile, type TestProfile } from '../support/profile';
import { SSH_HOSTS, startSshd, type TestSshd } from '../support/sshd';
import { TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

let sshd: TestSshd;
let profile: TestProfile;
let engine: EngineConnection;
beforeAll(async () => {
  sshd = await startSshd();
  profile = await makeProfile();
  await sshd.letReach(profile.home);
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
