import { join } from 'node:path';
import { expect, test } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

test('is a list of named steps, and tells how they go', async ({ desktop }) => {
  const file = join(desktop.folder, 'heard.ipynb');
  await writeNotebookFile(
    file,
    [
      { type: 'markdown', source: '# Release' },
      '# Deploy to the first batch\nsleep 0.3; echo ready',
      '# Check the ledger\necho no; (exit 7)',
      '# Ask for the change\nread -p "Which change? " change',
    ],
    'bash',
  );
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const cells = page.getByRole('list', { name: 'Cells' });
  await expect(cells.getByRole('listitem')).toHaveCount(4);
  await expect(
    cells.getByRole('article', { name: 'step 1, Deploy to the first batch, not run here' }),
  ).toBeVisible();
  await notebook.select(0);
  await expect(cells.getByRole('article', { name: 'text, Release' })).toHaveAttribute('aria-current', 'step');
  const progress = page.getByRole('status', { name: 'Progress' });
  await notebook.press('j', 'Shift+Enter');
  await expect(progress).toHaveText('step 1, Deploy to the first batch, running');
  await notebook.press('Shift+Enter');
  const alarm = page.getByRole('alert').filter({ hasText: 'step' });
  await expect(alarm).toHaveText('step 2, Check the ledger, failed, exit status 7');
  await notebook.press('Control+Enter');
  await expect(alarm).toContainText('step 3, Ask for the change asks for input');
  await notebook.cell(3).getByRole('textbox').focus();
  await notebook.press('Escape');
  await expect(notebook.cell(3)).toBeFocused();
  // With reduced motion the ring of a running step stands still.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(notebook.cell(3).locator('.node .icon')).toHaveCSS('animation-duration', '0s');
  await page.emulateMedia({ reducedMotion: null });
});
