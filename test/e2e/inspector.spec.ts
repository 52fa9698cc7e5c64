import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage, readNotebookFile } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const OPEN = 'Control+Alt+b';

test('edits tags, title and locks of a cell in the panel, each as one edit that is undone', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'settings.ipynb');
  await writeNotebookFile(file, [
    { source: 'deploy()', metadata: { lc_cell_meme: { current: 'x' } } },
    { source: 'check()', metadata: { tags: ['batch-1'] } },
    { type: 'raw', source: 'raw' },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press(OPEN);
  const panel = page.getByRole('complementary', { name: 'Cell settings' });
  await expect(panel.getByRole('tab', { name: 'Step 1' })).toBeFocused();

  // Tab goes through the fields in their order on screen.
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('button', { name: 'Close the settings' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('textbox', { name: 'Title' })).toBeFocused();
  await page.keyboard.type('Deploy to the first batch');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(0).getByRole('heading')).toHaveText('Deploy to the first batch');

  const noted = panel.getByRole('textbox', { name: 'Note' });
  await noted.fill('asks mara first\nand the desk');
  await noted.press('Control+Enter');
  await expect(notebook.cell(0).locator('.entry-sum')).toHaveText('asks mara first');
  await panel.getByRole('textbox', { name: 'Title' }).focus();

  // Tags: by completion, by typing, and away again.
  const tags = panel.getByRole('combobox', { name: 'Tags' });
  await page.keyboard.press('Tab');
  await expect(tags).toBeFocused();
  await page.keyboard.type('destr');
  const list = panel.getByRole('listbox', { name: 'Tags to add' });
  await expect(list.getByRole('option')).toHaveText([/^destructive/]);
  await desktop.shoot('inspector-tags');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(0).locator('.tag-danger')).toHaveText('destructive');
  await expect(panel.getByText('Changes what cannot be changed back; marked in red.')).toBeVisible();
  await page.keyboard.type('batch');
  await expect(list.getByRole('option')).toHaveText(['batch-1In other cells of this notebook']);
  await page.keyboard.type('-2');
  await page.keyboard.press('Enter');
  await page.keyboard.type('batch-2');
  await expect(panel.getByText('The cell has this tag already')).toBeVisible();
  await page.keyboard.press('Escape');
  await panel.getByRole('button', { name: 'Remove the tag batch-2' }).click();

  await panel.getByRole('checkbox', { name: 'Output scrolls' }).click();
  await panel.getByRole('checkbox', { name: 'Not deletable' }).click();
  await expect(notebook.cell(0)).toContainText('not deletable');
  await desktop.shoot('inspector-form');
  await page.keyboard.press('Control+s');
  await expect(page.locator('.context')).toContainText(/saved \d\d:/);
  expect((await readNotebookFile(file)).cells[0]!['metadata']).toEqual({
    lc_cell_meme: { current: 'x' },
    watchbook: { title: 'Deploy to the first batch', note: 'asks mara first\nand the desk' },
    tags: ['destructive'],
    scrolled: true,
    deletable: false,
  });

  // Escape gives the keys back; each change is one undo.
  await panel.getByRole('tab', { name: 'Step 1' }).focus();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(0)).toBeFocused();
  await notebook.press('z');
  await expect(notebook.cell(0)).not.toContainText('not deletable');
  await notebook.press('z', 'z', 'z', 'z', 'z', 'z');
  await expect(notebook.cell(0).getByRole('heading')).toHaveCount(0);

  // Another cell, another form; a raw cell has a format.
  await notebook.select(2);
  await expect(panel.getByRole('tab', { name: 'Raw text' })).toBeVisible();
  await panel.getByRole('combobox', { name: 'Format of the raw text' }).selectOption('text/html');
  await notebook.save();
  expect((await readNotebookFile(file)).cells[2]!['metadata']).toEqual({ raw_mimetype: 'text/html' });

  // The panel is wider by keys, and that is remembered with it.
  await panel.getByRole('separator').focus();
  await page.keyboard.press('ArrowLeft');
  expect(await panel.evaluate((element) => element.getBoundingClientRect().width)).toBe(328);
  await page.keyboard.press(OPEN);
  await expect(panel).toBeHidden();
  await expect(notebook.cell(2)).toBeFocused();
  await page.getByRole('button', { name: 'Cell settings' }).click();
  expect(await panel.evaluate((element) => element.getBoundingClientRect().width)).toBe(328);
  // On a narrow window it lies over the page, and the bar above stays free.
  await desktop.resize(1100, 700);
  await expect(page.getByRole('button', { name: 'Run all' })).toBeVisible();
  const side = await page.locator('.doc').evaluate((view) => view.getBoundingClientRect().right);
  expect(side).toBe(1100);
  await desktop.shoot('inspector-over-page');
});

