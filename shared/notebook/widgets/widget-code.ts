import * as z from 'zod';
import type { WidgetModel } from './widget-model';

/** Widget packages that one notebook may ask for at once. */
export const MOST_WIDGET_PACKAGES = 16;
/** Characters of the code of one package: the largest known, with all that they bundle, have a third of it. */
export const MOST_WIDGET_CODE = 24 * 1024 * 1024;

/** The widgets that this program draws by itself. */
export const OWN_WIDGET_MODULES: ReadonlySet<string> = new Set([
  '@jupyter-widgets/base',
  '@jupyter-widgets/controls',
  '@jupyter-widgets/output',
]);

/** A name of npm, of the registry's own form: no way upwards, no address, no hidden folder. */
const NPM_NAME = /^(?:@[a-z0-9][a-z0-9._~-]{0,99}\/)?[a-z0-9][a-z0-9._~-]{0,99}$/i;

/** The name of a package with widgets, safe as the name of a folder. */
export const widgetModuleSchema = z.string().max(214).regex(NPM_NAME);

/** A package that draws widgets of others, as a notebook or a kernel names it. */
export interface WantedWidgetCode {
  readonly name: string;
  /** A range of npm's versions, as it was told; may be anything. */
  readonly version: string;
  /** False for what can be no package: it is looked for nowhere. */
  readonly isName: boolean;
}

/** The packages that these models need beside ours, by name, each once. */
export function wantedWidgetCode(
  models: Iterable<Pick<WidgetModel, 'module' | 'version' | 'state'>>,
): readonly WantedWidgetCode[] {
  const wanted = new Map<string, WantedWidgetCode>();
  const want = (name: string, version: string): void => {
    if (name === '' || OWN_WIDGET_MODULES.has(name) || wanted.has(name)) return;
    if (wanted.size >= MOST_WIDGET_PACKAGES) return;
    wanted.set(name, { name, version, isName: widgetModuleSchema.safeParse(name).success });
  };
  for (const { module, version, state } of models) {
    want(module, version);
    const view = state['_view_module'];
    const viewVersion = state['_view_module_version'];
    if (typeof view === 'string') want(view, typeof viewVersion === 'string' ? viewVersion : '');
  }
  return [...wanted.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where other programs would load a package from. It is shown, and nothing here ever asks it. */
export function widgetCodeAddress({ name, version }: WantedWidgetCode): string {
  const exact = /\d+(?:\.\d+){0,2}[0-9a-z.+-]*/i.exec(version)?.[0];
  return `cdn.jsdelivr.net/npm/${name}${exact === undefined ? '' : `@${exact}`}`;
}

/** Texts that one package of JupyterLab's form may be parted in; the largest known has some fifty. */
export const MOST_WIDGET_CHUNKS = 1_000;

const code = z.string().max(MOST_WIDGET_CODE);

/** The code of a package, in one of the two forms in which Jupyter's programs load it. */
export const widgetCodeTextSchema = z.discriminatedUnion('form', [
  /** Of Jupyter Notebook: one text that calls `define`. */
  z.object({ form: z.literal('amd'), source: code }),
  /** Of JupyterLab: `entry` makes a container of webpack's module federation, whose parts are in `chunks`. */
  z.object({
    form: z.literal('federated'),
    entry: code,
    chunks: z.array(code).max(MOST_WIDGET_CHUNKS).readonly(),
    /** The member of the container with its plugins; null where it names none. */
    extension: z.string().nullable(),
    /** The member that puts its style into the page. */
    style: z.string().nullable(),
  }),
]);
export type WidgetCodeText = z.infer<typeof widgetCodeTextSchema>;

/** Code of a package as a frame gets it. */
export type WidgetCode = WidgetCodeText & { readonly name: string };

/** The content of a frame that shows a widget, as JSON. `code`: what a person let it run. */
export interface WidgetContent {
  readonly root: string;
  readonly isLive: boolean;
  readonly code: readonly WidgetCode[];
}
