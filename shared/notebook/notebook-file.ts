import type { Json, JsonObject } from '../rpc/contract';
import { WatchbookError } from '../rpc/errors';
import { ContentIds, isCellId } from './cell-ids';
import type { Finding } from './contract';
import { indexJson, JsonTextError, positionOf, type JsonIndex } from './json-text';
import type { Cell, Notebook } from './model';
import { NEWEST_MINOR } from './nbformat-version';
import { validateNotebook } from './notebook-schema';
import { cellFromJson, isJsonObject, member } from './notebook-values';
import { upgradeFrom3 } from './upgrade';
import { decodeUtf8 } from './utf8';

/** What a notebook's file says. Its text may be elsewhere, and nothing here keeps it in memory. */
export interface ParsedNotebook {
  /** As the person named it; every message about the file uses this. */
  readonly name: string;
  /** Values in the terms of nbformat 4; of nbformat 3 files too, converted. */
  readonly notebook: Notebook;
  readonly bom: boolean;
  /** As in the file: 3 or 4. Saving a 3 converts, which needs the person's consent. */
  readonly nbformat: number;
  readonly nbformatMinor: number;
  readonly findings: readonly Finding[];
  /** Ids of cells that have another one in the text, or none: the next save writes them. */
  readonly givenIds: ReadonlySet<string>;
  /** Where the members of the text are; for the writer only. */
  readonly ranges: JsonIndex;
}

/**
 * A notebook's file as it was read: its values, and its text, from which a writer takes all that did not change.
 */
export interface NotebookFile extends ParsedNotebook {
  /** Without the byte order mark. */
  readonly text: string;
}

/** Larger files are refused with `too-large`: text and values of more than this do not fit the engine beside kernels. */
export const MAX_NOTEBOOK_BYTES = 512 * 1024 * 1024 - 64;

/**
 * Reads a notebook of nbformat 3 or 4 without loss.
 *
 * Throws {@link WatchbookError} with the file's name, the place and the reason: `not-a-notebook`, `unsupported-format`
 * or `too-large`. What can be read although it is wrong becomes a finding.
 */
export function readNotebook(bytes: Uint8Array, name: string): NotebookFile {
  const { text, bom } = decode(bytes, name);
  const { raw, ranges } = parse(text, name);
  const version = versionOf(raw, ranges, text, name);
  const source =
    version.major === 3 ? upgradeFrom3(raw) : { cells: listOfCells(raw, name), metadata: metadataOf(raw) };
  const findings: Finding[] = [
    ...(bom
      ? [finding('note', 'bom', 'The file begins with a byte order mark, which is kept.', null, null)]
      : []),
    ...versionFindings(version),
    ...duplicateFindings(ranges, text),
    ...validateNotebook(raw, version.major, version.minor),
  ];
  const cells = source.cells.map((cell, index) => {
    if (!isJsonObject(cell)) refuse('not-a-notebook', name, `cells[${index}] is not an object`);
    return cellFromJson(cell);
  });
  const hasIds = version.major === 4 && version.minor >= 5;
  const identified = giveIds(cells, source.cells, hasIds);
  return {
    name,
    notebook: {
      cells: identified.cells,
      metadata: source.metadata,
      nbformat: 4,
      nbformatMinor: version.major === 3 ? NEWEST_MINOR : version.minor,
    },
    text,
    bom,
    nbformat: version.major,
    nbformatMinor: version.minor,
    findings: [...findings, ...identified.findings],
    givenIds: identified.given,
    ranges,
  };
}

function finding(
  severity: Finding['severity'],
  code: string,
  message: string,
  cell: number | null,
  place: string | null,
): Finding {
  return { severity, code, message, cell, place };
}

function refuse(
  code: 'not-a-notebook' | 'unsupported-format' | 'too-large',
  name: string,
  reason: string,
): never {
  throw new WatchbookError(code, `${name}: ${reason}. The file was not changed.`);
}

function decode(bytes: Uint8Array, name: string): { readonly text: string; readonly bom: boolean } {
  if (bytes.length === 0) refuse('not-a-notebook', name, 'the file is empty');
  if (bytes.length > MAX_NOTEBOOK_BYTES) refuseTooLarge(name, bytes.length);
  const decoded = decodeUtf8(bytes);
  switch (decoded.kind) {
    case 'text':
      return decoded;
    case 'other-encoding':
      return refuse(
        'unsupported-format',
        name,
        `at its first byte: the file is in ${decoded.encoding}, and notebooks are UTF-8. Save it as UTF-8 to open it`,
      );
    case 'invalid':
      return refuse(
        'not-a-notebook',
        name,
        `line ${decoded.line}, byte ${decoded.offset + 1} of the file: this is not valid UTF-8`,
      );
  }
}

