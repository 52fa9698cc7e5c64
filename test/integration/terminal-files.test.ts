import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeProfile, type TestProfile } from '../support/profile';
import { TerminalView } from '../support/terminal-view';

let profile: TestProfile;
beforeAll(async () => {
  profile = await makeProfile();
});
afterAll(() => profile.dispose());

it('finds a file where its command ran, on this machine alone, and says what the library shows', async () => {
  const books = join(profile.home, 'books');
  const elsewhere = join(profile.home, 'elsewhere');
  for (const folder of [books, join(books, '.hidden'), elsewhere]) await mkdir(folder);
  for (const file of ['books/a.sh', 'books/run.ipynb', 'books/.hidden/b.sh', 'elsewhere/c.sh'])
    await writeFile(join(profile.home, file), 'x\n');
  await symlink(join(elsewhere, 'c.sh'), join(books, 'out.sh'));
  const engine = await profile.connect();
  await engine.request('library.addFolder', { path: books });
  const view = await TerminalView.open(engine, { profile: 'shell:bash', directory: elsewhere });
  const find = (path: string, command: number | null = null, host = '') =>
    engine.request('terminal.findFile', { terminal: view.info.id, path, host, command });
  const first = await view.run(`cd ${books}; true`);
  await view.run('ssh() { echo a.sh; }');
  const away = await view.run('ssh db1 ls');

  expect(await find('c.sh', first.id)).toEqual({ path: join(elsewhere, 'c.sh'), kind: 'elsewhere' });
  // It began elsewhere and went there.
  expect(await find('a.sh', first.id)).toEqual({ path: join(books, 'a.sh'), kind: 'text' });
  expect(await find(join(books, 'run.ipynb'))).toEqual({ path: join(books, 'run.ipynb'), kind: 'runbook' });
  expect(await find(join(books, 'a.sh'), null, hostname())).toMatchObject({ kind: 'text' });
  // What the library does not show, however it is spelled and whatever links lead there.
  expect(await find(join(books, 'out.sh'))).toEqual({ path: join(elsewhere, 'c.sh'), kind: 'elsewhere' });
  expect(await find(join(books, '.hidden/b.sh'))).toMatchObject({ kind: 'elsewhere' });
  expect(await find(`${books}/../elsewhere/c.sh`)).toMatchObject({ kind: 'elsewhere' });

  await expect(find('gone.sh')).rejects.toMatchObject({ code: 'not-found' });
  await expect(find('/dev/null')).rejects.toMatchObject({ code: 'bad-request' });
  await expect(find('a.sh', null, 'bastion')).rejects.toMatchObject({
    code: 'forbidden',
    message: 'a.sh is on bastion, not on this machine. It was not opened.',
  });
  await expect(find('a.sh', away.id)).rejects.toMatchObject({ code: 'forbidden' });
  engine.dispose();
});
