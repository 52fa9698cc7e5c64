import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import * as z from 'zod';
import {
  MOST_WIDGET_CHUNKS,
  MOST_WIDGET_CODE,
  type WidgetCodeText,
} from '../../../shared/notebook/widgets/widget-code';
import { WatchbookError } from '../../../shared/rpc/errors';

/** Code of a widget package that lies on this machine. */
export interface FoundWidgetCode {
  readonly name: string;
  /** As its package tells it; null where nothing does. */
  readonly version: string | null;
  /** The file that is run, after all links; of several the one that the others are parts of. */
  readonly path: string;
}

type Form =
  | { readonly form: 'amd' }
  | { readonly form: 'federated'; readonly extension: string | null; readonly style: string | null };

/** Where code lies, and in which form. */
export type WidgetCodePlace = FoundWidgetCode & Form;

/**
 * The code of a package in the first of Jupyter's folders that has it: as pip and conda put it for Jupyter Notebook
 * (`nbextensions`), else as they put it for JupyterLab (`labextensions`). Nothing of it is read but `package.json`.
 */
export async function findWidgetCode(
  folders: readonly string[],
  name: string,
): Promise<WidgetCodePlace | null> {
  const parts = name.split('/');
  for (const folder of folders) {
    const lab = join(folder, 'labextensions', ...parts);
    const classic = join(folder, 'nbextensions', ...parts);
    const path = await regularFile(join(classic, 'index.js'));
    if (path !== null) {
      const version = (await packageIn(classic))?.version ?? (await packageIn(lab))?.version ?? null;
      return { form: 'amd', name, version, path };
    }
    const found = await labExtension(lab, name);
    if (found !== null) return found;
  }
  return null;
}

/** Throws `too-large`, and what the disk says. */
export async function readWidgetCode(place: WidgetCodePlace): Promise<WidgetCodeText> {
  if (place.form === 'amd') {
    await checkSize(place, [place.path]);
    return { form: 'amd', source: await readFile(place.path, 'utf8') };
  }
  const parts = await chunksBeside(place.path);
  await checkSize(place, [place.path, ...parts]);
  if (parts.length > MOST_WIDGET_CHUNKS) throw tooLarge(place);
  const [entry = '', ...chunks] = await Promise.all(
    [place.path, ...parts].map((path) => readFile(path, 'utf8')),
  );
  const { extension, style } = place;
  return { form: 'federated', entry, chunks, extension, style };
}

/** A file below the extension's own folder: no way upwards, no hidden folder, no address. */
const BELOW = /^(?:[a-z0-9][a-z0-9._-]*\/){0,8}[a-z0-9][a-z0-9._-]*\.js$/i;
/** A member of a container, as webpack names it. */
const member = z.string().max(200).startsWith('./');
const packageSchema = z.object({
  version: z.string().min(1).max(60).optional().catch(undefined),
  jupyterlab: z
    .object({
      _build: z.object({
        load: z.string().max(400).regex(BELOW),
        extension: member.optional(),
        style: member.optional(),
      }),
    })
    .optional()
    .catch(undefined),
});

/** What JupyterLab itself would load; null for what is no extension that was built. */
async function labExtension(folder: string, name: string): Promise<WidgetCodePlace | null> {
  const described = await packageIn(folder);
  const build = described?.jupyterlab?._build;
  if (described === null || build === undefined) return null;
  const path = await regularFile(join(folder, ...build.load.split('/')));
  // The folder itself may be a link, as developers make them; what is in it stays in it.
  if (path === null || !path.startsWith((await realpath(folder)) + sep)) return null;
  return {
    form: 'federated',
    name,
    version: described.version ?? null,
    path,
    extension: build.extension ?? null,
    style: build.style ?? null,
  };
}

/** What is no part of an entry: entries of earlier builds, and what JupyterLab reads to build itself anew. */
const NO_CHUNK = /^(?:remoteEntry\..*|style\.js)$/;

/** The parts that the entry would ask a server for. */
async function chunksBeside(entry: string): Promise<readonly string[]> {
  const folder = dirname(entry);
  const all = await readdir(folder, { withFileTypes: true });
  return all
    .filter((one) => one.isFile() && one.name.endsWith('.js') && !NO_CHUNK.test(one.name))
    .map((one) => join(folder, one.name))
    .filter((path) => path !== entry)
    .toSorted();
}

async function checkSize(place: WidgetCodePlace, paths: readonly string[]): Promise<void> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_WIDGET_CODE) throw tooLarge(place);
}

function tooLarge({ name }: WidgetCodePlace): WatchbookError {
  return new WatchbookError('too-large', `The code of ${name} is too large to be run here.`);
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

async function packageIn(folder: string): Promise<z.infer<typeof packageSchema> | null> {
  try {
    const parsed = packageSchema.safeParse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not there, or no JSON: such a package tells nothing of itself.
    return null;
  }
}
