import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProfile, listProfiles } from '../../../electron/engine/terminals/profiles';
import { directives, isHost, sshHosts } from '../../../electron/engine/terminals/ssh-hosts';

let home: string;
let bin: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wb-'));
  bin = join(home, 'bin');
  await mkdir(bin);
  await mkdir(join(home, '.ssh', 'more.d'), { recursive: true });
  for (const name of ['bash', 'fish', 'ssh', 'psql']) {
    await writeFile(join(bin, name), '#!/bin/sh\n');
    await chmod(join(bin, name), 0o755);
  }
  await writeFile(
    join(home, '.ssh', 'config'),
    [
      '# hosts',
      'Include more.d/*.conf ~/elsewhere',
      'Host bastion-eu1 "db one" web? *.example !not',
      '  HostName 10.0.0.1',
      'host=equals # a comment',
      'Host -oProxyCommand=touch',
      'Match host x',
      'Include config',
    ].join('\n'),
  );
  await writeFile(join(home, '.ssh', 'more.d', 'a.conf'), 'Host first\nHost bastion-eu1\n');
  await writeFile(join(home, '.ssh', 'more.d', 'b.txt'), 'Host never\n');
  await writeFile(join(home, 'elsewhere'), 'Host ops@elsewhere\n');
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('the hosts of ssh', () => {
  it('are those named in the configuration and what it includes, without patterns and options', async () => {
    expect(await sshHosts(home)).toEqual(['first', 'bastion-eu1', 'ops@elsewhere', 'equals']);
  });

  it('are none where there is no configuration', async () => {
    expect(await sshHosts(join(home, 'nobody'))).toEqual([]);
  });

  it.each(['-oProxyCommand=x', '', 'a b', '*', 'a;b', '$(x)', 'a/b'])('are never %j', (name) =>
    expect(isHost(name)).toBe(false),
  );

  it('are read as ssh reads its lines', () => {
    expect(directives('\n#x\n  HOST = a "b c"  d#e # f\nPort 22')).toEqual([
      { word: 'host', values: ['a', 'b c', 'd#e'] },
      { word: 'port', values: ['22'] },
    ]);
  });
});

describe('what a terminal can be opened with', () => {
  const wishes = {
    terminalShell: 'login' as const,
    terminalCommands: [{ name: 'Database', command: ['psql', '-l'] }],
  };

  it('is the login shell first, then other shells, commands, and hosts behind an end of options', async () => {
    const environment = { PATH: bin, SHELL: join(bin, 'fish') };
    const found = await listProfiles(environment, home, wishes);
    expect(found.map(({ profile }) => profile.id)).toEqual([
      'shell:fish',
      'shell:bash',
      'command:Database',
      'ssh:first',
      'ssh:bastion-eu1',
      'ssh:ops@elsewhere',
      'ssh:equals',
    ]);
    expect(found.filter(({ profile }) => profile.isUsual)).toHaveLength(1);
    expect(found[0]?.profile.isUsual).toBe(true);
    expect(found[2]).toMatchObject({ program: join(bin, 'psql'), arguments: ['-l'] });
    expect(found[4]).toMatchObject({ program: join(bin, 'ssh'), arguments: ['--', 'bastion-eu1'] });
  });

  it('is the shell of the settings where it is here', async () => {
    const environment = { PATH: bin, SHELL: join(bin, 'fish') };
    const usual = (terminalShell: 'bash' | 'zsh') =>
      findProfile(undefined, environment, home, { ...wishes, terminalShell });
    expect((await usual('bash')).profile.id).toBe('shell:bash');
    expect((await usual('zsh')).profile.id).toBe('shell:fish');
  });

  it('is nothing where there is no shell', async () => {
    await expect(findProfile(undefined, { PATH: '/nowhere' }, home, wishes)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
