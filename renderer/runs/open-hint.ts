import { toWireError, WatchbookError } from '../../shared/rpc/errors';
import type { PlanStep } from '../../shared/runs/plan';
import type { OpenDocument } from '../notebook/document-store';
import type { Tabs } from '../app/tabs';
import { goToAnchor, goToAnchorWhenOpen } from '../notebook/anchors';
import type { OpenRun } from './run-store';
import { leadsTo } from './start/start-parent';

/** Where a hint leads: a runbook by its path in the library, and a section of it; null for a place outside of it. */
export function hintTarget(target: string): { readonly path: string; readonly anchor: string } | null {
  const [path = '', anchor = ''] = target.split('#', 2);
  const parts = path.split(/[\\/]/);
  const isOutside = /^([\\/]|[A-Za-z]:)/.test(path) || parts.includes('..') || path.includes('\u0000');
  return isOutside ? null : { path, anchor };
}

/**
 * Opens what a known error leads to, beside the run: a runbook of the same library, at its section. The engine says
 * where it really lies: a link of the file system may lead out of the library.
 */
export async function openHint(run: OpenRun, tabs: Tabs, target: string): Promise<void> {
  const found = hintTarget(target);
  try {
    if (found === null) {
      throw new WatchbookError('forbidden', `“${target}” lies outside of the library and was not opened.`);
    }
    if (found.path === '') {
      followed(run, target);
      goToAnchor(run.document, found.anchor);
      return;
    }
    // As links are written: what looks like an escape in it is none.
    const named = found.path.split(/[\\/]/).map(encodeURIComponent).join('/');
    const { path } = await run.document.engine.request('runs.followHint', { run: run.folder, target: named });
    const failed = followed(run, target);
    tabs.openBeside(path);
    const opened = tabs.openFile(path);
    if (failed !== null) lead(run, failed, opened);
    if (found.anchor !== '') goToAnchorWhenOpen(opened, found.anchor);
  } catch (error) {
    run.document.say(toWireError(error));
  }
}

/** Records that it was opened, for who drives. The failed step; null where nothing can be recorded. */
function followed(run: OpenRun, open: string): PlanStep | null {
  const { view, position, run: reduced } = run.store.getState();
  if (view?.readOnly !== null || position?.kind !== 'failed' || reduced?.finished !== null) return null;
  void run.act({ kind: 'follow-hint', cell: position.step.cell, open });
  return position.step;
}

/** A run that is started from there is linked with this one, at its failed step. */
function lead(run: OpenRun, { cell, number }: PlanStep, opened: OpenDocument): void {
  const title = run.store.getState().view?.details.title ?? '';
  leadsTo(opened, {
    parent: { run: run.folder, cell, relation: 'parent' },
    words: `${title}, step ${number ?? ''}`,
    isOpen: () => run.store.getState().run?.finished === null,
  });
}
