import type {
  ExportedCell,
  ExportedNotebook,
  ExportedOutput,
  ExportOptions,
} from '../../../shared/notebook/export/exported';
import type { CellView } from '../../../shared/notebook/contract';
import { cellHiding } from '../../../shared/notebook/hide-tags';
import { guessFrameHeight } from '../../../shared/notebook/outputs/frame-height';
import { MIME_RULES, pictureUrl, type MimeRule } from '../../../shared/notebook/outputs/mime';
import type { OutputView, TextView } from '../../../shared/notebook/view';
import { toWireError } from '../../../shared/rpc/errors';
import type { Json } from '../../../shared/rpc/contract';
import { cellLanguage, cellNumbers, notebookLanguage } from '../cell-facts';
import { colouredLines } from '../code/coloured-lines';
import type { LanguageName } from '../code/language-of';
import { firstHeading } from '../contents';
import type { OpenDocument } from '../document-store';
import { fileName } from '../file-name';
import { ruleOf, typesOf } from '../outputs/output-actions';
import { heightName, outputMemory } from '../outputs/output-memory';
import { linesWords } from '../outputs/text-block';
import { fetchValue, type DataView } from '../outputs/use-value';
import { isFolded } from '../reveal';
import { exportMarkdown } from './export-markdown';

/** A longer source is written without colours, as it is shown. */
const LONGEST_COLOURED = 60_000;

/** What is on the page, as it is written out. */
export async function gatherExport(open: OpenDocument, options: ExportOptions): Promise<ExportedNotebook> {
  const model = open.store.getState();
  const base = notebookLanguage(model.metadata);
  const numbers = cellNumbers(model.cells);
  const first = firstHeading(model.cells);
  const file = fileName(model.state?.path ?? open.path);
  const cells: ExportedCell[] = [];
  for (const cell of model.cells) {
    cells.push(await gatherCell(open, cell, numbers.get(cell.id) ?? null, base, options));
  }
  return {
    title: first?.level === 1 ? first.text : file.replace(/\.ipynb$/i, ''),
    file,
    at: new Date().toISOString(),
    language: base === 'text' ? '' : base,
    cells,
  };
}

async function gatherCell(
  open: OpenDocument,
  cell: CellView,
  number: number | null,
  base: LanguageName,
  options: ExportOptions,
): Promise<ExportedCell> {
  const model = open.store.getState();
  const isTextHidden = cell.type !== 'code' && cellHiding(cell).whole !== null;
  const isSourceLeftOut =
    (cell.type === 'code' && !options.code) ||
    (!options.hidden && (isFolded(model, cell, 'source') || isTextHidden));
  const isOutputLeftOut = !options.outputs || (!options.hidden && isFolded(model, cell, 'outputs'));
  const language = cellLanguage(cell, base);
  const outputs: ExportedOutput[] = [];
  if (cell.type === 'code' && !isOutputLeftOut) {
    for (const output of model.outputs.get(cell.id) ?? []) {
      outputs.push(...(await gatherOutput(open, cell.id, output)));
    }
  }
  const isMarkdown = cell.type === 'markdown' && !isSourceLeftOut;
  return {
    type: cell.type,
    source: isSourceLeftOut ? null : cell.source,
    html: isMarkdown ? await exportMarkdown(open, cell.source, cell.id, cell.attachments) : null,
    lines:
      cell.type === 'code' && !isSourceLeftOut && cell.source.length <= LONGEST_COLOURED
        ? colouredLines(cell.source, language)
        : null,
    language: language === 'text' ? '' : language,
    number,
    outputs,
  };
}

function gatherText(view: TextView, isError: boolean): readonly ExportedOutput[] {
  const head: ExportedOutput = { kind: 'text', text: view.head, isError };
  if (view.head.trim() === '' && view.tail === '') return [];
  if (view.omittedLines === 0) return [head];
  return [
    head,
    { kind: 'note', text: `${linesWords(view.omittedLines)} left out` },
    { kind: 'text', text: view.tail, isError },
  ];
}

