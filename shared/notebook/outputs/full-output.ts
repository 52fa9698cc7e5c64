import * as z from 'zod';
import type { JsonObject } from '../../rpc/contract';

/** Where a whole text lies: always in the folder `output`, always named by its digest. */
export const FULL_OUTPUT_PATH = /^output\/([0-9a-f]{64})\.txt$/;

/**
 * One entry of a cell's `metadata.watchbook.fullOutput`: output number `output` of the cell keeps both ends of a
 * text, and the whole lies at `path`. For a plain notebook `output/` stands for `<file without .ipynb>.output/`.
 */
export const fullOutputSchema = z.object({
  output: z.number().int().nonnegative(),
  path: z.string().regex(FULL_OUTPUT_PATH),
  bytes: z.number().int().nonnegative(),
  lines: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type FullOutput = z.infer<typeof fullOutputSchema>;

/** The path of a full text with this digest. */
export function fullOutputPath(sha256: string): string {
  return `output/${sha256}.txt`;
}

/** The entries of a cell's metadata. Whatever is not exactly as it should be is passed over. */
export function fullOutputsOf(metadata: JsonObject): readonly FullOutput[] {
  const own = metadata['watchbook'];
  const list = typeof own === 'object' && own !== null ? (own as JsonObject)['fullOutput'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const parsed = fullOutputSchema.safeParse(entry);
    return parsed.success && parsed.data.path === fullOutputPath(parsed.data.sha256) ? [parsed.data] : [];
  });
}

/** A cell's metadata with these entries, and without the member when there are none; nothing else changes. */
export function withFullOutputs(metadata: JsonObject, entries: readonly FullOutput[]): JsonObject {
  const own = metadata['watchbook'];
  const before = typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonObject) : {};
  if (entries.length > 0)
    return { ...metadata, watchbook: { ...before, fullOutput: entries.map((entry) => ({ ...entry })) } };
  if (!Object.hasOwn(before, 'fullOutput')) return metadata;
  const { fullOutput: _gone, ...rest } = before;
  if (Object.keys(rest).length > 0) return { ...metadata, watchbook: rest };
  const { watchbook: _empty, ...others } = metadata;
  return others;
}

/** The line that stands in a notebook for what it does not keep of a text. */
export function betweenLine(left: {
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
}): string {
  const size =
    left.bytes < 1_048_576
      ? `${Math.ceil(left.bytes / 1_024)} KiB`
      : `${(left.bytes / 1_048_576).toFixed(1)} MiB`;
  const lines = left.lines === 1 ? '1 line' : `${left.lines.toLocaleString('en-US')} lines`;
  return `[${lines}, ${size} not kept here; the whole text is in ${fullOutputPath(left.sha256)}]`;
}
