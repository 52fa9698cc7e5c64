import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function openBook(desktop: Desktop): Promise<Page> {
  const file = join(desktop.folder, 'release.ipynb');
  await writeNotebookFile(file, [
    {
      type: 'markdown',
      source: '# Release *payments*\n\nSum: $a^2$, see [docs](https://example.org/docs).\n\n- [x] done',
    },
    {
      source: '# Deploy\nprint("rolled out")',
      outputs: [
        { output_type: 'stream', name: 'stdout', text: '\u001b[32mrolled out\u001b[0m\n' },
        { output_type: 'display_data', data: { 'image/png': PNG, 'text/plain': 'a dot' }, metadata: {} },
        {
          output_type: 'execute_result',
          data: { 'text/html': '<table><tr><td>cell</td></tr></table>', 'text/plain': 'cell' },
          metadata: {},
          execution_count: 1,
        },
      ],
    },
    { source: 'kubectl get pods', metadata: { vscode: { languageId: 'shellscript' } } },
    {
      source: 'secret_plan()',
      metadata: { tags: ['hide-input'] },
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'planned\n' }],
    },
    {
      source: '1/0',
      outputs: [
        {
          output_type: 'error',
          ename: 'ZeroDivisionError',
          evalue: 'division by zero',
          traceback: ['line 1'],
        },
      ],
    },
  ]);
  const page = await desktop.start({ files: [file] });
  await new NotebookPage(page).opened();
  return page;
}

/** Exports by the menu. `change` makes other choices in the dialog. */
async function exportTo(
  desktop: Desktop,
  format: string,
  name: string,
  change: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const { page } = desktop;
  const path = join(desktop.folder, name);
  await desktop.answerSaveDialog(path);
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  await page.getByRole('radio', { name: format }).check();
  await change(page);
  await desktop.shoot(`export-${format.toLowerCase()}`);
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.getByText(`Written to ${name}`)).toBeVisible({ timeout: 60_000 });
  return path;
}

test('writes what is on the page as HTML, Markdown, script and PDF', async ({ desktop }) => {
  await openBook(desktop);
  const html = await readFile(await exportTo(desktop, 'HTML', 'release.html'), 'utf8');
  expect(html).toContain('<title>Release payments</title>');
  expect(html).toContain('<span class="ansi-green">rolled out</span>');
  expect(html).toContain(`src="data:image/png;base64,${PNG}" alt="a dot"`);
  expect(html).toContain('<math');
  expect(html).toContain('href="https://example.org/docs"');
  expect(html).toContain('&lt;td&gt;cell');
  expect(html).toContain('planned');
  expect(html).not.toContain('secret_plan');
  expect(html).not.toContain('<script');

  const markdown = await readFile(await exportTo(desktop, 'Markdown', 'release.md'), 'utf8');
  expect(markdown).toContain('# Release *payments*');
  expect(markdown).toContain('```shell\nkubectl get pods\n```');
  expect(markdown).toContain('```text\nrolled out\n```');
  expect(markdown).toContain('ZeroDivisionError: division by zero');

  const script = await readFile(await exportTo(desktop, 'Script', 'release.py'), 'utf8');
  expect(script).toContain('#!/usr/bin/env python3');
  expect(script).toContain('# # Release *payments*');
  expect(script).toContain('\nprint("rolled out")\n');
  expect(script).toContain('# kubectl get pods');
  expect(script).not.toMatch(/^kubectl/m);

  const pdf = await readFile(await exportTo(desktop, 'PDF', 'release.pdf'));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.byteLength).toBeGreaterThan(5_000);
});

test('leaves out code, outputs and hidden cells, or takes them in, as it is asked', async ({ desktop }) => {
  await openBook(desktop);
  const without = await exportTo(desktop, 'HTML', 'texts.html', async (page) => {
    await page.getByRole('checkbox', { name: 'Code' }).uncheck();
    await page.getByRole('checkbox', { name: 'Outputs' }).uncheck();
  });
  const texts = await readFile(without, 'utf8');
  expect(texts).toContain('Release');
  expect(texts).not.toContain('rolled out');
  expect(texts).not.toContain('kubectl');
  const all = await exportTo(desktop, 'HTML', 'all.html', (page) =>
    page.getByRole('checkbox', { name: 'What is hidden on the page' }).check(),
  );
  expect(await readFile(all, 'utf8')).toContain('secret_plan');
});

test('prints by keys, and says when a place can not be written', async ({ desktop }) => {
  const page = await openBook(desktop);
  await desktop.app.evaluate(({ app }) => {
    app.on('browser-window-created', (_event, window) => {
      window.webContents.print = (_options, done) => {
        Object.assign(globalThis, { printed: window.webContents.getURL() });
        done?.(true, '');
      };
    });
  });
  await page.keyboard.press('Control+p');
  await expect(page.getByRole('radio', { name: 'Print' })).toBeChecked();
  await page.getByRole('button', { name: 'Print…' }).click();
  await expect
    .poll(() => desktop.app.evaluate(() => (globalThis as unknown as { printed?: string }).printed))
    .toBe('app://export/page.html');
  await expect
    .poll(() => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length))
    .toBe(1);

  await desktop.answerSaveDialog(join(desktop.folder, 'no-such-folder', 'x.html'));
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.locator('.strip-line')).toContainText(
    'x.html was not written (ENOENT). The notebook is kept as it is.',
  );
});
