import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `echo line ${at}`).join('\n');

const RELEASE = [
  { type: 'markdown' as const, source: '# Release payments-api' },
  { type: 'markdown' as const, source: '## Prepare' },
  `# Look around\necho ready`,
  `# Check the pool\nexit 7`,
  { type: 'markdown' as const, source: '### In depth' },
  `# Read the limits\n${lines(12)}`,
  { type: 'markdown' as const, source: '## First batch, 10 %' },
  `# Deploy\n${lines(30)}`,
  `# Watch\nsleep 600`,
  { type: 'markdown' as const, source: '## Close' },
  `# Tell the desk\n${lines(40)}`,
];

test('the contents follow the view and say how the steps of each section stand', async ({ desktop }) => {
  const file = join(desktop.folder, 'release.ipynb');
  await writeNotebookFile(file, RELEASE, 'bash');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const contents = page.getByRole('navigation', { name: 'Contents' });
  const row = (name: RegExp) => contents.getByRole('button', { name });
  await expect(row(/^Prepare/)).toHaveText('Prepare2 steps');
  // Opened for reading: the first step has the keys, and its section the mark.
  await expect(notebook.cell(2)).toBeFocused();
  await expect(row(/^Prepare/)).toHaveAttribute('aria-current', 'true');

  await notebook.select(2);
  await notebook.press('Control+Enter');
  await expect(row(/^Prepare/)).toHaveText('Prepare1 of 2 done');
  await notebook.select(3);
  await notebook.press('Control+Enter');
  await expect(row(/^Prepare/)).toHaveText('Preparefailed');
  await notebook.select(5);
  await notebook.press('Control+Enter');
  await expect(row(/^In depth/)).toHaveText('In depthdone');
  await notebook.press('Enter');
  await page.keyboard.type(' # more');
  await notebook.press('Escape');
  await expect(row(/^In depth/)).toHaveText('In depthedited');
  // Undone to what was run, nothing is edited any more.
  await notebook.press('z');
  await expect(row(/^In depth/)).toHaveText('In depthdone');
  await row(/^First batch/).click();
  await expect(notebook.cell(6)).toBeFocused();
  await expect(row(/^First batch/)).toHaveAttribute('aria-current', 'true');
  await notebook.select(8);
  await notebook.press('Control+Enter');
  await expect(row(/^First batch/)).toHaveText('First batch, 10 %running');
  await lookOver(desktop, 'contents-states', '.side');

  // The wheel alone moves the mark: what is selected is out of view.
  await page.locator('.doc').hover();
  await page.mouse.wheel(0, -9_000);
  await expect(row(/^Release/)).toHaveAttribute('aria-current', 'true');
  await page.mouse.wheel(0, 9_000);
  await expect(row(/^Release/)).not.toHaveAttribute('aria-current');

  // By keys: one stop for Tab, arrows inside.
  await contents.locator('[tabindex="0"]').focus();
  await page.keyboard.press('Home');
  await expect(row(/^Release/)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(1)).toHaveClass(/is-active/);
});

