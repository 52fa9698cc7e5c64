import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { WidgetCode } from '../../shared/notebook/widgets/widget-code';
import { runText } from './run-text';
import type { Module } from './widget-code';

export type FederatedCode = Extract<WidgetCode, { readonly form: 'federated' }>;

/** What webpack's module federation makes of a package. */
interface Container {
  init(scope: ShareScope): unknown;
  get(member: string): Promise<() => unknown>;
}

/** Modules that packages share, by name and version. The members are webpack's. */
type ShareScope = Record<string, Record<string, Shared>>;
interface Shared {
  readonly get: () => Promise<() => unknown>;
  /** Taken before every other of its name, whatever its version. */
  readonly loaded: 1;
  readonly from: string;
}

/** A part of this program that packages may share. */
export interface SharedModule {
  readonly name: string;
  readonly version: string;
  readonly module: unknown;
}

/** A plugin of JupyterLab, as far as one that brings widgets needs it. */
interface Plugin {
  readonly requires?: readonly unknown[];
  readonly optional?: readonly unknown[];
  readonly activate: (...given: readonly unknown[]) => unknown;
}

/**
 * Widget packages in the form of JupyterLab's extensions. They get what Jupyter's widgets are made of and a registry of
 * widgets; of JupyterLab itself there is nothing here, so that a package which needs more says so in its place.
 *
 * All that such a package would load from a server was given with it: its parts register themselves before its entry
 * looks for them.
 */
export class FederatedPackages {
  readonly #given: ReadonlyMap<string, FederatedCode>;
  readonly #scope: ShareScope;
  #containers: Promise<ReadonlyMap<string, Container | Error>> | null = null;

  constructor(shared: readonly SharedModule[], given: readonly FederatedCode[]) {
    this.#given = new Map(given.map((one) => [one.name, one]));
    this.#scope = Object.fromEntries(
      shared.map(({ name, version, module }) => {
        const get = (): Promise<() => unknown> => Promise.resolve(() => module);
        return [name, { [version]: { get, loaded: 1, from: 'watchbook' } }];
      }),
    );
  }

  /** The classes of a package; null where it is none of these. Rejects with a sentence. */
  async load(name: string): Promise<Module | null> {
    const code = this.#given.get(name);
    if (code === undefined) return null;
    // All of them first: one may be made of what another shares.
    this.#containers ??= this.#start();
    const container = (await this.#containers).get(name);
    if (container === undefined || container instanceof Error) {
      throw container ?? new Error(`The code of ${name} is not of the form that JupyterLab loads.`);
    }
    try {
      if (code.style !== null) (await container.get(code.style))();
      return await classesOf(code, container);
    } catch (error) {
      throw inWords(name, error);
    }
  }

  async #start(): Promise<ReadonlyMap<string, Container | Error>> {
    const containers = new Map<string, Container | Error>();
    for (const code of this.#given.values()) {
      try {
        const container = run(code);
        await container.init(this.#scope);
        containers.set(code.name, container);
      } catch (error) {
        containers.set(code.name, inWords(code.name, error));
      }
    }
    return containers;
  }
}

/** Runs the texts of a package; its entry leaves the container where JupyterLab looks for it. */
function run({ name, chunks, entry }: FederatedCode): Container {
  const known = window as { _JUPYTERLAB?: Record<string, unknown> };
  known._JUPYTERLAB ??= {};
  for (const text of [...chunks, entry]) {
    const fault = runText(text);
    if (fault !== null) throw new Error(fault);
  }
  const made = known._JUPYTERLAB[name];
  if (isContainer(made)) return made;
  throw new Error('it makes no container of the form that JupyterLab loads');
}

/** What the plugins of a package register; of a package without such a plugin all that it gives to others. */
async function classesOf({ name, extension }: FederatedCode, container: Container): Promise<Module> {
  const registered = new Map<string, unknown>();
  let lacking: string | null = null;
  for (const plugin of extension === null ? [] : pluginsOf((await container.get(extension))())) {
    const { requires = [], optional = [] } = plugin;
    if (![...requires, ...optional].includes(IJupyterWidgetRegistry)) continue;
    const other = requires.find((token) => token !== IJupyterWidgetRegistry);
    if (other !== undefined) {
      lacking = nameOf(other);
      continue;
    }
    const registry: IJupyterWidgetRegistry = {
      registerWidget: (widget) => void registered.set(widget.name, widget.exports),
    };
    const services = [...requires, ...optional].map((token) =>
      token === IJupyterWidgetRegistry ? registry : null,
    );
    // In the place of JupyterLab itself.
    await plugin.activate(Object.freeze({}), ...services);
  }
  const exported = registered.get(name);
  const made: unknown = typeof exported === 'function' ? await exported() : await exported;
  if (isObject(made)) return made;
  if (lacking !== null) throw new Error(`it needs ${lacking} of JupyterLab, which is not here`);
  const whole = (await container.get('./index'))();
  if (isObject(whole)) return whole;
  throw new Error('it registers no widgets');
}

function pluginsOf(module: unknown): readonly Plugin[] {
  const given: unknown = isObject(module) && 'default' in module ? module['default'] : module;
  return [given].flat().filter(isPlugin);
}

/** The sentence for a person; webpack says in its own words what is shared by nobody. */
function inWords(name: string, error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  const unshared = /^Shared module (\S+) doesn't exist/.exec(said)?.[1];
  const what =
    unshared === undefined ? said : `it needs ${unshared}, which JupyterLab would give it and is not here`;
  return new Error(`the code of ${name} can not be used: ${what.replace(/\.$/, '')}.`, { cause: error });
}

function nameOf(token: unknown): string {
  return isObject(token) && typeof token['name'] === 'string' ? token['name'] : 'a part';
}

function isPlugin(value: unknown): value is Plugin {
  return isObject(value) && typeof value['activate'] === 'function';
}

function isContainer(value: unknown): value is Container {
  return isObject(value) && typeof value['init'] === 'function' && typeof value['get'] === 'function';
}

function isObject(value: unknown): value is Module {
  return typeof value === 'object' && value !== null;
}