async function gatherOutput(
  open: OpenDocument,
  cell: string,
  output: OutputView,
): Promise<readonly ExportedOutput[]> {
  switch (output.kind) {
    case 'stream':
      return gatherText(output.text, output.name === 'stderr');
    case 'error': {
      const { head, tail, omittedLines } = output.traceback;
      const traceback = omittedLines === 0 ? head : `${head}${linesWords(omittedLines)} left out\n${tail}`;
      return [{ kind: 'error', title: `${output.ename}: ${output.evalue}`, traceback }];
    }
    case 'gap':
      return [
        {
          kind: 'note',
          text: `Output between ${output.from} and ${output.to} was not received: ${output.reason}`,
        },
      ];
    case 'unknown':
      return [{ kind: 'json', text: JSON.stringify(output.raw, null, 2) }];
    case 'data':
      return gatherData(open, cell, output);
  }
}

/** What needs a script to be drawn has no place in a page that runs none: the next best of its types is taken. */
const STILL: ReadonlySet<MimeRule['drawing']> = new Set([
  'html',
  'markdown',
  'svg',
  'latex',
  'picture',
  'json',
  'text',
]);

async function gatherData(
  open: OpenDocument,
  cell: string,
  output: DataView,
): Promise<readonly ExportedOutput[]> {
  const types = new Set(typesOf(output));
  const drawn = ruleOf(output);
  const rule = MIME_RULES.find(({ mime, drawing }) => types.has(mime) && STILL.has(drawing)) ?? null;
  const name = drawn === null ? [...types].join(', ') : drawn.mime;
  if (rule === null)
    return [{ kind: 'note', text: `An output of ${name}, which is drawn in Watchbook alone` }];
  try {
    const value = await fetchValue(open, cell, output, rule.mime);
    const exported = await exportValue(open, cell, output, rule, value);
    // Of a chart only its fallback is here, which may say as little as "Figure()".
    if (drawn !== rule && drawn !== null)
      return [exported, { kind: 'note', text: `Drawn in Watchbook from ${drawn.mime}` }];
    return [exported];
  } catch (error) {
    return [{ kind: 'note', text: `An output of ${name} could not be read: ${toWireError(error).message}` }];
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

async function exportValue(
  open: OpenDocument,
  cell: string,
  output: DataView,
  rule: MimeRule,
  value: Json,
): Promise<ExportedOutput> {
  const text = output.data['text/plain'];
  const words = typeof text === 'string' ? text : null;
  switch (rule.drawing) {
    case 'html': {
      const source = textOf(value);
      const height = outputMemory(open).get(heightName(cell, output.key)) ?? guessFrameHeight('html', source);
      return { kind: 'html', source, text: words, height };
    }
    case 'markdown': {
      const source = textOf(value);
      return { kind: 'markdown', source, html: await exportMarkdown(open, source, `${cell}-${output.key}`) };
    }
    case 'latex': {
      const source = textOf(value);
      return { kind: 'latex', source, html: await exportMarkdown(open, source, `${cell}-${output.key}`) };
    }
    case 'svg':
      return {
        kind: 'picture',
        url: `data:image/svg+xml;base64,${base64Of(textOf(value))}`,
        alt: words ?? 'Picture',
      };
    case 'picture': {
      const url = pictureUrl(rule.mime, value);
      return url === null
        ? { kind: 'note', text: 'A picture that is damaged' }
        : { kind: 'picture', url, alt: (words ?? 'Picture').slice(0, 500) };
    }
    case 'json':
      return { kind: 'json', text: JSON.stringify(value, null, 2) };
    default:
      return { kind: 'text', text: textOf(value), isError: false };
  }
}

/** Text in UTF-8 and base64. */
export function base64Of(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  }
  return btoa(binary);
}
