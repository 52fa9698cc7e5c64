import type { StartLink } from '../../../shared/library/runbook-link';
import type { Json } from '../../../shared/rpc/contract';
import type { LibraryState } from '../../../shared/runs/config-contract';
import type { StartFacts, StartRequest } from '../../../shared/runs/contract';
import type { Environment, LibraryConfig } from '../../../shared/runs/environments/library-config';
import type { RunbookParameter } from '../../../shared/runs/parameters/runbook-parameters';
import { choiceText } from '../../../shared/runs/parameters/type-text';
import {
  givenValues,
  resolveValues,
  type GivenValue,
  type ResolvedValues,
} from '../../../shared/runs/parameters/values';
import { numbersWords } from '../step-names';

export type LinkKind = StartRequest['links'][number]['kind'];

/** What a person has put into the form so far. */
export interface StartForm {
  readonly environment: string | null;
  readonly title: string;
  readonly driver: string;
  readonly links: Readonly<Record<LinkKind, string>>;
  /** Values as typed, by name; those that nobody touched are not in it. */
  readonly typed: Readonly<Record<string, string>>;
  /** What was typed to confirm. */
  readonly words: string;
  /** The commands of the library that are new were read, and may be run. */
  readonly letsRun: boolean;
  /** The environment that was said yes to, where its guard asks. */
  readonly confirmed: string | null;
}

/** Everything beside the form. */
export interface StartGiven {
  readonly facts: StartFacts;
  readonly config: LibraryConfig;
  /** How the file of the library stands, and what commands it brings. */
  readonly library: Pick<LibraryState, 'library' | 'file' | 'goodSince' | 'commands'>;
  readonly parameters: readonly RunbookParameter[];
  readonly link: StartLink | null;
  readonly again: {
    readonly title: string;
    readonly values: readonly { readonly name: string; readonly value: Json }[];
    readonly links: StartRequest['links'];
  } | null;
}

/** Where a link's text belongs, by how it begins: `CHG-20418` is a change, anything else an incident. */
export function linkKindOf(text: string): LinkKind {
  if (/^(?:chg|change|cr)[-_ ]?\d/i.test(text)) return 'change';
  return /^(?:rel|release)[-_ ]?\d/i.test(text) ? 'release' : 'incident';
}

/**
 * The environment that is chosen at first: the link's, else the last one, else the lowest. A strict one never is, not
 * even where a link names it; null where all are strict.
 */
export function firstEnvironment({ config, link, facts }: StartGiven): string | null {
  const soft = config.environments.filter(({ guard }) => guard !== 'strict');
  const named = (name: string | null): string | undefined => soft.find((one) => one.name === name)?.name;
  return named(link?.environment ?? null) ?? named(facts.lastEnvironment) ?? soft[0]?.name ?? null;
}

/** The form as it opens. */
export function firstForm(given: StartGiven): StartForm {
  const links: Record<LinkKind, string> = { incident: '', change: '', release: '' };
  for (const { kind, text } of given.again?.links ?? []) links[kind] = text;
  const linked = given.link?.link ?? null;
  if (linked !== null) links[linkKindOf(linked)] = linked;
  return {
    environment: firstEnvironment(given),
    title: given.again?.title ?? given.facts.title,
    driver: given.facts.driver,
    links,
    typed: {},
    words: '',
    letsRun: false,
    confirmed: null,
  };
}

export function chosenEnvironment({ config }: StartGiven, form: StartForm): Environment | null {
  return config.environments.find(({ name }) => name === form.environment) ?? null;
}

/** The values that the run would start with, each with where it is from, and what is wrong with them. */
export function valuesOf(given: StartGiven, form: StartForm): ResolvedValues {
  const environment = chosenEnvironment(given, form);
  const { parameters, link, again, facts } = given;
  const typed = Object.entries(form.typed);
  const all: readonly GivenValue[] = [
    ...(again?.values ?? []).map(({ name, value }): GivenValue => ({ name, value, source: 'given' })),
    ...givenValues(
      parameters,
      (link?.parameters ?? []).map(({ name, value }) => [name, value] as const),
      'link',
    ),
    ...givenValues(parameters, typed, 'given'),
  ];
  return resolveValues({
    parameters,
    environment: environment ?? { name: '', gates: 'real', values: [] },
    last:
      facts.lastEnvironment === null
        ? null
        : { environment: facts.lastEnvironment, values: facts.lastValues },
    given: all,
  });
}

/** What is weaker in the chosen environment than last time, as sentences. */
export function weakerOf({ facts }: StartGiven, form: StartForm): readonly string[] {
  return form.environment !== null && Object.hasOwn(facts.weaker, form.environment)
    ? (facts.weaker[form.environment] ?? [])
    : [];
}

