import { readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { Cell, Output } from '../../shared/notebook/model';
import { CellOutputs } from '../../shared/notebook/outputs/cell-outputs';
import { runWithNbclient } from '../support/nbclient';
import { nowhere } from '../support/nowhere';
import { makeProfile, ROOT, type TestProfile } from '../support/profile';

const FIXTURES = join(ROOT, 'test', 'fixtures', 'run');
const NAMES = readdirSync(FIXTURES).filter((name) => name.endsWith('.ipynb'));

/**
 * What both sides are compared by: overwrites applied, streams joined that nothing else parts, memory addresses and
 * process ids aside. A kernel sends its two streams by a clock of its own: which comes first is chance.
 */
function comparable(cell: Cell): { readonly source: string; readonly outputs: readonly Output[] } {
  const outputs = new CellOutputs({
    keyPrefix: '',
    limitBytes: null,
    openStore: () => nowhere,
  });
  let streams: Output[] = [];
  const take = (output: Output): void => {
    if (output.output_type === 'unknown') throw new Error('an output of no known type');
    outputs.handle(output.output_type, output);
  };
  const takeStreams = (): void => {
    for (const name of ['stdout', 'stderr'])
      for (const output of streams) if ('name' in output && output.name === name) take(output);
    streams = [];
  };
  for (const output of cell.outputs) {
    if (output.output_type === 'stream') streams.push(output);
    else {
      takeStreams();
      take(output);
    }
  }
  takeStreams();
  outputs.finish();
  const text = JSON.stringify(outputs.kept().outputs)
    .replaceAll(/0x[0-9a-f]{6,}/g, '0x')
    .replaceAll(/ipykernel_\d+/g, 'ipykernel');
  return { source: cell.source, outputs: JSON.parse(text) as Output[] };
}

async function cellsOf(path: string): Promise<readonly Cell[]> {
  return readNotebook(await readFile(path), path).notebook.cells;
}

describe('watchbook run gives the same outputs as nbclient', () => {
  let profile: TestProfile;
  let folders: { readonly theirs: string; readonly ours: string };
  const inputOf = (name: string): string => join(FIXTURES, name);
  // One after the other, as nbclient runs them: all are waited for here.
  beforeAll(async () => {
    profile = await makeProfile();
    folders = { theirs: join(profile.home, 'theirs'), ours: join(profile.home, 'ours') };
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
    const notebooks = NAMES.map((name) => ({ input: inputOf(name), output: join(folders.theirs, name) }));
    await runWithNbclient(notebooks, folders.theirs, profile.environment);
  }, 900_000);
  afterAll(() => profile.dispose());

  it.each(NAMES)('on %s', async (name) => {
    const theirs = join(folders.theirs, name);
    const ours = join(folders.ours, name);
    const { code, err } = await profile.cli(['run', inputOf(name), '--output', ours, '--cwd', folders.ours]);
    expect(code, err).toBe(0);
    const [expected, found] = [await cellsOf(theirs), await cellsOf(ours)];
    expect(found.map(comparable)).toEqual(expected.map(comparable));
    expect(found.map((cell) => cell.executionCount)).toEqual(expected.map((cell) => cell.executionCount));
  });

  it('on as many notebooks as there were', () => expect(NAMES.length).toBeGreaterThan(13));
});
