import { hash, randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeUtf8 } from '../../../shared/notebook/utf8';
import { isJsonObject } from '../../../shared/notebook/notebook-values';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { contentRefSchema, type ContentRef } from '../../../shared/runs/events';
import { syncFolder } from '../whole-file';
import { readRunFile } from './run-files';

/** The folder of content files in a run folder. */
export const CONTENT_FOLDER = 'content';
/** No content file is longer, in bytes. */
export const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** The digest of a text's UTF-8 bytes, as {@link sha256}. */
export function digestOfText(text: string): string {
  return sha256(Buffer.from(text));
}

/**
 * Names a content file for the event that is being made, and answers what the event names it by. `kind` is one word
 * (`attempt`, `reason`); it becomes part of the file's name.
 */
export type PlaceContent = (kind: string, value: JsonObject) => ContentRef;

/** Content files of events that are not written yet. */
export interface PlacedContent {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Makes the bytes of the content files of event `seq`; they are written by {@link writeContent}, before the event. */
export function placeContent(
  seq: number,
  taken: (file: string) => boolean,
  placed: PlacedContent[],
): PlaceContent {
  return (kind, value) => {
    if (!/^[a-z]+(-[a-z]+)*$/.test(kind) || kind.length > 30)
      throw new RangeError(`No kind of content: ${kind}`);
    const { salt: _own, ...members } = value;
    const salt = randomBytes(16).toString('hex');
    const bytes = Buffer.from(`${JSON.stringify({ salt, ...members })}\n`, 'utf8');
    if (bytes.length > MAX_CONTENT_BYTES) {
      throw new WatchbookError(
        'too-large',
        `This was not recorded: it has ${Math.ceil(bytes.length / 1_048_576)} MiB, more than one event may hold. Everything recorded before is kept.`,
      );
    }
    const file = freeName(seq, kind, (name) => taken(name) || placed.some((other) => other.file === name));
    placed.push({ file, bytes });
    return { file, sha256: sha256(bytes) };
  };
}

/** `content/000042-attempt.json`; with `-b`, `-c` behind it where that is taken. */
function freeName(seq: number, kind: string, isTaken: (name: string) => boolean): string {
  const start = `${CONTENT_FOLDER}/${String(seq).padStart(6, '0')}-${kind}`;
  for (let nth = 0; ; nth += 1) {
    const name = `${start}${suffix(nth)}.json`;
    if (!isTaken(name)) return name;
  }
}

/** Nothing, `-b` to `-z`, `-zb` and so on: letters alone, as the schema of names has it. */
function suffix(nth: number): string {
  if (nth === 0) return '';
  const letters = 'z'.repeat(Math.floor((nth - 1) / 25)) + String.fromCharCode(0x62 + ((nth - 1) % 25));
  return `-${letters}`;
}

/**
 * Writes content files, and makes them last through a power cut before it resolves. Rejects as the system does; then
 * none of them is left. A name that is taken is refused with `EEXIST`: nothing in a run folder is ever overwritten.
 */
export async function writeContent(folder: string, placed: readonly PlacedContent[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const { file, bytes } of placed) {
      const path = join(folder, ...file.split('/'));
      const handle = await open(path, 'wx', 0o600);
      written.push(path);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    if (placed.length > 0) await syncFolder(join(folder, CONTENT_FOLDER));
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    throw error;
  }
}

/** Takes away content files whose event was not written. */
export async function removeContent(folder: string, placed: readonly PlacedContent[]): Promise<void> {
  for (const { file } of placed) await rm(join(folder, ...file.split('/')), { force: true });
}

/**
 * Keeps bytes under their digest, once however often they are kept: `content/<sha256>.<extension>`. For what is too
 * long to be guessed from its digest, as a whole notebook. Synced before it resolves. Rejects as the system does.
 */
export async function writeShared(
  folder: string,
  bytes: Uint8Array,
  extension: 'ipynb' | 'txt',
): Promise<{ readonly file: string; readonly sha256: string }> {
  const digest = sha256(bytes);
  const file = `${CONTENT_FOLDER}/${digest}.${extension}`;
  const there = await readRunFile(folder, file, MAX_CONTENT_BYTES);
  if (there.kind === 'file' && sha256(there.bytes) === digest) return { file, sha256: digest };
  // A crash may have left half of it, which no event names.
  if (there.kind === 'file') await removeContent(folder, [{ file, bytes }]);
  await writeContent(folder, [{ file, bytes }]);
  return { file, sha256: digest };
}

/** What stands behind the name of a content file. */
export type ContentReading =
  | { readonly kind: 'value'; readonly value: JsonObject }
  | { readonly kind: 'missing' }
  /** Other bytes than the event names. */
  | { readonly kind: 'changed' }
  /** No content file at all: a link, a pipe, something too long, no JSON. */
  | { readonly kind: 'refused'; readonly why: string };

/** Reads a content file and checks its digest; the value is without its salt. Rejects with `not-readable`. */
export async function readContent(
  folder: string,
  ref: ContentRef,
  limitBytes: number = MAX_CONTENT_BYTES,
): Promise<ContentReading> {
  if (!contentRefSchema.safeParse(ref).success)
    return { kind: 'refused', why: `${ref.file} is no content file` };
  const found = await readRunFile(folder, ref.file, limitBytes);
  if (found.kind !== 'file') return found;
  if (sha256(found.bytes) !== ref.sha256) return { kind: 'changed' };
  const text = decodeUtf8(found.bytes);
  if (text.kind !== 'text') return { kind: 'refused', why: `${ref.file} is not UTF-8 text` };
  let value: Json;
  try {
    value = JSON.parse(text.text) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'refused', why: `${ref.file} is not JSON` };
  }
  if (!isJsonObject(value)) return { kind: 'refused', why: `${ref.file} is no JSON object` };
  const { salt: _salt, ...rest } = value;
  return { kind: 'value', value: rest };
}
