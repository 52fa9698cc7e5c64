import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/profile';

test('every built program is ASCII: with one other character V8 would hold two bytes for each', async () => {
  const out = join(ROOT, 'out');
  const programs = ['main', 'engine', 'cli', 'preload'].map((name) => join(out, name, `${name}.cjs`));
  for (const page of ['renderer', 'frame']) {
    const assets = join(out, page, 'assets');
    for (const name of await readdir(assets)) if (name.endsWith('.js')) programs.push(join(assets, name));
  }
  expect(programs.length).toBeGreaterThan(10);
  for (const program of programs) {
    const wide = /[^\t\n\r -~].{0,20}/.exec(await readFile(program, 'utf8'));
    expect(wide?.[0] ?? null, program).toBeNull();
  }
});
