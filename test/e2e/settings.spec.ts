import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

test('are found by words, changed by keys, and written among the comments of a hand', async ({ desktop }) => {
  const file = join(desktop.places.config, 'settings.json');
  await mkdir(desktop.places.config, { recursive: true });
  await writeFile(file, '{\n  // for the night\n  "theme": "dark",\n  "idleKernelMinutes": 20\n}\n');
  const page = await desktop.start();
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: 'Appearance' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Theme' })).toHaveValue('dark');
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');

  const side = page.getByRole('complementary', { name: 'Settings' });
  await side.getByRole('button', { name: 'Notebook' }).click();
  await page.getByRole('switch', { name: 'Save after each cell' }).press('Space');
  await expect(page.getByRole('switch', { name: 'Save after each cell' })).toBeChecked();
  await side.getByRole('button', { name: 'Notifications' }).click();

  await side.getByRole('searchbox', { name: 'Find a setting' }).fill('idle');
  await expect(page.getByRole('heading', { name: 'Kernels: Life' })).toBeVisible();
  const idle = page.getByRole('textbox', { name: 'Idle kernels end after' });
  await idle.fill('0');
  await expect(page.getByText('A whole number, at least 1')).toBeVisible();
  await idle.press('Enter');
  await idle.fill('45');
  await idle.press('Enter');
  await expect
    .poll(() => readFile(file, 'utf8'))
    .toBe(
      '{\n  // for the night\n  "theme": "dark",\n  "idleKernelMinutes": 45,\n  "saveAfterRun": true\n}\n',
    );
  const search = side.getByRole('searchbox', { name: 'Find a setting' });
  await search.press('Enter');
  await expect(idle).toBeFocused();
  await search.press('Escape');
  await expect(search).toHaveValue('');
  await expect(page.getByRole('heading', { name: 'Notifications', exact: true })).toBeVisible();
});

test('that are edited by hand are followed at once, and a mistake is named by its line', async ({
  desktop,
}) => {
  const page = await desktop.start();
  await page.keyboard.press('Control+,');
  const file = join(desktop.places.config, 'settings.json');
  await expect(page.getByText(file)).toBeVisible();
  await writeFile(file, '{\n  "contrast": "high",\n  "zoom": 400,\n  "colour": "blue"\n}\n');
  const mistakes = page.getByRole('region', { name: 'Mistakes in the file' });
  await expect(mistakes).toContainText('Line 3: “zoom” is 400, at most 200. The default is used.');
  await expect(mistakes).toContainText('Line 4: “colour” is not a setting. It is kept and not used.');
  await expect(page.locator('html')).toHaveAttribute('data-contrast', 'high');
  await desktop.shoot('settings-mistakes');
  await page.getByRole('switch').first().waitFor({ state: 'detached' });

  // Nothing is written over a file that can not be understood, and the page says so.
  const broken = '{\n  "contrast": "high"\n  "zoom": 110\n}\n';
  await writeFile(file, broken);
  await expect(mistakes).toContainText('Line 3: The file is not valid here: a comma is missing.');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('light');
  await expect(page.getByRole('alert').filter({ hasText: 'nothing was written' })).toBeVisible();
  expect(await readFile(file, 'utf8')).toBe(broken);
});

test('zoom by keys, keep it, and leave states and times on screen at 200 %', async ({ desktop }) => {
  const file = join(desktop.folder, 'zoomed.ipynb');
  await writeNotebookFile(
    file,
    ['# Deploy to the first batch of the machines in the second region\nsleep 0.2', 'exit 3'],
    'bash',
  );
  const others = ['one', 'two', 'three', 'four', 'five'].map((name) => join(desktop.folder, `${name}.ipynb`));
  for (const other of others) await writeNotebookFile(other, ['true'], 'bash');
  const page = await desktop.start({ files: [...others, file] });
  await page.getByRole('tab', { name: 'zoomed.ipynb' }).click();
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  await page.keyboard.press('Control+Enter');
  await expect(notebook.cell(0)).toHaveAccessibleName(/done/);
  const widthAt = async (percent: number): Promise<void> => {
    await page.waitForFunction((wanted) => window.innerWidth === wanted, Math.round(144_000 / percent));
  };
  await page.keyboard.press('Control+=');
  await widthAt(110);
  await page.keyboard.press('Control+-');
  await widthAt(100);
  for (const percent of [110, 125, 150, 175, 200]) {
    await page.keyboard.press('Control+=');
    await widthAt(percent);
  }
  await notebook.select(0);
  for (const part of [
    notebook.cell(0).locator('.entry-time'),
    page.getByRole('contentinfo').getByRole('button', { name: /bash|Shell/ }),
    page.getByRole('contentinfo').getByText('UTC'),
    page.getByRole('button', { name: 'Run all' }),
  ]) {
    await expect(part).toBeInViewport({ ratio: 0.95 });
  }
  // Of six tabs the one that is shown is whole.
  const tab = page.getByRole('tab', { name: 'zoomed.ipynb' }).locator('..');
  await expect(tab).toBeInViewport({ ratio: 0.99 });
  await expect(tab.getByRole('button', { name: 'Close the tab' })).toBeInViewport({ ratio: 0.99 });
  await desktop.shoot('zoom-200');
  // What is kept is there at the next start.
  await desktop.close();
  const again = await desktop.start();
  await again.waitForFunction(() => window.innerWidth === 720);
  await again.keyboard.press('Control+0');
  await again.waitForFunction(() => window.innerWidth === 1440);
});
