import { realpath } from 'node:fs/promises';
import { cellTags, isShellCell, type Cell } from '../../../shared/notebook/model';
import { toWireError, WatchbookError } from '../../../shared/rpc/errors';
import {
  environmentNamed,
  environmentRef,
  type Check,
} from '../../../shared/runs/environments/library-config';
import { isDestructive } from '../../../shared/runs/environments/trying';
import { checkTitle, expectedWords } from '../../../shared/runs/environments/weaker';
import { INJECTED_TAG, parameterSource, shellExports } from '../../../shared/runs/parameters/inject';
import { parameterLanguage } from '../../../shared/runs/parameters/language';
import { runbookParameters } from '../../../shared/runs/parameters/runbook-parameters';
import { resolveValues } from '../../../shared/runs/parameters/values';
import type { TryBlock, tryContract, TryConfirmation, Trying } from '../../../shared/runs/try-contract';
import { planOf } from '../../../shared/runs/plan';
import type { EngineClient, Handlers } from '../engine-client';
import type { KernelHandle } from '../kernels/kernel-handle';
import type { CellGuard, GuardedRunbook } from '../notebook/cell-guard';
import { askAt, askLaptop, type AskPlace, type CommandAnswer } from './ask-command';
import { askTerminal } from './ask-terminal';
import { judgeCheck, type CheckResult } from './checks';
import type { LibraryConfigs } from './library-config';
import type { StepTerminal } from './terminal-step';
import { nameIn, readTryRules, type TryRules } from './try-rules';

export interface RunbookGuardPorts {
  readonly configs: () => Pick<LibraryConfigs, 'rulesOf' | 'memory'>;
  readonly loginEnvironment: () => Promise<Readonly<Record<string, string>>>;
}

/** What is known of one runbook as long as the engine lives. */
interface Tried {
  readonly followers: Set<EngineClient>;
  /** The rules that each cell was put in line under: a choice made meanwhile is for later ones. */
  readonly admitted: Map<string, TryRules>;
  /** By session: the rules whose checks were asked in it, and whose values it has. */
  readonly passed: Map<string, string>;
  readonly given: Map<string, string>;
  /** The environment, or the broken rules by their key, that a person said yes to, until a session ends. */
  confirmedIn: string | null;
  block: TryBlock | null;
}

type InEnvironment = Extract<TryRules, { readonly kind: 'environment' }>;

const GIVE_MS = 10_000;

/**
 * Cells tried in a runbook run in the environment chosen for it, never in a strict one: its checks are asked in each
 * session before its first cell and before each destructive one, and its values given to it.
 */
export class RunbookGuard implements CellGuard {
  private readonly runbooks = new Map<string, Tried>();

  constructor(private readonly ports: RunbookGuardPorts) {}

  readonly handlers: Handlers<keyof typeof tryContract.requests> = {
    'runs.trying': async ({ runbook }, { client }) => {
      const path = await realOf(runbook);
      const { followers } = this.triedOf(path);
      followers.add(client);
      client.gone.addEventListener('abort', () => followers.delete(client), { once: true });
      return this.view(path);
    },
    'runs.tryIn': async ({ runbook, environment }) => {
      const path = await realOf(runbook);
      const rules = await readTryRules(this.ports.configs(), path);
      const found = rules.kind === 'environment' ? environmentNamed(rules.config, environment) : null;
      if (found === null || rules.kind !== 'environment')
        throw new WatchbookError('not-found', `There is no environment “${environment}” here any more.`);
      if (found.guard === 'strict')
        throw new WatchbookError(
          'forbidden',
          `${found.name} is strict: cells are never tried there. Start a run instead. Nothing was changed.`,
        );
      const { memory } = this.ports.configs();
      await memory.rememberTried(rules.library, nameIn(rules.library, path), found.name);
      const tried = this.triedOf(path);
      tried.block = null;
      tried.confirmedIn = null;
      await this.tell(path);
      return {};
    },
  };