test('takes metadata as JSON once nothing in it is wrong, and keeps what another edit made', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'json.ipynb');
  await writeNotebookFile(file, [
    { source: 'one()', metadata: { tags: ['a'], own: { deep: [1, 2] } } },
    'two()',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press(OPEN);
  const panel = page.getByRole('complementary', { name: 'Cell settings' });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const editor = panel.getByRole('textbox', { name: 'Metadata as JSON' });
  await expect(editor).toContainText('"deep"');
  const write = async (text: string): Promise<void> => {
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text);
  };
  await write('{\n  "tags": ["a", "a"],\n  "scrolled": "maybe",\n}');
  await expect(panel.locator('.metadata-problem')).toHaveText([/^Line 4: This is not JSON/]);
  await write('{\n  "tags": ["a", "a"],\n  "scrolled": "maybe"\n}');
  await expect(panel.locator('.metadata-problem')).toHaveText([
    'Line 2: tags[1] holds "a" twice.',
    'Line 3: scrolled must be one of true, false, "auto".',
  ]);
  await page.keyboard.press('Control+Enter');
  await expect(panel.getByText('Nothing was changed.')).toBeVisible();
  await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
  await lookOver(desktop, 'inspector-json-problems', '.inspector');

  await write('{\n  "tags": ["hide-input"],\n  "own": {"deep": [1, 2]},\n  "more": null\n}');
  await page.keyboard.press('Control+Enter');
  await expect(notebook.cell(0)).toContainText('Source hidden');
  // Leaving the field for another cell applies it too.
  await write('{\n  "tags": ["b"],\n  "own": {"deep": [1, 2]}\n}');
  await notebook.select(1);
  await expect(notebook.cell(0)).toContainText('one()');
  await notebook.select(0);
  await notebook.save();
  expect((await readNotebookFile(file)).cells[0]!['metadata']).toEqual({
    tags: ['b'],
    own: { deep: [1, 2] },
  });
  await notebook.press('z');
  await expect(editor).toContainText('"more": null');
  await notebook.press('z');
  await expect(editor).toContainText('"a"');
});

test('runs no frozen cell, says so, and unfreezes it from its menu', async ({ desktop }) => {
  const file = join(desktop.folder, 'frozen.ipynb');
  await writeNotebookFile(
    file,
    [
      'echo one',
      { source: 'echo frozen', metadata: { run_through_control: { frozen: true, read_only: false } } },
      { source: 'echo fixed', metadata: { editable: false, deletable: false } },
    ],
    'bash',
  );
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(notebook.cell(1)).toContainText('frozen');
  await expect(notebook.cell(2)).toContainText('locked');
  await lookOver(desktop, 'locked-cells', '.center');
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(notebook.cell(2)).toHaveAccessibleName(/done$/);
  await expect(notebook.cell(1)).toHaveAccessibleName(/not run here$/);
  await notebook.select(1);
  await notebook.press('Control+Enter');
  await expect(page.getByText('This cell is frozen and was not run.')).toBeVisible();
  // Neither frozen nor fixed sources are edited, and the fixed one stays.
  await notebook.press('Enter');
  await expect(notebook.editor).toHaveCount(0);
  await notebook.select(2);
  await notebook.press('Enter', 'd', 'd');
  await expect(notebook.editor).toHaveCount(0);
  await expect(notebook.cells).toHaveCount(3);

  await notebook.cell(1).hover();
  await notebook.cell(1).getByRole('button', { name: 'More for this cell' }).click();
  await page.getByRole('menuitem', { name: 'Unfreeze' }).click();
  await notebook.select(1);
  await notebook.press('Control+Enter');
  await expect(notebook.cell(1)).toHaveAccessibleName(/done$/);
  await notebook.save();
  expect((await readNotebookFile(file)).cells[1]!['metadata']).toMatchObject({
    run_through_control: { frozen: false, read_only: false },
  });
});

