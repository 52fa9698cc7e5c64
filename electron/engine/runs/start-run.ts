import { realpath } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { chooseKernel } from '../../../shared/kernels/choose-kernel';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { newCellId } from '../../../shared/notebook/cell-ids';
import { wantedKernel, type Cell, type Notebook } from '../../../shared/notebook/model';
import { isJsonObject } from '../../../shared/notebook/notebook-values';
import { formatNotebook } from '../../../shared/notebook/new-notebook';
import type { JsonObject } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { StartDetails } from '../../../shared/runs/content';
import type { LibraryState } from '../../../shared/runs/config-contract';
import type { NamedStartRequest, StartRequest } from '../../../shared/runs/contract';
import type { Actor, EventDataOf } from '../../../shared/runs/events';
import { unseenIn } from '../../../shared/runs/environments/commands';
import {
  environmentNamed,
  environmentRef,
  type Environment,
  type LibraryConfig,
} from '../../../shared/runs/environments/library-config';
import { environmentDigest } from '../../../shared/runs/environments/environment-digest';
import { injectParameters } from '../../../shared/runs/parameters/inject';
import { parameterLanguage } from '../../../shared/runs/parameters/language';
import { runbookParameters } from '../../../shared/runs/parameters/runbook-parameters';
import { resolveValues, type ParameterValue } from '../../../shared/runs/parameters/values';
import { VERSION } from '../../../shared/version';
import { findLibrary } from '../library/library-root';
import type { RepositoryReport } from '../git/repository-state';
import type { DocumentServices } from '../notebook/document-services';
import { digestOf, loadNotebook } from '../notebook/notebook-disk';
import { digestOfText } from './content';
import { createJournal } from './journal';
import { libraryState } from './library-state';
import { changedSince, MOST_BEFORE } from './changed-since';
import { RunReader } from './runs-list';
import { findRunsOf, makeRunFolder, RUN_FILE, RUNBOOK_FILE, runFolderName, writeNew } from './run-places';
import type { LibraryConfigs } from './library-config';
import type { RunSetting } from './run-setting';
import { differingVariables } from './run-variables';

export interface StartPorts {
  readonly services: DocumentServices;
  readonly report: (folder: string) => Promise<RepositoryReport>;
  readonly configs: Pick<LibraryConfigs, 'stateOf' | 'memory'>;
  /** The last run of a library that is known here. */
  readonly previous: (library: string) => Promise<EventDataOf<'run-started'>['previous']>;
  /** Remembers that a run is of this profile, by the digest of its journal's first line. */
  readonly made: (digest: string) => Promise<void>;
}

