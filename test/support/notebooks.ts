import { writeFile } from 'node:fs/promises';
import { formatNotebook } from '../../shared/notebook/new-notebook';
import type { Cell } from '../../shared/notebook/model';
import type { JsonObject } from '../../shared/rpc/contract';

type Draft = string | (Partial<Cell> & { readonly source: string });

const KERNELS = {
  python: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
  bash: { kernelspec: { display_name: 'Bash', language: 'bash', name: 'bash' } },
} as const;

/** Writes a notebook with these cells; their ids are `c0`, `c1` and so on. */
export async function writeNotebookFile(
  path: string,
  cells: readonly Draft[],
  metadata: JsonObject | keyof typeof KERNELS = 'python',
): Promise<void> {
  const made = cells.map((draft, index): Cell => ({
    id: `c${index}`,
    type: 'code',
    metadata: {},
    outputs: [],
    executionCount: null,
    ...(typeof draft === 'string' ? { source: draft } : draft),
  }));
  await writeFile(
    path,
    formatNotebook({ cells: made, metadata: typeof metadata === 'string' ? KERNELS[metadata] : metadata }),
  );
}
