import { isShellCell, wantedKernel, type Cell, type Notebook } from '../../notebook/model';

/** A language that parameters can be written in. */
export type ParameterLanguage = 'python' | 'shell' | 'r';

const LANGUAGES: Readonly<Record<string, ParameterLanguage>> = {
  python: 'python',
  python3: 'python',
  ipython: 'python',
  ipython3: 'python',
  bash: 'shell',
  sh: 'shell',
  zsh: 'shell',
  shell: 'shell',
  shellscript: 'shell',
  r: 'r',
  ir: 'r',
};

/** The language of a kernel by its own word for it (`language_info.name`); null for one parameters are not written in. */
export function parameterLanguage(name: string): ParameterLanguage | null {
  const folded = name.toLowerCase();
  return Object.hasOwn(LANGUAGES, folded) ? (LANGUAGES[folded] ?? null) : null;
}

/** The language a notebook's own kernel speaks, by what the file says; null where it says none that is known here. */
export function notebookLanguage(notebook: Pick<Notebook, 'metadata'>): ParameterLanguage | null {
  const { name, language } = wantedKernel(notebook);
  if (language !== null) return parameterLanguage(language);
  // nbformat leaves the language out where a kernel never ran; Python is what most of those are.
  return name === null ? 'python' : parameterLanguage(name.replace(/^jupyter:/, ''));
}

/** The language of one cell: shell cells beside another kernel are shell. */
export function cellLanguage(
  notebook: Pick<Notebook, 'metadata'>,
  cell: Pick<Cell, 'type' | 'metadata'>,
): ParameterLanguage | null {
  return isShellCell(cell) ? 'shell' : notebookLanguage(notebook);
}
