import { ansiRuns } from '../outputs/ansi';
import { SGR_DEFAULT } from '../outputs/sgr';
import type { ExportedCell, ExportedNotebook, ExportedOutput } from './exported';

/** No scripts, no network, no plug-ins, no frames of elsewhere: for the page and for every frame in it. */
export const EXPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; " +
  "frame-src 'none'; base-uri 'none'; form-action 'none'";

const DATA_PICTURE = /^data:image\/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/;

/** Text as HTML, in content and between double quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * One page that needs nothing else and runs nothing: foreign text is escaped, HTML of outputs lies in frames without
 * scripts and under the page's policy.
 *
 * @param style CSS of ours
 */
export function toHtml(notebook: ExportedNotebook, style: string): string {
  const cells = notebook.cells.map(cellHtml).filter((html) => html !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(EXPORT_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(notebook.title)}</title>
<style>
${style.replaceAll('</', '<\\/')}
</style>
</head>
<body>
<main>
<p class="x-origin">${escapeHtml(notebook.file)}, written out ${escapeHtml(timeWords(notebook.at))} by Watchbook</p>
${cells.join('\n')}
</main>
</body>
</html>
`;
}

/** `2026-11-28 02:18:05 UTC` */
function timeWords(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

function cellHtml(cell: ExportedCell): string {
  if (cell.type === 'markdown') return cell.html === null ? '' : `<section class="md">${cell.html}</section>`;
  const source = sourceHtml(cell);
  const outputs = cell.outputs.map(outputHtml).join('\n');
  if (source === '' && outputs === '') return '';
  const number = cell.number === null ? '' : `<span class="x-number">${cell.number}</span>`;
  return `<section class="x-cell">${number}<div class="x-body">${source}${outputs}</div></section>`;
}

function sourceHtml({ source, lines }: ExportedCell): string {
  if (source === null) return '';
  const text =
    lines === null
      ? escapeHtml(source)
      : lines
          .map((line) =>
            line
              .map(({ text: piece, classes }) =>
                classes === ''
                  ? escapeHtml(piece)
                  : `<span class="${escapeHtml(classes)}">${escapeHtml(piece)}</span>`,
              )
              .join(''),
          )
          .join('\n');
  return `<pre class="x-source">${text}\n</pre>`;
}

function outputHtml(output: ExportedOutput): string {
  switch (output.kind) {
    case 'text':
      return `<pre class="x-text${output.isError ? ' x-stderr' : ''}">${ansiHtml(output.text)}</pre>`;
    case 'error':
      return `<pre class="x-text x-error"><b>${ansiHtml(output.title)}</b>\n${ansiHtml(output.traceback)}</pre>`;
    case 'markdown':
    case 'latex':
      return `<div class="md">${output.html}</div>`;
    case 'picture':
      return DATA_PICTURE.test(output.url)
        ? `<img class="x-picture" src="${output.url}" alt="${escapeHtml(output.alt)}">`
        : `<p class="x-note">A picture that can not be shown.</p>`;
    case 'html':
      return frameHtml(output.source, output.height);
    case 'json':
      return `<pre class="x-text">${escapeHtml(output.text)}\n</pre>`;
    case 'note':
      return `<p class="x-note">${escapeHtml(output.text)}</p>`;
  }
}

/** Without one word in its sandbox a frame has no scripts, forms, pop-ups or origin, and can not leave itself. */
function frameHtml(source: string, height: number): string {
  const page =
    `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${escapeHtml(EXPORT_POLICY)}">` +
    '<style>:root{color-scheme:light}body{margin:0;font:13px/20px system-ui,sans-serif;background:#fff;color:#14191c}' +
    'table{border-collapse:collapse}td,th{padding:2px 8px;text-align:right}</style>';
  const tall = Math.max(24, Math.min(20_000, Math.round(height)));
  return `<iframe class="x-frame" sandbox="" referrerpolicy="no-referrer" height="${tall}" srcdoc="${escapeHtml(page + source)}"></iframe>`;
}

/** A text with a terminal's colours. */
function ansiHtml(text: string): string {
  let entry = SGR_DEFAULT;
  return text
    .split('\n')
    .map((line) => {
      const { runs, exit } = ansiRuns(line, entry);
      entry = exit;
      return runs
        .map(({ text: run, className, color, background }) => {
          const style = [color && `color:${color}`, background && `background:${background}`]
            .filter(Boolean)
            .join(';');
          if (className === '' && style === '') return escapeHtml(run);
          return `<span class="${className}"${style === '' ? '' : ` style="${escapeHtml(style)}"`}>${escapeHtml(run)}</span>`;
        })
        .join('');
    })
    .join('\n');
}
