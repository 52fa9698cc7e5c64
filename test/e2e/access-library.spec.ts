import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { audit, command, escape, startWalk, type Screen, type Walk } from '../support/audit';
import { writeNotebookFile } from '../support/notebooks';

const searchFor = async ({ page }: Walk, words: string, found: string): Promise<void> => {
  await page.keyboard.press('Control+Shift+f');
  await page.getByRole('textbox', { name: 'Find in all runbooks' }).fill(words);
  await page.getByRole('status').filter({ hasText: found }).waitFor();
};
const treeItem = ({ page }: Walk, name: string) => page.getByRole('treeitem', { name });

/** The library, and what stands beside and between notebooks. */
const BESIDE: readonly Screen[] = [
  ['search, none found', (walk) => searchFor(walk, 'zzz', 'nothing found'), null, '.page'],
  [
    'search, found',
    async (walk) => {
      await searchFor(walk, 'Roll out in', '1 in 1 runbook');
      await walk.page.keyboard.press('ArrowDown');
    },
    null,
    '.page',
  ],
  [
    'open for reading',
    async ({ page, notebook }) => {
      await page.keyboard.press('Enter');
      await notebook.opened();
      await page.getByText('Open for reading').waitFor();
    },
    null,
    '.center',
  ],
  [
    'library',
    async (walk) => {
      await walk.page.getByRole('tree').focus();
      await walk.page.keyboard.type('rel');
      await walk.page.keyboard.press('ArrowRight');
      await treeItem(walk, 'payments.ipynb').waitFor();
    },
    null,
    '.side',
  ],
  [
    'library, a name typed',
    async (walk) => {
      await walk.page.getByRole('tree').focus();
      await walk.page.keyboard.type('roll');
      await walk.page.keyboard.press('F2');
      await walk.page.keyboard.type('a/b');
      await walk.page.keyboard.press('Enter');
    },
    escape,
    '.side',
  ],
  [
    'library, filtered',
    ({ page }) => page.getByRole('searchbox', { name: /filter/i }).fill('zzz'),
    ({ page }) => page.getByRole('searchbox', { name: /filter/i }).fill(''),
    '.side',
  ],
  [
    'library, the menu of a line',
    async (walk) => {
      await treeItem(walk, 'rollback.ipynb').click({ button: 'right' });
      await walk.page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'library, the menu of its folders',
    async ({ page }) => {
      await page.getByRole('button', { name: 'More for the library' }).click();
      await page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'the menu of a tab',
    async ({ page }) => {
      await page.getByRole('tab', { name: /payments/ }).click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'a text file',
    async (walk) => {
      await treeItem(walk, 'notes.md').click();
      await expect(walk.page.locator('iframe.out-frame.is-drawn')).toBeVisible();
    },
    null,
    '.text-page',
  ],
  [
    'a text file that is gone',
    async ({ desktop, page }) => {
      await rm(join(desktop.folder, 'ops-runbooks', 'notes.md'));
      await page.getByText('notes.md is not there any more.').waitFor();
    },
    ({ page }) => page.keyboard.press('Control+w'),
    '.text-page',
  ],
  [
    'checkpoints, none',
    async ({ page, notebook }) => {
      await notebook.select(1);
      await page.keyboard.press('Control+Alt+s');
      await page.getByRole('textbox', { name: 'Name of the checkpoint' }).waitFor();
    },
    null,
    '.inspector',
  ],
  [
    'checkpoints, one kept',
    async ({ page }) => {
      await page.keyboard.type('before the change');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /before the change/ }).waitFor();
    },
    null,
    '.inspector',
  ],
  [
    'checkpoints, another name',
    async ({ page }) => {
      await page.getByRole('button', { name: /before the change/ }).press('F2');
      await page.getByRole('textbox', { name: 'New name of the checkpoint' }).waitFor();
    },
    escape,
    '.inspector',
  ],
  [
    'checkpoints, compared with one',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.getByRole('region', { name: 'Compared with a checkpoint' }).waitFor();
    },
    escape,
    '.center',
  ],
  [
    'checkpoints, one removed',
    async ({ page }) => {
      await page.getByRole('button', { name: /before the change/ }).press('Delete');
      await page.getByRole('button', { name: 'Put it back' }).waitFor();
    },
    ({ page }) => page.getByRole('button', { name: 'Close the settings' }).click(),
    '.inspector',
  ],
  [
    'cell panel',
    async ({ page, notebook }) => {
      await notebook.select(1);
      await page.keyboard.press('Control+Alt+b');
      await page.getByRole('complementary', { name: 'Cell settings' }).waitFor();
    },
    null,
    '.inspector',
  ],
  [
    'cell panel, metadata',
    ({ page }) => page.getByRole('tab', { name: 'Metadata' }).click(),
    ({ page }) => page.getByRole('button', { name: 'Close the settings' }).click(),
    '.inspector',
  ],
  [
    'export',
    async (walk) => {
      await command(walk, 'Export');
      await walk.page.getByRole('dialog').waitFor();
    },
    escape,
    '[role=dialog]',
  ],
  [
    'a widget without its kernel',
    async ({ notebook }) => {
      await notebook.select(2);
      await expect(notebook.cell(2).locator('.out')).toBeVisible();
    },
    null,
    '[data-cell=c2]',
  ],
  [
    'a widget of a package that is not here',
    async ({ notebook }) => {
      await notebook.select(3);
      await notebook.cell(3).getByRole('button', { name: 'Look again' }).waitFor();
    },
    null,
    '[data-cell=c3]',
  ],
  [
    'terminal',
    async ({ page }) => {
      await page.keyboard.press('Control+`');
      await page.locator('.terminal-screen[data-drawn]').waitFor();
    },
    null,
    '.terminal-region',
  ],
  [
    'terminal, two of one tab, and find',
    async ({ page }) => {
      await page.locator('.terminal-screen textarea').focus();
      await page.keyboard.press('Control+Shift+d');
      await page
        .getByRole('group', { name: /, 2 of 2$/ })
        .locator('.terminal-screen[data-drawn]')
        .waitFor();
      await page.keyboard.press('Control+Shift+f');
      await page.getByRole('textbox', { name: 'Find in the terminal' }).waitFor();
    },
    escape,
    '.terminal-region',
  ],
  [
    'terminal, the menu of a tab',
    async ({ page }) => {
      await page.locator('.terminal-tab').click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'terminal, the menu of a screen',
    async ({ page }) => {
      await page.locator('.terminal-screen').first().click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'terminal, one of two has ended',
    async ({ page }) => {
      await page.locator('.terminal-screen textarea').first().focus();
      await page.keyboard.type('exit 3');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Restart' }).waitFor();
    },
    ({ page }) => page.keyboard.press('Control+`'),
    '.terminal-region',
  ],
  [
    'two side by side',
    async (walk) => {
      await treeItem(walk, 'rollback.ipynb').click({ button: 'right' });
      await walk.page.getByRole('menuitem', { name: 'Open to the side' }).click();
      await walk.page.getByRole('group', { name: 'Second of two' }).locator('article').first().waitFor();
    },
  ],
];

test('axe finds nothing on the library and beside a notebook', async ({ desktop }) => {
  test.setTimeout(400_000);
  const library = join(desktop.folder, 'ops-runbooks');
  await mkdir(join(library, 'releases'), { recursive: true });
  await mkdir(desktop.places.state, { recursive: true, mode: 0o700 });
  await writeFile(
    join(desktop.places.state, 'library.json'),
    JSON.stringify({ version: 1, folders: [library] }),
  );
  const shows = (model: string) => {
    const data = { 'application/vnd.jupyter.widget-view+json': { version_major: 2, model_id: model } };
    return { source: 'widget', outputs: [{ output_type: 'display_data' as const, data, metadata: {} }] };
  };
  const state = {
    gauge: {
      model_module: 'watch-gauge',
      model_module_version: '^1.0',
      model_name: 'GaugeModel',
      state: { _view_module: 'watch-gauge', _view_name: 'GaugeView' },
    },
  };
  const widgets = {
    'application/vnd.jupyter.widget-state+json': { version_major: 2, version_minor: 0, state },
  };
  await writeNotebookFile(
    join(library, 'releases', 'payments.ipynb'),
    [
      { type: 'markdown', source: '# Release payments\n\nRoll out in batches.' },
      { source: '# Deploy\nrollout()', metadata: { tags: ['hide-input', 'mine'] } },
      shows('a'),
      shows('gauge'),
    ],
    { widgets },
  );
  await writeNotebookFile(join(library, 'rollback.ipynb'), ['kubectl rollout undo deploy/payments'], 'bash');
  await writeFile(
    join(library, 'notes.md'),
    '# Notes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```mermaid\nflowchart LR\n  A --> B\n```\n',
  );
  await audit(await startWalk(desktop), BESIDE);
});
