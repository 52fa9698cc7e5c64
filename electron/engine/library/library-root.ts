import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The library of a runbook: the nearest folder above with `watchbook.json`, else the git work tree's root, else its folder. */
export async function findLibrary(path: string): Promise<string> {
  const folders: string[] = [];
  for (let folder = dirname(path); !folders.includes(folder); folder = dirname(folder)) folders.push(folder);
  for (const name of ['watchbook.json', '.git']) {
    for (const folder of folders) if (await exists(join(folder, name))) return folder;
  }
  return dirname(path);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return false;
    throw error;
  }
}
