import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { toWireError } from '../../../shared/rpc/errors';
import type { Cell } from '../../../shared/notebook/model';
import { boundTerminal } from '../../../shared/runs/bound-terminal';
import type { EventDataOf } from '../../../shared/runs/events';
import type { PlanStep } from '../../../shared/runs/plan';
import type { KernelHandle } from '../kernels/kernel-handle';
import type { SessionAnswer } from '../notebook/ask-session';
import { literalOf } from '../../../shared/runs/parameters/literals';
import { placesOfRun } from './run-places';
import type { RunState } from './run-state';
import type { Asked } from './sent-commands';

/** A command has so long to answer, in milliseconds. */
export const ASK_MS = 10_000;
const MOST_BYTES = 65_536;

/** Where a command was asked. `laptop`: as a process of its own beside the step. */
export type AskedIn = 'shell' | 'kernel' | 'terminal' | 'laptop';

export type CommandAnswer = {
  readonly in: AskedIn;
  /** The command of an attached terminal that it was. */
  readonly recordedAs?: NonNullable<EventDataOf<'check'>['command']>;
} & (
  | { readonly kind: 'answer'; readonly text: string; readonly exitStatus: number }
  /** It could not be asked, or did not answer: a result of its own, never a match. A sentence. */
  | { readonly kind: 'not-asked'; readonly why: string }
);

/** A session that can be asked, and the folder and variables of a process beside it. */
export interface AskPlace {
  readonly session: 'kernel' | 'shell';
  /** Starts it where it is not there. Rejects with `no-kernel` or `kernel-failed`. */
  readonly prepare: () => Promise<KernelHandle>;
  /** Without a trace in the notebook. Rejects with `timeout`. */
  readonly ask: (code: string, limitMs: number) => Promise<SessionAnswer>;
  readonly laptop: LaptopPlace;
}

export interface LaptopPlace {
  readonly cwd: string;
  readonly variables: () => Promise<Readonly<Record<string, string>>>;
}

/** Asks a command where a step of a run runs; see {@link askAt}. `what`: what it is in the record. */
export async function askCommand(
  state: RunState,
  command: readonly string[],
  step: Pick<PlanStep, 'session' | 'cell'>,
  what: Asked['what'],
  where: 'step' | 'laptop' = 'step',
): Promise<CommandAnswer> {
  const cell = where === 'laptop' ? null : placeOf(state, step);
  const library = placesOfRun(state.folder, state.run.started?.data.runbook ?? '')?.library;
  const laptop: LaptopPlace = {
    cwd: library ?? dirname(state.folder),
    variables: () => state.document.loginEnvironment(),
  };
  if (cell === null) return askLaptop(laptop, command);
  if (state.askTerminal !== null && boundTerminal(cell, state.document.notebook) !== null)
    return state.askTerminal(cell, command, { what, cell: step.cell });
  const { runs } = state.document;
  return askAt(
    {
      session: step.session === 'shell' ? 'shell' : 'kernel',
      prepare: () => runs.prepare(cell),
      ask: (code, limitMs) => runs.ask(cell, code, limitMs),
      laptop,
    },
    command,
  );
}

/**
 * Asks a command in a shell session, inside a Python kernel, else in a process beside. An argument list is never a
 * line for a shell: each argument is written as a literal. Never rejects.
 */
export async function askAt(place: AskPlace, command: readonly string[]): Promise<CommandAnswer> {
  const handle = await place.prepare().catch((error: unknown) => toWireError(error));
  if ('code' in handle) return { kind: 'not-asked', in: place.session, why: handle.message };
  const isShell = handle.spec.source === 'built-in';
  if (!isShell && handle.spec.language.toLowerCase() !== 'python') return askLaptop(place.laptop, command);
  const code = isShell ? shellCode(command) : pythonCode(command);
  const asked: AskedIn = isShell ? 'shell' : 'kernel';
  if (code === null)
    return { kind: 'not-asked', in: asked, why: 'The command can not be written in the language there.' };
  try {
    const { text } = await place.ask(code, ASK_MS);
    const found = /\n?watchbook-status:(-?\d+)\s*$/.exec(text);
    if (found === null) return { kind: 'not-asked', in: asked, why: 'It answered nothing that can be read.' };
    return { kind: 'answer', in: asked, text: text.slice(0, found.index), exitStatus: Number(found[1]) };
  } catch (error) {
    return { kind: 'not-asked', in: asked, why: toWireError(error).message };
  }
}

/** A cell of the session that the step runs in; a gate has the session of the next step that runs. */
function placeOf(state: RunState, { cell, session }: Pick<PlanStep, 'session' | 'cell'>): Cell | null {
  const own = state.document.notebook.cells.find(({ id }) => id === cell);
  if (own?.type === 'code') return own;
  const index = state.plan.byCell.get(cell)?.index ?? 0;
  const code = state.plan.steps.filter(({ kind }) => kind === 'code');
  const next = code.find((step) => step.index > index) ?? code.findLast((step) => step.session === session);
  return next === undefined ? null : state.cell(next.cell);
}

/** In a subshell, so that nothing of it stays; its errors belong to its answer. */
function shellCode(command: readonly string[]): string | null {
  const words = command.map((word) => literalOf(word, 'shell'));
  const texts = words.flatMap((word) => (word.kind === 'refused' ? [] : [word.text]));
  if (texts.length < words.length) return null;
  return `( ${texts.join(' ')} ) 2>&1 </dev/null; printf '\\nwatchbook-status:%s\\n' "$?"`;
}

function pythonCode(command: readonly string[]): string | null {
  const list = literalOf([...command], 'python');
  if (list.kind === 'refused') return null;
  // Names nothing in the notebook's own namespace; -1 is subprocess.PIPE, -2 STDOUT, -3 DEVNULL.
  return [
    `(lambda done: print(done.stdout + "\\nwatchbook-status:" + str(done.returncode)))(`,
    `    __import__("subprocess").run(${list.text}, stdout=-1, stderr=-2, stdin=-3, text=True, errors="replace", timeout=${ASK_MS / 1_000})`,
    ')',
  ].join('\n');
}

/** Asks a command as a process of this machine. Never rejects. */
export async function askLaptop(
  { cwd, variables }: LaptopPlace,
  command: readonly string[],
): Promise<CommandAnswer> {
  const [program, ...args] = command;
  if (program === undefined) return { kind: 'not-asked', in: 'laptop', why: 'It names no command.' };
  const environment = await variables();
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        cwd,
        env: environment,
        timeout: ASK_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_BYTES,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'answer', in: 'laptop', text: stdout, exitStatus: 0 });
        else if (typeof error.code === 'number')
          resolve({ kind: 'answer', in: 'laptop', text: stdout + stderr, exitStatus: error.code });
        else {
          const why = error.killed === true ? `It did not answer within ${ASK_MS / 1_000} s.` : error.message;
          resolve({ kind: 'not-asked', in: 'laptop', why });
        }
      },
    ).stdin?.end();
  });
}
