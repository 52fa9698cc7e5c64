import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  parseEnvironmentDump,
  readLoginEnvironment,
} from '../../../electron/engine/kernels/login-environment';

describe('the environment of the login shell', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'wb-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  const read = (shell: string, more: Record<string, string> = {}, limit = 20_000) =>
    readLoginEnvironment({ shell, limit, from: { HOME: home, LANG: 'C.UTF-8', ...more } });
  const profile = (text: string) => writeFile(join(home, '.bash_profile'), text);
  async function shellScript(name: string, text: string): Promise<string> {
    const path = join(home, name);
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('is what its files set, read anew each time, without what started the engine', async () => {
    await profile(
      'export OWN="one\ntwo" PATH="/own/bin:$PATH"; echo noise; echo more >&2; alias env=false printf=false\n',
    );
    const { variables, note } = await read('/bin/bash', {
      VIRTUAL_ENV: '/left',
      WATCHBOOK_X: '1',
      SHLVL: '7',
      DISPLAY: ':3',
    });
    expect(note).toBeNull();
    expect(variables).toMatchObject({ OWN: 'one\ntwo', HOME: home, DISPLAY: ':3', SHELL: '/bin/bash' });
    expect(variables['PATH']).toMatch(/^\/own\/bin:/);
    for (const name of ['VIRTUAL_ENV', 'WATCHBOOK_X', 'SHLVL', '_', 'PWD', 'OLDPWD', 'TERM'])
      expect(variables).not.toHaveProperty(name);
    await profile('export OWN=changed\n');
    expect((await read('/bin/bash')).variables['OWN']).toBe('changed');
  });

  it('does not wait for a program of a profile that holds the output', async () => {
    await profile('export OWN=1; sleep 600 &\n');
    expect((await read('/bin/bash')).variables['OWN']).toBe('1');
  });

  it('falls back to the profile alone where files for interactive shells fail', async () => {
    const shell = await shellScript(
      'sh-like',
      'case "$*" in *-i*) exit 1;; esac; export OWN=plain; shift; exec /bin/sh "$@"',
    );
    expect((await read(shell)).variables['OWN']).toBe('plain');
  });

  it.each([
    ['is not there', () => Promise.resolve('/no/such/shell'), 'is not there'],
    ['is no absolute path', () => Promise.resolve('bash'), 'is not there'],
    ['fails', () => shellScript('failing', 'exit 1'), 'failed'],
    ['never answers', () => shellScript('silent', 'sleep 600'), 'did not answer within 1 s'],
  ])(
    'is the session’s with the system’s PATH where the shell %s, and that is said',
    async (_, shell, why) => {
      const { variables, note } = await read(await shell(), { EXTRA: 'x' }, 1_000);
      expect(note).toContain(why);
      expect(note).toContain('the system’s PATH');
      expect(variables['PATH']).toContain('/usr/bin');
      expect(variables).not.toHaveProperty('EXTRA');
    },
  );

  it('is read between marks, whatever else was printed', () => {
    expect(parseEnvironmentDump('noise MARKA=1\0B=x=y\nz\0=odd\0MARK more', 'MARK')).toEqual({
      A: '1',
      B: 'x=y\nz',
    });
    expect(parseEnvironmentDump('MARKA=1\0', 'MARK')).toBeNull();
  });
});