/** Reads the runbook from disk and makes a run of it: its folder with all it needs, and `run-started`. */
export async function startRun(
  ports: StartPorts,
  request: NamedStartRequest,
  actor: Actor,
): Promise<{ readonly folder: string; readonly library: string }> {
  const path = await realpath(request.runbook).catch(() => request.runbook);
  const library = await findLibrary(path);
  const { config, commands, findings } = await ports.configs.stateOf(path);
  if (config === null) {
    const fault = findings.find(({ severity }) => severity === 'fault');
    throw new WatchbookError(
      'bad-request',
      `watchbook.json can not be used, line ${fault?.line ?? 1}: ${fault?.message ?? 'it can not be read.'} Nothing was started.`,
    );
  }
  const environment = environmentOf(config, request);
  refuseWords(request);
  const { file } = await loadNotebook(path, request.runbook);
  refuseUnseen(environment, commands);
  const runbook = relative(library, path).split(sep).join('/');
  const seen = { library, runbook, environment: environment.name, config, notebook: file.notebook };
  const weaker = await ports.configs.memory.weaker(seen);
  if (weaker.length > 0 && request.acceptedWeaker !== true) {
    throw new WatchbookError(
      'needs-consent',
      `Less is guarded than at the last start: ${weaker.join(' ')} Nothing was started; it is accepted by typing the environment’s name.`,
    );
  }
  const notRehearsed = await changedSinceRehearsal(library, path, file.notebook, environment);
  const values = valuesOf(file.notebook, config, environment, request);
  const kernel = await kernelOf(ports.services, file.notebook, environment, path, request.variables);
  const notebook = runNotebook(file.notebook, values, environment, kernel);
  const template = new TextEncoder().encode(file.bom ? `\ufeff${file.text}` : file.text);
  const setting: RunSetting = {
    environment,
    people: config.people,
    roles: config.roles,
    hints: config.hints,
    secrets: values.filter(({ isSecret }) => isSecret).map(({ name }) => name),
  };
  const { commit, uncommitted } = await libraryState(library, ports.report);
  const previous = await ports.previous(library);
  const details: StartDetails = {
    title: request.title,
    driver: request.driver,
    parameters: values.map(({ name, value, source, pinned }) => ({ name, value, source, pinned })),
    links: request.links,
  };
  const differing =
    request.variables === undefined
      ? []
      : differingVariables(request.variables, await ports.services.loginEnvironment());
  const name = runFolderName(new Date(), environment.name);
  const folder = await makeRunFolder(library, path, name, async (made) => {
    await writeNew(made, RUNBOOK_FILE, template);
    await writeNew(made, RUN_FILE, formatNotebook(notebook));
    const journal = await createJournal(made, { driver: request.driver });
    try {
      await journal.append(actor, (place) => ({
        type: 'run-started',
        data: {
          runbook,
          commit,
          digest: digestOf(template),
          uncommitted,
          environment: environmentRef(environment),
          environmentDigest: environmentDigest(environment, digestOfText),
          parameters: place('start', { ...details, setting } as unknown as JsonObject),
          kernel: kernel?.name ?? null,
          tools: { watchbook: VERSION },
          previous,
          variables: differing,
          accepted:
            weaker.length === 0 && (notRehearsed?.length ?? 0) === 0
              ? null
              : place('accepted', { weaker: [...weaker], notRehearsed }),
        },
      }));
      if (journal.head !== null) await ports.made(journal.head.sha256);
    } finally {
      await journal.close();
    }
  });
  await ports.configs.memory.remember(seen);
  return { folder, library };
}

/** Cells that are not as they were rehearsed; null where there was no rehearsal, or none is meant. */
async function changedSinceRehearsal(
  library: string,
  path: string,
  notebook: Notebook,
  environment: Environment,
): Promise<string[] | null> {
  if (environment.gates === 'confirm') return null;
  const reader = new RunReader();
  for (const folder of (await findRunsOf(library, path)).slice(0, MOST_BEFORE)) {
    const read = await reader.read(folder);
    if (read?.summary.environment.gates === 'confirm') return changedSince(notebook, folder);
  }
  return null;
}

/** Commands that a library defines are run after a person saw each in full. Throws `needs-consent`. */
function refuseUnseen(environment: Environment, commands: LibraryState['commands']): void {
  const [first] = unseenIn(environment, commands);
  if (first === undefined) return;
  throw new WatchbookError(
    'needs-consent',
    `This runbook or its watchbook.json has a command that nobody here has seen yet: ${first.command.join(' ').slice(0, 300)}. Nothing was started.`,
  );
}

function environmentOf(
  config: LibraryConfig,
  { environment: name, typed, confirmed }: StartRequest,
): Environment {
  const found = environmentNamed(config, name);
  if (found === null) {
    const names = config.environments.map((one) => one.name).join(', ');
    throw new WatchbookError(
      'bad-request',
      `There is no environment “${name.slice(0, 64)}” here. Nothing was started. There are: ${names}.`,
    );
  }
  if (found.guard === 'strict' && typed !== found.name) {
    throw new WatchbookError(
      'needs-consent',
      `A run in ${found.name} is started by typing its name. Nothing was started.`,
    );
  }
  if (found.guard === 'confirm' && confirmed !== true) {
    throw new WatchbookError(
      'needs-consent',
      `A run in ${found.name} is started after a yes to it. Nothing was started.`,
    );
  }
  return found;
}

