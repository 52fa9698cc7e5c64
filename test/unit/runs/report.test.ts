import { createHash } from 'node:crypto';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import type { Notebook } from '../../../shared/notebook/model';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { ContentRef } from '../../../shared/runs/events';
import { reduce } from '../../../shared/runs/reduce';
import { timelineHtml, timelineMarkdown } from '../../../shared/runs/report/timeline-export';
import { codeText, foreignText } from '../../../shared/runs/report/foreign-text';
import { reportedEvent } from '../../../shared/runs/report/recipe';
import { CHECK_HEADING, reportMarkdown, type ReportFacts } from '../../../shared/runs/report/report';
import { anyEvents, EventList, ref } from '../../support/run-events';
import { caseCount } from '../../support/environment';

const markdown = new MarkdownIt({ html: true, linkify: true });
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Kinds of tokens that a line of foreign text gives, besides the paragraph or cell that it stands in. */
function kindsIn(line: string): ReadonlySet<string> {
  const tokens = markdown.parse(line, {});
  return new Set(
    tokens.flatMap(({ type, children }) => [type, ...(children ?? []).map((child) => child.type)]),
  );
}

const HOSTILE = [
  '[x](http://a.example)',
  '![x](data:,)',
  '<img src=x onerror=alert(1)>',
  '<!-- ',
  'https://a.example',
  'www.a.example',
  'a@b.example',
  '@somebody #12',
  '# heading',
  '- item',
  '1. item',
  '1) item',
  '> quote',
  '    code',
  '***bold***',
  '```\ncode\n```',
  'a | b',
  '`` ` ``',
  '&lt;b&gt;',
  '\\',
  '\u202egnp.exe',
  '\u001b]8;;http://a.example\u0007x',
  '[x]: http://a.example',
  '---',
  '===',
  'a\r\n\r\n# b',
];

const piece = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.constantFrom('`', ' ', 'word', '\n', '|', '*'),
  fc.string(),
);
const foreign = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));

function facts(cells: Notebook['cells'], contents: Readonly<Record<string, JsonObject>> = {}): ReportFacts {
  return {
    notebook: { cells, metadata: { kernelspec: { name: 'bash' } } },
    content: ({ file }: ContentRef) => contents[file] ?? null,
    files: {
      head: { seq: 7, sha256: 'a'.repeat(64) },
      journal: 'b'.repeat(64),
      notebook: 'c'.repeat(64),
      runbook: null,
      outputs: ['d'.repeat(64)],
    },
    sha256,
  };
}

function code(id: string, title: string): Notebook['cells'][number] {
  return {
    id,
    type: 'code',
    source: 'true',
    metadata: { watchbook: { title } },
    outputs: [],
    executionCount: null,
  };
}

describe('foreign text in markdown', () => {
  it('has no markup, link, image or control character of its own, in a line and in a cell of a table', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const inline = new Set(['paragraph_open', 'paragraph_close', 'inline', 'text', 'code_inline']);
        for (const line of [foreignText(text), codeText(text)]) {
          // oxlint-disable-next-line no-control-regex -- control characters are what this is about
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
          for (const kind of kindsIn(`Step: ${line}`)) expect(inline).toContain(kind);
        }
        const table = markdown.parse(`| a | b |\n| --- | --- |\n| ${foreignText(text, true)} | end |\n`, {});
        expect(table.filter(({ type }) => type === 'td_open')).toHaveLength(2);
        expect(table.filter(({ type }) => type === 'table_open')).toHaveLength(1);
      }),
      { numRuns: caseCount(1_000) },
    );
  });

  it('leaves plain words as they are', () => {
    for (const text of [
      'payments-api 4.18 to production',
      'Watch the error rate for 10 min, at most 2 %',
      'Jürgen',
    ]) {
      expect(foreignText(text)).toBe(text);
    }
    expect(foreignText('two\nlines')).toBe('`two ⏎ lines`');
    expect(foreignText(' ')).toBe('');
  });
});

describe('a timeline that is written out', () => {
  const part = fc.record({
    text: foreign,
    style: fc.constantFrom<('strong' | 'code' | undefined)[]>('strong', 'code', undefined),
  });
  const line = fc.record({
    at: fc.constant('2026-11-24T02:16:58.000Z'),
    parts: fc.array(
      part.map(({ text, style }) => (style === undefined ? { text } : { text, style })),
      { maxLength: 4 },
    ),
    by: fc.option(foreign),
    isDeviation: fc.boolean(),
  });

  it('is one table, whatever people and programs wrote, as Markdown and as HTML', () => {
    fc.assert(
      fc.property(foreign, fc.array(line, { maxLength: 4 }), (title, lines) => {
        const tokens = markdown.parse(timelineMarkdown(title, lines), {});
        const count = (type: string): number => tokens.filter((token) => token.type === type).length;
        expect(count('table_open')).toBe(1);
        expect(count('td_open')).toBe(3 * lines.length);
        const allowed = new Set(['text', 'code_inline', 'strong_open', 'strong_close']);
        for (const { children } of tokens)
          for (const child of children ?? []) expect(allowed).toContain(child.type);
        const html = timelineHtml(title, lines);
        expect(html).not.toMatch(/<(?!\/?(?:h1|table|thead|tbody|tr|th|td|b|code)>)/);
        expect(html.match(/<tr>/g)).toHaveLength(lines.length + 1);
      }),
      { numRuns: caseCount(500) },
    );
  });

  it('reads as the screen does, with times in UTC', () => {
    const parts = [{ text: 'Step 6 ' }, { text: 'Validate row counts', style: 'strong' as const }];
    const lines = [
      {
        at: '2026-11-24T02:16:58.000Z',
        parts: [...parts, { text: ' started' }],
        by: 'mara',
        isDeviation: false,
      },
      {
        at: '2026-11-24T02:17:04.000Z',
        parts: [{ text: 'Note ' }, { text: 'see [x](http://evil)', style: 'code' as const }],
        by: null,
        isDeviation: true,
      },
    ];
    expect(timelineMarkdown('Release 4.2', lines)).toBe(
      [
        '# Timeline of Release 4.2',
        '',
        '| Time (UTC) | What happened | By |',
        '| --- | --- | --- |',
        '| 2026-11-24 02:16:58 | Step 6 **Validate row counts** started | mara |',
        '| 2026-11-24 02:17:04 | Note `see [x](http://evil)` (deviation) |  |',
        '',
      ].join('\n'),
    );
  });
});

