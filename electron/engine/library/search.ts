import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import vm from 'node:vm';
import { partsBelow } from '../../../shared/library/inside';
import type { searchContract, SearchedRunbook, SearchHit } from '../../../shared/library/search-contract';
import { isCellId } from '../../../shared/notebook/cell-ids';
import { compileQuery, findInTexts, type FindMatch, type FindQuery } from '../../../shared/notebook/find';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { Handlers } from '../engine-client';
import { isSystemError } from '../notebook/disk-errors';
import { walkTree } from './tree-reader';

/** A larger runbook is passed over, and said. */
const LARGEST_BYTES = 64 * 1024 * 1024;
/** One answer takes about so long, in milliseconds, and holds so many places. */
const PART_MS = 400;
const PART_HITS = 300;
const MOST_IN_RUNBOOK = 50;
/** A pattern may take so long for the texts of one runbook, in milliseconds; the engine stands still meanwhile. */
const PATTERN_MS = 150;
const LONGEST_SNIPPET = 240;

/** Looks through the sources of all runbooks in these library folders. */
export function librarySearch(ports: {
  readonly folders: () => readonly string[];
}): Handlers<keyof typeof searchContract.requests> {
  return {
    'library.search': async ({ query, from }, { signal }) => {
      const compiled = compileQuery(query);
      if (compiled.kind !== 'pattern') {
        const reason = compiled.kind === 'bad' ? compiled.reason : 'there is nothing to look for';
        throw new WatchbookError('bad-request', reason);
      }
      const runbooks: SearchedRunbook[] = [];
      const passedOver: string[] = [];
      const until = performance.now() + PART_MS;
      let hits = 0;
      let number = 0;
      for await (const { root, path } of runbooksIn(ports.folders())) {
        number += 1;
        if (number <= from) continue;
        signal.throwIfAborted();
        const found = await searchRunbook(root, path, query, compiled.pattern);
        if (found === null) passedOver.push(path);
        else if (found.hits.length > 0) runbooks.push(found);
        hits += found?.hits.length ?? 0;
        if (hits >= PART_HITS || performance.now() > until) return { runbooks, next: number, passedOver };
      }
      return { runbooks, next: null, passedOver };
    },
  };
}

/** Every runbook of these folders that lies in them also after all links were followed; each once. */
async function* runbooksIn(
  folders: readonly string[],
): AsyncGenerator<{ readonly root: string; readonly path: string }> {
  const seen = new Set<string>();
  for (const root of folders) {
    const realRoot = await realpath(root).catch(() => null);
    // A folder of the list that is away now has nothing to be found.
    if (realRoot === null) continue;
    for await (const { entries } of walkTree(root)) {
      for (const { kind, path } of entries) {
        if (kind !== 'runbook') continue;
        const real = await realpath(path).catch(() => null);
        if (real === null || seen.has(real) || partsBelow(realRoot, dirname(real), sep) === null) continue;
        seen.add(real);
        yield { root, path };
      }
    }
  }
}

interface SearchedCell {
  readonly id: string | null;
  readonly type: SearchHit['type'];
  readonly source: string;
}

async function searchRunbook(
  root: string,
  path: string,
  query: FindQuery,
  pattern: RegExp,
): Promise<SearchedRunbook | null> {
  const cells = await readCells(path);
  if (cells === null) return null;
  const texts = cells.map(({ source }, index) => ({ id: String(index), text: source }));
  const find = (): readonly FindMatch[] => findInTexts(texts, pattern, MOST_IN_RUNBOOK + 1).matches;
  const matches = query.isPattern ? withinTime(find) : find();
  return {
    path,
    name: basename(path),
    place: [basename(root), ...relative(root, dirname(path)).split(sep)]
      .filter((part) => part !== '')
      .join('/'),
    hits: matches.slice(0, MOST_IN_RUNBOOK).flatMap((match) => hitOf(match, cells)),
    more: matches.length > MOST_IN_RUNBOOK,
  };
}

/** Runs what may take any time, and ends it: V8 stops a regular expression by this alone. */
function withinTime<T>(work: () => T): T {
  const box: { work: () => void; result?: T } = { work: () => (box.result = work()) };
  try {
    new vm.Script('work()').runInNewContext({ work: box.work }, { timeout: PATTERN_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new WatchbookError('timeout', 'This pattern takes too long and was stopped. A simpler one may do.');
  }
  return box.result as T;
}

/** The cells of a file by the little that is needed of them; null for what can not be read as a notebook. */
async function readCells(path: string): Promise<readonly SearchedCell[] | null> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_BYTES) return null;
    const raw: unknown = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
    const cells = member(raw, 'cells');
    return Array.isArray(cells) ? cells.map(cellOf) : null;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error)) return null;
    throw error;
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function cellOf(raw: unknown): SearchedCell {
  const source = member(raw, 'source');
  const id = member(raw, 'id');
  const type = member(raw, 'cell_type');
  return {
    id: isCellId(id) ? (id as string) : null,
    type: type === 'code' || type === 'markdown' ? type : 'raw',
    source: Array.isArray(source)
      ? source.filter((line) => typeof line === 'string').join('')
      : typeof source === 'string'
        ? source
        : '',
  };
}

function hitOf({ id, from, to }: FindMatch, cells: readonly SearchedCell[]): readonly SearchHit[] {
  const index = Number(id);
  const cell = cells[index];
  if (cell === undefined) return [];
  const { source } = cell;
  const start = source.lastIndexOf('\n', from - 1) + 1;
  const next = source.indexOf('\n', from);
  const end = next === -1 ? source.length : next;
  const cut = from - start > LONGEST_SNIPPET / 2 ? from - LONGEST_SNIPPET / 4 : start;
  const text = source.slice(cut, Math.min(end, cut + LONGEST_SNIPPET));
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < from; at = source.indexOf('\n', at + 1)) line += 1;
  return [
    {
      cell: cell.id,
      index,
      type: cell.type,
      line,
      text,
      from: from - cut,
      to: Math.min(text.length, to - cut),
    },
  ];
}
