import { SGR_PATTERN } from '../../../shared/notebook/outputs/sgr';
import { isShortened } from '../../../shared/notebook/outputs/text-rows';
import { plainHtml } from '../../../shared/notebook/outputs/plain-html';
import { savedName } from '../../../shared/notebook/outputs/saved-name';
import { chooseMime, pictureUrl, type MimeRule } from '../../../shared/notebook/outputs/mime';
import type { OutputView, TextView } from '../../../shared/notebook/view';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { Json } from '../../../shared/rpc/contract';
import type { NotebookHost } from '../document-context';
import type { OpenDocument } from '../document-store';
import { fetchValue, type DataView } from './use-value';

const LINES_AT_ONCE = 5_000;
/** Characters of a text that go to the clipboard; other programs choke on more. */
const MOST_COPIED = 20_000_000;

/** Lets outputs that were not made here run their own scripts, in this notebook, from a click on. */
export async function allowLive(open: OpenDocument): Promise<void> {
  try {
    await open.engine.request('notebook.allowLive', { document: open.store.getState().document });
  } catch (error) {
    open.say(error);
  }
}

/** The types of a data output, also those left out of its view. */
export function typesOf(output: DataView): readonly string[] {
  return [...Object.keys(output.data), ...output.deferred.map(({ mime }) => mime)];
}

/** What is drawn of a data output. */
export function ruleOf(output: DataView): MimeRule | null {
  return chooseMime(typesOf(output));
}

/** A whole text output, by lines. Rejects with `too-large` when it is more than a clipboard should hold. */
async function wholeText(open: OpenDocument, cell: string, key: string): Promise<string> {
  const { document } = open.store.getState();
  const parts: string[] = [];
  let length = 0;
  for (let from = 0; ;) {
    const { lines, total } = await open.engine.request('notebook.outputLines', {
      document,
      cell,
      key,
      from,
      count: LINES_AT_ONCE,
    });
    const text = lines.map((line) => `${line}\n`).join('');
    length += text.length;
    if (length > MOST_COPIED) {
      throw new WatchbookError(
        'too-large',
        `The output has ${total.toLocaleString('en-US')} lines, too many for the clipboard. Nothing was copied. Save the output to a file instead.`,
      );
    }
    parts.push(text);
    from += lines.length;
    if (lines.length === 0 || from >= total) return parts.join('').replace(SGR_PATTERN, '');
  }
}

async function textOf(open: OpenDocument, cell: string, key: string, view: TextView): Promise<string> {
  if (isShortened(view)) return wholeText(open, cell, key);
  return view.head.replace(SGR_PATTERN, '');
}

/** An output as plain text: what was printed, or the richest thing that can be read as text. */
async function outputText(open: OpenDocument, cell: string, output: OutputView): Promise<string> {
  switch (output.kind) {
    case 'stream':
      return textOf(open, cell, output.key, output.text);
    case 'error':
      return textOf(open, cell, output.key, output.traceback);
    case 'gap':
      return `Output between ${output.from} and ${output.to} was not received: ${output.reason}`;
    case 'unknown':
      return JSON.stringify(output.raw, null, 2);
    case 'data':
      return dataText(open, cell, output);
  }
}

async function dataText(open: OpenDocument, cell: string, output: DataView): Promise<string> {
  const types = typesOf(output);
  const rule = ruleOf(output);
  const asWritten = ['markdown', 'latex', 'json', 'script'].includes(rule?.drawing ?? '');
  const mime =
    asWritten && rule !== null
      ? rule.mime
      : types.includes('text/plain')
        ? 'text/plain'
        : (rule?.mime ?? null);
  if (mime === null) return types.join('\n');
  const value = await fetchValue(open, cell, output, mime);
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  if (mime !== 'text/html') return value.replace(SGR_PATTERN, '');
  // A parsed page of its own: nothing in it runs or loads.
  return (new DOMParser().parseFromString(plainHtml(value), 'text/html').body.textContent ?? '').trim();
}

/** Puts an output on the clipboard as text. */
export async function copyAsText(
  open: OpenDocument,
  host: NotebookHost,
  cell: string,
  output: OutputView,
): Promise<void> {
  try {
    await host.copyText(await outputText(open, cell, output));
  } catch (error) {
    open.say(error);
  }
}

/** Puts an output on the clipboard as it is drawn: a picture as picture, HTML as HTML, all else as text. */
export async function copyOutput(
  open: OpenDocument,
  host: NotebookHost,
  cell: string,
  output: OutputView,
): Promise<void> {
  const rule = output.kind === 'data' ? ruleOf(output) : null;
  if (output.kind !== 'data' || (rule?.drawing !== 'picture' && rule?.drawing !== 'html')) {
    return copyAsText(open, host, cell, output);
  }
  try {
    const value = await fetchValue(open, cell, output, rule.mime);
    const item =
      rule.drawing === 'picture'
        ? { 'image/png': await pngOf(rule.mime, value) }
        : {
            'text/html': new Blob([typeof value === 'string' ? plainHtml(value) : ''], { type: 'text/html' }),
            'text/plain': new Blob([await dataText(open, cell, output)], { type: 'text/plain' }),
          };
    await navigator.clipboard.write([new ClipboardItem(item)]);
    host.confirm('Copied');
  } catch (error) {
    open.say(error);
  }
  return undefined;
}

/** The clipboard takes no other kind of picture. */
async function pngOf(mime: string, value: Json): Promise<Blob> {
  const url = pictureUrl(mime, value);
  if (url === null) {
    throw new WatchbookError(
      'not-readable',
      'The picture is damaged. It was not copied. Save it to look at it elsewhere.',
    );
  }
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) {
    throw new WatchbookError(
      'too-large',
      'The picture is too large for the clipboard. Nothing was copied. Save it to a file instead.',
    );
  }
  return blob;
}

/** Writes an output in full to a file that a person picks. */
export async function saveOutput(
  open: OpenDocument,
  host: NotebookHost,
  cell: string,
  output: OutputView,
): Promise<void> {
  const { document, state, cells } = open.store.getState();
  const mime = output.kind === 'data' ? (ruleOf(output)?.mime ?? typesOf(output)[0] ?? null) : null;
  const number = cells.filter(({ type }) => type === 'code').findIndex(({ id }) => id === cell) + 1;
  const isPicture = mime?.startsWith('image/') === true;
  try {
    const path = await host.chooseSavePath(
      savedName(state?.path ?? open.path, number, mime),
      isPicture ? 'picture' : mime === null || mime === 'text/plain' ? 'text' : 'any',
    );
    if (path === null) return;
    await open.engine.request('notebook.saveOutput', { document, cell, key: output.key, mime, path });
    host.confirm('Output saved');
  } catch (error) {
    open.say(error);
  }
}