test('folds sections by key and by their arrow, and counts what is hidden', async ({ desktop }) => {
  const file = join(desktop.folder, 'release.ipynb');
  await writeNotebookFile(file, RELEASE, 'bash');
  const before = await readFile(file, 'utf8');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(3);
  await notebook.press('Control+Enter');
  await expect(notebook.cell(3)).toHaveAccessibleName(/failed/);
  await notebook.press('ArrowLeft');
  await expect(notebook.cell(1)).toBeFocused();
  await notebook.press('ArrowLeft');
  await expect(notebook.cell(2)).toBeHidden();
  await expect(notebook.cell(1)).toContainText('4 cells hidden');
  await expect(notebook.cell(1)).toContainText('failed');
  await notebook.press('j');
  await expect(notebook.cell(6)).toBeFocused();
  await lookOver(desktop, 'section-folded', '.center');
  // Down to the next heading, and back; a heading that is open is folded first.
  await notebook.press('ArrowRight');
  await expect(notebook.cell(9)).toBeFocused();
  await notebook.press('k', 'k', 'k', 'k');
  await expect(notebook.cell(1)).toBeFocused();

  // Insert below a folded heading: after what it hides.
  await notebook.press('b');
  await expect(notebook.active).toHaveAttribute('data-kind', 'code');
  expect((await notebook.order()).slice(4, 8)).toEqual([
    'c4',
    'c5',
    await notebook.active.getAttribute('data-cell'),
    'c6',
  ]);
  await notebook.press('z');
  await expect(notebook.cells).toHaveCount(RELEASE.length);

  // The arrow; a hidden cell that is gone to opens its headings.
  const arrow = notebook.cell(1).getByRole('button', { name: 'Fold the section Prepare' });
  await notebook.cell(1).hover();
  await arrow.click();
  await expect(notebook.cell(2)).toBeHidden();
  await page
    .getByRole('navigation', { name: 'Contents' })
    .getByRole('button', { name: /^In depth/ })
    .click();
  await expect(notebook.cell(4)).toBeFocused();
  await expect(notebook.cell(2)).toBeVisible();

  // A selection over folded cells is opened before anything of it is deleted.
  await notebook.select(1);
  await notebook.press('ArrowLeft', 'Shift+J', 'd', 'd');
  await expect(notebook.cell(5)).toBeVisible();
  await expect(notebook.cells).toHaveCount(RELEASE.length);
  // Folding is reading: the file is as it was, and nothing waits to be saved but results.
  await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('shows what tags hide at a click, keeps what keys fold, and hides all code', async ({ desktop }) => {
  const file = join(desktop.folder, 'hidden.ipynb');
  const output = (text: string) => ({
    outputs: [{ output_type: 'stream' as const, name: 'stdout' as const, text }],
    executionCount: 1,
  });
  const tagged = (...tags: readonly string[]) => ({ metadata: { tags: [...tags] } });
  await writeNotebookFile(file, [
    { source: '# Count\ncount()', ...tagged('hide-input'), ...output('42 rows\n') },
    { source: '# List\nls()', ...tagged('remove_output'), ...output('a.txt\n') },
    { source: '# Helpers\nhelp()', ...tagged('hide-cell'), ...output('helped\n') },
    { type: 'markdown', source: '## Notes for authors\nDo not read.', ...tagged('remove-cell') },
    {
      source: '# Long\nlong()',
      metadata: { scrolled: true },
      ...output(Array.from({ length: 90 }, (_, at) => `row ${at}\n`).join('')),
    },
  ]);
  const before = await readFile(file, 'utf8');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const [input, removed, whole, text, long] = [0, 1, 2, 3, 4].map((at) => notebook.cell(at)) as [
    typeof notebook.active,
    typeof notebook.active,
    typeof notebook.active,
    typeof notebook.active,
    typeof notebook.active,
  ];
  await expect(input).toContainText('Source hidden, 2 lines of Python');
  await expect(input).toContainText('42 rows');
  await expect(removed).toContainText('Output left out of pages');
  await expect(whole).toContainText('Cell hidden, 2 lines of Python');
  await expect(whole).not.toContainText('helped');
  await expect(text).toContainText('Text left out of pages, Notes for authors');
  const box = long.getByRole('group', { name: 'Output, scrolls' });
  expect(await box.evaluate((view) => view.scrollHeight > view.clientHeight + 100)).toBe(true);
  await lookOver(desktop, 'hidden-parts', '.center');

  await input.getByRole('button', { name: /Show code/ }).click();
  await expect(input.locator('.still-code')).toContainText('count()');
  await whole.getByRole('button', { name: /Show cell/ }).click();
  await expect(whole).toContainText('help()');
  await expect(whole).toContainText('helped');
  await text.getByRole('button', { name: /Show text/ }).click();
  await expect(text).toContainText('Do not read.');
  await removed.getByRole('button', { name: /Show output/ }).click();
  await expect(removed).toContainText('a.txt');
  await desktop.shoot('hidden-parts-shown');
  await input.getByRole('button', { name: 'Hide code' }).click();
  await whole.getByRole('button', { name: 'Hide cell' }).click();
  await expect(whole).not.toContainText('help()');
  // A click to see is reading: nothing is to be saved.
  await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
  expect(await readFile(file, 'utf8')).toBe(before);

  // What a key folds is kept where Jupyter keeps it.
  await notebook.select(4);
  await notebook.press('o');
  await expect(long).toContainText('Output hidden');
  await notebook.save();
  expect(await readFile(file, 'utf8')).toContain('"outputs_hidden": true');
  await notebook.press('o');
  await expect(box).toBeVisible();
  await notebook.save();
  await expect.poll(() => readFile(file, 'utf8')).toBe(before);

  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Hide all code' }).click();
  await expect(page.locator('.still-code')).toHaveCount(0);
  await expect(long).toContainText('Source hidden, 2 lines of Python');
  await page.keyboard.press('Escape');
  await lookOver(desktop, 'all-code-hidden', '.center');
  await notebook.command('show all code');
  await expect(long.locator('.still-code')).toBeVisible();

  // Beside their sources, as in JupyterLab; below them again by the same key.
  const tops = async (): Promise<readonly number[]> =>
    Promise.all(
      ['.still-code', '.output'].map(async (part) => (await long.locator(part).boundingBox())?.y ?? 0),
    );
  await notebook.select(4);
  await notebook.press('Shift+R');
  await expect.poll(async () => Math.abs((await tops())[0]! - (await tops())[1]!)).toBeLessThan(12);
  await lookOver(desktop, 'outputs-beside', '.center');
  await notebook.select(4);
  await notebook.press('Shift+R');
  await expect.poll(async () => (await tops())[1]! - (await tops())[0]!).toBeGreaterThan(20);
});

test('opens for reading with what starts it at hand, until something is run or edited', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'release.ipynb');
  await writeNotebookFile(
    file,
    [
      { type: 'markdown', source: '# Release payments-api\n\nAsk the desk first.' },
      { source: '# Undo it all\necho undone', metadata: { tags: ['rollback'] } },
      '# Look around\necho ready',
      '# Deploy\necho deployed',
    ],
    'bash',
  );
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const bar = (): ReturnType<typeof page.getByRole> => page.getByRole('region', { name: 'Start' });
  await expect(bar()).toContainText('Open for reading');
  await expect(bar()).toContainText('Step 2, Look around, starts it. No earlier run is known here.');
  await expect(notebook.cell(2)).toBeFocused();
  await desktop.shoot('open-for-reading');
  await desktop.resize(1100, 700);
  const top = await notebook.cell(2).evaluate((cell) => cell.getBoundingClientRect().top);
  await bar().getByRole('button', { name: 'Run step 2' }).click();
  await expect(notebook.cell(2)).toHaveAccessibleName(/done$/);
  await expect(notebook.cell(3)).toHaveAccessibleName(/not run here$/);
  await expect(notebook.cell(2)).toBeFocused();
  await expect(bar()).toBeHidden();
  expect(await notebook.cell(2).evaluate((cell) => cell.getBoundingClientRect().top)).toBe(top);
  await notebook.save();
  await notebook.press('Control+w');
  await expect(page.getByRole('tab', { name: 'Welcome' })).toBeVisible();

  // By a second start, as from a file manager.
  await desktop.startAgain([file]);
  await notebook.opened();
  await expect(bar()).toContainText(/Last run today at \d\d:\d\d/);
  await notebook.press('Enter');
  await expect(notebook.editor).toBeFocused();
  await expect(bar()).toBeHidden();
  await notebook.press('Escape');
  await expect(bar()).toBeHidden();
});
