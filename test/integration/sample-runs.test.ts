import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../shared/rpc/contract';
import { engineShared } from '../support/engine-fixture';
import { ROOT } from '../support/profile';
import { RunDriver } from '../support/run-driver';

const SAMPLES = join(ROOT, 'assets', 'runbooks');

const here = engineShared();

/** A library with a copy of a sample, as the welcome page makes it. */
async function copyOf(name: string): Promise<string> {
  const folder = here.at(`library of ${name}`);
  await mkdir(folder, { recursive: true });
  for (const file of [`${name}.ipynb`, 'watchbook.json'])
    await copyFile(join(SAMPLES, file), join(folder, file));
  return join(folder, `${name}.ipynb`);
}

async function rehearse(runbook: string, values: Readonly<Record<string, Json>>): Promise<RunDriver> {
  // As a person does who has read them in the start dialog.
  const { library, commands } = await here.engine.request('runs.config', { place: runbook });
  await here.engine.request('runs.acceptCommands', {
    library,
    digests: commands.map(({ digest }) => digest),
  });
  return RunDriver.start(here.engine, runbook, {
    environment: 'staging',
    parameters: Object.entries(values).map(([name, value]) => ({ name, value, source: 'given' as const })),
  });
}

/** Goes to the end as a person would: runs, ticks, confirms, cuts waits. Answers the cells in their order. */
async function goThrough(driver: RunDriver, most = 60): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let turn = 0; turn < most; turn += 1) {
    const position = await driver.position();
    if (position.kind === 'finished' || position.kind === 'complete') return seen;
    if (!('step' in position) || position.step === null) throw new Error(`stands at ${position.kind}`);
    const { cell, required } = position.step;
    if (seen.at(-1) !== cell) seen.push(cell);
    switch (position.kind) {
      case 'ready':
        await driver.next(cell);
        break;
      case 'waiting':
        if (position.for === 'items')
          for (const item of required) await driver.act({ kind: 'tick', cell, item, on: true });
        else await driver.answer({ kind: 'confirm', cell });
        break;
      case 'timed':
        if (position.step.gate?.kind === 'wait')
          await driver.act({ kind: 'cut-wait', cell, reason: 'rehearsed' });
        else await driver.reached(cell, 'done', 60);
        break;
      case 'running':
        await driver.reached(cell, 'done', 60);
        break;
      default: {
        const record = driver.step(cell);
        const content = await driver.content(record?.attempts.at(-1)?.finished?.content);
        throw new Error(`${cell} ${position.kind}: ${JSON.stringify(content)}`);
      }
    }
  }
  throw new Error('it never came to its end');
}

describe('the samples that are run', () => {
  it.each([
    ['production-release', { version: '4.18.0', batch_percent: 10, dry_run: true, target: 'staging' }],
    ['incident-response', {}],
    ['production-release-python', { version: '4.18.0', dry_run: true, target: 'staging' }],
  ] as const)('%s goes to its end in a rehearsal, each expected result met', async (name, values) => {
    const driver = await rehearse(await copyOf(name), values);
    const cells = await goThrough(driver);
    expect(cells.length).toBeGreaterThan(6);
    for (const { cell, state, attempts } of Object.values(driver.run.steps))
      if (attempts.length > 0) expect([cell, state]).toEqual([cell, 'done']);
    const { markdown } = await here.engine.request('runs.report', { run: driver.folder });
    expect(markdown).toContain('## Steps');
  });

  it('a migration is rolled back by the cell that undoes it', async () => {
    const driver = await rehearse(await copyOf('production-release'), {
      version: '4.18.0',
      batch_percent: 10,
      dry_run: false,
      target: 'rolled',
    });
    for (;;) {
      const position = await driver.position();
      if (!('step' in position) || position.step === null) throw new Error(position.kind);
      const { cell, required } = position.step;
      if (position.kind === 'waiting')
        for (const item of required) await driver.act({ kind: 'tick', cell, item, on: true });
      else await driver.next(cell);
      if (cell === 'c0ffee06') break;
    }
    await driver.act({ kind: 'roll-back', to: 'c0ffee06' });
    await driver.act({ kind: 'roll-back-next', cell: 'c0ffee06' });
    await driver.reached('c0ffee06', 'rolledback');
    expect(driver.step('c0ffee07')?.state).toBe('done');
  });
});
