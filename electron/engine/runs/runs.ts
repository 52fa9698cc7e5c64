import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { chooseKernel } from '../../../shared/kernels/choose-kernel';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import { isShellCell, wantedKernel, type Notebook } from '../../../shared/notebook/model';
import type { Params } from '../../../shared/rpc/contracts';
import { WatchbookError } from '../../../shared/rpc/errors';
import { blockingCell } from '../../../shared/runs/blocking-cell';
import type { executeContract } from '../../../shared/runs/execute-contract';
import { frozenWords, isSentInOrder } from '../../../shared/runs/passed-over';
import type { EngineClient, Handlers, Holdings } from '../engine-client';
import type { DocumentServices } from '../notebook/document-services';
import { loadNotebook } from '../notebook/notebook-disk';
import { ExecutedCopy } from './executed-copy';
import { FileExecution } from './file-execution';
import type { LibraryConfigs } from './library-config';
import { readTryRules } from './try-rules';

export interface RunsPorts {
  readonly services: DocumentServices;
  readonly configs: Pick<LibraryConfigs, 'rulesOf' | 'memory'>;
  /** True where a window has this file open with edits that are not in it. */
  readonly hasUnsavedEdits: (path: string) => boolean;
}

export interface RunsFeature {
  readonly handlers: Handlers<keyof typeof executeContract.requests>;
  holdings(): Holdings;
  dispose(): Promise<void>;
}

/** `watchbook run`: executes files from disk into copies. The executions outlive the clients that started them. */
export function createRuns(ports: RunsPorts): RunsFeature {
  const executions = new Map<string, FileExecution>();
  const ending = new Set<Promise<void>>();

  async function execute(params: Params<'runs.execute'>, client: EngineClient) {
    const { services } = ports;
    const { file } = await loadNotebook(params.file, params.typed);
    refuseBlocked(file.notebook, params.typed);
    await refuseUnnamed(params);
    await refuseOutput(params);
    const frozen = frozenWords(file.notebook.cells);
    const warnings = [...checkUnsaved(params), ...(frozen === null ? [] : [frozen])];
    const kernel = await kernelFor(file.notebook, params);
    const execution = new FileExecution(
      services,
      {
        file,
        path: params.file,
        copy: new ExecutedCopy(params.output, file),
        cwd: params.cwd,
        kernel,
        environment: params.environment,
        timeout: params.timeout,
        allowErrors: params.allowErrors,
        limitBytes:
          params.outputLimit === undefined ? services.settings().outputLimitBytes : params.outputLimit,
        isInteractive: () => params.interactive && !client.gone.aborted,
      },
      {
        line: (line) => whileThere(() => client.send('runs.line', { execution: execution.id, line })),
        prompt: ({ request, prompt, password }) =>
          whileThere(() => client.send('runs.input', { execution: execution.id, request, prompt, password })),
        finished: (exitCode, message) =>
          whileThere(() => client.send('runs.finished', { execution: execution.id, exitCode, message })),
      },
    );
    const whileThere = (send: () => void): void => {
      if (!client.gone.aborted) send();
    };
    executions.set(execution.id, execution);
    client.gone.addEventListener('abort', () => execution.clientGone(), { once: true });
    try {
      await execution.prepare();
    } catch (error) {
      executions.delete(execution.id);
      await execution.abandon();
      throw error;
    }
    const run = execution.run().finally(() => {
      executions.delete(execution.id);
      ending.delete(run);
    });
    ending.add(run);
    return { execution: execution.id, warnings };
  }

  /** Where there are environments, it is never guessed in which one something runs. */
  async function refuseUnnamed({ file, typed }: Params<'runs.execute'>): Promise<void> {
    const rules = await readTryRules(ports.configs, await realpath(file));
    if (rules.kind === 'plain') return;
    if (rules.kind === 'broken') throw new WatchbookError('bad-request', `${rules.why} Nothing was run.`);
    const environments = rules.kind === 'none' ? rules.environments : rules.config.environments;
    const names = environments.map(({ name }) => name).join(', ');
    throw new WatchbookError(
      'bad-request',
      `${typed} is in a library with environments: ${names}. Nothing was run. Say with --env NAME in which one it runs, with a record.`,
    );
  }

  function checkUnsaved({ file, typed, inplace, output, typedOutput }: Params<'runs.execute'>): string[] {
    if (ports.hasUnsavedEdits(output)) {
      throw new WatchbookError(
        'busy',
        `${inplace ? typed : (typedOutput ?? output)} is open in a window with edits that are not saved. Nothing was run: save or close it there first.`,
      );
    }
    return ports.hasUnsavedEdits(file)
      ? [`${typed} is open in a window with edits that are not saved; they are not part of this run.`]
      : [];
  }

  async function kernelFor(
    notebook: Notebook,
    params: Params<'runs.execute'>,
  ): Promise<KernelSpecInfo | null> {
    const needsMain = notebook.cells.some((cell) => isSentInOrder(cell) && !isShellCell(cell));
    const catalogue = await ports.services.catalogue({ environment: params.environment, near: params.file });
    const choice = chooseKernel({ explicit: params.kernel, wanted: wantedKernel(notebook), catalogue });
    if (choice.kind === 'chosen') return choice.spec;
    if (!needsMain && params.kernel === null) return null;
    throw new WatchbookError('no-kernel', choice.message);
  }

  const found = (id: string): FileExecution => {
    const execution = executions.get(id);
    if (execution === undefined) throw new WatchbookError('not-found', 'That run is not there any more.');
    return execution;
  };

  return {
    handlers: {
      'runs.execute': (params, { client }) => execute(params, client),
      'runs.interrupt': async ({ execution }) => {
        await found(execution).interrupt();
        return {};
      },
      'runs.input': ({ execution, request, value, eof }) => {
        found(execution).answer(request, value, eof === true);
        return {};
      },
    },
    holdings: () => ({
      kernels: 0,
      terminals: 0,
      runs: executions.size,
      atRisk: 0,
      busy: executions.size,
      running: [...executions.values()].map(({ title }) => title),
    }),
    dispose: async () => {
      await Promise.all([...executions.values()].map((execution) => execution.interrupt()));
      await Promise.all(ending);
    },
  };
}

