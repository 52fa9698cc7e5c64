import { link, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LibraryFiles } from '../../electron/engine/library/library-files';
import { LibraryFolders } from '../../electron/engine/library/library-folders';
import { libraryTexts } from '../../electron/engine/library/library-texts';
import { checkGrantedPath } from '../../electron/main/policies/granted-paths';
import { checkLibraryPath } from '../../electron/main/library-paths';
import { mayBeTrashed } from '../../electron/main/policies/library-places';

describe('what a window may do to files', () => {
  let folder: string;
  let root: string;
  let outside: string;
  let folders: LibraryFolders;
  let files: LibraryFiles;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wb-library-')));
    root = join(folder, 'library');
    outside = join(folder, 'outside');
    await mkdir(join(root, '.git', 'hooks'), { recursive: true });
    await mkdir(outside);
    await writeFile(join(root, 'a.ipynb'), '{}');
    await writeFile(join(outside, 'secret.ipynb'), 'secret');
    folders = await LibraryFolders.load(join(folder, 'library.json'), () => undefined);
    await folders.add(root);
    files = new LibraryFiles(folders, {
      isInUse: () => false,
      rename: () => Promise.resolve(false),
      fileMoved: () => Promise.resolve(),
      isAnyInUse: () => false,
      renameFolder: (_from, _to, move) => move(),
    });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const outsidePlaces = (): readonly string[] => [
    join(outside, 'secret.ipynb'),
    `${root}/../outside/secret.ipynb`,
    `${root}/./../outside/secret.ipynb`,
    `${root}-evil/a.ipynb`,
    'a.ipynb',
    '../outside/secret.ipynb',
    `${root}/a.ipynb\0.md`,
    `${root}/.git/a.ipynb`,
    `${root}/.git/hooks/post-checkout`,
    `${root}/link/secret.ipynb`,
    '/etc/passwd',
    root,
    '',
  ];

  it('refuses to rename, duplicate or remove what does not lie in the library, however it is spelled', async () => {
    await symlink(outside, join(root, 'link'));
    for (const path of outsidePlaces()) {
      await expect(files.rename(path, 'b.ipynb'), path).rejects.toThrow();
      await expect(files.duplicate(path), path).rejects.toThrow();
      await expect(files.removal(path), path).rejects.toThrow();
      await expect(checkLibraryPath(path, folder), path).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await readdir(outside)).toEqual(['secret.ipynb']);
    await checkLibraryPath(join(root, 'a.ipynb'), folder);
  });

  it('makes nothing outside, in hidden folders, or under a name that leads away', async () => {
    await symlink(outside, join(root, 'link'));
    const empty = { kind: 'empty', language: 'bash' } as const;
    for (const place of [outside, join(root, 'link'), join(root, '.git'), `${root}/..`, '/tmp', 'x'])
      await expect(files.newRunbook(place, 'x.ipynb', empty), place).rejects.toThrow();
    for (const name of ['../x.ipynb', 'a/../../x.ipynb', '.git', '-x.ipynb', 'x\n.ipynb', 'x.sh', '..'])
      await expect(files.newRunbook(root, name, empty), name).rejects.toMatchObject({ code: 'bad-request' });
    for (const name of ['..', '../x', '.git', 'a/b'])
      await expect(files.newFolder(root, name), name).rejects.toMatchObject({ code: 'bad-request' });
    await expect(files.rename(join(root, 'a.ipynb'), '../outside/secret.ipynb')).rejects.toMatchObject({
      code: 'bad-request',
    });
    expect(await readFile(join(outside, 'secret.ipynb'), 'utf8')).toBe('secret');
    expect(await readdir(root)).toEqual(['.git', 'a.ipynb', 'link']);
  });

  it('copies no file from elsewhere by a link, and renames a link as what it is', async () => {
    await symlink(join(outside, 'secret.ipynb'), join(root, 'b.ipynb'));
    await expect(files.duplicate(join(root, 'b.ipynb'))).rejects.toMatchObject({ code: 'forbidden' });
    await files.rename(join(root, 'b.ipynb'), 'c.ipynb');
    expect(await readFile(join(outside, 'secret.ipynb'), 'utf8')).toBe('secret');
    expect(await readdir(root)).toEqual(['.git', 'a.ipynb', 'c.ipynb']);
  });

  it('renames and removes folders of the tree alone: no link, no hidden one, no library folder, onto nothing', async () => {
    await symlink(outside, join(root, 'link'));
    for (const name of ['team', 'taken', 'runs', 'node_modules']) await mkdir(join(root, name));
    await mkdir(join(root, 'team', 'own'));
    await folders.add(join(root, 'team', 'own'));
    for (const path of [
      root,
      folder,
      outside,
      join(root, '.git'),
      join(root, 'runs'),
      join(root, 'node_modules'),
      join(root, 'team'),
      join(root, 'team', 'own'),
      join(root, 'link'),
    ]) {
      if (path !== join(root, 'link')) await expect(files.rename(path, 'moved'), path).rejects.toThrow();
      await expect(files.removal(path), path).rejects.toThrow();
      await expect(checkLibraryPath(path, folder), path).rejects.toMatchObject({ code: 'forbidden' });
    }
    for (const name of ['../moved', '.git', 'runs', 'node_modules', 'a/b'])
      await expect(files.rename(join(root, 'taken'), name), name).rejects.toMatchObject({
        code: 'bad-request',
      });
    await mkdir(join(root, 'empty'));
    await expect(files.rename(join(root, 'taken'), 'empty')).rejects.toMatchObject({ code: 'exists' });
    await expect(files.newFolder(root, 'runs')).rejects.toMatchObject({ code: 'bad-request' });
    expect(await readdir(root)).toEqual([
      '.git',
      'a.ipynb',
      'empty',
      'link',
      'node_modules',
      'runs',
      'taken',
      'team',
    ]);
    await files.rename(join(root, 'taken'), 'moved');
    await checkLibraryPath(join(root, 'moved'), folder);
  });

  it('changes no single file of a run that the tree shows, nor the name that it is known by', async () => {
    const runs = join(root, 'team', 'runs');
    const run = join(runs, 'api', '20261124T000000Z-dev-abcdef');
    const output = join(run, 'output');
    await mkdir(output, { recursive: true });
    for (const name of ['run.ipynb', 'runbook.ipynb', 'report.md', 'journal.jsonl'])
      await writeFile(join(run, name), '{}');
    await writeFile(join(output, 'whole.txt'), 'whole');
    for (const path of [join(run, 'run.ipynb'), join(run, 'report.md'), output, join(output, 'whole.txt')]) {
      const asRefused = expect.objectContaining({
        code: 'forbidden',
        message: expect.stringMatching(/belongs to the record of a run.*the record is as it was/) as string,
      }) as unknown;
      await expect(files.rename(path, 'b.ipynb'), path).rejects.toEqual(asRefused);
      await expect(files.duplicate(path), path).rejects.toEqual(asRefused);
      await expect(files.removal(path), path).rejects.toEqual(asRefused);
      await expect(checkLibraryPath(path, folder), path).rejects.toMatchObject({ code: 'forbidden' });
    }
    const empty = { kind: 'empty', language: 'bash' } as const;
    await expect(files.newRunbook(run, 'x.ipynb', empty)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(files.newFolder(run, 'x')).rejects.toMatchObject({ code: 'forbidden' });
    for (const path of [run, join(runs, 'api'), runs])
      await expect(files.rename(path, 'moved'), path).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readdir(run)).toEqual([
      'journal.jsonl',
      'output',
      'report.md',
      'run.ipynb',
      'runbook.ipynb',
    ]);
    // A whole run goes to the trash with all that is in it, and a library takes its runs along.
    expect(await files.removal(run)).toEqual({ path: run, paths: [run] });
    await checkLibraryPath(run, folder);
    await files.rename(join(root, 'team'), 'crew');
    expect(await readdir(join(root, 'crew', 'runs', 'api'))).toHaveLength(1);
  });

  it('reads no other kind of file as Markdown', async () => {
    await writeFile(join(outside, 'key'), 'private');
    await link(join(outside, 'key'), join(root, 'key.txt'));
    for (const path of [join(outside, 'key'), join(root, 'key.txt'), '/etc/passwd', '/dev/zero'])
      await expect(files.newRunbook(root, 'x.ipynb', { kind: 'markdown', path }), path).rejects.toThrow();
    await expect(
      files.newRunbook(root, 'x.ipynb', { kind: 'template', path: join(outside, 'secret.ipynb') }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('reads text files of the tree alone, and follows their links no further than the library', async () => {
    const {
      'library.readText': read,
      'library.followText': follow,
      'library.textPicture': picture,
    } = libraryTexts(folders);
    const context = undefined as never;
    await writeFile(join(root, 'a.md'), '# Text');
    await writeFile(join(outside, 'secret.md'), 'secret');
    await symlink(join(outside, 'secret.md'), join(root, 'link.md'));
    await symlink(join(root, '.git', 'config'), join(root, 'config.txt'));
    await writeFile(join(root, '.git', 'config'), 'token');
    await mkdir(join(root, 'folder.md'));
    await writeFile(join(root, 'large.log'), 'x'.repeat(1024 * 1024 + 1));
    await writeFile(join(root, 'bytes.txt'), new Uint8Array([0xff, 0xfe, 0x00]));
    expect(await read({ path: join(root, 'a.md') }, context)).toEqual({ text: '# Text' });
    for (const name of ['link.md', 'config.txt', '.git/config', '../outside/secret.md', 'a.ipynb'])
      await expect(read({ path: `${root}/${name}` }, context), name).rejects.toMatchObject({
        code: 'forbidden',
      });
    await expect(read({ path: join(root, 'folder.md') }, context)).rejects.toThrow();
    await expect(read({ path: join(root, 'large.log') }, context)).rejects.toMatchObject({
      code: 'too-large',
    });
    await expect(read({ path: join(root, 'bytes.txt') }, context)).rejects.toMatchObject({
      code: 'not-readable',
    });
    const at = join(root, 'a.md');
    expect(await follow({ path: at, target: 'a.ipynb#x%20y' }, context)).toEqual({
      path: join(root, 'a.ipynb'),
      anchor: 'x y',
      isRunbook: true,
    });
    for (const target of [
      '../outside/secret.md',
      'link.md',
      '/etc/passwd',
      'file:///etc/passwd',
      '.git/config',
    ])
      await expect(follow({ path: at, target }, context), target).rejects.toThrow();
    await expect(picture({ path: at, source: '../outside/secret.md' }, context)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('adds a folder only where a person picked it, and never a whole disk', async () => {
    const frame = { method: 'library.addFolder', params: { path: outside } };
    expect(() => checkGrantedPath(frame, new Set([root]))).toThrow('not picked');
    expect(() => checkGrantedPath(frame, new Set([outside]))).not.toThrow();
    await expect(folders.add('/')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(folders.add(join(root, 'a.ipynb'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(folders.add('relative')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('lets nothing but files and folders of the tree and outputs go to the trash', () => {
    const at = (place: string, name: string, isFolder = false) =>
      mayBeTrashed({
        folder: place,
        name,
        isFolder,
        roots: ['/lib', '/lib/team/own'],
        isInRun: place.startsWith('/lib/team/runs/'),
        separator: '/',
      });
    expect(at('/lib/releases', 'a.ipynb')).toBe(true);
    expect(at('/lib', 'a.output', true)).toBe(true);
    expect(at('/lib', 'releases', true)).toBe(true);
    for (const name of ['.git', 'runs', 'node_modules', 'team'])
      expect(at('/lib', name, true), name).toBe(false);
    expect(at('/lib/team', 'own', true)).toBe(false);
    expect(at('/lib/.git', 'hooks', true)).toBe(false);
    expect(at('/', 'elsewhere', true)).toBe(false);
    expect(at('/lib', '.output', true)).toBe(false);
    expect(at('/lib', 'id_rsa')).toBe(false);
    expect(at('/library', 'a.ipynb')).toBe(false);
    expect(at('/lib/runs/a', 'run.ipynb')).toBe(false);
    expect(at('/lib/team/runs/a', 'run.ipynb')).toBe(false);
    expect(at('/', 'lib', true)).toBe(false);
  });
});
