import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Desktop } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

/** A library of a few runbooks, in the list of this profile. */
async function makeLibrary(desktop: Desktop): Promise<string> {
  const library = join(desktop.folder, 'ops-runbooks');
  await mkdir(join(library, 'releases'), { recursive: true });
  await mkdir(desktop.places.state, { recursive: true, mode: 0o700 });
  await writeFile(
    join(desktop.places.state, 'library.json'),
    JSON.stringify({ version: 1, folders: [library] }),
  );
  await writeNotebookFile(join(library, 'releases', 'payments.ipynb'), [
    { type: 'markdown', source: '# Release payments\n\nRoll out in batches.' },
    ...Array.from({ length: 30 }, (_, index) => `# Step ${index}\nprint(${index})`),
    '# Deploy\nrollout = deploy("payments-api", percent=10)',
  ]);
  await writeNotebookFile(
    join(library, 'rollback.ipynb'),
    ['kubectl rollout undo deploy/payments-api'],
    'bash',
  );
  await writeFile(join(library, 'broken.ipynb'), '{');
  return library;
}

test('finds in all runbooks of the library and opens one at the cell, by keys alone', async ({ desktop }) => {
  await makeLibrary(desktop);
  const page = await desktop.start();
  await page.keyboard.press('Control+Shift+f');
  await expect(page.getByRole('textbox', { name: 'Find in all runbooks' })).toBeFocused();
  await page.keyboard.type('payments-api');
  await expect(page.getByRole('status').filter({ hasText: '2 in 2 runbooks' })).toBeVisible();
  await expect(page.getByText('Passed over, since it is too large or can not be read:')).toContainText(
    'broken.ipynb',
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { selected: true })).toContainText(
    'deploy("payments-api", percent=10)',
  );
  await desktop.shoot('library-search');
  await page.keyboard.press('Enter');
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(notebook.active).toContainText('deploy("payments-api", percent=10)');
  await expect(notebook.active).toBeInViewport();
  // For reading: nothing is edited before Enter.
  await expect(notebook.editor).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Start' })).toContainText('Open for reading');

  // What was found is there again.
  await page.keyboard.press('Control+Shift+f');
  await expect(page.getByRole('option')).toHaveCount(2);
  await expect(page.getByRole('textbox', { name: 'Find in all runbooks' })).toHaveValue('payments-api');
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await page.getByRole('textbox', { name: 'Find in all runbooks' }).fill('rollout (');
  await expect(page.getByRole('alert')).toContainText(
    'This is not a regular expression: unterminated group.',
  );
  await page.getByRole('textbox', { name: 'Find in all runbooks' }).fill('rollout (=|undo)');
  await expect(page.getByRole('option')).toHaveCount(2);
});

test('says where there is no folder to search in', async ({ desktop }) => {
  const page = await desktop.start();
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('There is no folder yet.')).toBeVisible();
  await desktop.shoot('library-search-empty');
});
