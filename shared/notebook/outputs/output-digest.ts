import type { Json } from '../../rpc/contract';
import type { DataOutput } from '../model';

/** JSON with members in the order of their names and no spaces: equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/**
 * What says that an output is the one that was made here: the digest of all that decides how it is drawn.
 *
 * `sha256` answers hex. The execution count is left out: it changes nothing on screen.
 */
export function outputDigest(
  output: Pick<DataOutput, 'output_type' | 'data' | 'metadata'>,
  sha256: (text: string) => string,
): string {
  return sha256(canonicalJson([output.output_type, output.data, output.metadata]));
}