  async admit(
    runbook: Pick<GuardedRunbook, 'path' | 'notebook'>,
    cells: readonly Cell[],
    confirmed: TryConfirmation | null,
  ): Promise<void> {
    const path = runbook.path();
    const tried = this.triedOf(path);
    const rules = await readTryRules(this.ports.configs(), path);
    if (rules.kind === 'none')
      throw await this.blocked(path, { kind: 'rules', message: `${rules.why} Nothing was sent.` });
    if (rules.kind === 'environment' && rules.unseen.length > 0)
      throw await this.blocked(path, { kind: 'commands', message: unseenWords(rules) });
    const name = rules.kind === 'environment' ? rules.chosen.name : null;
    const yes = confirmed?.environment === name ? confirmed : null;
    const destructive = cells.filter((cell) => isDestructive(cell) && yes?.cells.includes(cell.id) !== true);
    // What is said yes to once, until the session ends.
    const guarded =
      rules.kind === 'broken'
        ? rules.key
        : rules.kind === 'environment' && rules.chosen.guard === 'confirm'
          ? name
          : null;
    const asksFirst = guarded !== null && tried.confirmedIn !== guarded && yes === null;
    if (destructive.length > 0 || asksFirst) {
      const before = rules.kind === 'broken' ? `${brokenWords(rules)} ` : '';
      throw new WatchbookError('needs-consent', `${before}${questionWords(runbook, destructive, name)}`);
    }
    if (guarded !== null) tried.confirmedIn = guarded;
    for (const cell of cells) tried.admitted.set(cell.id, rules);
  }

  /**
   * Before cells are typed into a terminal, which is no session: each time the checks are asked there, where everybody
   * sees them, and no values are given. `terminal`: null for one whose shell tells nothing, where none can be asked.
   */
  async admitTo(
    terminal: StepTerminal | null,
    runbook: Pick<GuardedRunbook, 'path' | 'notebook'>,
    cells: readonly Cell[],
    confirmed: TryConfirmation | null,
  ): Promise<void> {
    await this.admit(runbook, cells, confirmed);
    const path = runbook.path();
    const { admitted } = this.triedOf(path);
    for (const { id } of cells) admitted.delete(id);
    const rules = await readTryRules(this.ports.configs(), path);
    if (rules.kind !== 'environment') return;
    const laptop = { cwd: rules.library, variables: this.ports.loginEnvironment };
    const block = await this.judge(rules, async (check) => {
      if (check.in === 'laptop') return judgeCheck(check, await askLaptop(laptop, check.command));
      const answer: CommandAnswer =
        terminal === null
          ? { kind: 'not-asked', in: 'terminal', why: 'The shell there does not mark its commands.' }
          : await askTerminal(terminal, check.command);
      return judgeCheck(check, answer);
    });
    if (block !== null) throw await this.blocked(path, block);
  }

  async before(runbook: GuardedRunbook, cell: Cell, signal: AbortSignal): Promise<void> {
    const path = runbook.path();
    const tried = this.triedOf(path);
    const admitted = tried.admitted.get(cell.id);
    const rules = admitted ?? (await readTryRules(this.ports.configs(), path));
    tried.admitted.delete(cell.id);
    if (rules.kind === 'plain') return;
    if (rules.kind === 'none' || (rules.kind === 'broken' && admitted === undefined))
      throw new WatchbookError('forbidden', `${rules.why} Nothing was sent.`);
    const handle = await runbook.prepare(cell);
    if (rules.kind === 'broken') {
      if (!tried.passed.has(handle.id)) this.forget(tried, handle);
      tried.passed.set(handle.id, rules.key);
      return;
    }
    const { key } = rules;
    if (tried.passed.get(handle.id) !== key || isDestructive(cell)) {
      const block = await this.ask(runbook, cell, rules);
      if (signal.aborted)
        throw new WatchbookError('cancelled', 'The cell was not sent: it was interrupted. Nothing was run.');
      if (block !== null) {
        tried.passed.delete(handle.id);
        throw await this.blocked(path, block);
      }
      if (!tried.passed.has(handle.id)) this.forget(tried, handle);
      tried.passed.set(handle.id, key);
    }
    if (tried.given.get(handle.id) !== key) {
      await this.give(runbook, cell, handle, rules);
      tried.given.set(handle.id, key);
    }
    if (tried.block === null) return;
    tried.block = null;
    await this.tell(path);
  }

