/** The languages that sources are coloured in; `text` is not coloured. */
export type LanguageName =
  | 'python'
  | 'shell'
  | 'sql'
  | 'json'
  | 'yaml'
  | 'javascript'
  | 'html'
  | 'markdown'
  | 'hcl'
  | 'ini'
  | 'toml'
  | 'dockerfile'
  | 'powershell'
  | 'diff'
  | 'text';

/** By language: the names that kernels, fences, cell magics and endings of files have for it. */
const NAMES: Readonly<Record<Exclude<LanguageName, 'text'>, string>> = {
  python: 'python python2 python3 ipython ipython3 pypy pypy3 py pyi pyw',
  shell: 'bash sh shell shellscript zsh ksh dash console shellsession sx system ! bashrc profile zshrc envrc',
  sql: 'sql mysql postgresql postgres psql sqlite plsql bigquery sparksql ddl',
  json: 'json json5 jsonc jsonl ndjson ipynb geojson',
  yaml: 'yaml yml',
  javascript: 'javascript js jsx mjs cjs typescript ts tsx node deno',
  html: 'html htm xhtml xml svg',
  markdown: 'markdown md mkd rmd',
  hcl: 'hcl terraform tf tfvars nomad tofu',
  ini: 'ini cfg conf cnf config properties desktop service timer socket unit env editorconfig',
  toml: 'toml',
  dockerfile: 'dockerfile docker containerfile',
  powershell: 'powershell pwsh ps1 psm1 psd1 posh',
  diff: 'diff patch',
};

const BY_NAME: ReadonlyMap<string, LanguageName> = new Map(
  Object.entries(NAMES).flatMap(([language, names]) =>
    names.split(' ').map((name): [string, LanguageName] => [name, language as LanguageName]),
  ),
);

/** The language by a name as kernels, fences and cell magics write it. */
export function languageNamed(name: string | null): LanguageName {
  return BY_NAME.get((name ?? '').toLowerCase()) ?? 'text';
}

/** The language of a file by its ending (`deploy.sh`), or by its whole name (`Dockerfile`, `.bashrc`). */
export function languageOfFile(path: string): LanguageName {
  const name = path.split(/[\\/]/).pop() ?? '';
  const [start = ''] = name.replace(/^\./, '').split('.');
  const ending = /\.(\w+)$/.exec(name)?.[1] ?? null;
  const byEnding = languageNamed(ending);
  return byEnding === 'text' ? languageNamed(start) : byEnding;
}

/** Cell magics whose text is of a language that is not coloured here. */
const UNCOLOURED = new Set(['latex', 'perl', 'ruby', 'cmd', 'r', 'julia', 'cython', 'fortran']);

/** The words of a magic's line, with quotes taken away; a word may hold spaces between quotes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** The program that `%%script` starts: `bash -e`, `--no-raise-error sh`, `/usr/bin/env python3`. */
function programOf(words: readonly string[]): string | null {
  const takesValue = new Set(['--out', '--err', '--proc']);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (takesValue.has(word)) at += 1;
    else if (!word.startsWith('-')) {
      const program = word.split('/').pop() ?? '';
      if (program !== 'env') return program.replace(/[\d.]+$/, '');
    }
  }
  return null;
}

/**
 * The language of a code cell: its `%%magic` where it has one (`%%writefile` by the file, `%%script` by the program),
 * else `base`. A magic that is not known, `%%time` for one, leaves the language as it is.
 */
export function languageOfSource(source: string, base: LanguageName): LanguageName {
  const line = /^\s*%%(.*)/.exec(source)?.[1];
  if (line === undefined) return base;
  const [magic = '', ...rest] = wordsOf(line.trim());
  const name = magic.toLowerCase();
  if (name === 'writefile' || name === 'file') {
    return languageOfFile(rest.findLast((word) => !word.startsWith('-')) ?? '');
  }
  if (name === 'script') return languageNamed(programOf(rest));
  if (UNCOLOURED.has(name)) return 'text';
  const named = languageNamed(name);
  return named === 'text' ? base : named;
}

const WORDS: Readonly<Record<LanguageName, string>> = {
  python: 'Python',
  shell: 'shell',
  sql: 'SQL',
  json: 'JSON',
  yaml: 'YAML',
  javascript: 'JavaScript',
  html: 'HTML',
  markdown: 'Markdown',
  hcl: 'HCL',
  ini: 'settings',
  toml: 'TOML',
  dockerfile: 'Dockerfile',
  powershell: 'PowerShell',
  diff: 'differences',
  text: 'text',
};

/** The language in words, as in "8 lines of SQL". */
export function languageWord(language: LanguageName): string {
  return WORDS[language];
}