/** A gate or a required checklist needs a person at each of its steps, which a plain copy does not have. */
function refuseBlocked(notebook: Notebook, typed: string): void {
  const blocking = blockingCell(notebook);
  if (blocking === null) return;
  throw new WatchbookError(
    'bad-request',
    `${typed} holds a ${blocking.kind} (cell ${blocking.index + 1}), which needs a run with a record. Nothing was run: say --env NAME or --run for one, or open it in Watchbook.`,
  );
}

/** The input is not written over by accident, not by another name of it either. */
async function refuseOutput(params: Params<'runs.execute'>): Promise<void> {
  const { file, output, typed, inplace } = params;
  const shown = params.typedOutput ?? output;
  const folder = await realpath(dirname(output)).catch((error: unknown) => {
    throw new WatchbookError(
      'not-writable',
      `${shown} can not be written: the folder ${dirname(output)} is not there. Nothing was run.`,
      { cause: error },
    );
  });
  const [input, target] = await Promise.all([
    stat(file),
    stat(join(folder, basename(output))).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new WatchbookError('not-writable', `${shown} can not be written. Nothing was run.`, {
        cause: error,
      });
    }),
  ]);
  if (target === null || inplace) return;
  if (target.isDirectory())
    throw new WatchbookError('not-writable', `${shown} is a folder. Nothing was run.`);
  if (target.ino === input.ino && target.dev === input.dev) {
    throw new WatchbookError(
      'bad-request',
      `${typed} would be written over by its own executed copy. Say --inplace to do that on purpose, or another --output.`,
    );
  }
}
