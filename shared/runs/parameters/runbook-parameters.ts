import type { Notebook } from '../../notebook/model';
import { isJsonObject, member } from '../../notebook/notebook-values';
import { checkValue } from './check-value';
import type { DeclaredParameter } from './declared';
import { fromCell } from './from-cell';
import { fromSchema, type ParameterFinding } from './from-schema';

/** A parameter of one runbook. */
export interface RunbookParameter extends DeclaredParameter {
  /** The runbook declares it, or has its name in a source; others are the library's, and pass through. */
  readonly inRunbook: boolean;
}

export interface RunbookParameters {
  readonly parameters: readonly RunbookParameter[];
  readonly findings: readonly ParameterFinding[];
}

/**
 * All parameters of a runbook: those of its library (`watchbook.json`), of `metadata.watchbook.parameters`, of
 * unSkript's `metadata.parameterSchema`, and of papermill's cell `parameters`, in this order.
 *
 * Where several declare one name, the first that tells a type decides type, choices and limits, so that the library
 * has the last word on what is allowed; the default is the runbook's own before the library's, as it is nearer.
 */
export function runbookParameters(
  notebook: Pick<Notebook, 'cells' | 'metadata'>,
  library: readonly DeclaredParameter[],
): RunbookParameters {
  const own = member(notebook.metadata, 'watchbook');
  const sources = [
    fromSchema(isJsonObject(own) ? member(own, 'parameters') : undefined),
    fromSchema(member(notebook.metadata, 'parameterSchema')),
    fromCell(notebook),
  ];
  const findings = sources.flatMap((source) => source.findings);
  const byName = new Map<string, { readonly library: DeclaredParameter | null; own: DeclaredParameter[] }>();
  for (const one of library) byName.set(one.name, { library: one, own: [] });
  for (const one of sources.flatMap(({ parameters }) => parameters)) {
    const entry = byName.get(one.name);
    if (entry === undefined) byName.set(one.name, { library: null, own: [one] });
    else entry.own.push(one);
  }
  const parameters = [...byName.values()].map((entry) => joined(entry, notebook, findings));
  return { parameters, findings };
}

function joined(
  {
    library,
    own,
  }: { readonly library: DeclaredParameter | null; readonly own: readonly DeclaredParameter[] },
  notebook: Pick<Notebook, 'cells'>,
  findings: ParameterFinding[],
): RunbookParameter {
  const all = [...(library === null ? [] : [library]), ...own];
  const [first] = all;
  if (first === undefined) throw new Error('a parameter without a declaration');
  const typed = all.find(({ type }) => type !== 'any') ?? first;
  const firstText = <K extends 'title' | 'description'>(key: K): string | null =>
    all.find((one) => one[key] !== null)?.[key] ?? null;
  const inRunbook = own.length > 0 || isMentioned(notebook, first.name);
  const base = { ...typed, title: firstText('title'), description: firstText('description') };
  let chosen: DeclaredParameter['default'] = null;
  for (const one of [...own, ...(library === null ? [] : [library])]) {
    if (one.default === null || chosen !== null) continue;
    const wrong = checkValue(base, one.default.value);
    if (wrong === null) chosen = one.default;
    else findings.push({ name: one.name, message: `The default can not be used: ${wrong}.` });
  }
  const expression =
    chosen === null ? (own.find((one) => one.expression !== null)?.expression ?? null) : null;
  const isOpen = library !== null && chosen === null && expression === null && inRunbook;
  return {
    ...base,
    default: chosen,
    expression,
    required: all.some(({ required }) => required) || isOpen,
    pinned: all.some(({ pinned }) => pinned),
    inRunbook,
  };
}

/** True where some source of the runbook has this word in it. */
function isMentioned({ cells }: Pick<Notebook, 'cells'>, name: string): boolean {
  // Names of parameters are letters, digits and _ only: nothing in them is a sign of a pattern.
  const word = new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`);
  return cells.some((cell) => cell.type === 'code' && word.test(cell.source));
}
