import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { headingLines } from '../../../shared/notebook/sections';
import type { Notebook } from '../../../shared/notebook/model';
import { PLAIN_LIBRARY } from '../../../shared/runs/environments/library-config';
import type { StartFacts } from '../../../shared/runs/contract';
import type { RepositoryReport } from '../git/repository-state';
import { personHere } from '../git/git-user';
import { findLibrary } from '../library/library-root';
import { loadNotebook } from '../notebook/notebook-disk';
import { libraryState } from './library-state';
import type { LibraryConfigs } from './library-config';
import { changedSince, MOST_BEFORE } from './changed-since';
import { findRunsOf } from './run-places';
import type { ReadRun, RunReader } from './runs-list';
import { plainTitle } from './start-run';

export interface FactsPorts {
  readonly report: (folder: string) => Promise<RepositoryReport>;
  readonly configs: Pick<LibraryConfigs, 'stateOf' | 'memory'>;
  readonly hasUnsavedEdits: (path: string) => boolean;
  readonly reader: RunReader;
}

/** What a start dialog shows beside its form. Rejects as reading the runbook does. */
export async function startFacts(ports: FactsPorts, runbook: string): Promise<StartFacts> {
  const path = await realpath(runbook).catch(() => runbook);
  const library = await findLibrary(path);
  const { file } = await loadNotebook(path, runbook);
  const { commit, behind } = await libraryState(library, ports.report);
  const before: ReadRun[] = [];
  for (const folder of (await findRunsOf(library, path)).slice(0, MOST_BEFORE)) {
    const read = await ports.reader.read(folder);
    if (read !== null) before.push(read);
  }
  const [last] = before;
  const rehearsal = before.find(({ summary }) => summary.environment.gates === 'confirm');
  const real = before.find(({ summary }) => summary.environment.gates === 'real');
  return {
    library,
    runbook: path,
    title: titleOf(file.notebook) ?? plainTitle(path),
    driver: last?.summary.driver ?? (await personHere(library)),
    unsavedEdits: ports.hasUnsavedEdits(path),
    commit,
    behind,
    lastRehearsal:
      rehearsal === undefined
        ? null
        : { ...lastOf(rehearsal), changed: await changedSince(file.notebook, rehearsal.summary.run) },
    lastRun: real === undefined ? null : lastOf(real),
    weaker: await weakerOf(ports, library, path, file.notebook),
    lastValues: last?.parameters ?? {},
    lastEnvironment: last?.summary.environment.name ?? null,
  };
}

/** By environment what is weaker than at the last start in it. */
async function weakerOf(
  { configs }: FactsPorts,
  library: string,
  path: string,
  notebook: Notebook,
): Promise<StartFacts['weaker']> {
  const { config } = await configs.stateOf(library);
  const runbook = relative(library, path).split(sep).join('/');
  const found: [string, string[]][] = [];
  for (const { name: environment } of config?.environments ?? []) {
    const seen = { library, runbook, environment, config: config ?? PLAIN_LIBRARY, notebook };
    const weaker = await configs.memory.weaker(seen);
    if (weaker.length > 0) found.push([environment, [...weaker]]);
  }
  return Object.fromEntries(found);
}

function lastOf({ summary }: ReadRun): NonNullable<StartFacts['lastRun']> {
  const { lastAt, driver, environment, state } = summary;
  return { at: lastAt, by: driver, environment: environment.name, state };
}

/** The first heading of a notebook. */
export function titleOf(notebook: Pick<Notebook, 'cells'>): string | null {
  for (const cell of notebook.cells) {
    const [heading] = cell.type === 'markdown' ? headingLines(cell.source) : [];
    if (heading !== undefined)
      return heading.markup
        .replace(/[*_`]+/g, '')
        .trim()
        .slice(0, 200);
  }
  return null;
}
