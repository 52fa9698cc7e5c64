import * as z from 'zod';
import { jsonSchema } from '../../rpc/contract';

/**
 * What a value of a parameter is. `json`: a list or an object. `secret`: the name of a secret, never its value.
 * `any`: nobody said.
 */
export const parameterTypeSchema = z.enum([
  'string',
  'number',
  'integer',
  'boolean',
  'choice',
  'date',
  'secret',
  'json',
  'any',
]);
export type ParameterType = z.infer<typeof parameterTypeSchema>;

/** A name that Python, a shell and R take alike. */
export const parameterNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** One parameter, wherever it was declared: `watchbook.json`, a runbook's metadata, or its cell `parameters`. */
export const declaredParameterSchema = z.object({
  name: parameterNameSchema,
  type: parameterTypeSchema,
  /** A name for people; null: the name itself. */
  title: z.string().nullable(),
  description: z.string().nullable(),
  /** For `choice`: what it may be, in order. */
  choices: z.array(jsonSchema).readonly(),
  /** Limits that are themselves allowed; a date's are dates (`2026-11-28`). */
  min: z.union([z.number(), z.string()]).nullable(),
  max: z.union([z.number(), z.string()]).nullable(),
  /** Null: there is none. A default may itself be null. */
  default: z.object({ value: jsonSchema }).nullable(),
  /** A default that only the language itself can say: `os.getcwd()`. It stands unless a value is given. */
  expression: z.string().nullable(),
  /** Without a value there is no run. */
  required: z.boolean(),
  /** Shown in the header of the run all along. */
  pinned: z.boolean(),
});
export type DeclaredParameter = z.infer<typeof declaredParameterSchema>;

/** A declaration of nothing but a name, for sources to fill in. */
export function plainParameter(name: string, type: ParameterType = 'any'): DeclaredParameter {
  return {
    name,
    type,
    title: null,
    description: null,
    choices: [],
    min: null,
    max: null,
    default: null,
    expression: null,
    required: false,
    pinned: false,
  };
}

/** A boolean of this name is shown as a switch, and is on in rehearsals unless somebody says otherwise. */
const DRY_RUN = 'dry_run';

/** True for the parameter that makes a run only say what it would do. */
export function isDryRun({ name, type }: Pick<DeclaredParameter, 'name' | 'type'>): boolean {
  return name === DRY_RUN && type === 'boolean';
}

/** Variables that steer the shell itself, or every program that starts from it. */
const STEERING =
  /^(?:PATH|HOME|IFS|SHELL|PWD|OLDPWD|TERM|CDPATH|GLOBIGNORE|SHELLOPTS|BASHOPTS|PROMPT_COMMAND|PS[0-4]|U?ID|EUID|PPID|HIST\w+|RANDOM|SECONDS|LINENO|EPOCH\w+|SRANDOM|DIRSTACK|GROUPS|FUNCNAME|PIPESTATUS|REPLY|OPT(?:ARG|IND|ERR)|BASH\w*|COMP_\w+|LD_\w+|DYLD_\w+|GIT_(?:SSH\w*|EXEC_PATH|CONFIG\w*|DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|ASKPASS|\w*EDITOR|PAGER|EXTERNAL_DIFF|PROXY_COMMAND|TEMPLATE_DIR)|SSH_(?:ASKPASS\w*|AUTH_SOCK)|LESSOPEN|LESSCLOSE|PAGER|EDITOR|VISUAL|PYTHON(?:PATH|HOME|STARTUP|INSPECT|BREAKPOINT|WARNINGS|USERBASE|EXECUTABLE|PLATLIBDIR)|NODE_OPTIONS|PERL5\w+|RUBY\w+|JAVA_TOOL_OPTIONS|R_PROFILE\w*|R_ENVIRON\w*|WATCHBOOK_\w+|ELECTRON_\w+|JUPYTER_\w+)$/;

/** Words of the three languages that can not be names in one of them. */
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield function repeat next ' +
    'TRUE FALSE NULL Inf NaN NA NA_integer_ NA_real_ NA_character_ __proto__ _'
  ).split(' '),
);

/** Why this can not be the name of a parameter, as a sentence; null for one that can. */
export function judgeParameterName(name: string): string | null {
  if (!parameterNameSchema.safeParse(name).success)
    return `“${name.slice(0, 64)}” can not be a parameter: letters, digits and _ only, at most 64, no digit first.`;
  if (KEYWORDS.has(name)) return `“${name}” can not be a parameter: it is a word of the language.`;
  return STEERING.test(name)
    ? `“${name}” can not be a parameter: it steers the shell or the programs in it.`
    : null;
}
