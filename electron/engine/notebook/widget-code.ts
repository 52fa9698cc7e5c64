import type { WidgetCodeText } from '../../../shared/notebook/widgets/widget-code';
import { WatchbookError } from '../../../shared/rpc/errors';
import { findWidgetCode, readWidgetCode, type FoundWidgetCode } from './widget-code-places';

export interface WidgetCodesPorts {
  /** Jupyter's data folders for the kernel of this notebook, the one of its own environment first. */
  readonly folders: () => Promise<readonly string[]>;
  readonly changed: () => void;
}

/**
 * The code of other people's widgets, for one document: where pip and conda put it for Jupyter, on this machine alone.
 *
 * It is looked for by name, and given out only after a person let it run in this document.
 */
export class WidgetCodes {
  readonly #allowed = new Set<string>();

  constructor(private readonly ports: WidgetCodesPorts) {}

  /** Packages that a person let draw here. */
  get allowed(): readonly string[] {
    return [...this.#allowed];
  }

  allow(names: readonly string[]): void {
    for (const name of names) this.#allowed.add(name);
    this.ports.changed();
  }

  /** Looks for packages; reads nothing of their code. */
  async find(
    names: readonly string[],
  ): Promise<{ readonly found: readonly FoundWidgetCode[]; readonly looked: readonly string[] }> {
    const folders = await this.ports.folders();
    const found = await Promise.all(names.map((name) => findWidgetCode(folders, name)));
    return {
      found: found.flatMap((one) =>
        one === null ? [] : [{ name: one.name, version: one.version, path: one.path }],
      ),
      looked: folders,
    };
  }

  /**
   * The code of a package. Throws `forbidden` where nobody let it run, `not-found` where it is not there, `too-large`.
   */
  async read(name: string): Promise<WidgetCodeText> {
    if (!this.#allowed.has(name)) {
      throw new WatchbookError(
        'forbidden',
        `The code of ${name} was not asked for by a person in this notebook.`,
      );
    }
    const found = await findWidgetCode(await this.ports.folders(), name);
    if (found === null) {
      throw new WatchbookError('not-found', `The code of ${name} is not on this machine any more.`);
    }
    return readWidgetCode(found);
  }
}
