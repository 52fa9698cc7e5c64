import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellsOf } from '../../electron/engine/notebook/operation-cells';
import type { Notebook } from '../../shared/notebook/model';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { formatNotebook } from '../../shared/notebook/new-notebook';
import { DocumentView } from '../support/document-view';
import { engineEach } from '../support/engine-fixture';
import { cook, freshIds, recipe } from '../support/notebook-arbitraries';
import { writeNotebookFile } from '../support/notebooks';
import { seeded } from '../support/seeded';
import { until } from '../support/until';

const here = engineEach();

/** The cell that another program writes, and nobody here. */
const THEIRS = 'c5';

it('one history survives saves and changes from disk: undone it gives the first, redone the last', async () => {
  const path = here.at('book.ipynb');
  await writeNotebookFile(path, ['a', 'b\nb', { type: 'markdown', source: '# c' }, 'd', 'e', 'theirs']);
  const book = await DocumentView.open(here.engine, path);
  const { seed, whole } = seeded('undo over saves and the disk');
  const fresh = freshIds('n');
  const now = async (): Promise<Notebook> => {
    const { cells, metadata, nbformat, nbformatMinor, version } = await book.fresh();
    book.version = version;
    return { cells: cells.map((cell) => ({ ...cell, outputs: [] })), metadata, nbformat, nbformatMinor };
  };
  const mine = ({ cells }: Notebook): readonly (readonly [string, string, string])[] =>
    cells.filter(({ id }) => id !== THEIRS).map(({ id, type, source }) => [id, type, source]);
  const first = mine(await now());

  let theirs = 'theirs';
  for (const [count, made] of fc.sample(recipe, { numRuns: 40, seed }).entries()) {
    const notebook = await now();
    const operation = cook(notebook, made, fresh);
    // The file's own metadata are nobody's cell: a merge of them is another matter.
    const isMine = !cellsOf(operation).includes(THEIRS) && operation.kind !== 'move';
    if (isMine && !(operation.kind === 'metadata' && operation.cell === null)) {
      await here.engine.request('notebook.edit', {
        document: book.document,
        base: book.version,
        edit: randomUUID(),
        operation,
      });
    }
    switch (whole(0, 8)) {
      case 0:
        await book.save();
        break;
      case 1:
        await here.engine.request(whole(0, 2) === 0 ? 'notebook.undo' : 'notebook.redo', {
          document: book.document,
        });
        break;
      case 2: {
        theirs = `theirs, ${count}`;
        const { notebook: onDisk } = readNotebook(await readFile(path), path);
        const cells = onDisk.cells.map((cell) => (cell.id === THEIRS ? { ...cell, source: theirs } : cell));
        await writeFile(here.at('.beside'), formatNotebook({ ...onDisk, cells }));
        await rename(here.at('.beside'), path);
        await until('it is taken in', async () =>
          (await now()).cells.some(({ id, source }) => id === THEIRS && source === theirs),
        );
        break;
      }
    }
  }
  const all = async (direction: 'notebook.undo' | 'notebook.redo'): Promise<Notebook> => {
    const { canUndo, canRedo } = (await book.fresh()).state;
    let isMore = direction === 'notebook.undo' ? canUndo : canRedo;
    while (isMore) {
      await here.engine.request(direction, { document: book.document });
      const { state } = await book.fresh();
      isMore = direction === 'notebook.undo' ? state.canUndo : state.canRedo;
    }
    return now();
  };
  const last = await all('notebook.redo');
  const undone = await all('notebook.undo');
  expect(mine(undone)).toEqual(first);
  expect(undone.cells.find(({ id }) => id === THEIRS)?.source).toBe(theirs);
  expect(mine(await all('notebook.redo'))).toEqual(mine(last));
  await book.save();
  const saved = readNotebook(await readFile(path), path).notebook;
  expect(mine(saved)).toEqual(mine(last));
  expect(saved.cells.find(({ id }) => id === THEIRS)?.source).toBe(theirs);
});
