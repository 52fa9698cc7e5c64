import { highlightCode } from '@lezer/highlight';
import { describe, expect, it } from 'vitest';
import { grammarOf, plainGrammar } from '../../../renderer/notebook/code/grammar';
import {
  languageNamed,
  languageOfFile,
  languageOfSource,
  languageWord,
  type LanguageName,
} from '../../../renderer/notebook/code/language-of';
import { cutCell } from '../../../renderer/notebook/code/magic-lines';
import { tokenClasses } from '../../../renderer/notebook/code/token-classes';

/** Every coloured piece of a source, as `class text`, without `tok-`. */
function coloured(source: string, language: LanguageName): readonly string[] {
  const pieces: string[] = [];
  highlightCode(
    source,
    grammarOf(language).parser.parse(source),
    tokenClasses,
    (text, classes) => {
      if (classes !== '') pieces.push(`${classes.replaceAll('tok-', '')} ${text}`);
    },
    () => undefined,
  );
  return pieces;
}

describe('the language of a code cell', () => {
  it.each<[string, LanguageName]>([
    ['print(1)', 'python'],
    ['%%bash\nls', 'shell'],
    ['%%sh\nls', 'shell'],
    ['\n\n%%bash --out lines\nls', 'shell'],
    ['%%!\nls', 'shell'],
    ['%%sx\nls', 'shell'],
    ['%%sql\nselect 1', 'sql'],
    ['%%sql postgresql://host/db\nselect 1', 'sql'],
    ['%%bigquery frame\nselect 1', 'sql'],
    ['%%javascript\nlet a', 'javascript'],
    ['%%js\nlet a', 'javascript'],
    ['%%html\n<b>', 'html'],
    ['%%HTML\n<b>', 'html'],
    ['%%svg\n<svg/>', 'html'],
    ['%%markdown\n# a', 'markdown'],
    ['%%latex\n\\frac', 'text'],
    ['%%perl\nprint', 'text'],
    ['%%writefile x.yaml\na: 1', 'yaml'],
    ['%%writefile -a /etc/app/main.tf\na = 1', 'hcl'],
    ['%%writefile "my values.json"\n{}', 'json'],
    ['%%writefile Dockerfile\nFROM x', 'dockerfile'],
    ['%%writefile .bashrc\nls', 'shell'],
    ['%%writefile app.service\n[Unit]', 'ini'],
    ['%%writefile notes.xyz\n', 'text'],
    ['%%file run.ps1\nGet-Item', 'powershell'],
    ['%%script bash -e\nls', 'shell'],
    ['%%script --no-raise-error sh\nls', 'shell'],
    ['%%script --out text bash\nls', 'shell'],
    ['%%script /usr/bin/env python3\nprint()', 'python'],
    ['%%script node\nlet a', 'javascript'],
    ['%%script awk\n{}', 'text'],
    ['%%pwsh\nGet-Item', 'powershell'],
    ['%%time\nprint()', 'python'],
    ['%%capture out\nprint()', 'python'],
    ['# %%bash', 'python'],
    ['%timeit x', 'python'],
  ])('of %j is %s', (source, language) => {
    expect(languageOfSource(source, 'python')).toBe(language);
  });

  it.each<[string, LanguageName]>([
    ['Terraform', 'hcl'],
    ['shellsession', 'shell'],
    ['ps1', 'powershell'],
    ['yml', 'yaml'],
    ['patch', 'diff'],
    ['constructor', 'text'],
    ['', 'text'],
  ])('of a fence %j is %s', (name, language) => {
    expect(languageNamed(name)).toBe(language);
  });

  it('of a file goes by its ending first, then by its name', () => {
    expect(languageOfFile('a/Dockerfile.json')).toBe('json');
    expect(languageOfFile('Dockerfile.prod')).toBe('dockerfile');
    expect(languageOfFile('deploy')).toBe('text');
  });
});

/** One line of each language, and pieces of it that must be seen. */
const SAMPLES: Readonly<Record<Exclude<LanguageName, 'text'>, readonly [string, readonly string[]]>> = {
  python: ['def f(n=1):  # it\n  return "a"', ['keyword def', 'number 1', 'string "a"', 'comment # it']],
  shell: ['for a in 1; do echo "x"; done # it', ['keyword for', 'string "x"', 'comment # it']],
  sql: ["select id from t where a = 'x' -- it", ['keyword select', "string 'x'", 'comment -- it']],
  json: ['{"a": "b", "n": 1, "t": true}', ['string "b"', 'number 1', 'keyword true']],
  yaml: ['name: "x" # it', ['function name', 'string "x"', 'comment # it']],
  javascript: ['const a = `x`; // it', ['keyword const', 'string `x`', 'comment // it']],
  html: ['<b class="x">y</b><!-- it -->', ['function b', 'string "x"', 'comment <!-- it -->']],
  markdown: ['# Head\n**strong**', ['keyword strong  Head', 'strong strong']],
  hcl: [
    'resource "a" "b" { # it\n  n = 1\n  s = "x${var.y}z"\n  t = <<EOT\ntext\nEOT\n  l = [for a in b : upper(a)]\n}',
    [
      'keyword resource',
      'comment # it',
      'number 1',
      'number ${',
      'string text',
      'keyword for',
      'function upper',
    ],
  ],
  ini: ['[head]\nkey = value ; it\n# comment', ['function key ', 'comment # comment']],
  toml: ['a = "x" # it', ['string "x"', 'comment # it']],
  dockerfile: ['FROM alpine\nRUN ls # it', ['keyword FROM', 'keyword RUN']],
  powershell: ['foreach ($a in 1) { Get-Item "x" } # it', ['keyword foreach', 'number 1', 'comment # it']],
  diff: ['-old\n+new', ['number -old', 'string +new']],
};

