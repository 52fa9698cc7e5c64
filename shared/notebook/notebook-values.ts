import type { Json, JsonObject } from '../rpc/contract';
import { isCellId } from './cell-ids';
import type { Cell, CellType, MimeBundle, Output } from './model';

/** True for a JSON object; arrays and null are none. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member, so that `constructor` and the like are absent where the file has none. */
export function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** nbformat's rule for MIME types whose values are JSON and are never joined. */
export function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || (mime.startsWith('application/') && mime.endsWith('+json'));
}

function isTextList(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

/** nbformat's multi-line string as one; what is no text is shown as its JSON rather than hidden. */
export function joinText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (!Array.isArray(value)) return JSON.stringify(value);
  const lines: readonly Json[] = value;
  return lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('');
}

function joinBundle(value: Json | undefined): MimeBundle {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([mime, data]) => [
      mime,
      isTextList(data) && !isJsonMime(mime) ? data.join('') : data,
    ]),
  );
}

function integerOrNull(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}

/** One output of nbformat 4 with its text joined; what does not look like one is kept whole as `unknown`. */
export function outputFromJson(raw: Json): Output {
  if (!isJsonObject(raw)) return { output_type: 'unknown', raw: { value: raw } };
  const type = member(raw, 'output_type');
  if (type === 'stream') {
    const name = member(raw, 'name');
    if (name !== 'stdout' && name !== 'stderr') return { output_type: 'unknown', raw };
    return { output_type: 'stream', name, text: joinText(member(raw, 'text')) };
  }
  if (type === 'display_data' || type === 'execute_result') {
    const metadata = member(raw, 'metadata');
    const output = {
      output_type: type,
      data: joinBundle(member(raw, 'data')),
      metadata: isJsonObject(metadata) ? metadata : {},
    } as const;
    if (type === 'display_data') return output;
    return { ...output, execution_count: integerOrNull(member(raw, 'execution_count')) };
  }
  if (type === 'error') {
    const traceback = member(raw, 'traceback');
    return {
      output_type: 'error',
      ename: joinText(member(raw, 'ename')),
      evalue: joinText(member(raw, 'evalue')),
      traceback: Array.isArray(traceback)
        ? traceback.map((line: Json) => joinText(line))
        : joinText(traceback) === ''
          ? []
          : [joinText(traceback)],
    };
  }
  return { output_type: 'unknown', raw };
}

const CODE_MEMBERS = new Set(['id', 'cell_type', 'source', 'metadata', 'outputs', 'execution_count']);
const TEXT_MEMBERS = new Set(['id', 'cell_type', 'source', 'metadata', 'attachments']);

/** True for a member of a cell that the model holds itself, of this type of cell. */
export function isKnownMember(type: CellType, key: string): boolean {
  return (type === 'code' ? CODE_MEMBERS : TEXT_MEMBERS).has(key);
}

/** A cell of nbformat 4. One of an unknown type (a newer minor) is shown as raw. `id` is empty when it has no good one. */
export function cellFromJson(raw: JsonObject): Cell {
  const named = member(raw, 'cell_type');
  const type: CellType = named === 'code' || named === 'markdown' ? named : 'raw';
  const id = member(raw, 'id');
  const metadata = member(raw, 'metadata');
  const outputs = member(raw, 'outputs');
  const attachments = member(raw, 'attachments');
  const extra = Object.entries(raw).filter(([key]) => !isKnownMember(type, key));
  return {
    id: isCellId(id) ? id : '',
    type,
    source: joinText(member(raw, 'source')),
    metadata: isJsonObject(metadata) ? metadata : {},
    outputs: type === 'code' && Array.isArray(outputs) ? outputs.map(outputFromJson) : [],
    executionCount: type === 'code' ? integerOrNull(member(raw, 'execution_count')) : null,
    ...(type !== 'code' && isJsonObject(attachments) ? { attachments } : {}),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  };
}
