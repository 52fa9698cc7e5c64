import type { PlanStep } from '../../shared/runs/plan';
import { aboutWords } from './about-words';

/** `line 3, timeout="2m" became timeout="5m"`: the one change between two sources, else how many lines. */
export function adjustmentWords(
  before: string,
  after: string,
): { readonly line: number; readonly was: string; readonly is: string } | { readonly lines: number } {
  const old = before.split('\n');
  const now = after.split('\n');
  const changed = now.flatMap((line, index) => (line === old[index] ? [] : [index]));
  const [only] = changed;
  if (old.length !== now.length || changed.length !== 1 || only === undefined) {
    const common = new Set(old);
    return { lines: Math.max(1, now.filter((line) => !common.has(line)).length) };
  }
  const was = old[only] ?? '';
  const is = now[only] ?? '';
  const words = (line: string): readonly string[] => line.split(/(\s+|[(),])/);
  const a = words(was);
  const b = words(is);
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
    end += 1;
  }
  return {
    line: only + 1,
    was: a
      .slice(start, a.length - end)
      .join('')
      .trim(),
    is: b
      .slice(start, b.length - end)
      .join('')
      .trim(),
  };
}

/** What a step to come waits for, at the right of its header; null for one that only runs. */
export function awaitsWords(step: PlanStep): string | null {
  const { gate, required, kind } = step;
  if (kind === 'checklist') return `${required.length} required`;
  if (gate === null) return null;
  switch (gate.kind) {
    case 'confirm':
      return 'you confirm';
    case 'approve':
      return `${gate.minimum ?? 1} of ${gate.by?.join(', ') ?? 'anybody'}`;
    case 'wait':
      return gate.until !== undefined
        ? `waits until ${gate.until}`
        : `waits ${aboutWords(gate.duration ?? 0)}`;
    case 'condition':
      return 'waits for a condition';
  }
}
