import { createHash } from 'node:crypto';
import { dirname, relative, sep } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import { checkDigest } from '../../../shared/runs/environments/commands';
import type { Environment, LibraryConfig } from '../../../shared/runs/environments/library-config';
import {
  hasEnvironments,
  strictChecks,
  tryEnvironment,
  type StrictCheck,
} from '../../../shared/runs/environments/trying';
import type { LibraryConfigs } from './library-config';

/** What holds for cells that are tried in a runbook. */
export type TryRules =
  /** The library names no environments: its cells run as in any notebook. */
  | { readonly kind: 'plain' }
  /** `why` is a sentence: nothing may be sent, as cells are never tried in a strict environment. */
  | { readonly kind: 'none'; readonly environments: readonly Environment[]; readonly why: string }
  /**
   * The file has a fault and was never good here: nobody can tell where a cell would run. A person may say that it is
   * sent all the same. `why` is a sentence; `key` another one after each change of what is wrong.
   */
  | { readonly kind: 'broken'; readonly why: string; readonly key: string }
  | {
      readonly kind: 'environment';
      readonly config: LibraryConfig;
      readonly library: string;
      readonly chosen: Environment;
      readonly strict: readonly StrictCheck[];
      /** Commands of these checks that nobody here has seen yet. */
      readonly unseen: readonly (readonly string[])[];
      /** Another one after each change of what is asked and given. */
      readonly key: string;
    };

type Configs = Pick<LibraryConfigs, 'rulesOf' | 'memory'>;

/** The rules for a runbook, read anew. */
export async function readTryRules(configs: Configs, path: string): Promise<TryRules> {
  const state = await configs.rulesOf(dirname(path)).catch((error: unknown) => {
    // A folder that is gone has no rules any more; what a person does about the file is said in the window.
    if (error instanceof WatchbookError && error.code === 'not-found') return null;
    throw error;
  });
  if (state === null) return { kind: 'plain' };
  const { config, findings, library } = state;
  if (config === null) {
    const fault = findings.find(({ severity }) => severity === 'fault');
    const why = `watchbook.json can not be used, line ${fault?.line ?? 1}: ${fault?.message ?? 'it can not be read.'}`;
    return { kind: 'broken', why, key: sha256(JSON.stringify(findings)) };
  }
  if (!hasEnvironments(config)) return { kind: 'plain' };
  const chosen = tryEnvironment(config, await configs.memory.triedIn(library, nameIn(library, path)));
  if (chosen === null)
    return {
      kind: 'none',
      environments: config.environments,
      why: 'All environments of this library are strict, and cells are never tried in those.',
    };
  const strict = strictChecks(config, chosen);
  const unseen: (readonly string[])[] = [];
  for (const check of [...chosen.checks, ...strict.map((one) => one.check)])
    if (!(await configs.memory.isAccepted(library, checkDigest(check, sha256)))) unseen.push(check.command);
  const key = sha256(JSON.stringify([chosen, strict, config.parameters]));
  return { kind: 'environment', config, library, chosen, strict, unseen, key };
}

/** A runbook as its library calls it. */
export function nameIn(library: string, path: string): string {
  return relative(library, path).split(sep).join('/');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