test('lets a cell run in the shell beside the kernel, and back', async ({ desktop }) => {
  const file = join(desktop.folder, 'beside.ipynb');
  await writeNotebookFile(file, ['echo from $0', 'print(1)']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const first = notebook.cell(0);
  await first.getByRole('button', { name: 'Runs on the kernel, Python' }).click();
  await lookOver(desktop, 'language-menu', '[role=menu]');
  await page.getByRole('menuitemradio', { name: /Shell beside it/ }).click();
  await expect(first.getByRole('button', { name: 'Runs in the shell on this machine' })).toBeVisible();
  await notebook.select(0);
  await notebook.press('Control+Enter');
  await expect(first).toContainText('from ');
  await expect(first).toHaveAccessibleName(/done$/);
  await desktop.shoot('shell-beside');
  await notebook.save();
  expect((await readNotebookFile(file)).cells[0]!['metadata']).toMatchObject({
    vscode: { languageId: 'shellscript' },
  });
  await notebook.command('between the kernel and the shell');
  await expect(first.getByRole('button', { name: 'Runs on the kernel, Python' })).toBeVisible();
  await notebook.save();
  expect((await readNotebookFile(file)).cells[0]!['metadata']).not.toHaveProperty('vscode');
});

test('says what a step has to show, undoes and waits for, without any JSON', async ({ desktop }) => {
  const file = join(desktop.folder, 'release.ipynb');
  await writeNotebookFile(file, [
    { source: 'deploy()' },
    { source: 'undeploy()' },
    { type: 'markdown', source: '# Approve\n\n- [ ] graphs\n- [ ] pager' },
    { type: 'markdown', source: 'Wait for the load to go down' },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press(OPEN);
  const panel = page.getByRole('complementary', { name: 'Cell settings' });
  const field = (name: string) => panel.getByRole('textbox', { name, exact: true });
  const type = async (name: string, text: string): Promise<void> => {
    await field(name).fill(text);
    await field(name).press('Enter');
  };
  await type('Exit status', 'none');
  await expect(panel.getByText('A whole number')).toBeVisible();
  await type('Exit status', '0');
  await type('Output contains', 'rolled out');
  await type('Output matches', '(');
  await expect(panel.getByText('The pattern can not be read')).toBeVisible();
  await field('Output matches').press('Escape');
  await type('Number in the output', 'errors: (\\d+)');
  await type('Number, at most', '1');
  await type('Seconds', '90');
  await panel.getByRole('combobox', { name: 'After it' }).selectOption('interrupt');
  await type('Output matches', '^ok$');
  await panel.getByRole('group', { name: 'Known errors' }).getByRole('textbox').first().fill('ECONNREFUSED');
  await page.keyboard.press('Enter');
  await type('Error 1: what is said', 'The proxy is down.');
  await type('Error 1: tried again, times at most', '3');
  await type('Error 1: seconds between', '5');
  await type('Times at most', 'often');
  await expect(panel.getByText('A whole number from 1 to 1000')).toBeVisible();
  await type('Times at most', '2');
  await type('Secrets', 'DEPLOY_TOKEN, PAGER_KEY');
  await panel.getByRole('combobox', { name: 'Terminal' }).selectOption('host');
  await type('Host of the terminal', '-oProxyCommand=x');
  await expect(panel.getByText('A name that does not begin with a dash')).toBeVisible();
  await type('Host of the terminal', 'bastion');
  await lookOver(desktop, 'inspector-step', '.inspector');

  await notebook.select(1);
  await panel.getByRole('combobox', { name: 'Undoes the step' }).selectOption({ index: 1 });
  await notebook.select(2);
  await panel.getByRole('combobox', { name: 'In a run this text is' }).selectOption('approve');
  await type('By', 'release, mara');
  await type('How many', '2');
  await panel.getByRole('checkbox', { name: 'Signed with a key' }).click();
  await type('Items that have to be ticked', '1, 3');
  await expect(panel.getByText('Numbers from 1 to 2')).toBeVisible();
  await type('Items that have to be ticked', '2 1');
  await lookOver(desktop, 'inspector-gate', '.inspector');
  await notebook.select(3);
  await panel.getByRole('combobox', { name: 'In a run this text is' }).selectOption('condition');
  await type('Answer matches', '^ready');
  await type('Number in the answer', 'load (\\d+)');
  await type('Number, at most', '4');
  await page.keyboard.press('Control+s');
  await expect(page.locator('.context')).toContainText(/saved \d\d:/);
  const { cells } = await readNotebookFile(file);
  expect(cells.map(({ metadata }) => metadata)).toEqual([
    {
      watchbook: {
        expect: {
          exitStatus: 0,
          contains: 'rolled out',
          matches: '^ok$',
          number: { pattern: 'errors: (\\d+)', max: 1 },
        },
        // oxlint-disable-next-line unicorn/no-thenable -- the contract's name
        limit: { seconds: 90, then: 'interrupt' },
        hints: [{ matches: 'ECONNREFUSED', say: 'The proxy is down.', retry: { count: 3, wait: 5 } }],
        retry: { count: 2, wait: 30 },
        secrets: ['DEPLOY_TOKEN', 'PAGER_KEY'],
        terminal: { host: 'bastion' },
      },
    },
    { watchbook: { rollbackOf: cells[0]!['id'] }, tags: ['rollback', 'skip-execution'] },
    {
      watchbook: {
        gate: { kind: 'approve', by: ['release', 'mara'], minimum: 2, signed: true },
        checklist: { required: [1, 2] },
      },
    },
    {
      watchbook: {
        gate: {
          kind: 'condition',
          command: ['true'],
          expect: { exitStatus: 0, matches: '^ready', number: { pattern: 'load (\\d+)', max: 4 } },
        },
      },
    },
  ]);

  // Between two cells, gates and checklists are put as code is, and take what is typed at once.
  const choice = (name: string): Locator =>
    page.getByRole('group', { name: 'Insert a cell here' }).last().getByRole('button', { name });
  await choice('Gate').press('Enter');
  await expect(notebook.editor).toContainText('### Go on?');
  await expect(panel.getByRole('combobox', { name: 'In a run this text is' })).toHaveValue('confirm');
  await notebook.press('Escape');
  await choice('Checklist').press('Enter');
  await expect(notebook.editor).toContainText('- [ ]');
});

test('keeps checkpoints of a runbook, compares with one, goes back to it and takes that back', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'kept.ipynb');
  await writeNotebookFile(file, [
    { type: 'markdown', source: '# Release payments-api' },
    '# Check the cluster\nkubectl get nodes',
    '# Deploy to the first batch\nrollout("payments-api", percent=10)',
    '# Watch the error rate\nwatch("5xx", minutes=10)',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Control+Alt+s');
  const panel = page.getByRole('complementary', { name: 'Cell settings' });
  const name = panel.getByRole('textbox', { name: 'Name of the checkpoint' });
  await expect(name).toBeFocused();
  await desktop.shoot('checkpoints-none');
  await page.keyboard.type('before pool change');
  await page.keyboard.press('Enter');
  const row = panel.getByRole('button', { name: /“before pool change”/ });
  await expect(row).toBeFocused();
  await expect(panel.getByRole('tab', { name: 'Checkpoints, 1' })).toBeVisible();

  // Edited, a cell away; then another checkpoint, so that there are two to choose from.
  await notebook.select(2);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nrollout.wait(timeout="5m")');
  await page.keyboard.press('Escape');
  await notebook.select(3);
  await notebook.press('d', 'd');
  await expect(notebook.cells).toHaveCount(3);
  await notebook.command('Keep a checkpoint');
  await expect(name).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('button', { name: /Kept by hand/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row).toBeFocused();
  await desktop.shoot('checkpoints');

  await panel.getByRole('button', { name: 'Compare', exact: true }).click();
  const compared = page.getByRole('region', { name: 'Compared with a checkpoint' });
  await expect(compared.getByRole('option')).toHaveText([
    /Deploy to the first batch.*1 line/,
    /Watch.*removed/,
  ]);
  await expect(compared.locator('.diff')).toContainText('rollout.wait');
  await desktop.shoot('checkpoint-compared');
  // On a narrow window the panel lies over the page, and hides nothing of what differs.
  await desktop.resize(1100, 700);
  const edge = async (part: Locator, name: 'left' | 'right'): Promise<number> =>
    part.evaluate((element, side) => element.getBoundingClientRect()[side], name);
  expect(await edge(compared, 'right')).toBe(await edge(panel, 'left'));
  await desktop.resize(1440, 900);
  await page.keyboard.press('ArrowDown');
  await expect(compared.locator('.diff')).toContainText('minutes=10');
  await compared.getByRole('button', { name: 'Go back to this checkpoint' }).click();
  await expect(compared).toBeHidden();
  await expect(notebook.cells).toHaveCount(4);
  await expect(notebook.cell(2)).not.toContainText('rollout.wait');
  // What was here was a checkpoint already, so none is added for it; and it is one step.
  await expect(panel.getByRole('tab', { name: 'Checkpoints, 2' })).toBeVisible();
  await expect(notebook.active).toBeFocused();
  await page.keyboard.press('z');
  await expect(notebook.cells).toHaveCount(3);
  await expect(notebook.cell(2)).toContainText('rollout.wait');

  // Another name, away, and back.
  await row.focus();
  await page.keyboard.press('F2');
  await panel.getByRole('textbox', { name: 'New name of the checkpoint' }).fill('good');
  await page.keyboard.press('Enter');
  const good = panel.getByRole('button', { name: /“good”/ });
  await expect(good).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(good).toBeHidden();
  await expect(panel.getByRole('button', { name: 'Put it back' })).toBeFocused();
  await desktop.shoot('checkpoint-removed');
  await page.keyboard.press('Enter');
  await expect(good).toBeFocused();
});
