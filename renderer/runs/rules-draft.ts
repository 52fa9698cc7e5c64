import type { Json } from '../../shared/rpc/contract';
import { readLibraryConfig } from '../../shared/runs/environments/read-library-config';
import type { ConfigFinding, LibraryConfig } from '../../shared/runs/environments/library-config';
import type { ConfigPath } from './environments-store';

/** What the form goes by: the value with the changes that wait, and what is wrong with it. */
export interface RulesDraft {
  readonly value: Json;
  /** As far as it can be read. */
  readonly config: LibraryConfig;
  readonly faults: readonly ConfigFinding[];
}

/** Reads a draft as its file would be read. */
export function readDraft(value: Json): RulesDraft {
  const { partial, findings } = readLibraryConfig(JSON.stringify(value, null, 2));
  return { value, config: partial, faults: findings.filter(({ severity }) => severity === 'fault') };
}

/** What is wrong at a place or below it, as a sentence; null where nothing is. */
export function faultAt({ faults }: RulesDraft, path: ConfigPath): string | null {
  return faults.find((fault) => path.every((part, depth) => fault.path[depth] === part))?.message ?? null;
}

/** The name a field has for going to it. */
export function placeName(path: ConfigPath): string {
  return JSON.stringify(path);
}

/** Gives the focus to the field of a place, or to the nearest one that holds it. */
export function focusPlace(path: ConfigPath): void {
  const fields = [...document.querySelectorAll<HTMLElement>('[data-place]')];
  for (let length = path.length; length > 0; length -= 1) {
    const name = placeName(path.slice(0, length));
    const found = fields.find((field) => field.dataset['place'] === name);
    if (found === undefined) continue;
    found.focus();
    found.scrollIntoView({ block: 'nearest' });
    return;
  }
}
