import { useStore } from 'zustand';
import type { EnvironmentRef } from '../../shared/runs/events';
import type { WindowContext } from '../app/window-context';
import { keepsApart } from './other-run';
import { tabOf } from './splits';
import type { TerminalsModel } from './terminal-store';

/**
 * The strict environment of a run that a shell in view is attached to; null for none. The window has its frame then,
 * whatever the tab in front is about: what is typed counts there. `front`: the environment of the run in front, under
 * which a shell that is kept apart from it is not in view.
 */
export function strictShell(
  { terminals, active, splits }: Pick<TerminalsModel, 'terminals' | 'active' | 'splits'>,
  front: EnvironmentRef | null = null,
): EnvironmentRef | null {
  if (active === null) return null;
  // Of several the one with the keys.
  const ids = [active, ...tabOf(splits, active).map(({ terminal }) => terminal)];
  for (const id of ids) {
    const environment = terminals?.find((one) => one.id === id)?.recording?.environment;
    if (environment?.guard === 'strict' && !keepsApart(environment, front)) return environment;
  }
  return null;
}

/** As {@link strictShell}, while the pane of terminals is shown. */
export function useStrictShell(
  { library, terminals }: Pick<WindowContext, 'library' | 'terminals'>,
  front: EnvironmentRef | null,
): EnvironmentRef | null {
  const isOpen = useStore(library.layout, (layout) => layout.terminal.isOpen);
  const environment = useStore(terminals.store, (model) => strictShell(model, front));
  return isOpen ? environment : null;
}