describe('colours', () => {
  it.each(Object.entries(SAMPLES))('%s', (language, [source, wanted]) => {
    const found = coloured(source, language as LanguageName);
    for (const piece of wanted) expect(found).toContain(piece);
    expect(languageWord(language as LanguageName)).not.toBe('text');
  });

  it('are the same in the whole source whatever it is cut into', () => {
    for (const [language, [source]] of Object.entries(SAMPLES)) {
      let text = '';
      const { parser } = grammarOf(language as LanguageName);
      highlightCode(
        source,
        parser.parse(source),
        tokenClasses,
        (piece) => (text += piece),
        () => (text += '\n'),
      );
      expect(text).toBe(source);
    }
  });

  it('of fenced code in a text are those of its language', () => {
    expect(coloured('```sql\nselect 1\n```', 'markdown')).toEqual(
      expect.arrayContaining(['keyword select', 'number 1']),
    );
  });

  it('of the magic at the top are its own, and what follows is of the magic’s language', () => {
    expect(coloured('%%bash -e\nfor a in b; do', 'shell')).toEqual([
      'function %%bash -e',
      'keyword for',
      'keyword in',
      'keyword do',
    ]);
    expect(coloured('%%writefile notes.xyz\nfor', 'text')).toEqual(['function %%writefile notes.xyz']);
  });

  it('of commands in Python are those of the shell, and the lines around them stay one program', () => {
    const source =
      'if a:\n    !echo "x" # it\n    b = 1\nfiles = !ls | head\n%pip install "y"\n%timeit len("z")';
    expect(coloured(source, 'python')).toEqual([
      'keyword if',
      'function !',
      'function echo',
      'string "x"',
      'comment # it',
      'number 1',
      'function !',
      'function ls',
      'function %pip',
      'string "y"',
      'function %timeit',
      'function len',
      'string "z"',
    ]);
  });

  it('do not take a line between three quotes for a command', () => {
    expect(coloured('a = """\n!ls\n%time\n"""\n!ls', 'python')).toEqual([
      'string """',
      'string !ls',
      'string %time',
      'string """',
      'function !',
      'function ls',
    ]);
  });
});

describe('cutting a cell', () => {
  const cut = (source: string): readonly string[] =>
    cutCell(source, true).map(({ kind, from, to }) => `${kind} ${JSON.stringify(source.slice(from, to))}`);

  it.each<[string, readonly string[]]>([
    ['', []],
    ['a\nb', ['code "a\\nb"']],
    ['%%time', ['magic "%%time"']],
    ['%%time\na', ['magic "%%time"', 'code "\\na"']],
    ['!ls -l\n', ['magic "!"', 'command "ls -l"', 'code "\\n"']],
    ['!!ls', ['magic "!!"', 'command "ls"']],
    ['! \na', ['code "! \\na"']],
    ['%matplotlib inline', ['magic "%matplotlib"']],
    ['  %cd /tmp', ['code "  "', 'magic "%cd"', 'command "/tmp"']],
    ['t = %sql select 1', ['code "t = "', 'magic "%sql"']],
    ['a = b % c', ['code "a = b % c"']],
    ['(a\n % b)', ['code "(a\\n % b)"']],
    ['a != b', ['code "a != b"']],
    ['print?', ['magic "print?"']],
    ['??print', ['magic "??print"']],
    ['# """\n!a', ['code "# \\"\\"\\"\\n"', 'magic "!"', 'command "a"']],
    ['x = \'"""\'\n!a', ['code "x = \'\\"\\"\\"\'\\n"', 'magic "!"', 'command "a"']],
  ])('%j', (source, pieces) => {
    expect(cut(source)).toEqual(pieces);
  });

  it('leaves the lines of a language without magics alone', () => {
    expect(cutCell('!a\n%b', false)).toEqual([{ kind: 'code', from: 0, to: 5 }]);
  });

  it('takes time by the length of the source alone', () => {
    const long = `${'x = """a""" \'\'\'\n'.repeat(20_000)}%%`;
    expect(cutCell(long, true).length).toBeGreaterThan(0);
    expect(plainGrammar('text')).toBeNull();
  });
});
