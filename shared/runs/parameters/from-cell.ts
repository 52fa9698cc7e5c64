import { cellTags, type Cell, type Notebook } from '../../notebook/model';
import { checkValue } from './check-value';
import { judgeParameterName, plainParameter, type DeclaredParameter, type ParameterType } from './declared';
import { NO_DECLARATIONS, type Declarations, type ParameterFinding } from './from-schema';
import { cellLanguage, type ParameterLanguage } from './language';
import { readLiteral } from './literal-reader';
import { statementsOf, type Statement } from './statements';

/** Papermill's tag for the cell that holds the defaults. */
const PARAMETERS_TAG = 'parameters';
const MOST_CHARACTERS = 100_000;

/** The first code cell tagged `parameters`. */
export function parametersCell(notebook: Pick<Notebook, 'cells'>): Cell | undefined {
  return notebook.cells.find((cell) => cell.type === 'code' && cellTags(cell).includes(PARAMETERS_TAG));
}

/**
 * Parameters as papermill infers them from its cell: one for each assignment at the left edge, with its type hint
 * (`batch: int = 5`, or a comment `# type: int`), its default, and the comment behind it as its description.
 */
export function fromCell(notebook: Pick<Notebook, 'cells' | 'metadata'>): Declarations {
  const cell = parametersCell(notebook);
  const language = cell === undefined ? null : cellLanguage(notebook, cell);
  if (cell === undefined || language === null) return NO_DECLARATIONS;
  const byName = new Map<string, DeclaredParameter>();
  const findings: ParameterFinding[] = [];
  for (const statement of statementsOf(cell.source.slice(0, MOST_CHARACTERS), language)) {
    const declared = fromStatement(statement, language);
    if (declared === null) continue;
    const wrong =
      judgeParameterName(declared.name) ??
      (declared.default === null ? null : checkValue(declared, declared.default.value));
    if (wrong !== null) findings.push({ name: declared.name, message: withStop(wrong) });
    // What can not be given can not be injected either: the cell's own line stays in force.
    else byName.set(declared.name, declared);
  }
  return { parameters: [...byName.values()], findings };
}

const ASSIGNMENTS: Readonly<Record<ParameterLanguage, RegExp>> = {
  python: /^(?<name>[A-Za-z_]\w*)\s*(?::\s*(?<hint>[^=]+?)\s*)?=(?!=)\s*(?<value>[\s\S]+)$/,
  r: /^(?<name>[A-Za-z_.][\w.]*)\s*(?:<-|=(?!=))\s*(?<value>[\s\S]+)$/,
  shell: /^(?:export\s+|readonly\s+|declare\s+(?:-\w+\s+)*)?(?<name>[A-Za-z_]\w*)=(?<value>[\s\S]*)$/,
};

function fromStatement({ code, comment }: Statement, language: ParameterLanguage): DeclaredParameter | null {
  const groups = ASSIGNMENTS[language].exec(code)?.groups;
  const name = groups?.['name'];
  if (groups === undefined || name === undefined) return null;
  const written = (groups['value'] ?? '').trim();
  const typed = /^type:\s*(?<hint>\S+)\s*(?<help>[\s\S]*)$/.exec(comment)?.groups;
  const type = typeOfHint(groups['hint'] ?? typed?.['hint'] ?? '');
  const help = (typed?.['help'] ?? comment).trim();
  const value = readLiteral(language === 'shell' ? ownDefault(name, written) : written, language);
  return {
    ...plainParameter(name, type === 'any' && typeof value === 'boolean' ? 'boolean' : type),
    description: help === '' ? null : help.slice(0, 2_000),
    default: value === undefined ? null : { value: fitting(value, type) },
    expression: value === undefined ? written.slice(0, 200) : null,
  };
}

/** In `NAME="${NAME:-5}"` the default is 5: that is how shell scripts let a variable be given from outside. */
function ownDefault(name: string, written: string): string {
  const found = /^"?\$\{(?<of>\w+):?[-=](?<value>[^{}$`\\]*)\}"?$/.exec(written)?.groups;
  return found !== undefined && found['of'] === name ? (found['value'] ?? '') : written;
}

/** A shell's text that looks like a number is text where the hint says so. */
function fitting(
  value: NonNullable<ReturnType<typeof readLiteral>> | null,
  type: ParameterType,
): typeof value {
  return type === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? String(value)
    : value;
}

function typeOfHint(hint: string): ParameterType {
  const plain = hint.replace(/["']/g, '').replace(/\s+/g, '').toLowerCase();
  switch (plain.replace(/\[.*$/, '').replace(/^typing\./, '')) {
    case 'int':
    case 'integer':
      return 'integer';
    case 'float':
    case 'number':
    case 'numeric':
    case 'double':
      return 'number';
    case 'str':
    case 'string':
    case 'character':
      return 'string';
    case 'bool':
    case 'boolean':
    case 'logical':
      return 'boolean';
    case 'list':
    case 'dict':
      return 'json';
    default:
      return 'any';
  }
}

function withStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
