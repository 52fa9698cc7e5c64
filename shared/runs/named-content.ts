import { contentRefSchema, type ContentRef } from './events';
import { understand, type AnyEvent } from './understand';

/** Name and digest: the same file under another digest is another content, and one of them does not hold. */
export function contentKey({ file, sha256 }: ContentRef): string {
  return `${file} ${sha256}`;
}

/** Depth to which the data of an event is looked through; that of ours is flat. */
const DEEPEST = 8;

/**
 * Every content file that events name, each once, also those of events of a later version. What an event withheld is
 * not named by it.
 */
export function contentNamed(events: readonly AnyEvent[]): readonly ContentRef[] {
  const found = new Map<string, ContentRef>();
  for (const { type, data } of events) {
    const members = type === 'content-withheld' ? Object.values(data) : [data];
    for (const member of members) collect(member, DEEPEST, found);
  }
  return [...found.values()];
}

function collect(value: unknown, depth: number, found: Map<string, ContentRef>): void {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  const ref = contentRefSchema.safeParse(value);
  if (ref.success) {
    found.set(contentKey(ref.data), ref.data);
    return;
  }
  for (const member of Object.values(value)) collect(member, depth - 1, found);
}

/** Digests of the whole texts in `output/` that events name, each once. */
export function outputsOfEvents(events: readonly AnyEvent[]): readonly string[] {
  const digests = events.flatMap((event) => {
    const known = event.type === 'terminal-command' ? understand(event) : null;
    return known?.type === 'terminal-command' ? known.data.output.map(({ sha256 }) => sha256) : [];
  });
  return [...new Set(digests)];
}
