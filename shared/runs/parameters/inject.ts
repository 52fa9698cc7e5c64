import { cellTags, isShellCell, SHELL_LANGUAGE_ID, type Cell, type Notebook } from '../../notebook/model';
import type { JsonObject } from '../../rpc/contract';
import { isRollback } from '../is-rollback';
import { parametersCell } from './from-cell';
import { notebookLanguage, type ParameterLanguage } from './language';
import { literalOf } from './literals';
import { secretLookup } from './secret-lookup';
import type { ParameterValue } from './values';

/** Papermill's tag for the cell with the values of this run. */
export const INJECTED_TAG = 'injected-parameters';

export type Injection =
  | { readonly kind: 'injected'; readonly notebook: Notebook; readonly cell: string }
  /** There is nothing to inject: the notebook is as it was. */
  | { readonly kind: 'none'; readonly notebook: Notebook }
  /** `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The source of a cell or of lines for a shell, or why there is none. */
export type ParameterSourceText =
  | { readonly kind: 'source'; readonly source: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Writes values into a notebook as papermill does: a cell tagged `injected-parameters` right after the one tagged
 * `parameters`, first where there is none, in place of an old one. Of several old ones none is left, as a later one
 * would put other values over these.
 *
 * @param kernelLanguage what the chosen kernel speaks, where it is known; else the file says it
 * @param newId an id that no cell of the notebook has
 */
export function injectParameters(
  notebook: Notebook,
  values: readonly ParameterValue[],
  { kernelLanguage, newId }: { readonly kernelLanguage?: ParameterLanguage | null; readonly newId: string },
): Injection {
  if (values.length === 0) return { kind: 'none', notebook };
  const isBeside = runsBesideOnly(notebook);
  const language = isBeside ? 'shell' : (kernelLanguage ?? notebookLanguage(notebook));
  if (language === null) {
    if (!values.some(({ inRunbook }) => inRunbook)) return { kind: 'none', notebook };
    return {
      kind: 'refused',
      reason:
        'Parameters can be given to Python, shell and R only, and this runbook’s kernel speaks another language. Nothing was run.',
    };
  }
  const written = parameterSource(values, language);
  if (written.kind === 'refused') return written;
  const old = notebook.cells.findIndex(isInjected);
  const rest = notebook.cells.filter((cell) => !isInjected(cell));
  const defaults = parametersCell(notebook);
  const place = defaults === undefined ? Math.max(old, 0) : rest.indexOf(defaults) + 1;
  const cell: Cell = {
    id: notebook.cells[old]?.id ?? newId,
    type: 'code',
    source: written.source,
    metadata: {
      tags: [INJECTED_TAG],
      ...(isBeside ? { vscode: { languageId: SHELL_LANGUAGE_ID } satisfies JsonObject } : {}),
    },
    outputs: [],
    executionCount: null,
  };
  return {
    kind: 'injected',
    cell: cell.id,
    notebook: { ...notebook, cells: rest.toSpliced(place, 0, cell) },
  };
}

/** One assignment for each value, in order; secrets last, as their look-ups may fail. */
export function parameterSource(
  values: readonly ParameterValue[],
  language: ParameterLanguage,
): ParameterSourceText {
  const lines: string[] = [];
  for (const { name, value, isSecret } of values) {
    if (isSecret) continue;
    const literal = literalOf(value, language);
    if (literal.kind === 'refused') return { kind: 'refused', reason: `${name}: ${literal.reason}.` };
    lines.push(assignment(name, literal.text, language));
  }
  const lookups = values.flatMap(({ name, value, isSecret }) =>
    isSecret && typeof value === 'string' ? [{ name, look: secretLookup(value, language) }] : [],
  );
  if (language === 'shell' && lookups.length > 0)
    // One line: the cell's status is that of its last command, and each look-up counts.
    lines.push(lookups.map(({ name, look }) => `${name}=${look}`).join(' && '));
  else lines.push(...lookups.map(({ name, look }) => assignment(name, look, language)));
  return { kind: 'source', source: ['# Parameters', ...lines].join('\n') };
}

/** The lines that put values into a shell session beside a kernel; secrets are never exported. */
export function shellExports(values: readonly ParameterValue[]): ParameterSourceText {
  return parameterSource(
    values.filter(({ isSecret }) => !isSecret),
    'shell',
  );
}

function assignment(name: string, literal: string, language: ParameterLanguage): string {
  switch (language) {
    case 'python':
      return `${name} = ${literal}`;
    case 'shell':
      return `export ${name}=${literal}`;
    case 'r':
      // As papermill: a name of R does not begin with this sign.
      return `${name.replace(/^_+/, '')} = ${literal}`;
  }
}

function isInjected(cell: Cell): boolean {
  return cell.type === 'code' && cellTags(cell).includes(INJECTED_TAG);
}

/** True where no cell needs the kernel: one injected into it would start it for nothing. */
function runsBesideOnly({ cells }: Notebook): boolean {
  const sent = cells.filter(
    (cell) => cell.type === 'code' && cell.source.trim() !== '' && !isInjected(cell) && !isRollback(cell),
  );
  return sent.length > 0 && sent.every(isShellCell);
}