  after(runbook: GuardedRunbook, cell: Cell): void {
    const tags = cellTags(cell);
    if (!tags.includes('parameters') && !tags.includes(INJECTED_TAG)) return;
    // It has put the runbook's own values over those of the environment: the next cell gets them anew.
    const handle = runbook.liveFor(cell);
    if (handle !== null) this.triedOf(runbook.path()).given.delete(handle.id);
  }

  /** With a session ends what was asked in it, and what a person said to it. */
  private forget(tried: Tried, handle: KernelHandle): void {
    void handle.ended.then(() => {
      tried.passed.delete(handle.id);
      tried.given.delete(handle.id);
      tried.confirmedIn = null;
    });
  }

  /** Asks where the cell would run. Strict environments come first: there, nothing else counts. */
  private async ask(runbook: GuardedRunbook, cell: Cell, rules: InEnvironment): Promise<TryBlock | null> {
    const place: AskPlace = {
      session: isShellCell(cell) ? 'shell' : 'kernel',
      prepare: () => runbook.prepare(cell),
      ask: (code, limitMs) => runbook.ask(cell, code, limitMs),
      laptop: { cwd: rules.library, variables: this.ports.loginEnvironment },
    };
    return this.judge(rules, (check) => askOne(place, check));
  }

  private async judge(
    { chosen, strict }: InEnvironment,
    ask: (check: Check) => Promise<{ readonly result: CheckResult; readonly found: string }>,
  ): Promise<TryBlock | null> {
    for (const { environment, check } of strict) {
      const { result, found } = await ask(check);
      if (result !== 'match') continue;
      return {
        kind: 'strict',
        environment: environmentRef(environment),
        message: `This is ${environment.name}: its check “${checkTitle(check)}” found ${quoted(found)} here. Nothing was sent. Start a run there, or go to ${chosen.name} first and run the cell again.`,
      };
    }
    for (const check of chosen.checks) {
      const { result, found } = await ask(check);
      if (result === 'match') continue;
      return {
        kind: 'check',
        message:
          result === 'mismatch'
            ? `This is not ${chosen.name}: its check “${checkTitle(check)}” found ${quoted(found)}, and expects ${expectedWords(check)}. Nothing was sent. Run the cell again when it fits.`
            : `The check “${checkTitle(check)}” of ${chosen.name} could not be asked: ${found.slice(0, 300)} Nothing was sent.`,
      };
    }
    return null;
  }

  /** Puts the values of the environment into a session, without a trace in the notebook. Rejects with `conflict`. */
  private async give(
    runbook: GuardedRunbook,
    cell: Cell,
    handle: KernelHandle,
    { config, chosen }: InEnvironment,
  ): Promise<void> {
    const { parameters } = runbookParameters(runbook.notebook(), config.parameters);
    const { values, problems } = resolveValues({ parameters, environment: chosen, last: null, given: [] });
    // One without a value is left as the runbook has it; a wrong one would be sent.
    const wrong = problems.find(
      ({ severity, name }) => severity === 'fault' && values.some((value) => value.name === name),
    );
    if (wrong !== undefined) throw notGiven(chosen.name, wrong.message);
    const open = values.filter(({ isSecret }) => !isSecret);
    if (open.length === 0) return;
    const language = handle.spec.source === 'built-in' ? 'shell' : parameterLanguage(handle.spec.language);
    if (language === null) {
      if (!open.some(({ inRunbook }) => inRunbook)) return;
      throw notGiven(
        chosen.name,
        'Parameters can be given to Python, shell and R only, and this kernel speaks another language.',
      );
    }
    const written = language === 'shell' ? shellExports(open) : parameterSource(open, language);
    if (written.kind === 'refused') throw notGiven(chosen.name, written.reason);
    const answer = await runbook.ask(cell, written.source, GIVE_MS).catch((error: unknown) => {
      throw notGiven(chosen.name, toWireError(error).message);
    });
    if (!answer.isGood) throw notGiven(chosen.name, `${answer.error ?? 'The session said nothing'}.`);
  }

