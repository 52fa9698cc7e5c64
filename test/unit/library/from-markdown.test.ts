import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsFromMarkdown } from '../../../shared/library/from-markdown';
import { formatNewNotebook } from '../../../shared/notebook/new-notebook';
import { readNotebook } from '../../../shared/notebook/notebook-file';

const plain = (text: string) => cellsFromMarkdown(text).map(({ type, source }) => [type, source]);

describe('a runbook from a Markdown file', () => {
  it('makes fenced shell a shell cell and keeps the rest as markdown', () => {
    const text = [
      '# Restart payments',
      '',
      'Look first:',
      '',
      '```bash',
      'kubectl get pods',
      '',
      'kubectl top pods',
      '```',
      '',
      '~~~~ sh title="x"',
      'echo "```"',
      '~~~',
      '~~~~',
      'Then wait.',
    ].join('\r\n');
    expect(plain(text)).toEqual([
      ['markdown', '# Restart payments\n\nLook first:'],
      ['code', 'kubectl get pods\n\nkubectl top pods'],
      ['code', 'echo "```"\n~~~'],
      ['markdown', 'Then wait.'],
    ]);
  });

  it('leaves other languages, and shell shown inside of another fence, as text', () => {
    const text = '````md\n```sh\nrm -rf /\n```\n````\n\n```python\nprint(1)\n```';
    expect(plain(text)).toEqual([['markdown', text]]);
  });

  it('takes the commands of a session, not what they printed', () => {
    const text = '```console\n$ ls \\\n>   -l\ntotal 0\n$ date\nMon\n```\n\n```console\nls\n```';
    expect(plain(text)).toEqual([
      ['code', 'ls \\\n  -l\ndate'],
      ['code', 'ls'],
    ]);
  });

  it('takes a fence in a list with its indentation away', () => {
    expect(
      plain('1. Look\n\n    ```sh\n    for x in a; do\n      echo $x\n    done\n    ```\n2. Wait'),
    ).toEqual([
      ['markdown', '1. Look'],
      ['code', 'for x in a; do\n  echo $x\ndone'],
      ['markdown', '2. Wait'],
    ]);
  });

  it('keeps front matter as a raw cell and a fence that is never closed as text', () => {
    expect(plain('---\ntitle: x\n---\n# A\n```sh\nls')).toEqual([
      ['raw', '---\ntitle: x\n---'],
      ['markdown', '# A\n```sh\nls'],
    ]);
    expect(plain('')).toEqual([['code', '']]);
    expect(plain('```sh\n```')).toEqual([['code', '']]);
  });

  it('gives a valid notebook for any text, and loses no line of prose', () => {
    const line = fc.oneof(
      fc.constantFrom('```sh', '```', '~~~', '```python', '---', '', '$ ls', '  ```bash', '````'),
      fc.string({ maxLength: 12 }).filter((text) => !/[\r\n]/.test(text)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const cells = cellsFromMarkdown(lines.join('\n'));
        const { notebook, findings } = readNotebook(formatNewNotebook('bash', cells), 'a.ipynb');
        expect(findings).toEqual([]);
        expect(notebook.cells.map(({ source }) => source)).toEqual(cells.map(({ source }) => source));
        const kept = cells.map(({ source }) => source).join('\n');
        for (const word of lines.filter((one) => /^[a-z]{3,}$/.test(one))) expect(kept).toContain(word);
      }),
    );
  });
});
