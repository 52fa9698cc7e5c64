/** What stands in the place of a widget whose view is code of other packages; null for none. */
export function missingWidgetWords(modules: readonly string[]): string | null {
  if (modules.length === 0) return null;
  return `Not drawn: this widget needs code of ${namesInWords(modules)}.`;
}

/** Names of packages in a sentence. */
export function namesInWords(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names.map(shortName));
}

const LONGEST_NAME = 80;

/** Names come from the kernel, and may be of any length. */
function shortName(module: string): string {
  return module.length > LONGEST_NAME ? `${module.slice(0, LONGEST_NAME)}…` : module;
}
