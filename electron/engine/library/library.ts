import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, sep } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import {
  sampleSchema,
  type libraryContract,
  type MachineFact,
  type Sample,
} from '../../../shared/library/contract';
import { partsBelow } from '../../../shared/library/inside';
import { formatNotebook, newNotebook } from '../../../shared/notebook/new-notebook';
import { LIBRARY_CONFIG_FILE } from '../../../shared/runs/environments/library-config';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { EngineClient, Handlers } from '../engine-client';
import { isDiskFull } from '../notebook/disk-errors';
import { replaceFile } from '../notebook/notebook-disk';
import { writeOwnFile } from '../whole-file';

const run = promisify(execFile);
const MOST_RECENT = 30;
const recentSchema = z.array(z.object({ path: z.string(), openedAt: z.string() }));
type Recent = z.infer<typeof recentSchema>;

export interface LibraryPorts {
  readonly stateFolder: string;
  /** Where the sample runbooks lie in the program. */
  readonly samplesFolder: string;
  readonly clients: () => readonly EngineClient[];
  readonly log: (message: string) => void;
  readonly shellVersion: () => Promise<string | null>;
  /** How many Python kernels are here. */
  readonly pythonKernels: () => Promise<number>;
}

export interface LibraryFeature {
  readonly handlers: Handlers<keyof typeof libraryContract.requests>;
  /** A person opened a file. */
  opened(path: string): void;
  /** A file or a folder has another name now: what is in the list keeps its place. */
  renamed(from: string, to: string): void;
  /** The files opened last, the newest first. */
  recent(): readonly string[];
  /** Resolves when the list of recent files is written. */
  dispose(): Promise<void>;
}

/** Files a person works with: the recent ones, samples, new ones, and what this machine has for them. */
export async function createLibrary(ports: LibraryPorts): Promise<LibraryFeature> {
  const file = join(ports.stateFolder, 'recent.json');
  let recent = await readRecent(file, ports.log);
  let writing: Promise<void> = Promise.resolve();

  const change = (next: Recent): void => {
    recent = next;
    for (const client of ports.clients())
      if (client.kind !== 'step') client.send('library.recentChanged', {});
    writing = writing
      .then(() => writeOwnFile(file, `${JSON.stringify(recent, null, 1)}\n`))
      .catch((error: unknown) => ports.log(`the list of recent files was not written: ${String(error)}`));
  };

  return {
    handlers: {
      'library.recent': async () => ({
        files: await Promise.all(
          recent.map(async ({ path, openedAt }) => ({
            path,
            openedAt,
            name: basename(path),
            folder: dirname(path),
            exists: await isThere(path),
          })),
        ),
      }),
      'library.forget': ({ path }) => {
        change(recent.filter((entry) => entry.path !== path));
        return {};
      },
      'library.samples': async () => ({ samples: await readSamples(ports.samplesFolder) }),
      'library.copySample': async ({ name }) => ({ path: await copySample(ports.samplesFolder, name) }),
      'library.create': ({ path, language }) => create(path, language),
      'library.machine': async () => ({ facts: await machineFacts(ports) }),
    },
    opened: (path) => {
      const openedAt = new Date().toISOString();
      change([{ path, openedAt }, ...recent.filter((entry) => entry.path !== path)].slice(0, MOST_RECENT));
    },
    renamed: (from, to) => {
      const follow = (path: string): string =>
        partsBelow(from, path, sep) === null ? path : to + path.slice(from.length);
      if (recent.some(({ path }) => follow(path) !== path))
        change(recent.map((entry) => ({ ...entry, path: follow(entry.path) })));
    },
    recent: () => recent.map(({ path }) => path),
    dispose: () => writing,
  };
}

async function readRecent(file: string, log: (message: string) => void): Promise<Recent> {
  try {
    return recentSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log(`recent files are forgotten: ${String(error)}`);
    return [];
  }
}