/** The name that has to be typed: in a strict environment, and where something is weaker; null where none has to. */
export function wordsToType(given: StartGiven, form: StartForm): string | null {
  const environment = chosenEnvironment(given, form);
  if (environment === null) return null;
  return environment.guard === 'strict' || weakerOf(given, form).length > 0 ? environment.name : null;
}

/** True where the guard asks once at the start, and no words are typed for it. */
export function asksYes(given: StartGiven, form: StartForm): boolean {
  return chosenEnvironment(given, form)?.guard === 'confirm';
}

/**
 * What becomes of steps that are tagged destructive, as a sentence: only the strict guard asks before them. Null
 * before an environment is chosen, and where there are none.
 */
export function destructiveWords(
  guard: Environment['guard'] | null,
  steps: readonly number[],
): string | null {
  if (guard === null || steps.length === 0) return null;
  const are = steps.length === 1 ? 'is' : 'are';
  const names = numbersWords(steps);
  return guard === 'strict'
    ? `Before ${names}, which ${are} tagged destructive, name and number are typed.`
    : `${names.charAt(0).toUpperCase()}${names.slice(1)} ${are} tagged destructive. Here nothing asks before ${steps.length === 1 ? 'it' : 'them'}.`;
}

/** Commands that `watchbook.json` brings and nobody here has seen yet. */
export function unseenCommands({ library }: StartGiven): LibraryState['commands'] {
  return library.commands.filter(({ accepted }) => !accepted);
}

/** Why the run can not start yet, in a few words; null where it can. */
export function missing(given: StartGiven, form: StartForm): string | null {
  if (chosenEnvironment(given, form) === null) return 'Choose an environment';
  if (form.title.trim() === '') return 'It needs a title';
  if (form.driver.trim() === '') return 'It needs a driver';
  const fault = valuesOf(given, form).problems.find(({ severity }) => severity === 'fault');
  if (fault !== undefined) return fault.message.replace(/\.$/, '');
  if (unseenCommands(given).length > 0 && !form.letsRun) return 'Read the new commands of the library';
  if (asksYes(given, form) && form.confirmed !== form.environment) return `Say yes to ${form.environment}`;
  const words = wordsToType(given, form);
  return words === null || form.words === words ? null : `Type ${words} to start`;
}

/** What is sent to start it. Null while something is missing. */
export function startRequest(
  runbook: string,
  given: StartGiven,
  form: StartForm,
): Omit<StartRequest, 'parent'> | null {
  if (form.environment === null || missing(given, form) !== null) return null;
  const words = wordsToType(given, form);
  const kinds: readonly LinkKind[] = ['incident', 'change', 'release'];
  return {
    runbook,
    environment: form.environment,
    parameters: valuesOf(given, form).values.map(({ name, value, source }) => ({ name, value, source })),
    driver: form.driver.trim(),
    title: form.title.trim(),
    links: kinds.flatMap((kind) => {
      const text = form.links[kind].trim();
      return text === '' ? [] : [{ kind, text }];
    }),
    ...(words === null ? {} : { typed: form.words }),
    ...(asksYes(given, form) ? { confirmed: true } : {}),
    ...(weakerOf(given, form).length > 0 ? { acceptedWeaker: true } : {}),
  };
}

/** A value as its field shows it. */
export function fieldText(value: Json | undefined): string {
  return value === undefined ? '' : choiceText(value);
}

/** `text, default`, `number, 1 to 50, from prod`: what a field takes and where its value is from. */
export function fieldHint(
  parameter: RunbookParameter,
  source: ResolvedValues['values'][number]['source'] | null,
  environment: string | null,
): string {
  const { type, min, max } = parameter;
  const kind = {
    string: 'text',
    number: 'number',
    integer: 'whole number',
    boolean: 'yes or no',
    choice: 'choice',
    date: 'date',
    secret: 'secret',
    json: 'list or object',
    any: '',
  }[type];
  const limits =
    min !== null && max !== null
      ? `${min} to ${max}`
      : min !== null
        ? `at least ${min}`
        : max !== null
          ? `at most ${max}`
          : '';
  const from =
    source === 'default'
      ? 'default'
      : source === 'environment' && environment !== null
        ? `from ${environment}`
        : source === 'last'
          ? 'as last time'
          : source === null && parameter.expression !== null
            ? `${parameter.expression}`
            : source === null && parameter.required
              ? 'needed'
              : '';
  // Beside “from link” and “as last time” there is room for one of them, and the limit is the one that is needed.
  const what = (source === 'link' || source === 'last') && limits !== '' ? [limits] : [kind, limits];
  return [...what, from].filter((part) => part !== '').join(', ');
}
