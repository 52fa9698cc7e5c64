import { extname, posix } from 'node:path';

/** What our own pages are made of; nothing else is served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

export interface ServedFile {
  /** Relative to the served folder, with forward slashes. */
  readonly path: string;
  readonly type: string;
}

/**
 * The file of ours that an address means; null for everything else.
 *
 * Only plain names are taken: an encoded slash or dot, a backslash, a query that steers, or a way upwards is not ours.
 */
export function servedFile(pathname: string, index: string): ServedFile | null {
  const plain = pathname === '/' || pathname === '' ? `/${index}` : pathname;
  if (!/^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(plain)) return null;
  const path = plain.slice(1);
  if (posix.normalize(path) !== path || path.split('/').includes('..')) return null;
  const type = TYPES[extname(path)];
  return type === undefined ? null : { path, type };
}
