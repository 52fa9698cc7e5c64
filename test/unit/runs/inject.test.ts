import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { injectParameters, parameterSource, shellExports } from '../../../shared/runs/parameters/inject';
import { literalOf } from '../../../shared/runs/parameters/literals';
import type { ParameterValue } from '../../../shared/runs/parameters/values';

const value = (name: string, of: Json, more: Partial<ParameterValue> = {}): ParameterValue => ({
  name,
  value: of,
  source: 'given',
  isSecret: false,
  pinned: false,
  inRunbook: true,
  ...more,
});
const cell = (id: string, source: string, tags: readonly string[] = [], metadata: JsonObject = {}): Cell => ({
  id,
  type: 'code',
  source,
  metadata: { ...metadata, ...(tags.length > 0 ? { tags: [...tags] } : {}) },
  outputs: [],
  executionCount: null,
});
const SHELL = { vscode: { languageId: 'shellscript' } };
const notebook = (cells: readonly Cell[], language = 'python'): Notebook => ({
  cells,
  metadata: { language_info: { name: language } },
  nbformat: 4,
  nbformatMinor: 5,
});

/** Texts that try to get out of their quotes, and any others. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '\\',
        '$',
        '`',
        '\n',
        '\r',
        '\t',
        '$(id)',
        '${x}',
        "'''",
        '"""',
        '!',
        '#',
        ' ',
        '\u202e',
        '\u2028',
        '\u0001',
        '\u007f',
        '\u0085',
        'é',
        '😀',
        '\\x41',
        '\\u0041',
        "\\'",
        '%s',
        '~',
        '*',
        ';',
        '&&',
        '\ufeff',
        'a',
        'F',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const json = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.constantFrom<Json>(null, true, false, 0, -0, 1e21, 5e-324, 0.1),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('any'), { maxLength: 4 }) as fc.Arbitrary<Json>,
    fc.array(fc.tuple(text, tie('any')), { maxLength: 4 }).map((all) => Object.fromEntries(all) as Json),
  ),
})).any;

const written = (of: Json, language: 'python' | 'shell'): string => {
  const literal = literalOf(of, language);
  if (literal.kind === 'refused') throw new Error(literal.reason);
  return literal.text;
};

describe('a value as a literal', () => {
  it('comes back equal from a real Python, whatever it is', () => {
    const values = fc.sample(json, 1_500);
    const lines = values.map((one) => `all.append(${written(one, 'python')})`);
    const program = ['import json', 'all = []', ...lines, 'print(json.dumps(all))'].join('\n');
    const { stdout, stderr } = spawnSync('python3', ['-'], {
      input: program,
      encoding: 'utf8',
      env: { ...process.env, PYTHONUTF8: '1' },
      maxBuffer: 1 << 28,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(values);
  });

  it('comes back equal from a real bash, whatever it is', () => {
    const values = fc.sample(
      json.filter((one) => literalOf(one, 'shell').kind === 'literal'),
      1_500,
    );
    const lines = values.map((one) => `x=${written(one, 'shell')}; printf '%s\\0' "$x"`);
    for (const locale of ['C', 'C.UTF-8']) {
      const { stdout, stderr } = spawnSync('bash', ['--norc', '-s'], {
        input: lines.join('\n'),
        env: { ...process.env, LC_ALL: locale },
        maxBuffer: 1 << 28,
      });
      expect(stderr.toString()).toBe('');
      const back = stdout.toString('utf8').split('\0').slice(0, -1);
      expect(back).toEqual(
        values.map((one) =>
          one === null ? '' : typeof one === 'string' ? one : Object.is(one, -0) ? '-0.0' : asShell(one),
        ),
      );
    }
  });

  it('shows nothing but what is there, and refuses what a language can not hold', () => {
    expect(written('a\u202eb', 'python')).toBe('"a\\u202eb"');
    expect(written('a\u202eb', 'shell')).toBe("$'a\\xe2\\x80\\xaeb'");
    expect(literalOf('a\u202e"\\b', 'r')).toEqual({ kind: 'literal', text: '"a\\u{202e}\\"\\\\b"' });
    expect(literalOf({ a: [1, null, true] }, 'r')).toEqual({
      kind: 'literal',
      text: 'list("a" = list(1, NULL, TRUE))',
    });
    expect(literalOf('a\0b', 'shell')).toEqual({
      kind: 'refused',
      reason: 'A shell can not hold a text with the character of number 0',
    });
    expect(literalOf('\ud800', 'shell').kind).toBe('refused');
    expect(literalOf('\0', 'r').kind).toBe('refused');
    expect(literalOf(Number.POSITIVE_INFINITY, 'python').kind).toBe('refused');
  });
});

function asShell(one: Json): string {
  return typeof one === 'number' ? String(one) : JSON.stringify(one);
}

describe('injected parameters', () => {
  const inject = (cells: readonly Cell[], language?: string): readonly string[] | string => {
    const result = injectParameters(notebook(cells, language), [value('a', 1)], { newId: 'new' });
    return result.kind === 'refused' ? result.reason : result.notebook.cells.map(({ id }) => id);
  };

  it('stand right after the defaults, first where there are none, and in place of old ones', () => {
    expect(inject([cell('x', 'x'), cell('p', 'a = 0', ['parameters']), cell('y', 'y')])).toEqual([
      'x',
      'p',
      'new',
      'y',
    ]);
    expect(inject([cell('x', 'x')])).toEqual(['new', 'x']);
    expect(inject([cell('x', 'x'), cell('old', 'a = 3', ['injected-parameters']), cell('y', 'y')])).toEqual([
      'x',
      'old',
      'y',
    ]);
  });

  it('leave no old values that would come later, or before the defaults', () => {
    const old = (id: string): Cell => cell(id, 'a = 3', ['injected-parameters']);
    expect(inject([old('o1'), cell('p', 'a = 0', ['parameters']), cell('x', 'x'), old('o2')])).toEqual([
      'p',
      'o1',
      'x',
    ]);
  });

  it('are written in the notebook’s language, and refused with a reason in others', () => {
    const all = [value('a', 'x'), value('_b', true), value('t', 'DEPLOY', { isSecret: true })];
    const source = (language: 'python' | 'shell' | 'r'): readonly string[] => {
      const result = parameterSource(all, language);
      return result.kind === 'source' ? result.source.split('\n') : [result.reason];
    };
    expect(source('python')).toEqual([
      '# Parameters',
      'a = "x"',
      '_b = True',
      't = __import__("subprocess").run(["watchbook", "secret", "get", "--", "DEPLOY"], check=True, stdout=-1, text=True).stdout.rstrip("\\n")',
    ]);
    expect(source('shell')).toEqual([
      '# Parameters',
      "export a='x'",
      "export _b='true'",
      't="$(watchbook secret get -- \'DEPLOY\')"',
    ]);
    expect(source('r')).toEqual([
      '# Parameters',
      'a = "x"',
      'b = TRUE',
      't = system2("watchbook", c("secret", "get", "--", shQuote("DEPLOY")), stdout = TRUE)',
    ]);
    expect(inject([cell('x', 'x')], 'julia')).toMatch(/^Parameters can be given to Python, shell and R only/);
    const passing = injectParameters(notebook([], 'julia'), [value('a', 1, { inRunbook: false })], {
      newId: 'n',
    });
    expect(passing.kind).toBe('none');
  });

  it('are a shell cell where only shell cells would run: no kernel is started for them', () => {
    const result = injectParameters(notebook([cell('x', 'ls', [], SHELL)]), [value('a', 1)], { newId: 'n' });
    expect(result.kind === 'injected' && result.notebook.cells[0]).toMatchObject({
      source: "# Parameters\nexport a='1'",
      metadata: { tags: ['injected-parameters'], ...SHELL },
    });
  });

  it('are exported to the shell beside the kernel without secrets', () => {
    expect(shellExports([value('a', 'x y'), value('t', 'DEPLOY', { isSecret: true })])).toEqual({
      kind: 'source',
      source: "# Parameters\nexport a='x y'",
    });
    expect(shellExports([value('a', '\0')])).toEqual({
      kind: 'refused',
      reason: 'a: A shell can not hold a text with the character of number 0.',
    });
  });

  it('look a secret up by its name, and fail with the look-up', () => {
    const source = parameterSource([value('t', 'DEPLOY', { isSecret: true })], 'shell');
    if (source.kind !== 'source') throw new Error(source.reason);
    const run = (answer: string) =>
      spawnSync('bash', [
        '-c',
        `watchbook() { ${answer}; }\n${source.source}\nexport -p | grep -c ' t=' ; echo "[$t]"`,
      ]);
    expect(run('echo "$4-value"').stdout.toString()).toBe('0\n[DEPLOY-value]\n');
    const failing = spawnSync('bash', ['-c', `watchbook() { return 3; }\n${source.source}`]);
    expect(failing.status).toBe(3);
  });
});
