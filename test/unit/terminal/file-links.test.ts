import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressTarget, fileOfAddress, targetWords } from '../../../renderer/terminal/link-provider';
import { fileLinks, isElsewhere } from '../../../shared/terminal/file-links';

const found = (line: string): unknown[] =>
  fileLinks(line).map(({ start, end, path, line: number }) => [line.slice(start, end), path, number]);

describe('files in a line of output', () => {
  it.each([
    ['src/app.ts:12:5 - error TS2322', 'src/app.ts:12:5', 'src/app.ts', 12],
    ['deploy.sh:7: line 7: kubectl: command not found', 'deploy.sh:7', 'deploy.sh', 7],
    [
      '  File "/srv/api/main.py", line 88, in serve',
      'File "/srv/api/main.py", line 88',
      '/srv/api/main.py',
      88,
    ],
    ['  at run (./lib/x.mjs:3:14)', './lib/x.mjs:3:14', './lib/x.mjs', 3],
    ['~/notes/oncall.md:4:see below', '~/notes/oncall.md:4', '~/notes/oncall.md', 4],
    ['wrote runs/deploy.ipynb.', 'runs/deploy.ipynb', 'runs/deploy.ipynb', null],
    ['../a b/c.log:9', 'b/c.log:9', 'b/c.log', 9],
    ['größe/日本.txt:2', 'größe/日本.txt:2', 'größe/日本.txt', 2],
  ])('%j names one', (line, shown, path, number) => expect(found(line)).toEqual([[shown, path, number]]));

  it.each([
    'http://example.com/a.ts:80',
    'https://user@host/x.ipynb',
    '//server/share/a.ts:1',
    'db.internal:5432',
    'localhost:8080',
    '02:18:05',
    'std::vector::iterator:3',
    'nothing here',
    './:3',
    `${'a/'.repeat(6_000)}b.ts:1`,
  ])('%j names none', (line) => expect(found(line)).toEqual([]));

  it('are several in their order, and no line takes long or breaks it', () => {
    expect(found('a/b.c:1 and c.py:2')).toEqual([
      ['a/b.c:1', 'a/b.c', 1],
      ['c.py:2', 'c.py', 2],
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (line) => {
        let last = 0;
        for (const { start, end, path } of fileLinks(line)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(line.slice(start, end)).toContain(path);
          last = end;
        }
      }),
    );
  });
});

it('reads the place of a file: address, and the host that it names', () => {
  expect(fileOfAddress('file:///srv/a%20b.log')).toEqual({ path: '/srv/a b.log', host: '' });
  expect(fileOfAddress('file://bastion/etc/hosts')).toEqual({ path: '/etc/hosts', host: 'bastion' });
  for (const none of ['file:///a%00b', 'file:///%zz', 'https://x/', 'srv/a', ''])
    expect(fileOfAddress(none)).toBeNull();
});

it('knows commands whose output comes from another machine', () => {
  for (const line of ['ssh db1 tail log', ' LC_ALL=C ssh -A x', 'sudo ssh x'])
    expect(isElsewhere(line)).toBe(true);
  for (const line of ['sshd -t ', 'cat ssh x', 'grep ssh file', 'ssh-keygen -l'])
    expect(isElsewhere(line)).toBe(false);
});

it('leads nowhere but to the web and to files, and says the real target of every link', () => {
  const words = (address: string): string => targetWords(addressTarget(address, 3), false);
  expect(addressTarget('https://example.org/a', 3)).toEqual({ kind: 'web', url: 'https://example.org/a' });
  expect(words('https://example.org/a')).toBe('Ctrl click opens https://example.org/a');
  expect(addressTarget('file://bastion/etc/hosts', 3)).toMatchObject({ host: 'bastion', command: 3 });
  expect(words('file://bastion/etc/hosts')).toBe('Ctrl click opens /etc/hosts on bastion');
  for (const address of [
    'javascript:1',
    'ssh://-oProxyCommand=x',
    'x-man-page://a',
    'a/b',
    '#x',
    '//h/x',
    'https://u@h/',
  ])
    expect(words(address), address).toMatch(/^Not opened/);
});
