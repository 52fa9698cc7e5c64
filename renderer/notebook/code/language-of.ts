/** The languages that sources are coloured in; `text` is not coloured. */
export type LanguageName = 'python' | 'shell' | 'sql' | 'json' | 'yaml' | 'javascript' | 'markdown' | 'text';

const ALIASES: Readonly<Record<string, LanguageName>> = {
  python: 'python',
  python2: 'python',
  python3: 'python',
  ipython: 'python',
  py: 'python',
  bash: 'shell',
  sh: 'shell',
  shell: 'shell',
  shellscript: 'shell',
  zsh: 'shell',
  ksh: 'shell',
  console: 'shell',
  script: 'shell',
  sql: 'sql',
  mysql: 'sql',
  postgresql: 'sql',
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  javascript: 'javascript',
  js: 'javascript',
  typescript: 'javascript',
  ts: 'javascript',
  node: 'javascript',
  markdown: 'markdown',
  md: 'markdown',
};

/** The language by a name as kernels, fences and cell magics write it. */
export function languageNamed(name: string | null): LanguageName {
  const key = (name ?? '').toLowerCase();
  return Object.hasOwn(ALIASES, key) ? (ALIASES[key] ?? 'text') : 'text';
}

/** The language of a code cell: its `%%magic` where it has one (`%%writefile` by the file's ending), else `base`. */
export function languageOfSource(source: string, base: LanguageName): LanguageName {
  if (!source.startsWith('%%')) return base;
  const line = source.slice(2, source.indexOf('\n') === -1 ? undefined : source.indexOf('\n')).trim();
  const [magic = '', ...rest] = line.split(/\s+/);
  if (magic === 'writefile' || magic === 'file') {
    const ending = /\.(\w+)$/.exec(rest[rest.length - 1] ?? '')?.[1];
    return ending === undefined ? 'text' : languageNamed(ending);
  }
  if (magic === 'script') return languageNamed(rest[0]?.split('/').pop() ?? null);
  const named = languageNamed(magic);
  return named === 'text' ? base : named;
}

const WORDS: Readonly<Record<LanguageName, string>> = {
  python: 'Python',
  shell: 'shell',
  sql: 'SQL',
  json: 'JSON',
  yaml: 'YAML',
  javascript: 'JavaScript',
  markdown: 'Markdown',
  text: 'text',
};

/** The language in words, as in "8 lines of SQL". */
export function languageWord(language: LanguageName): string {
  return WORDS[language];
}
