import { useStore } from 'zustand';
import type { EnvironmentRef } from '../../shared/runs/events';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { Recording } from '../../shared/terminal/recording-contract';
import { frontTab } from '../app/tabs';
import type { WindowContext } from '../app/window-context';
import type { OpenRun } from '../runs/run-store';
import { useEnvironment } from '../runs/use-environment';

/** The run that a terminal is attached to, where another one is in front: what is typed there is no part of that one. */
export function otherRun(
  { recording }: Pick<TerminalInfo, 'recording'>,
  front: string | null,
): Recording | null {
  return front === null || recording === null || recording.run === front ? null : recording;
}

/** True where a shell of one environment must not be seen under a run of the other. `front`: null for no run in front. */
export function keepsApart(shell: EnvironmentRef, front: EnvironmentRef | null): boolean {
  if (front === null || front.name === shell.name) return false;
  return shell.guard === 'strict' || front.guard === 'strict';
}

/** The run whose tab is in front; null where none is. */
export function useFrontRun({ tabs }: Pick<WindowContext, 'tabs'>): OpenRun | null {
  return useStore(tabs.store, (model) => {
    const tab = frontTab(model);
    return tab?.kind === 'run' ? tab.run : null;
  });
}

/** As {@link otherRun}, with whether its screen is kept out of sight. */
export function useOtherRun(
  context: Pick<WindowContext, 'tabs'>,
  info: TerminalInfo,
): { readonly recording: Recording; readonly isHidden: boolean } | null {
  const front = useFrontRun(context);
  const environment = useEnvironment(front);
  const recording = otherRun(info, front?.folder ?? null);
  return recording === null ? null : { recording, isHidden: keepsApart(recording.environment, environment) };
}
