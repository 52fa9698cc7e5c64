import type { TreeEntry } from './tree-contract';

/** The most bytes a file system takes for one name. */
const MOST_BYTES = 255;

/** Folders that hold nothing a person opens here, wherever they lie. */
const SKIPPED = new Set(['node_modules', '__pycache__', 'venv']);

/** What lies beside runbooks and is read with them: scripts, queries, settings, notes, logs. */
const TEXTS =
  /(?:\.(?:sh|bash|zsh|ps1|py|sql|json|jsonc|ya?ml|toml|ini|cfg|conf|properties|tf|tfvars|hcl|js|mjs|ts|html?|css|xml|csv|tsv|txt|text|log|diff|patch|rst|adoc|service)|^(?:Dockerfile|Makefile|Jenkinsfile|LICENSE|README|CODEOWNERS))$/i;

/**
 * True for a folder of the tree. Hidden ones are not, nor what programs fill, nor the records of runs, which have a
 * page of their own; `isTop` for a folder directly in the library.
 */
export function isShownFolder(name: string, isTop: boolean): boolean {
  return !name.startsWith('.') && !SKIPPED.has(name) && !(isTop && name === 'runs');
}

/** What a file of this name is in the tree; null for one that is not shown. */
export function kindOfFile(name: string): Exclude<TreeEntry['kind'], 'folder'> | null {
  if (name.startsWith('.')) return null;
  if (/\.ipynb$/i.test(name)) return 'runbook';
  if (/\.(?:md|markdown)$/i.test(name)) return 'markdown';
  if (name === 'watchbook.json') return 'settings';
  return TEXTS.test(name) ? 'text' : null;
}

/**
 * The entries of one folder as the tree shows them: folders first, numbers in names by their value. The folder of a
 * runbook's whole outputs belongs to the runbook and is no line of its own.
 */
export function arrangeEntries(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const runbooks = new Set(
    entries.filter(({ kind }) => kind === 'runbook').map(({ name }) => name.replace(/\.ipynb$/i, '')),
  );
  return entries
    .filter(({ kind, name }) => {
      const stem = /^(?<stem>.+)\.output$/.exec(name)?.groups?.['stem'];
      return kind !== 'folder' || stem === undefined || !runbooks.has(stem);
    })
    .toSorted((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName(a.name, b.name));
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Why this can not be the name of a file, as a sentence; null for one that can. Windows' own rules hold everywhere. */
export function judgeFileName(name: string): string | null {
  if (name === '') return 'A name is needed.';
  // A name that no other system takes would break the library for a colleague.
  if (/[/\\:*?"<>|]/.test(name)) return 'A name can not hold / \\ : * ? | " < or >.';
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(name))
    return 'A name can not hold control characters.';
  if (name.startsWith('.')) return 'A name can not begin with a dot: hidden files are not shown.';
  if (name.startsWith('-')) return 'A name can not begin with “-”: programs would take it for an option.';
  if (name !== name.trim() || name.endsWith('.')) return 'A name can not end with a space or a dot.';
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name)) return 'Windows keeps this name for itself.';
  if (new TextEncoder().encode(name).length > MOST_BYTES) return `A name has at most ${MOST_BYTES} bytes.`;
  return null;
}

/** What a person typed as the name of a runbook, with its ending. */
export function withRunbookEnding(name: string): string {
  const trimmed = name.trim();
  return /\.ipynb$/i.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.ipynb`;
}

/** The name of the `number`th copy of a file: `a copy.ipynb`, `a copy 2.ipynb`. */
export function copyName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return `${stem} copy${number === 1 ? '' : ` ${number}`}${ending}`;
}

/** True where a file fits what was typed into the filter: each word somewhere in its name or its folders. */
export function fitsFilter(place: string, text: string): boolean {
  const folded = place.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
