import { join } from 'node:path';
import { expect, type Desktop } from '../support/app';
import { test } from '../support/beacons';
import { payload, settle, spy, whatRan } from '../support/canary';
import { NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

/** Group 9: whoever filled the clipboard is not known. */
test.describe.configure({ timeout: 300_000 });

/** What another program puts on the clipboard, as the tests' Electron takes it. */
async function fillClipboard(desktop: Desktop, text: string, html = ''): Promise<void> {
  await desktop.app.evaluate(
    async ({ clipboard }, data) => {
      const older = clipboard as unknown as { write(texts: { text: string; html: string }): void };
      await older.write(data);
    },
    { text, html },
  );
}

async function open(desktop: Desktop): Promise<{ readonly file: string; readonly notebook: NotebookPage }> {
  const file = join(desktop.folder, 'book.ipynb');
  await writeNotebookFile(file, ['echo mine'], 'bash');
  const notebook = new NotebookPage(await desktop.start({ files: [file] }));
  await notebook.opened();
  await expect(notebook.cell(0)).toBeFocused();
  return { file, notebook };
}

test('pasted cells are texts: no output, no trust, nothing runs and nothing is loaded', async ({
  desktop,
  beacons,
}) => {
  const { file, notebook } = await open(desktop);
  const look = await spy(desktop.app);
  const { page } = notebook;
  const run = payload(beacons, 'paste').replaceAll('"', '&quot;');
  const cells = JSON.parse(`[
    {"cell_type": "code", "id": "c0", "source": ["echo pasted"], "execution_count": 7, "trusted": true,
     "metadata": {"trusted": true, "execution": {"shell.execute_reply": "2020-01-01T00:00:00Z"}, "__proto__": {"polluted": 1}, "tags": ["x"]},
     "outputs": []},
    {"cell_type": "markdown", "id": "c0", "source": "", "metadata": {"trusted": true},
     "attachments": {"a.svg": {}, "__proto__": {"text/plain": "x"}, "broken": "text"}},
    {"cell_type": "raw", "id": "../../etc", "source": "raw", "metadata": [1], "constructor": {"x": 1}}
  ]`) as Record<string, unknown>[];
  cells[0]!['outputs'] = [
    {
      output_type: 'display_data',
      metadata: {},
      data: {
        'text/html': `<script>${payload(beacons, 'output')}</script><img src="${beacons.url('output.png')}">`,
      },
    },
  ];
  cells[1]!['source'] =
    `# Pasted\n<img src="${beacons.url('text.png')}" onerror="${run}"><script>${payload(beacons, 'text')}</script>\n\n` +
    `![a](attachment:a.svg) ![b](${beacons.url('picture.png')}) [c](javascript:${run})\n<svg onload="${run}"></svg>`;
  cells[1]!['attachments'] = {
    'a.svg': {
      'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg"><script>${payload(beacons, 'svg')}</script></svg>`,
    },
  };
  const json = JSON.stringify(cells);
  const ways = {
    ours: [
      '',
      `<pre data-watchbook-cells="${json.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}">x</pre>`,
    ],
    classic: ['x', `<pre class="jupyter-nb-cells-json">${json}</pre>`],
    lab: [json, ''],
  } as const;
  let count = 1;
  for (const [text, html] of Object.values(ways)) {
    await fillClipboard(desktop, text, html);
    await notebook.press('v');
    await expect(notebook.cells).toHaveCount((count += 3));
    await notebook.press('End');
  }
  await settle(page);
  expect(await whatRan(page)).toEqual([]);
  expect(beacons.seen).toEqual([]);
  expect(await look()).toMatchObject({ opened: [], windows: 1, navigations: [], downloads: 0 });
  expect(await page.evaluate(() => Reflect.get({}, 'polluted') === undefined)).toBe(true);
  await expect(page.locator('.outputs iframe, .out-frame')).toHaveCount(0);
  await notebook.save();
  const saved = await readNotebookFile(file);
  const ids = saved.cells.map((cell) => String(cell['id']));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
  const text = JSON.stringify(saved.cells.slice(1));
  expect(text).not.toContain('trusted');
  expect(text).not.toContain('execute_reply');
  for (const cell of saved.cells.slice(1).filter((one) => one['cell_type'] === 'code')) {
    expect(cell).toMatchObject({ outputs: [], execution_count: null });
    expect(sourceOf(cell)).toBe('echo pasted');
  }
  // A pasted cell shows no result and no time: it was never run here.
  await expect(notebook.cells.nth(1)).toHaveAccessibleName(/not run here$/);
});

test('what is no cell is not pasted as one, and does no harm', async ({ desktop, beacons }) => {
  const { notebook } = await open(desktop);
  const { page } = notebook;
  const hostile = `<img src="${beacons.url('a.png')}" onerror="${payload(beacons, 'html')}">`;
  for (const [text, html] of [
    ['rm -rf /', hostile],
    ['['.repeat(300_000), hostile],
    ['[{"cell_type":"code"}]', `<pre data-watchbook-cells="[{&quot;cell_type&quot;:&quot;x&quot;}]">x</pre>`],
    ['[1]', `<pre class="jupyter-nb-cells-json">${'['.repeat(300_000)}</pre>`],
  ] as const) {
    await fillClipboard(desktop, text, html);
    await notebook.press('v', 'Shift+V', 'Control+v');
  }
  // Something that is drawn after all of it: the answers of the desktop have come.
  await fillClipboard(desktop, '[{"cell_type":"raw","source":"at last"}]');
  await notebook.press('v');
  await expect(notebook.cells).toHaveCount(2);
  await expect(page.locator('.strip')).toHaveCount(0);
  // In a source HTML is its text, and lines with control characters are lines.
  await notebook.press('Home', 'Enter', 'Control+End');
  await fillClipboard(desktop, 'plain \u001b[31mred', hostile);
  await notebook.press('Control+v');
  await expect(notebook.editor).toContainText('plain');
  await expect(notebook.editor.locator('img, script')).toHaveCount(0);
  await settle(page);
  expect(await whatRan(page)).toEqual([]);
  expect(beacons.seen).toEqual([]);
});

test('the page itself reads nothing of the clipboard, and learns of cells alone', async ({ desktop }) => {
  const { notebook } = await open(desktop);
  await fillClipboard(desktop, 'a password');
  const read = await notebook.page.evaluate(() =>
    navigator.clipboard.readText().then(
      () => 'read',
      () => 'refused',
    ),
  );
  expect(read).toBe('refused');
});
