import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputView } from '../../shared/notebook/view';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const CELLS = 300;

let profile: TestProfile;
beforeEach(async () => {
  profile = await makeProfile();
});
afterEach(() => profile.dispose());

function printed(index: number): string {
  return Array.from({ length: 150 }, (_, line) => `cell ${index} line ${line} of what was printed\n`).join(
    '',
  );
}

test('a large notebook is answered with its first outputs, and all others follow', async () => {
  const path = join(profile.home, 'large.ipynb');
  await writeNotebookFile(
    path,
    Array.from({ length: CELLS }, (_, index) => ({
      source: `step(${index})`,
      outputs: [{ output_type: 'stream' as const, name: 'stdout' as const, text: printed(index) }],
    })),
  );
  for (const again of [false, true]) {
    const client = await profile.connect();
    const followed = new Map<string, readonly OutputView[]>();
    client.on('notebook.outputs', ({ cell, from, outputs }) => {
      expect(from).toBe(0);
      // What was under way when a snapshot was asked for comes again.
      if (!again) expect(followed.has(cell), `${cell} came twice`).toBe(false);
      followed.set(cell, outputs);
    });
    const opened = await client.request('notebook.open', { path });
    const snapshot = again
      ? await client.request('notebook.snapshot', { document: opened.document })
      : opened;
    const first = Object.keys(snapshot.outputs).length;
    expect(snapshot.cells).toHaveLength(CELLS);
    expect(first).toBeGreaterThan(20);
    expect(first).toBeLessThan(CELLS);
    await until('all outputs are here', () => first + followed.size >= CELLS);
    const all = { ...snapshot.outputs, ...Object.fromEntries(followed) };
    for (let index = 0; index < CELLS; index += 1) {
      const view = all[`c${index}`]?.[0];
      expect(view?.kind === 'stream' && view.text.head + view.text.tail).toBe(printed(index));
    }
    client.dispose();
  }
});
