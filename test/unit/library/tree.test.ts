import { describe, expect, it } from 'vitest';
import { partsBelow } from '../../../shared/library/inside';
import {
  arrangeEntries,
  copyName,
  fitsFilter,
  isShownFolder,
  judgeFileName,
  kindOfFile,
  withRunbookEnding,
} from '../../../shared/library/tree';
import type { TreeEntry } from '../../../shared/library/tree-contract';

describe('what the tree shows', () => {
  it('leaves out hidden folders, what programs fill, and the records of runs at the top', () => {
    for (const name of ['.git', '.ipynb_checkpoints', 'node_modules', '__pycache__', 'venv'])
      expect(isShownFolder(name, false), name).toBe(false);
    expect(isShownFolder('runs', true)).toBe(false);
    expect(isShownFolder('runs', false)).toBe(true);
    expect(isShownFolder('releases', true)).toBe(true);
  });

  it('knows runbooks, Markdown and other text files, and the settings of a library', () => {
    expect(kindOfFile('a.IPYNB')).toBe('runbook');
    expect(kindOfFile('README.md')).toBe('markdown');
    expect(kindOfFile('watchbook.json')).toBe('settings');
    for (const name of ['a.txt', 'deploy.sh', 'package.json', 'Dockerfile', 'query.SQL'])
      expect(kindOfFile(name), name).toBe('text');
    for (const name of ['.hidden.ipynb', '.env', 'ipynb', 'a.png', 'id_rsa', 'key.pem', 'a.tar.gz'])
      expect(kindOfFile(name), name).toBeNull();
  });

  it('puts folders first, numbers by value, and hides the outputs of a runbook that is here', () => {
    const entry = (name: string, kind: TreeEntry['kind']): TreeEntry => ({ name, kind, path: `/l/${name}` });
    const names = arrangeEntries([
      entry('step-10.ipynb', 'runbook'),
      entry('step-9.ipynb', 'runbook'),
      entry('step-9.output', 'folder'),
      entry('step-9', 'folder'),
      entry('lost.output', 'folder'),
      entry('Alpha.ipynb', 'runbook'),
    ]).map(({ name }) => name);
    expect(names).toEqual(['lost.output', 'step-9', 'Alpha.ipynb', 'step-9.ipynb', 'step-10.ipynb']);
  });

  it('finds a file by words of its name and folders, in any order', () => {
    expect(fitsFilter('releases/Payments-API.ipynb', 'api rel')).toBe(true);
    expect(fitsFilter('releases/payments.ipynb', 'api rel')).toBe(false);
    expect(fitsFilter('a.ipynb', '')).toBe(true);
  });
});

describe('names of files', () => {
  it.each([
    '',
    '..',
    '.hidden',
    'a/b.ipynb',
    'a\\b.ipynb',
    '-rf.ipynb',
    'a\nb.ipynb',
    'a\0.ipynb',
    'evil\u202Egnp.ipynb',
    'con.ipynb',
    'COM1',
    'a?.ipynb',
    'a:b.ipynb',
    'trailing ',
    'trailing.',
    `${'ä'.repeat(130)}.ipynb`,
  ])('refuses %j and says why', (name) => {
    expect(judgeFileName(name)).toMatch(/\S/);
  });

  it.each(['payments api.ipynb', 'größe (2).ipynb', "it's.ipynb", '$(reboot).ipynb', 'a;b&c.ipynb'])(
    'takes %j',
    (name) => {
      expect(judgeFileName(name)).toBeNull();
    },
  );

  it('adds the ending of a runbook once, and counts copies', () => {
    expect(withRunbookEnding(' deploy ')).toBe('deploy.ipynb');
    expect(withRunbookEnding('deploy.IPYNB')).toBe('deploy.IPYNB');
    expect(withRunbookEnding('  ')).toBe('');
    expect(copyName('a.ipynb', 1)).toBe('a copy.ipynb');
    expect(copyName('a.b.ipynb', 3)).toBe('a.b copy 3.ipynb');
  });
});

describe('the way below a folder', () => {
  it('is found by whole parts, never by how a text begins', () => {
    expect(partsBelow('/lib', '/lib', '/')).toEqual([]);
    expect(partsBelow('/lib', '/lib/a/b', '/')).toEqual(['a', 'b']);
    expect(partsBelow('/lib', '/library', '/')).toBeNull();
    expect(partsBelow('/lib', '/', '/')).toBeNull();
    expect(partsBelow('C:\\lib', 'C:\\lib\\a', '\\')).toEqual(['a']);
  });
});
