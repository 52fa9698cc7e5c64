import { cellTags, type Cell } from '../../notebook/model';
import type { Check, Environment, LibraryConfig } from './library-config';
import { LOCAL } from './library-config';

/** True for a library that names environments of its own; without, everything runs as in any notebook. */
export function hasEnvironments({ environments }: LibraryConfig): boolean {
  const [first] = environments;
  return environments.length !== 1 || first === undefined || JSON.stringify(first) !== JSON.stringify(LOCAL);
}

/** Where cells are tried: the one that was chosen, else the lowest; never a strict one. Null where all are strict. */
export function tryEnvironment(
  { environments }: LibraryConfig,
  remembered: string | null,
): Environment | null {
  const open = environments.filter(({ guard }) => guard !== 'strict');
  return open.find(({ name }) => name === remembered) ?? open[0] ?? null;
}

/** A check of a strict environment: where it matches, this is no place to try cells in. */
export interface StrictCheck {
  readonly environment: Environment;
  readonly check: Check;
}

/**
 * What tells that a cell would run in a strict environment. A check that the chosen environment has too, in the same
 * words, tells neither from the other.
 */
export function strictChecks({ environments }: LibraryConfig, chosen: Environment): readonly StrictCheck[] {
  const own = new Set(chosen.checks.map(askedKey));
  return environments
    .filter(({ guard }) => guard === 'strict')
    .flatMap((environment) =>
      environment.checks
        .filter((check) => !own.has(askedKey(check)))
        .map((check) => ({ environment, check })),
    );
}

/** Equal for checks that ask the same and expect the same, whatever they are called. */
function askedKey({ command, in: where, expected }: Check): string {
  return JSON.stringify([command, where, expected.kind, expected.text]);
}

/** A cell that asks before it is sent. */
export function isDestructive(cell: Pick<Cell, 'metadata'>): boolean {
  return cellTags(cell).includes('destructive');
}
