import { isCellId } from '../notebook/cell-ids';
import { quoted } from '../rpc/quoted';
import { judgeFileName } from './tree';

/** A place in a runbook as a link carries it from one machine to another. */
export interface RunbookLink {
  /** The name of a library: of the folder with `watchbook.json`, of the git work tree, or of the folder itself. */
  readonly library: string;
  /** The way down from there, with forward slashes. */
  readonly runbook: string;
  /** The id of a cell; null for the runbook as a whole. */
  readonly cell: string | null;
  /** What the link fills into the start dialog; absent where it asks for none. Nothing is started by it. */
  readonly start?: StartLink | undefined;
}

/** What a link says of a run that a person may start: names and texts to be checked, and marked as the link's own. */
export interface StartLink {
  readonly environment: string | null;
  /** The commit that who made the link was looking at. */
  readonly commit: string | null;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** An incident, a change or a release, as it was written. */
  readonly link: string | null;
}

export type LinkReading =
  | { readonly kind: 'link'; readonly link: RunbookLink }
  | { readonly kind: 'refused'; readonly reason: string };

export const LINK_SCHEME = 'watchbook';
const MOST_CHARACTERS = 4_096;
const MOST_PARTS = 32;
const MOST_PARAMETERS = 100;
const PARAMETER = /^p\.([A-Za-z_][A-Za-z0-9_]{0,63})$/;
const ENVIRONMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
// Line ends may stand in a value; what turns the direction of a text, or rings, may not.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** `watchbook://open?library=ops&runbook=releases%2Fapi.ipynb&cell=ab12`. It holds names only, never a place on a disk. */
export function formatRunbookLink({ library, runbook, cell, start }: RunbookLink): string {
  const given = (name: string, value: string | null | undefined): readonly string[] =>
    value === null || value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  const query = [
    ...given('library', library),
    ...given('runbook', runbook),
    ...given('cell', cell),
    ...given('commit', start?.commit),
    ...given('env', start?.environment),
    ...(start?.parameters ?? []).flatMap(({ name, value }) => given(`p.${name}`, value)),
    ...given('link', start?.link),
  ];
  return `${LINK_SCHEME}://open?${query.join('&')}`;
}

/** True for what means to be such a link, whole or not. */
export function isRunbookLink(text: string): boolean {
  return /^watchbook:/i.test(text);
}

/**
 * Reads a link that anybody may have written. It can only name a runbook of a library, by parts that are plain names:
 * no way upwards, no whole path, no option, no hidden file. What is not known is passed over, so that a
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
    if (values.has(name)) return refused(`it says ${quoted(name, 40)} twice`);
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
  const start = readStart(values);
  if (typeof start === 'string') return refused(start);
  return { kind: 'link', link: { library, runbook, cell, ...(start === null ? {} : { start }) } };
}

/** What the link says of a run; null where it says nothing of one, a text where that can not be what it says. */
function readStart(values: ReadonlyMap<string, string>): StartLink | string | null {
  const names = [...values.keys()].filter((name) => name.startsWith('p.'));
  const environment = values.get('env') ?? null;
  const commit = values.get('commit') ?? null;
  const link = values.get('link') ?? null;
  if (names.length === 0 && environment === null && commit === null && link === null) return null;
  if (names.length > MOST_PARAMETERS) return 'it has too many parameters';
  if (environment !== null && !ENVIRONMENT.test(environment)) return 'it names no environment';
  if (commit !== null && !/^[0-9a-f]{4,64}$/i.test(commit)) return 'it names no commit';
  if ([...values.values()].some((value) => CONTROLS.test(value))) return 'it holds control characters';
  const parameters: { readonly name: string; readonly value: string }[] = [];
  for (const key of names) {
    const name = PARAMETER.exec(key)?.[1];
    if (name === undefined) return `${quoted(key, 40)} can not be a parameter`;
    parameters.push({ name, value: values.get(key) ?? '' });
  }
  return {
    environment,
    commit,
    link,
    parameters: parameters.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Half of a character, or a sign alone.
    return null;
  }
}