/** Refuses a file for its size; also for callers that know the size before they read. */
export function refuseTooLarge(name: string, bytes: number): never {
  const size = `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
  refuse('too-large', name, `the file has ${size}, and notebooks are opened up to 0.5 GiB`);
}

function parse(text: string, name: string): { readonly raw: JsonObject; readonly ranges: JsonIndex } {
  let ranges: JsonIndex;
  try {
    ranges = indexJson(text, 'cells');
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { line, column } = positionOf(text, error.offset);
    const isBlank = text.trim() === '';
    const reason = isBlank ? 'the file has only spaces' : `line ${line}, column ${column}: ${error.reason}`;
    return refuse(error.isTooDeep ? 'too-large' : 'not-a-notebook', name, reason);
  }
  const raw = JSON.parse(text) as Json;
  if (!isJsonObject(raw))
    refuse('not-a-notebook', name, 'line 1: this is JSON, but not a notebook (no object)');
  return { raw, ranges };
}

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly hasMinor: boolean;
}

function versionOf(raw: JsonObject, ranges: JsonIndex, text: string, name: string): Version {
  const major = member(raw, 'nbformat');
  const minor = member(raw, 'nbformat_minor');
  // The place is looked for only when it is told: that takes a walk through the whole text.
  const refuseThere = (code: 'not-a-notebook' | 'unsupported-format', reason: string): never => {
    const at = ranges.members.findLast((candidate) => candidate.key === 'nbformat');
    const line = at === undefined ? 1 : positionOf(text, at.keyStart).line;
    return refuse(code, name, `line ${line}: ${reason}`);
  };
  if (major === undefined) {
    return refuseThere('not-a-notebook', 'this is JSON, but not a notebook (no “nbformat”)');
  }
  if (typeof major !== 'number' || !Number.isInteger(major) || major < 1) {
    return refuseThere('not-a-notebook', '“nbformat” is no version number');
  }
  if (major < 3) {
    return refuseThere(
      'unsupported-format',
      `this is nbformat ${major}. Versions 3 and 4 are opened; “jupyter nbconvert --to notebook” converts it`,
    );
  }
  if (major > 4) {
    return refuseThere('unsupported-format', `this is nbformat ${major}, which is newer than this Watchbook`);
  }
  const list = major === 3 ? 'worksheets' : 'cells';
  if (!Array.isArray(member(raw, list))) {
    return refuseThere('not-a-notebook', `this names nbformat ${major}, but there is no list “${list}”`);
  }
  const isMinor = typeof minor === 'number' && Number.isInteger(minor) && minor >= 0;
  return { major, minor: isMinor ? minor : 0, hasMinor: isMinor };
}

function listOfCells(raw: JsonObject, name: string): readonly Json[] {
  const cells = member(raw, 'cells');
  return Array.isArray(cells)
    ? (cells as readonly Json[])
    : refuse('not-a-notebook', name, 'there is no list “cells”');
}

function metadataOf(raw: JsonObject): JsonObject {
  const metadata = member(raw, 'metadata');
  return isJsonObject(metadata) ? metadata : {};
}

function versionFindings(version: Version): Finding[] {
  if (version.major === 3) {
    const message = 'This is nbformat 3. Saving converts it to nbformat 4.5, after a question.';
    return [finding('note', 'old-format', message, null, 'nbformat')];
  }
  if (version.minor <= NEWEST_MINOR) return [];
  const message =
    `This is nbformat 4.${version.minor}, newer than the 4.${NEWEST_MINOR} known here. ` +
    'What is not known is kept as it is.';
  return [finding('warning', 'newer-minor', message, null, 'nbformat_minor')];
}

function duplicateFindings(ranges: JsonIndex, text: string): Finding[] {
  let line = 1;
  let seen = 0;
  return ranges.duplicates.map(({ path, offset }) => {
    line += positionOf(text.slice(seen, offset), offset - seen).line - 1;
    seen = offset;
    const cell = path[0] === 'cells' && typeof path[1] === 'number' ? path[1] : null;
    const place = path.reduce<string>(
      (all, part) => (typeof part === 'number' ? `${all}[${part}]` : all === '' ? part : `${all}.${part}`),
      '',
    );
    const message = `The key “${String(path.at(-1))}” stands here twice (line ${line}). The last one counts.`;
    return finding('warning', 'duplicate-key', message, cell, place);
  });
}

/** Every cell gets an id that is good and its own; ids in the file that are not stay there until an edit is saved. */
function giveIds(
  cells: readonly Cell[],
  raw: readonly Json[],
  isExpected: boolean,
): {
  readonly cells: readonly Cell[];
  readonly given: ReadonlySet<string>;
  readonly findings: readonly Finding[];
} {
  const given = new Set<string>();
  const taken = new Set<string>();
  const findings: Finding[] = [];
  // Good ids first, so that a repaired one never takes an id that stands further below.
  const isFirst = cells.map(({ id }) => {
    if (id === '' || taken.has(id)) return false;
    taken.add(id);
    return true;
  });
  const ids = new ContentIds(taken);
  const identified = cells.map((cell, index) => {
    if (isFirst[index] === true) return cell;
    const written = member(raw[index] as JsonObject, 'id');
    const id = ids.make(`${cell.type}\n${typeof written === 'string' ? written : ''}\n${cell.source}`);
    if (isExpected || written !== undefined) findings.push(idFinding(written, index));
    given.add(id);
    return { ...cell, id };
  });
  return { cells: identified, given, findings };
}

function idFinding(written: Json | undefined, index: number): Finding {
  const place = `cells[${index}].id`;
  const then = 'It has another one here, which is written when an edit is saved.';
  if (written === undefined)
    return finding('fault', 'missing-id', `The cell has no id. ${then}`, index, place);
  if (isCellId(written)) {
    return finding(
      'fault',
      'duplicate-id',
      `The id “${written}” is that of a cell above. ${then}`,
      index,
      place,
    );
  }
  return finding(
    'fault',
    'invalid-id',
    `The cell’s id is not one that nbformat allows. ${then}`,
    index,
    place,
  );
}
