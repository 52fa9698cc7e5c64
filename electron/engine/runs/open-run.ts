import { join } from 'node:path';
import { describeFault, headOf, type ChainedEvent, type JournalReading } from '../../../shared/runs/chain';
import { startDetailsSchema, type StartDetails } from '../../../shared/runs/content';
import type { RunEvent, RunEventOf } from '../../../shared/runs/events';
import { LOCAL } from '../../../shared/runs/environments/library-config';
import { reduce } from '../../../shared/runs/reduce';
import { understand } from '../../../shared/runs/understand';
import { WatchbookError } from '../../../shared/rpc/errors';
import { quoted } from '../../../shared/rpc/quoted';
import type { DocumentsFeature, HeldDocument } from '../notebook/documents';
import { catchUp } from './catch-up';
import { readContent } from './content';
import { openJournal, readRunJournal } from './journal';
import { RUN_FILE } from './run-places';
import { runSettingSchema, type RunSetting } from './run-setting';
import { engineActor, RunState, type RunStateOptions } from './run-state';
import { recoverTerminals } from './run-terminals';

export interface OpenRunPorts {
  readonly documents: Pick<DocumentsFeature, 'hold'>;
  readonly log: (message: string) => void;
  /** Where commands of attached terminals are kept while they are under way. */
  readonly attachedFolder: string;
  /** True for a run of this profile, by the digest of its journal's first line. */
  readonly isMadeHere: (digest: string | undefined) => boolean;
  /** A terminal that steps of this run were sent to is still open. */
  readonly hasTerminal: (folder: string) => boolean;
}

/** A run as it was opened, and what opening found. */
export interface OpenedRun {
  readonly state: RunState;
  readonly readOnly: string | null;
  readonly mayTakeOver: boolean;
  readonly findings: readonly { readonly severity: 'note' | 'fault'; readonly message: string }[];
}

/** The setting of a run whose start can not be read any more: nothing of it is trusted. */
const UNKNOWN: RunSetting = {
  environment: LOCAL,
  people: [],
  roles: [],
  hints: [],
  secrets: [],
};

/** Events as the protocol carries them: without the link to the line before. */
export function plainEvents(events: readonly ChainedEvent[]): readonly RunEvent[] {
  // Those of an unknown type are carried as they are: the reducer names them.
  return events.map(({ prev: _prev, ...event }) => event as unknown as RunEvent);
}

/** What a run was started with; words for a run whose start can not be read. */
export async function readStart(
  folder: string,
  events: readonly RunEvent[],
): Promise<{ readonly details: StartDetails; readonly setting: RunSetting }> {
  const started = startedOf(events);
  const found = started === null ? null : await readContent(folder, started.data.parameters);
  const value = found?.kind === 'value' ? found.value : {};
  const details = startDetailsSchema.safeParse(value);
  const setting = runSettingSchema.safeParse(value['setting']);
  return {
    details: details.success
      ? details.data
      : {
          title: 'A run whose start can not be read',
          driver: started?.actor.name ?? '',
          parameters: [],
          links: [],
        },
    setting: setting.success
      ? setting.data
      : {
          ...UNKNOWN,
          environment: { ...LOCAL, ...started?.data.environment },
        },
  };
}

function startedOf(events: readonly RunEvent[]): RunEventOf<'run-started'> | null {
  for (const event of events) {
    const known = understand(event);
    if (known?.type === 'run-started') return known;
  }
  return null;
}

