import { isCellId } from '../notebook/cell-ids';
import { judgeFileName } from './tree';

/** A place in a runbook as a link carries it from one machine to another. */
export interface RunbookLink {
  /** The name of a library: of the folder with `watchbook.json`, of the git work tree, or of the folder itself. */
  readonly library: string;
  /** The way down from there, with forward slashes. */
  readonly runbook: string;
  /** The id of a cell; null for the runbook as a whole. */
  readonly cell: string | null;
}

export type LinkReading =
  | { readonly kind: 'link'; readonly link: RunbookLink }
  | { readonly kind: 'refused'; readonly reason: string };

export const LINK_SCHEME = 'watchbook';
const MOST_CHARACTERS = 4_096;
const MOST_PARTS = 32;

/** `watchbook://open?library=ops&runbook=releases%2Fapi.ipynb&cell=ab12`. It holds names only, never a place on a disk. */
export function formatRunbookLink({ library, runbook, cell }: RunbookLink): string {
  const query = [
    `library=${encodeURIComponent(library)}`,
    `runbook=${encodeURIComponent(runbook)}`,
    ...(cell === null ? [] : [`cell=${encodeURIComponent(cell)}`]),
  ];
  return `${LINK_SCHEME}://open?${query.join('&')}`;
}

/** True for what means to be such a link, whole or not. */
export function isRunbookLink(text: string): boolean {
  return /^watchbook:/i.test(text);
}

/**
 * Reads a link that anybody may have written. It can only name a runbook of a library, by parts that are plain names:
 * no way upwards, no whole path, no option, no hidden file. Parameters that are not known are passed over, so that a
 * link of a newer version still opens its runbook.
 */
export function readRunbookLink(text: string): LinkReading {
  const refused = (reason: string): LinkReading => ({ kind: 'refused', reason });
  if (text.length > MOST_CHARACTERS) return refused('it is too long');
  // Read by hand: for schemes of their own, URL differs from one system to the other.
  const groups = /^watchbook:\/\/open\/?\?(?<query>[^#\s]*)$/i.exec(text)?.groups;
  if (groups === undefined) return refused('it is not of the form watchbook://open?library=…&runbook=…');
  const values = new Map<string, string>();
  for (const part of (groups['query'] ?? '').split('&')) {
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    if (values.has(name)) return refused(`it says ${JSON.stringify(name.slice(0, 40))} twice`);
    const value = decode(at < 0 ? '' : part.slice(at + 1));
    if (value === null) return refused('it can not be decoded');
    values.set(name, value);
  }
  const library = values.get('library') ?? '';
  const runbook = values.get('runbook') ?? '';
  const cell = values.get('cell') ?? null;
  if (judgeFileName(library) !== null) return refused('it names no library');
  const parts = runbook.split('/');
  if (
    parts.length > MOST_PARTS ||
    parts.some((part) => judgeFileName(part) !== null) ||
    !/\.ipynb$/i.test(runbook)
  )
    return refused('it names no runbook of a library');
  if (cell !== null && !isCellId(cell)) return refused('it names no cell');
  return { kind: 'link', link: { library, runbook, cell } };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Half of a character, or a sign alone.
    return null;
  }
}
