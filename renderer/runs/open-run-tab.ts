import type { Tabs } from '../app/tabs';

/** Shows a run in its tab; opens one where there is none. `folder`: the run's folder, as an absolute path. */
export function openRunTab(tabs: Tabs, folder: string): void {
  tabs.openFile(`${folder}${folder.includes('/') ? '/' : '\\'}run.ipynb`);
}
