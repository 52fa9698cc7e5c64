/**
 * What stands where a widget can not be drawn, because its view is code of other packages; null for none.
 *
 * Nothing is ever loaded for it: such code would come from the network, into a frame that shows what a kernel sends. And
 * installing the package for the kernel brings no view here, so the words name what does help.
 */
export function missingWidgetWords(modules: readonly string[]): string | null {
  if (modules.length === 0) return null;
  const named = new Intl.ListFormat('en', { type: 'conjunction' }).format(modules.map(shortName));
  return [
    `Not drawn here: this widget needs code of ${named}, which Watchbook does not have and does not load from the network.`,
    'What its kernel holds is not touched.',
    `Installing ${modules.length === 1 ? 'it' : 'them'} for the kernel does not change this; open the notebook in JupyterLab, with the package installed there, to use this widget.`,
  ].join(' ');
}

const LONGEST_NAME = 80;

/** Names come from the kernel, and may be of any length. */
function shortName(module: string): string {
  return module.length > LONGEST_NAME ? `${module.slice(0, LONGEST_NAME)}…` : module;
}
