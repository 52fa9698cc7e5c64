import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyShellLine, argumentLine, namedIn, quoteWord, unitOf } from '../../../shared/terminal/one-unit';

const text = (source: string, exports?: Parameters<typeof unitOf>[1]): string => {
  const unit = unitOf(source, exports);
  if (unit.kind === 'refused') throw new Error(unit.reason);
  return unit.text;
};

describe('a source as it is sent', () => {
  it('is what stands below its first words, and one word for eval where a shell is not known', () => {
    expect(text('# What it is for\n\nuptime  \n')).toBe('uptime');
    expect(anyShellLine('uptime')).toBe('uptime');
    expect(anyShellLine('echo one\necho two')).toBe("eval 'echo one\necho two'");
  });

  it('has in front of it what it names of the parameters, as text and nothing else', () => {
    const all = [
      { name: 'batch', text: "7'; rm -rf $HOME" },
      { name: 'batches', text: 'no' },
    ];
    expect(namedIn('deploy ${batch}', all)).toEqual([all[0]]);
    expect(namedIn('deploy $batches $other', all)).toEqual([all[1]]);
    expect(text('deploy $batch', all.slice(0, 1))).toContain('export batch=');
  });

  it('is refused where a terminal would take it for keys, and where there is nothing', () => {
    for (const source of ['', '# only words\n', 'echo \u001b[201~', 'echo \u0003', 'x'.repeat(70_000)])
      expect(unitOf(source)).toMatchObject({ kind: 'refused' });
    expect(argumentLine(['echo', '\u0007'])).toBeNull();
    expect(argumentLine([])).toBeNull();
  });
});

const SHELLS = [
  ['sh', ['-c']],
  ['bash', ['--norc', '-c']],
  ['zsh', ['-f', '-c']],
  ['fish', ['--no-config', '-c']],
] as const;

describe.each(SHELLS)('%s', (shell, before) => {
  const run = (line: string): string =>
    execFileSync(shell, [...before, line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it('reads every word as it is', () => {
    const words = [
      '',
      'a b',
      "it's",
      '\\',
      "\\'\\\\",
      '$HOME `id` $(id)',
      '!!',
      '~',
      '*',
      '#',
      'a\nb',
      '{a,b}',
      '=ls',
      '%1',
      'é😀',
    ];
    const line = argumentLine(['printf', '[%s]', ...words]) ?? '';
    expect(run(line)).toBe(words.map((word) => `[${word}]`).join(''));
    const some = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 12, maxLength: 12 });
    for (const all of fc.sample(some, 4)) {
      const typed = all.filter((word) => quoteWord(word) !== null);
      const written = argumentLine(['printf', '[%s]', ...typed]) ?? '';
      if (typed.length > 0) expect(run(written)).toBe(typed.map((word) => `[${word}]`).join(''));
    }
  });

  it('runs several lines as one, with the status of the last, and fails at once at an open quote', () => {
    const source = "echo 'it''s one' # first\nprintf '%s\\n' \"two\\\\\" \n\nprintf '%s\\n' $batch";
    const unit = anyShellLine(text(source, [{ name: 'batch', text: "a'b\\c" }]));
    expect(run(unit).split('\n')).toEqual(['its one', 'two\\', "a'b\\c", '']);
    expect(() => run(anyShellLine(text('true\nsh -c "exit 3"')))).toThrow(
      expect.objectContaining({ status: 3 }),
    );
    expect(() => run(anyShellLine(text('echo "open')))).toThrow();
  });
});
