import { WatchbookError } from '../../shared/rpc/errors';
import type { Tabs } from '../app/tabs';
import { goToAnchor, goToAnchorWhenOpen } from '../notebook/anchors';
import type { OpenRun } from './run-store';

/** Where a hint leads: a runbook by its path in the library, and a section of it; null for a place outside of it. */
export function hintTarget(target: string): { readonly path: string; readonly anchor: string } | null {
  const [path = '', anchor = ''] = target.split('#', 2);
  const parts = path.split(/[\\/]/);
  const isOutside = /^([\\/]|[A-Za-z]:)/.test(path) || parts.includes('..') || path.includes('\u0000');
  return isOutside ? null : { path, anchor };
}

/** Opens what a known error leads to, beside the run: a runbook of the same library, at its section. */
export function openHint(run: OpenRun, tabs: Tabs, target: string): void {
  const library = run.store.getState().view?.library;
  const found = hintTarget(target);
  if (found === null || library === undefined) {
    run.document.say(
      new WatchbookError('forbidden', `“${target}” lies outside of the library and was not opened.`),
    );
    return;
  }
  if (found.path === '') {
    goToAnchor(run.document, found.anchor);
    return;
  }
  const path = `${library}${library.includes('/') ? '/' : '\\'}${found.path}`;
  tabs.openBeside(path);
  const opened = tabs.openFile(path);
  if (found.anchor !== '') goToAnchorWhenOpen(opened, found.anchor);
}
