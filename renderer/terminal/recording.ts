import { useMemo, useSyncExternalStore } from 'react';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { Tab } from '../app/tabs';
import type { WindowContext } from '../app/window-context';
import { mayWrite } from '../runs/pages/run-port';
import type { OpenRun } from '../runs/run-store';
import type { MenuGroups } from '../ui/drop-down';

type Parts = Pick<WindowContext, 'client' | 'tabs' | 'terminals' | 'toast'>;

/** The run that a terminal would be attached to: the one in front, else the one that was opened last, if it goes on here. */
function runIn(tabs: readonly Tab[], active: string | null): OpenRun | null {
  const runs = tabs.flatMap((tab) => (tab.kind === 'run' ? [tab] : []));
  const front = runs.find(({ id }) => id === active);
  const all = front === undefined ? runs.toReversed() : [front];
  return all.map(({ run }) => run).find(({ store }) => mayWrite(store.getState())) ?? null;
}

export function runToRecord({ tabs }: Pick<WindowContext, 'tabs'>): OpenRun | null {
  const { tabs: all, active } = tabs.store.getState();
  return runIn(all, active);
}

/** As {@link runToRecord}; the component is drawn again when it is another one. */
export function useRunToRecord(context: Pick<WindowContext, 'tabs'>): OpenRun | null {
  const { tabs } = context;
  const subscribe = useMemo(
    () =>
      (listener: () => void): (() => void) => {
        // Runs open and end while their tabs stay as they are.
        let offs: (() => void)[] = [];
        const follow = (): void => {
          for (const off of offs) off();
          offs = tabs.store
            .getState()
            .tabs.flatMap((tab) => (tab.kind === 'run' ? [tab.run.store.subscribe(listener)] : []));
        };
        follow();
        const off = tabs.store.subscribe(() => {
          follow();
          listener();
        });
        return () => {
          off();
          for (const one of offs) one();
        };
      },
    [tabs],
  );
  return useSyncExternalStore(subscribe, () => runToRecord({ tabs }));
}

/** Attaches a terminal to the run at hand, or detaches it. A refusal is shown above the terminals. */
export async function toggleRecording(context: Parts, info: TerminalInfo): Promise<void> {
  const { client, terminals, toast } = context;
  try {
    if (info.recording !== null) {
      await client.request('recording.detach', { terminal: info.id });
      return;
    }
    const run = runToRecord(context);
    if (run === null) {
      toast('Open a run that goes on here; then a terminal can be attached to it');
      return;
    }
    await client.request('recording.attach', { terminal: info.id, run: run.folder });
  } catch (error) {
    terminals.set({ failure: toWireError(error).message });
  }
}

/** Pauses the recording of a terminal, or goes on with it. */
export async function pauseRecording(context: Parts, info: TerminalInfo): Promise<void> {
  const { client, terminals, toast } = context;
  const { recording } = info;
  if (recording === null) {
    toast('This terminal is not attached to a run: nothing of it is recorded');
    return;
  }
  try {
    await client.request('recording.pause', { terminal: info.id, on: !recording.isPaused });
  } catch (error) {
    terminals.set({ failure: toWireError(error).message });
  }
}

/** What the menus of a terminal have for its recording, as its badge does. `run`: the one that it would be attached to. */
export function recordingEntries(
  context: Parts,
  info: TerminalInfo,
  run: OpenRun | null,
  keys: (command: string) => string | undefined,
): MenuGroups[number] {
  const { recording, ended } = info;
  const toggle = { keys: keys('attach-terminal'), act: () => void toggleRecording(context, info) };
  if (recording !== null)
    return [
      { label: `Detach from run ${recording.short}`, ...toggle },
      {
        label: recording.isPaused ? 'Go on recording' : 'Pause recording',
        keys: keys('pause-recording'),
        act: () => void pauseRecording(context, info),
      },
    ];
  if (ended !== null || run === null) return [];
  return [{ label: `Attach to run ${run.store.getState().view?.short ?? ''}`, ...toggle }];
}

/** The terminal that has the keys, or would have them. */
function activeTerminal({ terminals }: Parts): TerminalInfo | null {
  const { terminals: all, active } = terminals.store.getState();
  return all?.find(({ id }) => id === active) ?? null;
}

/** What is done with the recording of the terminal in front, from anywhere in the window. */
export function recordingCommands(context: WindowContext): readonly {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  readonly run: () => void;
}[] {
  const withTerminal = (act: (info: TerminalInfo) => Promise<void>) => (): void => {
    const info = activeTerminal(context);
    if (info === null) context.toast('No terminal is open');
    else void act(info);
  };
  return [
    {
      id: 'attach-terminal',
      title: 'Attach the terminal to the run, or detach it',
      keys: ['Shift F7'],
      run: withTerminal((info) => toggleRecording(context, info)),
    },
    {
      id: 'pause-recording',
      title: 'Pause the recording of the terminal, or go on with it',
      keys: ['Ctrl F7'],
      run: withTerminal((info) => pauseRecording(context, info)),
    },
  ];
}

/** Shows a terminal of a record, where it is still open. */
export function showRecorded({ library, terminals, toast }: WindowContext, terminal: string): void {
  if (terminals.store.getState().terminals?.some(({ id }) => id === terminal) !== true) {
    toast('This terminal was closed; what was recorded of it is in the record');
    return;
  }
  library.layout.setState((layout) => ({ terminal: { ...layout.terminal, isOpen: true } }));
  terminals.activate(terminal);
}
