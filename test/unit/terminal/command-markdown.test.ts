import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TerminalCommand } from '../../../shared/terminal/commands';
import { commandsMarkdown, outputsText, plainOutput } from '../../../shared/terminal/command-markdown';

const command = (text: string | null, more: Partial<TerminalCommand> = {}): TerminalCommand => ({
  id: 1,
  text,
  directory: '/srv',
  started: '2026-11-25T01:59:40.000Z',
  ended: '2026-11-25T01:59:42.000Z',
  status: 2,
  ...more,
});

describe('commands as markdown', () => {
  it('are a block with command and output, and a line of how, when and where', () => {
    const ran = {
      command: command('pg_isready -t 2'),
      output: 'eu-c-3:5432 - \u001b[31mno response\u001b[0m\r\n',
    };
    expect(commandsMarkdown([ran], 'incident')).toBe(
      [
        '```console',
        '$ pg_isready -t 2',
        'eu-c-3:5432 - no response',
        '```',
        '',
        'Exit status 2 after 2.0s, 2026-11-25 01:59:40 UTC, in `/srv`, terminal `incident`.',
        '',
      ].join('\n'),
    );
  });

  it('stand one after the other, each with what is missing of it', () => {
    const words = commandsMarkdown(
      [
        { command: command('for a in b\ndo true; done', { status: 0 }), output: '' },
        { command: command(null, { status: null, directory: null }), output: null },
        { command: command('sleep 9', { ended: null, status: null }), output: 'so far' },
      ],
      ' ',
    );
    expect(words).toContain('$ for a in b\n> do true; done\n```\n\nExit status 0 after 2.0s');
    expect(words).toContain('$ (the shell did not say which command)\n```');
    expect(words).toContain(
      'its exit status is not known, 2026-11-25 01:59:40 UTC. Its output is not kept any more.',
    );
    expect(words).toContain('so far\n```\n\nStill running, 2026-11-25 01:59:40 UTC, in `/srv`.');
    expect(words.match(/^```console$/gm)).toHaveLength(3);
  });

  it('end their block nowhere before its end, whatever is in it', () => {
    const text = fc.string({ unit: fc.constantFrom('`', '~', 'a', '\n', ' ', '\u001b[1m') });
    fc.assert(
      fc.property(text, text, text, (typed, output, title) => {
        const words = commandsMarkdown([{ command: command(typed), output }], title);
        const [, fence = ''] = /^(`{3,})console\n/.exec(words) ?? [];
        const closing = words.split('\n').flatMap((line, at) => (line === fence ? [at] : []));
        const longer = words
          .split('\n')
          .slice(1, closing[0])
          .filter((line) => new RegExp(`\`{${fence.length},}`).test(line));
        expect([closing.length, longer]).toEqual([1, []]);
        // One sentence follows, on one line.
        expect(
          words
            .slice(words.indexOf(`\n${fence}\n`))
            .trim()
            .split('\n'),
        ).toHaveLength(3);
      }),
    );
  });
});

describe('an output', () => {
  it('is copied as text', () => {
    expect(plainOutput('a\u0007\u001b[1;31mb\u001b[m\tc\r\nd\n\n  ')).toBe('ab\tc\nd');
    expect(
      outputsText([
        { command: command('a'), output: 'one\n' },
        { command: command('b'), output: null },
        { command: command('c'), output: '' },
        { command: command('d'), output: 'two' },
      ]),
    ).toBe('one\ntwo\n');
  });
});
