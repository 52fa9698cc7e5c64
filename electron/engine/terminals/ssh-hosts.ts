import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';

const MOST_FILES = 50;
const MOST_HOSTS = 500;
const MOST_BYTES = 1024 * 1024;

/**
 * The hosts that the person's ssh configuration names, in its order: names without a pattern, that could not be taken
 * for an option. Files that it includes are read too. Never rejects: what can not be read names no hosts.
 */
export async function sshHosts(home: string): Promise<readonly string[]> {
  const folder = join(home, '.ssh');
  const hosts = new Set<string>();
  const seen = new Set<string>();
  const read = async (file: string): Promise<void> => {
    if (seen.size >= MOST_FILES || seen.has(file)) return;
    seen.add(file);
    // Not there, or not ours to read: no hosts.
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.length > MOST_BYTES) return;
    for (const { word, values } of directives(text)) {
      if (word === 'host') {
        for (const host of values) if (isHost(host) && hosts.size < MOST_HOSTS) hosts.add(host);
      } else if (word === 'include') {
        for (const value of values) for (const path of await included(value, folder, home)) await read(path);
      }
    }
  };
  await read(join(folder, 'config'));
  return [...hosts];
}

/** True for a name that is passed to ssh as it is: no pattern, no option, nothing that a shell would read. */
export function isHost(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}._:@-]{0,250}$/u.test(name);
}

/** The lines of an ssh configuration: a word, then values after spaces or one `=`, which may be quoted. */
export function directives(text: string): readonly { readonly word: string; readonly values: string[] }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.+?)\s*$/.exec(line);
    if (match === null) return [];
    const values = [...(match[2] ?? '').matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, a, b]) => a ?? b ?? '');
    const comment = values.findIndex((value) => value.startsWith('#'));
    return [
      { word: (match[1] ?? '').toLowerCase(), values: comment < 0 ? values : values.slice(0, comment) },
    ];
  });
}

/** The files of an `Include`: below `~/.ssh` where it is no whole path; `*` and `?` in the last part alone. */
async function included(value: string, folder: string, home: string): Promise<readonly string[]> {
  const path = value.startsWith('~/') ? join(home, value.slice(2)) : value;
  const whole = isAbsolute(path) ? path : join(folder, path);
  const name = basename(whole);
  if (!/[*?]/.test(name)) return [whole];
  const pattern = new RegExp(
    `^${name
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const names = await readdir(dirname(whole)).catch(() => []);
  return names
    .filter((one) => pattern.test(one) && !one.startsWith('.'))
    .toSorted()
    .map((one) => join(dirname(whole), one));
}
