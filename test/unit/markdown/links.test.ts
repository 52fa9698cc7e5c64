import { describe, expect, it } from 'vitest';
import { judgeLink, type LinkVerdict } from '../../../renderer/notebook/markdown/judge-link';

describe('a link of a text', () => {
  it.each<[string, LinkVerdict['kind']]>([
    ['https://example.org/a', 'external'],
    ['mailto:oncall@example.org', 'external'],
    ['#Roll-back', 'anchor'],
    ['deploy.ipynb', 'local'],
    ['../deploy.ipynb#Roll-back', 'local'],
    ['./a%20b.ipynb?x#y', 'local'],
    ['notes.md', 'local'],
    ['/etc/passwd', 'dead'],
    ['//host/deploy.ipynb', 'dead'],
    ['\\\\host\\deploy.ipynb', 'dead'],
    ['..\\deploy.ipynb', 'dead'],
    ['C:\\deploy.ipynb', 'dead'],
    ['file:///deploy.ipynb', 'dead'],
    ['javascript:alert(1)', 'dead'],
    ['java\tscript:alert(1)', 'dead'],
    ['command:run', 'dead'],
    ['', 'dead'],
    ['#', 'dead'],
  ])('%j is %s', (address, kind) => {
    expect(judgeLink(address).kind).toBe(kind);
  });
});
