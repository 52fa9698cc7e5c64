import type { Kernel } from '@jupyterlab/services';

/** A kernel that is asked while somebody types must answer soon, or not at all. */
const PATIENCE_MS = 3_000;
const MOST_MATCHES = 500;

interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: { text: string; type: string | null }[];
}

/** Asks for completions at the cursor. Without an idle kernel, or without an answer in time, there are none. */
export async function completeCode(
  connection: Kernel.IKernelConnection | null,
  code: string,
  cursor: number,
): Promise<Completions> {
  const none = { start: cursor, end: cursor, matches: [] };
  if (connection === null) return none;
  const reply = await inTime(connection.requestComplete({ code, cursor_pos: toCodePoints(code, cursor) }));
  if (reply === null || reply.content.status !== 'ok') return none;
  const { cursor_start, cursor_end, matches, metadata } = reply.content;
  const types = typesOf(metadata['_jupyter_types_experimental']);
  return {
    start: fromCodePoints(code, cursor_start),
    end: fromCodePoints(code, cursor_end),
    matches: matches.slice(0, MOST_MATCHES).map((text) => ({ text, type: types.get(text) ?? null })),
  };
}

/** Asks for documentation at the cursor, as text with colour codes; null when there is none. */
export async function inspectCode(
  connection: Kernel.IKernelConnection | null,
  code: string,
  cursor: number,
): Promise<string | null> {
  if (connection === null) return null;
  const reply = await inTime(
    connection.requestInspect({ code, cursor_pos: toCodePoints(code, cursor), detail_level: 0 }),
  );
  if (reply === null || reply.content.status !== 'ok' || !reply.content.found) return null;
  const text = reply.content.data['text/plain'];
  return typeof text === 'string' ? text : null;
}

async function inTime<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    // A kernel that ends or is asked anew cancels the question: that is no answer, not a fault.
    return await Promise.race([answer.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Jupyter counts in code points, the window in UTF-16 units. */
function toCodePoints(code: string, cursor: number): number {
  return Array.from(code.slice(0, cursor)).length;
}

function fromCodePoints(code: string, position: number): number {
  return Array.from(code).slice(0, position).join('').length;
}

function typesOf(value: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(value)) return new Map();
  return new Map(
    value.flatMap((entry: unknown): [string, string][] => {
      if (typeof entry !== 'object' || entry === null || !('text' in entry) || !('type' in entry)) return [];
      return typeof entry.text === 'string' && typeof entry.type === 'string'
        ? [[entry.text, entry.type]]
        : [];
    }),
  );
}
