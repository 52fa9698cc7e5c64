import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { WatchbookError } from '../../shared/rpc/errors';
import { givenValues } from '../../shared/runs/parameters/values';
import { runbookParameters } from '../../shared/runs/parameters/runbook-parameters';
import { connectCli } from './engine-program';
import { driveRun } from './drive-run';
import { EXIT, UsageError } from './exit-codes';
import { askLine, ownEnvironment, visible, type Io } from './io';
import { letUnseen } from './unseen-commands';

export interface RecordedRunOptions {
  readonly file: string;
  readonly typed: string;
  readonly environment: string | null;
  /** `k=v`, as they were typed. */
  readonly parameters: readonly string[];
  readonly driver: string | null;
  readonly kernel: string | null;
  /** A second copy; null: none. */
  readonly output: string | null;
  readonly timeout: number | null;
  readonly allowErrors: boolean;
  readonly json: boolean;
}

/** `watchbook run FILE --env NAME`: a run with its record, driven from here. */
export async function recordedRun(
  options: RecordedRunOptions,
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const texts = options.parameters.map((text) => splitParameter(text));
  const engine = await connectCli(profile, true);
  try {
    const rules = await engine.request('runs.config', { place: options.file });
    const { config } = rules;
    const environments = config?.environments ?? [];
    const wanted = options.environment ?? (environments.length === 1 ? environments[0]?.name : undefined);
    if (wanted === undefined) {
      const names = environments.map(({ name }) => name).join(', ');
      throw new UsageError(`--env says in which environment it runs: ${names}`, 'run');
    }
    const environment = environments.find(({ name }) => name === wanted);
    const isStrict = environment?.guard === 'strict';
    if (isStrict && options.allowErrors)
      throw new UsageError('--allow-errors is not for a strict environment', 'run');
    if (environment !== undefined && !(await letUnseen(engine, rules, environment, io))) {
      io.err('A run asks its commands after a yes to them. Nothing was started.\n');
      return EXIT.gate;
    }
    const typed = isStrict ? await askName(wanted, io) : '';
    if (typed === null) {
      io.err(
        `A run in ${visible(wanted)} is started by a person at a terminal, who types its name. Nothing was started.\n`,
      );
      return EXIT.gate;
    }
    const isYes = environment?.guard !== 'confirm' || (await askYes(wanted, options, io));
    if (!isYes) {
      io.err(`A run in ${visible(wanted)} is started after a yes to it. Nothing was started.\n`);
      return EXIT.gate;
    }
    const { notebook } = readNotebook(await readBytes(options), options.typed);
    const { parameters } = runbookParameters(notebook, config?.parameters ?? []);
    const facts = await engine.request('runs.facts', { runbook: options.file });
    const { run } = await engine.request('runs.start', {
      runbook: options.file,
      environment: wanted,
      parameters: givenValues(parameters, texts, 'given').map((value) => ({ ...value })),
      driver: options.driver,
      title: facts.title,
      links: [],
      variables: ownEnvironment(),
      confirmed: true,
      ...(typed === '' ? {} : { typed }),
    });
    if (options.kernel !== null) {
      const action = { kind: 'choose-kernel' as const, kernel: options.kernel };
      await engine.request('runs.act', { run, action });
    }
    const { json, allowErrors, timeout } = options;
    const code = await driveRun(engine, run, io, {
      json,
      allowErrors,
      timeout,
      confirm: false,
      from: null,
      rerunAbove: false,
      isNew: true,
    });
    if (options.output !== null) await copyFile(join(run, 'run.ipynb'), options.output);
    return code;
  } finally {
    engine.dispose();
  }
}

async function readBytes({ file, typed }: RecordedRunOptions): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new WatchbookError('not-found', `${typed} can not be read. Nothing was started.`, { cause: error });
  });
}

/** Empty parts are values too: `k=` is a text without a letter. */
function splitParameter(text: string): readonly [name: string, text: string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`--param needs NAME=VALUE, not '${text}'`, 'run');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A guard that asks once: at a terminal by a word; where nobody can be asked, who named it with --env has said it. */
async function askYes(name: string, { environment }: RecordedRunOptions, io: Io): Promise<boolean> {
  if (!io.canAsk) return environment === name;
  const prompt = `Start a run in ${visible(name)}? Type yes: `;
  const typed = await askLine(prompt, false, new AbortController().signal);
  return typed?.trim().toLowerCase() === 'yes';
}

/** Null: nobody is there, or something else was typed. */
async function askName(name: string, io: Io): Promise<string | null> {
  if (!io.canAsk) return null;
  const prompt = `Type ${visible(name)} to start a run there: `;
  const typed = await askLine(prompt, false, new AbortController().signal);
  return typed?.trim() === name ? name : null;
}
