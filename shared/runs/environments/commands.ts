import type { Notebook } from '../../notebook/model';
import { canonicalJson } from '../../notebook/outputs/output-digest';
import type { Json } from '../../rpc/contract';
import { cellMembers } from '../cell-metadata';
import type { Environment, LibraryConfig } from './library-config';

/** Something of a repository's files that would be run or reached, and that a person sees in full once before. */
export interface ForeignCommand {
  /** What it is for, as words: `Check in prod`. */
  readonly purpose: string;
  /** An argument list, or an address alone. */
  readonly command: readonly string[];
  /** Names exactly this command and where it runs; another one after any change. */
  readonly digest: string;
}

const CONDITION = 'Condition';

/** Those that a run in this environment would run, and that no person has let be run yet. */
export function unseenIn<
  T extends Pick<ForeignCommand, 'purpose' | 'command'> & { readonly accepted: boolean },
>(environment: Pick<Environment, 'checks'>, commands: readonly T[]): readonly T[] {
  const own = new Set(environment.checks.map(({ command }) => JSON.stringify(command)));
  return commands.filter(
    ({ command, accepted, purpose }) =>
      !accepted && (purpose === CONDITION || own.has(JSON.stringify(command))),
  );
}

type Sha256 = (text: string) => string;

/** What names a command of a check: its arguments and where it is asked. `sha256` answers hex. */
export function checkDigest(
  check: { readonly command: readonly string[]; readonly in: string },
  sha256: Sha256,
): string {
  return sha256(canonicalJson(['check', check.in, [...check.command]]));
}

/** What names a command of a gate that waits for a condition. */
export function conditionDigest(command: readonly string[], sha256: Sha256): string {
  return sha256(canonicalJson(['condition', [...command]]));
}

/** All commands and addresses that a `watchbook.json` brings, each once. */
export function commandsOfLibrary(config: LibraryConfig, sha256: Sha256): readonly ForeignCommand[] {
  const checks = config.environments.flatMap(({ name, checks: all }) =>
    all.map((check) => ({
      purpose: check.in === 'laptop' ? `Check in ${name}, on this machine` : `Check in ${name}`,
      command: check.command,
      digest: checkDigest(check, sha256),
    })),
  );
  const repository = config.archive?.repository ?? null;
  // A name is of the person's own list; what looks like an address is the repository's.
  const isAddress = repository !== null && /[/:\\@]/.test(repository);
  return onceEach([
    ...checks,
    ...(isAddress
      ? [
          {
            purpose: 'Archive',
            command: [repository],
            digest: sha256(canonicalJson(['archive', repository] satisfies Json)),
          },
        ]
      : []),
  ]);
}

/** All commands of the conditions that a runbook waits for. */
export function commandsOfRunbook(
  notebook: Pick<Notebook, 'cells'>,
  sha256: Sha256,
): readonly ForeignCommand[] {
  return onceEach(
    notebook.cells.flatMap((cell) => {
      const gate = cell.type === 'markdown' ? cellMembers(cell).gate : undefined;
      return gate?.kind !== 'condition' || gate.command === undefined
        ? []
        : [
            {
              purpose: CONDITION,
              command: gate.command,
              digest: conditionDigest(gate.command, sha256),
            },
          ];
    }),
  );
}

function onceEach(commands: readonly ForeignCommand[]): readonly ForeignCommand[] {
  return [...new Map(commands.map((command) => [command.digest, command])).values()];
}