function refuseWords({ driver, title }: NamedStartRequest): void {
  if (driver.trim() === '') {
    throw new WatchbookError('bad-request', 'A run needs the name of its driver. Nothing was started.');
  }
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if ([driver, title].some((words) => words.length > 500 || /[\u0000-\u001f\u007f]/.test(words))) {
    throw new WatchbookError(
      'bad-request',
      'Driver and title are one line of at most 500 characters each. Nothing was started.',
    );
  }
}

/** What was chosen in the dialog, checked; what was not comes from environment and defaults. */
function valuesOf(
  notebook: Notebook,
  config: LibraryConfig,
  environment: Environment,
  request: StartRequest,
): readonly ParameterValue[] {
  const { parameters } = runbookParameters(notebook, config.parameters);
  const { values, problems } = resolveValues({
    parameters,
    environment,
    last: null,
    given: request.parameters.map(({ name, value, source }) => ({
      name,
      value,
      source: source === 'link' ? 'link' : 'given',
    })),
  });
  const fault = problems.filter(({ severity }) => severity === 'fault').map(({ message }) => message);
  if (fault.length > 0) throw new WatchbookError('bad-request', `${fault.join(' ')} Nothing was started.`);
  const sources = new Map(request.parameters.map(({ name, source }) => [name, source]));
  return values.map((value) => ({ ...value, source: sources.get(value.name) ?? value.source }));
}

async function kernelOf(
  services: DocumentServices,
  notebook: Notebook,
  environment: Environment,
  near: string,
  variables: StartRequest['variables'],
): Promise<KernelSpecInfo | null> {
  const catalogue = await services.catalogue({
    near,
    ...(variables === undefined ? {} : { environment: variables }),
  });
  const choice = chooseKernel({ explicit: environment.kernel, wanted: wantedKernel(notebook), catalogue });
  // The run begins all the same: its trial says what is missing, and another kernel can be chosen.
  return choice.kind === 'chosen' ? choice.spec : null;
}

/** The executed copy as it begins: no outputs, no times, the parameters in their cell. Throws `bad-request`. */
function runNotebook(
  notebook: Notebook,
  values: readonly ParameterValue[],
  environment: Environment,
  kernel: KernelSpecInfo | null,
): Pick<Notebook, 'cells' | 'metadata'> {
  const taken = new Set(notebook.cells.map(({ id }) => id));
  let newId = newCellId();
  while (taken.has(newId)) newId = newCellId();
  const injected = injectParameters(notebook, values, {
    kernelLanguage: kernel === null ? null : parameterLanguage(kernel.language),
    newId,
  });
  if (injected.kind === 'refused') throw new WatchbookError('bad-request', injected.reason);
  const { cells, metadata } = injected.notebook;
  const own = metadata['watchbook'];
  return {
    cells: cells.map(cleared),
    metadata: {
      ...metadata,
      ...(environment.kernel === null || kernel === null
        ? {}
        : {
            kernelspec: { display_name: kernel.displayName, language: kernel.language, name: kernel.name },
          }),
      watchbook: {
        ...(isJsonObject(own) ? withoutJournal(own) : {}),
        run: { environment: environment.name },
      },
    },
  };
}

function withoutJournal({ journal: _head, ...rest }: JsonObject): JsonObject {
  return rest;
}

function cleared(cell: Cell): Cell {
  if (cell.type !== 'code') return cell;
  const { execution: _times, ExecuteTime: _legacy, ...metadata } = cell.metadata;
  const own = metadata['watchbook'];
  if (isJsonObject(own)) {
    const { fullOutput: _full, ranAs: _ran, ...rest } = own;
    return { ...cell, outputs: [], executionCount: null, metadata: { ...metadata, watchbook: rest } };
  }
  return { ...cell, outputs: [], executionCount: null, metadata };
}

/** The name of a file as a title, where the runbook has no heading. */
export function plainTitle(path: string): string {
  return basename(path).replace(/\.ipynb$/i, '');
}
