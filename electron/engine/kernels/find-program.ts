import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, extname, isAbsolute, join } from 'node:path';

/** True for a regular file that this user may run. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    const [info] = await Promise.all([stat(path), access(path, constants.X_OK)]);
    return info.isFile();
  } catch {
    // Not there, or not ours to run.
    return false;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Not there, or not readable: the same to whoever asks.
    return false;
  }
}

/** The first program of that name on PATH. Relative parts of PATH are passed over: they mean another place each time. */
export async function findOnPath(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  for (const candidate of programsOnPath(name, environment)) if (await isProgram(candidate)) return candidate;
  return null;
}

/** Where a program of that name would be, in PATH's order. */
export function programsOnPath(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  const names =
    process.platform === 'win32' && extname(name) === ''
      ? (environment['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';').map((end) => name + end.toLowerCase())
      : [name];
  return folders.flatMap((folder) => names.map((each) => join(folder, each)));
}
