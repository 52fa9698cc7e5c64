/** One budget, measured beside its base in the same run. */
export interface Measure {
  readonly budget: string;
  readonly unit: 'ms' | 's' | 'MB' | 'frames' | 'editors' | 'lines' | '%';
  readonly value: number;
  /** What `value` is held against, and what that is. */
  readonly base: number;
  readonly baseIs: string;
  /** The most that `value` may be, in its unit; the least, for what must not be lost; null: told, not judged. */
  readonly allowed: number | null;
  readonly isLeast?: boolean;
  /** What a reader should know beside the numbers. */
  readonly note?: string;
}

export interface Bench {
  readonly name: string;
  /** Measures; `say` tells a person what is being done. */
  run(say: (text: string) => void): Promise<readonly Measure[]>;
}

/** Null where there is no budget. */
export function isWithin({ value, allowed, isLeast }: Measure): boolean | null {
  if (allowed === null) return null;
  return isLeast === true ? value >= allowed : value <= allowed;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** How long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Processor time of this process in milliseconds: the machine's other work is not in it. */
export async function processorTime(work: () => void | Promise<void>): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** The table for a terminal. */
export function table(measures: readonly Measure[]): string {
  const head = ['budget', 'value', 'base', 'ratio', 'allowed', 'verdict'];
  const rows = measures.map((measure) => {
    const { budget, value, base, baseIs, allowed, isLeast, unit, note } = measure;
    return [
      note === undefined ? budget : `${budget} (${note})`,
      `${shown(value)} ${unit}`,
      `${shown(base)} ${unit}, ${baseIs}`,
      (value / base).toFixed(2),
      allowed === null ? '' : `${isLeast === true ? 'at least' : 'at most'} ${shown(allowed)}`,
      allowed === null ? 'no budget' : isWithin(measure) === true ? 'within' : 'MISSED',
    ];
  });
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shown(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  if (Math.abs(value) >= 1_000 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