describe('a report', () => {
  it('names the deviations before the steps, and each attempt', () => {
    const list = new EventList()
      .start()
      .run('a', 'failed')
      .add('step-adjusted', { cell: 'a', before: ref('before'), after: ref('after') })
      .run('a', 'done', 2)
      .add('step-skipped', { cell: 'b', reason: ref('reason') })
      .add('gap', {
        from: '2026-11-24T02:00:00.000Z',
        to: '2026-11-24T02:05:00.000Z',
        why: 'suspended',
        cell: null,
      })
      .add('note', { cell: 'a', text: ref('note') })
      .add('content-withheld', { file: ref('note').file, sha256: ref('note').sha256, reason: ref('reason') })
      .add('run-finished', { status: 'done', reason: null });
    const report = reportMarkdown(
      reduce(list.events),
      facts([code('a', 'Deploy'), code('b', 'Compare'), code('c', 'Tell')], {
        [ref('parameters').file]: {
          title: 'payments-api 4.18',
          driver: 'Mara Lindt',
          parameters: [
            { name: 'plain', value: 1, source: 'default', pinned: false },
            { name: 'host', value: 'a|b', source: 'link', pinned: true },
          ],
          links: [{ kind: 'incident', text: 'https://a.example/INC-1' }],
        },
        [ref('reason').file]: { text: 'replica lags' },
        [ref('attempt').file]: { outputs: [], expectations: [], line: '2 of 2 expected', failure: null },
      }),
    );
    expect(report).toContain(
      '# payments-api 4.18\n\nDone after 10s: 2026-11-24 02:00:00 to 2026-11-24 02:00:10 UTC,',
    );
    expect(report).toContain('4 deviations.');
    expect(report).toContain(
      `## Deviations

- Step 1, Deploy was adjusted before attempt 2 (Mara Lindt, 02:00:03)
- Step 2, Compare was skipped: “replica lags” (Mara Lindt, 02:00:06)
- A gap in the record, 2026-11-24 02:00:00 to 2026-11-24 02:05:00 UTC, 5m 00s, cause: suspended (Mara Lindt, 02:00:07)
- Content was withheld: “replica lags” (Mara Lindt, 02:00:09)
`,
    );
    expect(report).toContain('| 1 | Deploy | 02:00:04 | 0.9s | 2 | done: 2 of 2 expected |');
    expect(report).toContain('| 2 | Compare | 02:00:06 |  |  | skipped |');
    expect(report).toContain('| 3 | Tell |  |  |  | to come |');
    expect(report).toContain(
      '- Step 1, Deploy, attempt 1: started 02:00:01, failed after 0.9s, exit status 1',
    );
    expect(report).toContain('- 02:00:08 Mara Lindt, Step 1, Deploy: (withheld)');
    expect(report).toContain('| `host` | `"a\\|b"` (link) |\n| `plain` | `1` (default) |');
    expect(report).toContain('| Incident | `https://a.example/INC-1` |');
    expect(report.indexOf('## Deviations')).toBeLessThan(report.indexOf('## Steps'));
    expect(reportedEvent(report)).toBe(7);
  });

  it('is one text for one run, whatever its events are, with one recipe at its foot', () => {
    fc.assert(
      fc.property(anyEvents, foreign, (events, title) => {
        const run = reduce(events);
        const given = facts([code('a', title), code('b', 'b'), { ...code('g', title), type: 'markdown' }]);
        const report = reportMarkdown(run, given);
        expect(reportMarkdown(structuredClone(run), given)).toBe(report);
        const [body = '', foot = ''] = report.split(`\n${CHECK_HEADING}\n`);
        expect(foot.match(/^```/gm)).toHaveLength(2);
        expect(foot).toContain(sha256(new TextEncoder().encode(`${body}\n`)));
        const kinds = kindsIn(body);
        for (const kind of ['link_open', 'image', 'html_block', 'html_inline', 'fence', 'code_block']) {
          expect(kinds).not.toContain(kind);
        }
      }),
      { numRuns: 300 },
    );
  });
});
