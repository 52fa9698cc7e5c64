import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** How a program of the system ended, and all it said. */
export interface ProgramResult {
  readonly code: number;
  readonly out: string;
}

export function callProgram(program: string, args: readonly string[], cwd: string): Promise<ProgramResult> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8' } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: out + err });
    });
  });
}

/** Does what the foot of a run's report says, in the run's folder, with the system's own programs. */
export async function followRecipe(folder: string, shell = 'sh'): Promise<ProgramResult> {
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  const blocks = [...report.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  expect(blocks).toHaveLength(1);
  return callProgram(shell, ['-c', blocks[0]?.[1] ?? ''], folder);
}
