import { ChangeSet } from '@codemirror/state';
import type { Operation } from '../../shared/notebook/operation';
import { WatchbookError } from '../../shared/rpc/errors';
import type { OpenDocument } from './document-store';
import { fileName } from './file-name';
import { pictureDataUrl } from './markdown/judge-picture';

/** A larger picture would make the runbook slow to open, to save and to compare. */
export const MOST_ATTACHED_BYTES = 5 * 1024 * 1024;

const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'] as const;

/** A name for an attachment: of the file, without what a link can not hold, and not yet taken in the cell. */
export function attachmentName(file: string, ending: string, taken: ReadonlySet<string>): string {
  const name = fileName(file);
  const dot = name.lastIndexOf('.');
  const stem =
    (dot > 0 ? name.slice(0, dot) : name)
      .slice(0, 60)
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|[-.]+$/g, '') || 'image';
  for (let count = 0; ; count += 1) {
    const free = `${stem}${count === 0 ? '' : `-${count}`}.${ending}`;
    if (!taken.has(free)) return free;
  }
}

/** The kind and bytes of a picture, told by its bytes; throws a sentence for a person. */
async function readPicture(file: File): Promise<{ readonly mime: string; readonly base64: string }> {
  if (file.size > MOST_ATTACHED_BYTES) {
    const size = (file.size / 1024 / 1024).toFixed(1);
    throw new WatchbookError(
      'too-large',
      `${file.name} is ${size} MB, and a picture in a text is at most 5 MB. Nothing was added. Put it beside the runbook, and name it by its path.`,
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  }
  const base64 = btoa(binary);
  const isSvg = /^(?:\ufeff)?\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg[\s>])/i.test(binary.slice(0, 200));
  const mime = TYPES.find((type) =>
    type === 'image/svg+xml' ? isSvg : pictureDataUrl(type, base64) !== null,
  );
  if (mime === undefined) {
    throw new WatchbookError(
      'unsupported-format',
      `${file.name} is not a picture Watchbook draws: PNG, JPEG, GIF, WebP or SVG. Nothing was added.`,
    );
  }
  return { mime, base64 };
}

const ENDINGS: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/svg+xml': 'svg' };

/** Where the words that show pictures go: a change of the source, and what is to be done once it was made. */
export interface Insertion {
  readonly changes: ChangeSet;
  readonly done: () => void;
}

/**
 * Keeps pictures as attachments of a text, and puts the words that show them into it: one edit, one undo.
 *
 * @param insert where in the source; asked when the pictures were read
 */
export async function attachPictures(
  open: OpenDocument,
  cell: string,
  files: readonly File[],
  insert: (markdown: string) => Insertion,
): Promise<void> {
  try {
    const taken = new Set(Object.keys(open.store.getState().byId.get(cell)?.attachments ?? {}));
    const operations: Operation[] = [];
    const words: string[] = [];
    for (const file of files) {
      const { mime, base64 } = await readPicture(file);
      const name = attachmentName(file.name, ENDINGS[mime] ?? mime.slice('image/'.length), taken);
      taken.add(name);
      operations.push({ kind: 'attachment', cell, name, value: { [mime]: base64 } });
      words.push(`![${name}](attachment:${name})`);
    }
    const { changes, done } = insert(words.join('\n'));
    operations.push({ kind: 'text', cell, changes: changes.toJSON() });
    if (open.edit({ kind: 'group', operations })) done();
  } catch (error) {
    open.say(error);
  }
}

/** As {@link attachPictures}, at the end of a text that is not being edited. */
export async function attachAtEnd(open: OpenDocument, cell: string, files: readonly File[]): Promise<void> {
  await attachPictures(open, cell, files, (markdown) => {
    const source = open.store.getState().byId.get(cell)?.source ?? '';
    const gap = source === '' ? '' : source.endsWith('\n\n') ? '' : source.endsWith('\n') ? '\n' : '\n\n';
    return {
      changes: ChangeSet.of({ from: source.length, insert: gap + markdown }, source.length),
      done: () => undefined,
    };
  });
}
