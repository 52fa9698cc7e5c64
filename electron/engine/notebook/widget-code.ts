import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MOST_WIDGET_CODE } from '../../../shared/notebook/widgets/widget-code';
import { WatchbookError } from '../../../shared/rpc/errors';

/** Code of a widget package that lies on this machine. */
export interface FoundWidgetCode {
  readonly name: string;
  /** As its package tells it; null where nothing does. */
  readonly version: string | null;
  /** The file, after all links. */
  readonly path: string;
}

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
    const found = await Promise.all(names.map((name) => findIn(folders, name)));
    return { found: found.filter((one) => one !== null), looked: folders };
  }

  /** The code of a package. Throws `forbidden` where nobody let it run, `not-found` where it is not there. */
  async read(name: string): Promise<string> {
    if (!this.#allowed.has(name)) {
      throw new WatchbookError(
        'forbidden',
        `The code of ${name} was not asked for by a person in this notebook.`,
      );
    }
    const found = await findIn(await this.ports.folders(), name);
    if (found === null) {
      throw new WatchbookError('not-found', `The code of ${name} is not on this machine any more.`);
    }
    const source = await readFile(found.path, 'utf8');
    if (source.length > MOST_WIDGET_CODE) {
      throw new WatchbookError('too-large', `The code of ${name} is too large to be run here.`);
    }
    return source;
  }
}

async function findIn(folders: readonly string[], name: string): Promise<FoundWidgetCode | null> {
  for (const folder of folders) {
    const place = join(folder, 'nbextensions', ...name.split('/'));
    const path = await regularFile(join(place, 'index.js'));
    if (path === null) continue;
    const beside = await versionIn(place);
    return {
      name,
      path,
      version: beside ?? (await versionIn(join(folder, 'labextensions', ...name.split('/')))),
    };
  }
  return null;
}

async function regularFile(path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isFile() ? real : null;
  } catch {
    // Not there, or not ours to look at: the same to whoever looks.
    return null;
  }
}

const packageSchema = z.object({ version: z.string().min(1).max(60) });

async function versionIn(folder: string): Promise<string | null> {
  try {
    const parsed = packageSchema.safeParse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    return parsed.success ? parsed.data.version : null;
  } catch {
    // A package that does not tell its version is used all the same.
    return null;
  }
}