const samplePart = z.object({
  metadata: z.object({
    watchbook: z.object({
      sample: sampleSchema.omit({ name: true }).extend({
        /** Below `~/Watchbook`, with the environments beside it: for samples that are shown by a run. */
        folder: z.literal('Rehearsals').optional(),
      }),
    }),
  }),
});

async function readSample(folder: string, name: string): Promise<z.infer<typeof samplePart>> {
  return samplePart.parse(JSON.parse(await readFile(join(folder, `${name}.ipynb`), 'utf8')));
}

async function readSamples(folder: string): Promise<Sample[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ipynb')).toSorted();
  const samples = await Promise.all(
    names.map(async (file) => {
      const name = file.replace(/\.ipynb$/, '');
      const { title, summary, needs } = (await readSample(folder, name)).metadata.watchbook.sample;
      return { name, title, summary, needs };
    }),
  );
  // What needs nothing but a shell comes first.
  return samples.toSorted((a, b) => Number(a.needs === 'python') - Number(b.needs === 'python'));
}

/** The environments of a sample come along, where the person has none there. */
async function copyRules(folder: string, target: string): Promise<void> {
  const rules = join(target, LIBRARY_CONFIG_FILE);
  try {
    await copyFile(join(folder, LIBRARY_CONFIG_FILE), rules, constants.COPYFILE_EXCL);
  } catch (error) {
    // The person's own file stays.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Copies to `~/Watchbook` or the sample's folder in it, under the first name that is free. The simple ones have no
 * environments beside them: their cells run at once.
 */
async function copySample(folder: string, name: string): Promise<string> {
  if (!/^[a-z0-9-]+$/.test(name)) throw new WatchbookError('not-found', 'There is no such sample.');
  const home = join(homedir(), 'Watchbook');
  let target = home;
  for (let number = 1; ; number += 1) {
    try {
      const place = (await readSample(folder, name)).metadata.watchbook.sample.folder;
      target = place === undefined ? home : join(home, place);
      const path = join(target, number === 1 ? `${name}.ipynb` : `${name}-${number}.ipynb`);
      await mkdir(target, { recursive: true });
      await copyFile(join(folder, `${name}.ipynb`), path, constants.COPYFILE_EXCL);
      if (place !== undefined) await copyRules(folder, target);
      return path;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (code === 'ENOENT')
        throw new WatchbookError('not-found', 'There is no such sample.', { cause: error });
      throw new WatchbookError(
        isDiskFull(error) ? 'disk-full' : 'not-writable',
        `The sample could not be copied to ${target} (${code ?? 'unknown'}). Nothing was left there. Free some space or make the folder writable, and open it again.`,
        { cause: error },
      );
    }
  }
}

async function create(path: string, language: 'bash' | 'python'): Promise<{ path: string }> {
  if (!isAbsolute(path) || extname(path) !== '.ipynb') {
    throw new WatchbookError('bad-request', 'A new runbook needs a whole path with the ending .ipynb.');
  }
  await replaceFile(path, formatNotebook(newNotebook(language).notebook), { mustNotExist: true });
  return { path };
}

async function machineFacts({ shellVersion, pythonKernels }: LibraryPorts): Promise<MachineFact[]> {
  const [shell, python, git] = await Promise.all([shellVersion(), pythonKernels(), gitVersion()]);
  return [
    { name: 'shell', state: shell === null ? 'missing' : 'ok', value: shell ?? 'not found' },
    {
      name: 'python',
      state: python === 0 ? 'missing' : 'ok',
      value: python === 0 ? 'none found' : `${python} found`,
    },
    { name: 'git', state: git === null ? 'missing' : 'ok', value: git ?? 'not found' },
  ];
}

async function gitVersion(): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['--version'], { timeout: 3_000 });
    return /(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? null;
  } catch {
    // No git here, or one that does not answer: the page says "not found".
    return null;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Whatever the reason, it can not be opened now.
    return false;
  }
}
