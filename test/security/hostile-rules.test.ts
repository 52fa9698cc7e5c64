import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DocumentView } from '../support/document-view';
import { engineEach } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

const here = engineEach();

test('checks of a watchbook.json that nobody has seen are not asked when a cell is tried, and neither is the cell sent', async () => {
  const library = here.at('clone');
  const trace = here.at('trace');
  const path = join(library, 'book.ipynb');
  await mkdir(library);
  const leaves = (name: string) => ['sh', '-c', `touch ${trace}-${name}; echo here`];
  const check = (where: string) => ({ command: leaves(where), contains: 'here', in: where });
  const rules = (...checks: object[]) => ({
    version: 1,
    environments: [
      { name: 'dev', colour: 'teal', guard: 'none', checks },
      { name: 'prod', colour: 'carmine', guard: 'strict', checks: [check('laptop'), check('step')] },
    ],
  });
  const write = (value: object) => writeFile(join(library, 'watchbook.json'), JSON.stringify(value));
  await write(rules());
  await writeNotebookFile(path, [`touch ${trace}-cell`], 'bash');
  const book = await DocumentView.open(here.engine, path);
  const traces = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const name of ['laptop', 'step', 'cell', 'later'])
      await readFile(`${trace}-${name}`).then(
        () => found.push(name),
        () => undefined,
      );
    return found;
  };
  await expect(book.run('c0')).rejects.toMatchObject({ code: 'forbidden', message: /touch .*trace/ });
  // To choose another one, to say yes to everything, or to look is no way round.
  const confirmed = { environment: 'dev', cells: ['c0'] };
  await expect(
    here.engine.request('notebook.run', { document: book.document, cells: ['c0'], confirmed }),
  ).rejects.toMatchObject({ code: 'forbidden' });
  expect((await here.engine.request('runs.trying', { runbook: path })).block?.kind).toBe('commands');
  expect(await traces()).toEqual([]);
  expect((await book.fresh()).state.kernel.pid).toBeNull();

  // What was seen may be asked; what the file says later may not.
  const seen = await here.engine.request('runs.config', { place: path });
  const digests = seen.commands.map(({ digest }) => digest);
  await here.engine.request('runs.acceptCommands', { library: seen.library, digests });
  await write(rules({ command: leaves('later'), contains: 'here' }));
  await expect(book.run('c0')).rejects.toMatchObject({ code: 'forbidden', message: /touch .*later/ });
  expect(await traces()).toEqual([]);

  // Its answer is a word like any other: one that matches says that this is a strict place.
  await write(rules());
  await book.run('c0');
  await until('it is blocked', async () => {
    const { block } = await here.engine.request('runs.trying', { runbook: path });
    return block?.kind === 'strict';
  });
  expect(await traces()).toEqual(['laptop']);
});
