import type { Json, JsonObject } from '../rpc/contract';
import { indexJson, JsonTextError } from './json-text';
import { isJsonObject, joinText, member } from './notebook-values';

const MIME_OF_KEY: Readonly<Record<string, string>> = {
  text: 'text/plain',
  html: 'text/html',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  pdf: 'application/pdf',
  latex: 'text/latex',
  json: 'application/json',
  javascript: 'application/javascript',
};

/**
 * The cells and metadata of an nbformat 3 notebook as nbformat 4 JSON, as nbformat's own converter does it.
 *
 * Worksheets are joined in their order. Headings become markdown, `pyout` and `pyerr` get their new names, and output
 * members named by kind become MIME bundles.
 */
export function upgradeFrom3(raw: JsonObject): {
  readonly cells: readonly Json[];
  readonly metadata: JsonObject;
} {
  const worksheets = member(raw, 'worksheets');
  const cells = (Array.isArray(worksheets) ? (worksheets as readonly Json[]) : []).flatMap((worksheet) => {
    const list = isJsonObject(worksheet) ? member(worksheet, 'cells') : undefined;
    return Array.isArray(list) ? (list as readonly Json[]) : [];
  });
  const metadata = member(raw, 'metadata');
  return {
    cells: cells.map((cell) => (isJsonObject(cell) ? upgradeCell(cell) : cell)),
    metadata: isJsonObject(metadata) ? without(metadata, ['name', 'signature']) : {},
  };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** nbformat 3 was also written by programs that cut lines without their ends. */
function joinLines(value: Json | undefined): string {
  if (!Array.isArray(value)) return joinText(value);
  const first: unknown = value[0];
  const hasEnds = typeof first === 'string' && /[\n\r]$/.test(first);
  return hasEnds ? joinText(value) : value.map((line: Json) => joinText(line)).join('\n');
}

function upgradeCell(cell: JsonObject): JsonObject {
  const type = member(cell, 'cell_type');
  const metadata = member(cell, 'metadata');
  const base = { metadata: isJsonObject(metadata) ? without(metadata, ['trusted']) : {} };
  if (type === 'code') {
    const outputs = member(cell, 'outputs');
    const collapsed = member(cell, 'collapsed');
    return {
      ...without(cell, ['language', 'collapsed', 'input', 'prompt_number', 'trusted']),
      cell_type: 'code',
      metadata: collapsed === undefined ? base.metadata : { ...base.metadata, collapsed },
      source: joinLines(member(cell, 'input')),
      execution_count: member(cell, 'prompt_number') ?? null,
      outputs: Array.isArray(outputs) ? outputs.map((output: Json) => upgradeOutput(output)) : [],
    };
  }
  const source = joinLines(member(cell, 'source'));
  if (type === 'heading') {
    const level = member(cell, 'level');
    const depth = typeof level === 'number' ? Math.min(6, Math.max(1, Math.trunc(level))) : 1;
    const line = source
      .split(/\r\n|\n|\r/)
      .join(' ')
      .trim();
    return {
      ...without(cell, ['level', 'rendered']),
      ...base,
      cell_type: 'markdown',
      source: `${'#'.repeat(depth)} ${line}`,
    };
  }
  const isMarkdown = type === 'html' || type === 'markdown';
  return { ...without(cell, ['rendered']), ...base, cell_type: isMarkdown ? 'markdown' : 'raw', source };
}

function upgradeOutput(output: Json): Json {
  if (!isJsonObject(output)) return output;
  const type = member(output, 'output_type');
  if (type === 'stream') {
    return {
      output_type: 'stream',
      name: member(output, 'stream') ?? 'stdout',
      text: joinLines(member(output, 'text')),
    };
  }
  if (type === 'pyerr') return { ...output, output_type: 'error' };
  if (type !== 'pyout' && type !== 'display_data') return output;
  const metadata = member(output, 'metadata');
  const data = Object.entries(without(output, ['output_type', 'prompt_number', 'metadata'])).map(
    ([key, value]) => {
      const mime = Object.hasOwn(MIME_OF_KEY, key) ? (MIME_OF_KEY[key] ?? key) : key;
      return [mime, mime === 'application/json' ? parsedOrText(value) : joinLines(value)] as const;
    },
  );
  return {
    output_type: type === 'pyout' ? 'execute_result' : 'display_data',
    data: Object.fromEntries(data),
    metadata: isJsonObject(metadata) ? mimeKeys(metadata) : {},
    ...(type === 'pyout' ? { execution_count: member(output, 'prompt_number') ?? null } : {}),
  };
}

function mimeKeys(metadata: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [
      Object.hasOwn(MIME_OF_KEY, key) ? (MIME_OF_KEY[key] ?? key) : key,
      value,
    ]),
  );
}

/** nbformat 3 kept JSON as text. Text that is no JSON, or nests too deep, stays text. */
function parsedOrText(value: Json): Json {
  const text = joinLines(value);
  try {
    indexJson(text, '');
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof JsonTextError) return text;
    throw error;
  }
}
