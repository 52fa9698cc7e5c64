import type { WidgetCode } from '../../shared/notebook/widgets/widget-code';
import { FederatedPackages, type FederatedCode, type SharedModule } from './federated-packages';
import { runText } from './run-text';

/** What a package gives to others. */
export type Module = Readonly<Record<string, unknown>>;

/** A package that a widget needs and that is not here. */
export class MissingPackage extends Error {
  constructor(readonly packageName: string) {
    super(`This widget needs code of ${packageName}, which is not here.`);
  }
}

interface Defined {
  readonly needs: readonly string[];
  readonly factory: unknown;
}

/**
 * Code of widget packages that a person let run, in the forms in which Jupyter Notebook and JupyterLab load it too: one
 * text that calls `define` (AMD), or what webpack's module federation makes ({@link FederatedPackages}).
 *
 * It comes by messages of our page and runs by the nonce of this load; nothing is asked of a network.
 */
export class WidgetPackages {
  readonly #own: ReadonlyMap<string, Module>;
  readonly #given: ReadonlyMap<string, string>;
  readonly #federated: FederatedPackages;
  readonly #loaded = new Map<string, Promise<Module>>();

  /**
   * `own`: what is part of this program, which no package may put another in the place of. `shared`: the same and more,
   * for packages that name what they share with JupyterLab.
   */
  constructor(
    own: ReadonlyMap<string, Module>,
    shared: readonly SharedModule[],
    given: readonly WidgetCode[],
  ) {
    this.#own = own;
    this.#given = new Map(given.flatMap((one) => (one.form === 'amd' ? [[one.name, one.source]] : [])));
    const federated = given.filter((one): one is FederatedCode => one.form === 'federated');
    this.#federated = new FederatedPackages(shared, federated);
  }

  /** The package; rejects with {@link MissingPackage} where it, or one that it needs, is not here. */
  load(name: string): Promise<Module> {
    const own = this.#own.get(name);
    if (own !== undefined) return Promise.resolve(own);
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const loading = this.#find(name);
    this.#loaded.set(name, loading);
    return loading;
  }

  async #find(name: string): Promise<Module> {
    const source = this.#given.get(name);
    if (source !== undefined) return this.#run(name, source);
    const found = await this.#federated.load(name);
    if (found === null) throw new MissingPackage(name);
    return found;
  }

  async #run(name: string, source: string): Promise<Module> {
    const { needs, factory } = defined(name, source);
    const exported: Record<string, unknown> = {};
    const itself = { id: name, uri: '', exports: exported as unknown };
    const given = await Promise.all(
      needs.map((need): unknown => {
        switch (need) {
          case 'exports':
            return exported;
          case 'module':
            return itself;
          case 'require':
            return () => {
              throw new Error(`The code of ${name} asks for modules while it runs, which is not done here.`);
            };
          default:
            return this.load(need);
        }
      }),
    );
    const made: unknown = typeof factory === 'function' ? call(name, factory as Factory, given) : factory;
    const result = made ?? itself.exports;
    if (typeof result !== 'object' || result === null)
      throw new Error(`The code of ${name} gives no classes.`);
    return result as Module;
  }
}

type Factory = (...given: readonly unknown[]) => unknown;

function call(name: string, factory: Factory, given: readonly unknown[]): unknown {
  try {
    return factory(...given);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    throw new Error(`the code of ${name} makes code out of texts (eval), which does not run here.`, {
      cause: error,
    });
  }
}

/** Runs the text of a package and answers what it defines. Throws a sentence where it defines nothing. */
function defined(name: string, source: string): Defined {
  let last: Defined | null = null;
  const define = (...words: readonly unknown[]): void => {
    // `define(name?, needs?, factory)`: the last one counts, as of a bundle of several it is the whole.
    const needs = words.find((word): word is readonly string[] => Array.isArray(word)) ?? [];
    last = { needs, factory: words.at(-1) };
  };
  Object.assign(define, { amd: {} });
  Reflect.set(window, 'define', define);
  let fault: string | null;
  try {
    // What it declares stays its own: two packages may use one name.
    fault = runText(`(function () {\n${source}\n}).call(window);`);
  } finally {
    Reflect.deleteProperty(window, 'define');
  }
  if (last === null) {
    throw new Error(
      fault === null
        ? `The code of ${name} is not of the form that is loaded here (AMD).`
        : `The code of ${name} failed: ${fault}`,
    );
  }
  return last;
}