/** Opens a run: its journal to go on with it, and its document. Rejects with `not-found`, `not-readable`. */
export async function openRun(
  ports: OpenRunPorts,
  folder: string,
  told: RunStateOptions['told'],
): Promise<OpenedRun> {
  const before = await readRunJournal(folder);
  const seen = plainEvents(before.events);
  const { details, setting } = await readStart(folder, seen);
  const run = reduce(seen);
  if (run.started === null) {
    throw new WatchbookError('not-readable', `${folder} is no run that can be opened: its start is missing.`);
  }
  const foreign = ports.isMadeHere(before.digests[0]) ? null : foreignWords(run.started.by.host);
  const driver = run.driver ?? details.driver;
  const opened =
    foreign === null
      ? await openJournal(folder, { driver })
      : { reading: before, journal: null, readOnly: foreign };
  let held: HeldDocument | null = null;
  try {
    held = await ports.documents.hold(join(folder, RUN_FILE));
    const state = new RunState({
      folder,
      journal: opened.journal,
      readOnly: opened.readOnly,
      events: plainEvents(opened.reading.events),
      details,
      setting,
      held,
      log: ports.log,
      told,
    });
    if (opened.journal !== null && state.run.finished === null) {
      await catchUp(state);
      await recordWhatWasMissed(state, opened.reading, ports.hasTerminal(folder));
      await recoverTerminals(state, ports.attachedFolder);
      await state.save();
    }
    return {
      state,
      readOnly: opened.readOnly,
      mayTakeOver: foreign !== null && before.faults.length === 0,
      findings: findingsOf(opened.reading),
    };
  } catch (error) {
    held?.release();
    await opened.journal?.close();
    throw error;
  }
}

/**
 * A run that was not started in this profile is only read: nothing of it lives here, and what it says of its checks
 * and people is the word of a folder.
 */
function foreignWords(host: string): string {
  return `This run was not started here: it says that it was made on ${quoted(host, 64)}. It can be read here; taking it over lets you go on with it.`;
}

function findingsOf(reading: JournalReading): OpenedRun['findings'] {
  const faults = reading.faults.map((fault) => ({
    severity: 'fault' as const,
    message: describeFault(fault),
  }));
  if (reading.tornBytes === 0) return faults;
  const message = `The last line of the journal was torn and was never acknowledged. It was cut off; the ${headOf(reading) === null ? 'journal is empty' : 'rest is whole'}.`;
  return [...faults, { severity: 'note', message }];
}

/** What happened while no engine had the run: a step that was cut off, a session that is gone with what was in it. */
async function recordWhatWasMissed(
  state: RunState,
  reading: JournalReading,
  hasTerminal: boolean,
): Promise<void> {
  const now = new Date().toISOString();
  const from = state.run.lastAt ?? now;
  const isGate = (one: string): boolean => (state.plan.byCell.get(one)?.gate ?? null) !== null;
  const cell = state.run.running.find((one) => !isGate(one));
  if (cell !== undefined) {
    await state.record(engineActor(), { type: 'gap', data: { from, to: now, why: 'engine', cell } });
  } else if (reading.tornBytes > 0) {
    await state.record(engineActor(), { type: 'gap', data: { from, to: now, why: 'torn', cell: null } });
  }
  for (const session of ['kernel', 'shell', 'terminal'] as const) {
    const used = Object.values(state.run.steps).flatMap(({ seq, attempts }) =>
      attempts.at(-1)?.session === session ? [seq] : [],
    );
    const lostAt = state.run.lost.findLast((lost) => lost.session === session)?.seq ?? -1;
    const isUsed = used.some((seq) => seq > Math.max(lostAt, state.run.resumed?.seq ?? -1));
    const lives = session === 'terminal' ? hasTerminal : isLive(state, session);
    if (!isUsed || lives) continue;
    await state.record(engineActor(), (place) => ({
      type: 'kernel-lost',
      data: {
        session,
        why: place('reason', { text: 'It ended with the engine, or while no engine had the run.' }),
      },
    }));
  }
}

/** Whether the session lives that steps of this run would be sent to. */
export function isLive(state: RunState, session: 'kernel' | 'shell'): boolean {
  const step = state.plan.steps.find(
    (one) => one.session === session && one.gate === null && one.kind !== 'checklist',
  );
  if (step === undefined) return false;
  const cell = state.cell(step.cell);
  // A shell beside the kernel, or the kernel itself, which in a notebook on the shell is that one.
  return state.document.runs.liveFor(cell) !== null;
}
