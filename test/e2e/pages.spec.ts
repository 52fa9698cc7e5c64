import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

test('welcomes a newcomer, opens the samples as copies and lists them as recent', async ({ desktop }) => {
  const page = await desktop.start();
  await expect(page.getByRole('heading', { name: 'Watchbook' })).toBeVisible();
  await expect(page.getByText('1 found')).toBeVisible();
  await page.mouse.move(700, 700);
  await desktop.shoot('welcome');
  for (const [title, sample] of [
    ['First response on a machine', 'first-response'],
    ['A small release', 'small-release'],
    ['What is in this release', 'release-commits'],
  ] as const) {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' }).click();
    await page.getByRole('button', { name: title }).click();
    await new NotebookPage(page).opened();
    await expect(page.locator('.context')).toContainText(join('home', 'Watchbook', `${sample}.ipynb`));
    await expect(page.getByRole('status').filter({ hasText: 'Copied to' })).toBeVisible();
    await desktop.shoot(`sample-${sample}`);
  }
  await expect(page.getByRole('tab')).toHaveCount(4);
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' }).click();
  await expect(page.getByRole('button', { name: /small-release/ }).first()).toBeVisible();
  await page.mouse.move(700, 880);
  await lookOver(desktop, 'welcome-recent', '.center');
});

test('meets a newcomer without Python with no dead end', async ({ desktop }) => {
  const page = await desktop.start({ withPython: false });
  await page.getByRole('button', { name: 'What is in this release' }).click();
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await desktop.shoot('sample-without-python');
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' }).click();
  await page.getByRole('button', { name: 'First response on a machine' }).click();
  await expect(page.getByRole('contentinfo')).toContainText('Shell');
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(page.locator('article.entry', { hasText: 'Which machine is this' }).first()).toContainText(
    /system\s+Linux/,
  );
});

test('shows kernels, settings, keys and the palette', async ({ desktop }) => {
  const file = join(desktop.folder, 'payments.ipynb');
  await writeNotebookFile(file, ['print(1)', '# Announce\nprint("told")']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const places = page.getByRole('navigation', { name: 'Places' });
  await places.getByRole('button', { name: 'Kernels' }).click();
  await expect(page.getByText('Python 3').first()).toBeVisible();
  await desktop.shoot('kernels');

  await places.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'Appearance' })).toBeVisible();
  const side = page.getByRole('complementary', { name: 'Settings' });
  for (const part of ['Appearance', 'Notebook', 'Notifications', 'Kernels', 'Terminal']) {
    await side.getByRole('button', { name: part }).click();
    await expect(page.getByRole('heading', { name: part, exact: true })).toBeVisible();
    await desktop.shoot(`settings-${part.toLowerCase()}`);
  }
  await side.getByRole('button', { name: 'Appearance' }).click();
  // The theme is the person's, whatever the system says.
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('system');

  await page.getByRole('tab', { name: /payments/ }).click();
  await notebook.select(0);
  await notebook.press('h');
  await expect(page.getByRole('heading', { name: 'Keys', exact: true })).toBeVisible();
  await desktop.shoot('keys');
  await page.getByRole('textbox', { name: 'Type a key or what it does' }).fill('interrupt');
  await expect(page.getByText('Interrupt', { exact: true })).toBeVisible();
  await expect(page.getByText('Save as…')).toBeHidden();
  // The first empties the field.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+Shift+C');
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
  await desktop.shoot('palette');
  await page.keyboard.type('run bel');
  await desktop.shoot('palette-found');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toBeHidden();

  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: /Save as/ })).toBeVisible();
  await desktop.shoot('menu');
  await page.keyboard.press('Escape');
});

test('opens by dialog, command line, second instance and drop, each file once', async ({ desktop }) => {
  const [first, second, third, fourth] = ['one', 'two', 'three', 'four'].map((name) =>
    join(desktop.folder, `${name}.ipynb`),
  ) as [string, string, string, string];
  for (const file of [first, second, third, fourth]) await writeNotebookFile(file, ['print(1)']);
  await mkdir(join(desktop.folder, 'home'), { recursive: true });
  const page = await desktop.start({ files: [first] });
  const tabs = page.getByRole('tab');
  await expect(tabs).toHaveText([/one/]);
  await desktop.answerOpenDialog(second);
  await page.keyboard.press('Control+o');
  await expect(tabs).toHaveText([/one/, /two/]);
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/two/);
  await desktop.answerOpenDialog(null);
  await page.keyboard.press('Control+o');
  await desktop.startAgain([third, first]);
  await expect(tabs).toHaveText([/one/, /two/, /three/]);
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/one/);
  await desktop.drop([fourth]);
  await expect(tabs).toHaveText([/one/, /two/, /three/, /four/]);
  await page.keyboard.press('Control+Tab');
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/one/);
  await page.keyboard.press('Control+w');
  await expect(tabs).toHaveText([/two/, /three/, /four/]);
});

test('ends a kernel from its page after a question', async ({ desktop }) => {
  const file = join(desktop.folder, 'payments.ipynb');
  await writeNotebookFile(file, ['print("ran")']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Control+Enter');
  await expect(notebook.cell(0)).toContainText('ran');
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /Python 3/ })
    .click();
  await expect(page.getByText(/^pid \d+$/)).toBeVisible();
  await page.getByRole('button', { name: 'End it…' }).click();
  const question = page.getByRole('alertdialog', { name: /End Python 3 .* of payments\.ipynb\?/ });
  await expect(question.getByRole('button', { name: 'Keep it running' })).toBeFocused();
  await lookOver(desktop, 'kernel-end-question', '[role=alertdialog]');
  await question.getByRole('button', { name: 'End the kernel' }).click();
  await expect(page.getByText('No kernel runs.')).toBeVisible();
});