  private async blocked(path: string, block: TryBlock): Promise<WatchbookError> {
    this.triedOf(path).block = block;
    await this.tell(path);
    return new WatchbookError('forbidden', block.message);
  }

  private async tell(path: string): Promise<void> {
    const { followers } = this.triedOf(path);
    if (followers.size === 0) return;
    const trying = await this.view(path);
    for (const client of followers) client.send('runs.tryingChanged', trying);
  }

  private async view(path: string): Promise<Trying> {
    const rules = await readTryRules(this.ports.configs(), path);
    const { block } = this.triedOf(path);
    const environments =
      rules.kind === 'environment'
        ? rules.config.environments
        : rules.kind === 'none'
          ? rules.environments
          : [];
    return {
      runbook: path,
      environments: environments.map((one) => ({ ...environmentRef(one), description: one.description })),
      chosen: rules.kind === 'environment' ? rules.chosen.name : null,
      block: rules.kind === 'plain' ? null : isStill(block, rules) ? block : null,
    };
  }

  private triedOf(path: string): Tried {
    let tried = this.runbooks.get(path);
    if (tried === undefined) {
      tried = {
        followers: new Set(),
        admitted: new Map(),
        passed: new Map(),
        given: new Map(),
        confirmedIn: null,
        block: null,
      };
      this.runbooks.set(path, tried);
    }
    return tried;
  }
}

/** What was in the way of the rules alone is gone when they are others. */
function isStill(block: TryBlock | null, rules: TryRules): boolean {
  if (block?.kind === 'commands') return rules.kind === 'environment' && rules.unseen.length > 0;
  return block?.kind !== 'rules' || rules.kind === 'none';
}

async function askOne(
  place: AskPlace,
  check: Check,
): Promise<{ readonly result: CheckResult; readonly found: string }> {
  const answer =
    check.in === 'laptop' ? await askLaptop(place.laptop, check.command) : await askAt(place, check.command);
  return judgeCheck(check, answer);
}

function quoted(found: string): string {
  return found === '' ? 'nothing' : `“${found.slice(0, 300)}”`;
}

function unseenWords({ chosen, unseen }: InEnvironment): string {
  const [first = []] = unseen;
  const many = unseen.length === 1 ? 'a command' : `${unseen.length} commands`;
  return `Before cells are tried in ${chosen.name}, watchbook.json asks ${many} that nobody here has seen yet: ${first.join(' ').slice(0, 300)}${unseen.length > 1 ? ' …' : '.'} Nothing was sent.`;
}

function brokenWords({ why }: Extract<TryRules, { readonly kind: 'broken' }>): string {
  return `${why} Until it is mended cells can run in an environment “local”: without values, and without a check, so that nothing tells whether this is production.`;
}

/** The question before cells that ask first; nothing of it was sent. */
function questionWords(
  runbook: Pick<GuardedRunbook, 'notebook'>,
  destructive: readonly Cell[],
  environment: string | null,
): string {
  const where = environment === null ? '' : ` in ${environment}`;
  if (destructive.length === 0)
    return `Cells of this runbook run${where} from now on, until its kernel ends. Nothing was sent yet.`;
  const { byCell } = planOf(runbook.notebook());
  const names = destructive.map(({ id }) => {
    const step = byCell.get(id);
    return step === undefined
      ? 'a cell'
      : step.number === null
        ? step.title
        : `step ${step.number} “${step.title}”`;
  });
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  const place = where === '' ? '' : ` ${names.length === 1 ? 'It runs' : 'They run'}${where}.`;
  return `Tagged destructive: ${shown.join(', ')}.${place} Nothing was sent yet.`;
}

function notGiven(environment: string, why: string): WatchbookError {
  return new WatchbookError(
    'conflict',
    `The values of ${environment} could not be given to the session. ${why} Nothing was sent.`,
  );
}

async function realOf(runbook: string): Promise<string> {
  // One that is not saved yet, or gone, is known by its name.
  return realpath(runbook).catch(() => runbook);
}
