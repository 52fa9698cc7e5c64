import type { Tabs } from '../app/tabs';
import { goToAnchorWhenOpen } from '../notebook/anchors';
import type { OpenRun } from './run-store';

/** Opens what a known error leads to, beside the run: a runbook of the same library, at its section. */
export async function openHint(run: OpenRun, tabs: Tabs, target: string): Promise<void> {
  const { document } = run.document.store.getState();
  try {
    const { path, anchor } = await run.engine.request('notebook.followLink', { document, target });
    tabs.openBeside(path);
    const opened = tabs.openFile(path);
    if (anchor !== '') goToAnchorWhenOpen(opened, anchor);
  } catch (error) {
    run.document.say(error);
  }
}
