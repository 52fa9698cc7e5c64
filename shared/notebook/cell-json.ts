import type { Json, JsonObject } from '../rpc/contract';
import type { Cell, MimeBundle, Notebook, Output } from './model';
import { isJsonMime, isKnownMember } from './notebook-values';

/** Whether a text is written as one string or as a list of lines; both are nbformat. */
export type TextShape = 'list' | 'string';

/** Where Python's `splitlines` ends a line beside `\r\n`; nbformat cuts its lists there. */
const LINE_ENDS = new Set(
  [0x0a, 0x0d, 0x0b, 0x0c, 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029].map((code) => String.fromCharCode(code)),
);

/** A text as a list of its lines, each with its end, as nbformat writes it; none for the empty text. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (!LINE_ENDS.has(text.charAt(at))) continue;
    if (text.charAt(at) === '\r' && text.charAt(at + 1) === '\n') at += 1;
    lines.push(text.slice(start, at + 1));
    start = at + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** A text in one of nbformat's two shapes. */
export function shapeText(text: string, shape: TextShape): Json {
  return shape === 'list' ? splitLines(text) : text;
}

/** True for the MIME types whose texts nbformat writes as lists. */
function isListMime(mime: string): boolean {
  return mime.startsWith('text/') || mime === 'application/javascript' || mime === 'image/svg+xml';
}

function bundleToJson(bundle: MimeBundle, shape: TextShape): JsonObject {
  return Object.fromEntries(
    Object.entries(bundle).map(([mime, data]) => [
      mime,
      typeof data === 'string' && isListMime(mime) && !isJsonMime(mime) ? shapeText(data, shape) : data,
    ]),
  );
}

/** An output as nbformat 4 has it. */
export function outputToJson(output: Output, shape: TextShape): JsonObject {
  switch (output.output_type) {
    case 'stream':
      return { name: output.name, output_type: 'stream', text: shapeText(output.text, shape) };
    case 'error':
      return {
        ename: output.ename,
        evalue: output.evalue,
        output_type: 'error',
        traceback: output.traceback,
      };
    case 'display_data':
      return {
        data: bundleToJson(output.data, shape),
        metadata: output.metadata,
        output_type: 'display_data',
      };
    case 'execute_result':
      return {
        data: bundleToJson(output.data, shape),
        execution_count: output.execution_count ?? null,
        metadata: output.metadata,
        output_type: 'execute_result',
      };
    case 'unknown':
      return output.raw;
  }
}

/** A whole cell as nbformat 4.5 has it, its members in the order of their names. */
export function cellToJson(cell: Cell, sourceShape: TextShape, outputShape: TextShape): JsonObject {
  const extra = Object.entries(cell.extra ?? {}).filter(([key]) => !isKnownMember(cell.type, key));
  return {
    ...(cell.type !== 'code' && cell.attachments !== undefined ? { attachments: cell.attachments } : {}),
    cell_type: cell.type,
    ...(cell.type === 'code' ? { execution_count: cell.executionCount } : {}),
    id: cell.id,
    metadata: cell.metadata,
    ...(cell.type === 'code'
      ? { outputs: cell.outputs.map((output) => outputToJson(output, outputShape)) }
      : {}),
    source: shapeText(cell.source, sourceShape),
    ...Object.fromEntries(extra),
  };
}

/** A whole notebook as nbformat 4.5 in its canonical form: texts as lists. */
export function notebookToJson(notebook: Pick<Notebook, 'cells' | 'metadata'>): JsonObject {
  return {
    cells: notebook.cells.map((cell) => cellToJson(cell, 'list', 'list')),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
}
