import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ExportedCell,
  ExportedNotebook,
  ExportedOutput,
} from '../../../shared/notebook/export/exported';
import { escapeHtml, EXPORT_POLICY, toHtml } from '../../../shared/notebook/export/to-html';
import { toMarkdown } from '../../../shared/notebook/export/to-markdown';
import { scriptExtension, toScript } from '../../../shared/notebook/export/to-script';
import { awkwardText } from '../../support/notebook-arbitraries';

function cell(source: string | null, more: Partial<ExportedCell> = {}): ExportedCell {
  return {
    type: 'code',
    source,
    html: null,
    lines: null,
    language: 'python',
    number: 1,
    outputs: [],
    ...more,
  };
}

function notebook(...cells: ExportedCell[]): ExportedNotebook {
  return { title: 'Title', file: 'a.ipynb', at: '2026-11-28T02:18:05.123Z', language: 'python', cells };
}

const HOSTILE = '</pre><script>alert(1)</script><img src=x onerror="alert(1)">';

describe('a notebook as HTML', () => {
  it('carries its policy, its title and its origin', () => {
    const html = toHtml({ ...notebook(), title: '<b>"x"' }, 'p { color: red }');
    expect(html).toContain(`content="${escapeHtml(EXPORT_POLICY)}"`);
    expect(html).toContain('<title>&lt;b&gt;&quot;x&quot;</title>');
    expect(html).toContain('a.ipynb, written out 2026-11-28 02:18:05 UTC');
  });

  it('escapes every foreign text, wherever it stands', () => {
    const outputs: ExportedOutput[] = [
      { kind: 'text', text: HOSTILE, isError: true },
      { kind: 'error', title: HOSTILE, traceback: HOSTILE },
      { kind: 'picture', url: `data:image/png;base64,AAAA" onload="alert(1)`, alt: HOSTILE },
      { kind: 'picture', url: 'https://example.org/x.png', alt: HOSTILE },
      { kind: 'picture', url: 'data:image/png;base64,AAAA', alt: HOSTILE },
      { kind: 'html', source: `${HOSTILE}"></iframe>`, text: null, height: 100 },
      { kind: 'json', text: HOSTILE },
      { kind: 'note', text: HOSTILE },
    ];
    const html = toHtml(
      notebook(
        cell(HOSTILE, { outputs }),
        cell(HOSTILE, { lines: [[{ text: HOSTILE, classes: '"><script>' }]] }),
      ),
      `${HOSTILE}</style>`,
    );
    const [style = ''] = /<style>.*?<\/style>/s.exec(html) ?? [];
    const body = html.replace(style, '');
    expect(body).not.toMatch(/<script|<img src=x|onload="/);
    expect(body).not.toContain('https://example.org');
    expect(body.match(/<iframe /g)).toHaveLength(1);
    expect(body).toContain('<iframe class="x-frame" sandbox="" ');
    expect(html.match(/<\/style>/g)).toHaveLength(1);
  });

  it('keeps colours of a terminal, and every text', () => {
    const html = toHtml(
      notebook(
        cell('x', {
          outputs: [{ kind: 'text', text: '\u001b[31mred\nstill\u001b[0m plain', isError: false }],
        }),
      ),
      '',
    );
    expect(html).toContain('<span class="ansi-red">red</span>\n<span class="ansi-red">still</span> plain');
  });
});

describe('a notebook as Markdown', () => {
  it('has texts as they are, code and outputs in fences, pictures in place', () => {
    const text = toMarkdown(
      notebook(
        cell('# Title\n\nText', { type: 'markdown', number: null }),
        cell('print(1)', { outputs: [{ kind: 'text', text: '\u001b[31m1\u001b[0m\n', isError: false }] }),
        cell('plot()', { outputs: [{ kind: 'picture', url: 'data:image/png;base64,AAAA', alt: 'a [b]' }] }),
        cell(null, { outputs: [{ kind: 'html', source: HOSTILE, text: 'a table', height: 1 }] }),
      ),
    );
    expect(text).toBe(
      '# Title\n\nText\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n\n```python\nplot()\n```\n\n![a  b](data:image/png;base64,AAAA)\n\n```text\na table\n```\n',
    );
  });

  it('lets no text end its fence', () => {
    fc.assert(
      fc.property(awkwardText, fc.constantFrom('```', '````', '`', '``` x\n<script>'), (before, ticks) => {
        const source = `${before}\n${ticks}`.replace(/\s+$/, '');
        fc.pre(source.trim() !== '');
        const lines = toMarkdown(notebook(cell(source)))
          .trimEnd()
          .split('\n');
        const fence = /^`+/.exec(lines[0]!)![0];
        const inside = lines.slice(1, -1).join('\n');
        expect(lines.at(-1)).toBe(fence);
        expect(inside).toBe(source);
        expect([...inside.matchAll(/`+/g)].every((run) => run[0].length < fence.length)).toBe(true);
      }),
    );
  });
});

describe('a notebook as a script', () => {
  it('is of its language, with texts and what can not run there as comments', () => {
    const script = toScript(
      notebook(
        cell('# Title', { type: 'markdown', number: null }),
        cell('%matplotlib inline\nif x:\n    !ls\nprint(1)'),
        cell('ls -l', { language: 'shell', number: 2 }),
        cell('%%bash\nls', { number: 3 }),
        cell('  ', { number: 4 }),
      ),
    );
    expect(script).toBe(
      [
        '#!/usr/bin/env python3',
        '',
        '# # Title',
        '',
        '# --- 1 ---',
        '# %matplotlib inline',
        'if x:',
        '    # !ls',
        'print(1)',
        '',
        '# --- 2 ---',
        '# In the notebook this runs as shell:',
        '# ls -l',
        '',
        '# --- 3 ---',
        '# In the notebook this runs as python:',
        '# %%bash',
        '# ls',
        '',
      ].join('\n'),
    );
  });

  it('keeps every line of a text in its comment, whatever ends lines', () => {
    fc.assert(
      fc.property(awkwardText, (source) => {
        const script = toScript(notebook(cell(`${source}\r\nimport os\u2028x`, { type: 'raw' })));
        for (const line of script
          .trimEnd()
          .split(/\r\n|[\n\r\u2028\u2029]/)
          .slice(1)) {
          expect(line === '' || line.startsWith('#')).toBe(true);
        }
      }),
    );
  });

  it('has the ending of its language', () => {
    expect(['python', 'shell', 'sql', 'brainf'].map(scriptExtension)).toEqual(['py', 'sh', 'sql', 'txt']);
  });
});
