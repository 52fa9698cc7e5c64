import { createHash } from 'node:crypto';
import { realpath, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Desktop } from '../support/app';
import { audit, escape, place, startWalk, type Screen } from '../support/audit';
import { writeNotebookFile } from '../support/notebooks';

/** What a notebook looks like, from its opening to its closing. */
const NOTEBOOK: readonly Screen[] = [
  ['to come', ({ notebook }) => notebook.select(1)],
  ['a text selected', ({ notebook }) => notebook.select(0), null, '.center'],
  [
    'several selected',
    ({ notebook }) => notebook.press('Shift+ArrowDown', 'Shift+ArrowDown'),
    null,
    '.center',
  ],
  [
    'a source edited',
    async ({ notebook, page }) => {
      await notebook.select(1);
      await notebook.press('Enter');
      await page.keyboard.type(' # more');
    },
    escape,
    '.center',
  ],
  [
    'a text edited',
    async ({ notebook }) => {
      await notebook.select(0);
      await notebook.press('Enter');
    },
    async ({ notebook }) => {
      await notebook.press('Escape');
      await notebook.press('Control+Enter');
    },
    '.center',
  ],
  [
    'done, with outputs',
    async ({ notebook, page }) => {
      for (const index of [1, 2, 3]) {
        await notebook.select(index);
        await page.keyboard.press('Control+Enter');
        await expect(notebook.cell(index)).toHaveAccessibleName(/done/);
      }
    },
  ],
  [
    'full output',
    async ({ notebook, page }) => {
      await notebook
        .cell(2)
        .getByRole('button', { name: /open full output/ })
        .first()
        .click();
      await page.getByRole('dialog').waitFor();
    },
    escape,
    '[role=dialog]',
  ],
  [
    'failed',
    async ({ notebook, page }) => {
      await notebook.select(4);
      await page.keyboard.press('Control+Enter');
      await expect(notebook.cell(4)).toHaveAccessibleName(/failed/);
    },
  ],
  [
    'edited since run',
    async ({ notebook, page }) => {
      await notebook.select(1);
      await notebook.press('Enter');
      await page.keyboard.type(' # again');
      await notebook.press('Escape');
      await expect(notebook.cell(1)).toContainText('edited since run');
    },
    null,
    '.center',
  ],
  [
    'running and queued',
    async ({ notebook, page }) => {
      await notebook.select(5);
      await notebook.press('Shift+Enter', 'Control+Enter');
      await expect(notebook.cell(5)).toHaveAccessibleName(/running/);
      await expect(page.getByRole('button', { name: 'Interrupt' }).first()).toBeVisible();
    },
  ],
  [
    'kernels, one in use',
    async (walk) => {
      await place(walk, 'Kernels');
      await expect(walk.page.getByText('audit.ipynb').first()).toBeVisible();
    },
    ({ page }) => page.getByRole('tab', { name: /audit/ }).click(),
  ],
  [
    'waiting for input',
    async ({ notebook, page }) => {
      await notebook.select(5);
      await notebook.press('i', 'i');
      await expect(notebook.cell(5)).toHaveAccessibleName(/interrupted/);
      await notebook.select(6);
      await page.keyboard.press('Control+Enter');
      await notebook.cell(6).getByRole('textbox').waitFor();
    },
    async ({ notebook }) => {
      await notebook.cell(6).getByRole('textbox').fill('yes');
      await notebook.cell(6).getByRole('textbox').press('Enter');
      await expect(notebook.cell(6)).toHaveAccessibleName(/done/);
    },
  ],
  [
    'notifications',
    ({ page }) => page.getByRole('button', { name: /^Notifications/ }).click(),
    escape,
    '.notices',
  ],
  [
    'the menu of a cell',
    async ({ notebook, page }) => {
      await notebook.select(3);
      await page.getByRole('button', { name: 'More for this cell' }).first().click();
      await page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'the menu of the notebook',
    async ({ page }) => {
      await page.getByRole('button', { name: 'More for this notebook' }).click();
      await page.getByRole('menu').waitFor();
    },
    escape,
    '[role=menu]',
  ],
  [
    'asks before a restart',
    async ({ notebook, page }) => {
      await notebook.select(1);
      await notebook.press('0', '0');
      await page.getByRole('alertdialog').waitFor();
    },
    escape,
    '[role=alertdialog]',
  ],
  ['find', ({ page }) => page.keyboard.press('Control+f'), null, '.center'],
  [
    'find, with replace and a match',
    async ({ page }) => {
      await page.getByRole('textbox', { name: 'Find', exact: true }).fill('pod');
      await page
        .getByRole('search', { name: 'Find in the notebook' })
        .getByRole('button', { name: 'Replace', exact: true })
        .first()
        .click();
      await page.getByRole('textbox', { name: 'Replace with' }).waitFor();
    },
    async ({ page }) => {
      await page.getByRole('textbox', { name: 'Find', exact: true }).focus();
      await page.keyboard.press('Escape');
    },
    '.center',
  ],
  [
    'completes',
    async ({ notebook, page }) => {
      await notebook.select(7);
      await notebook.press('Enter');
      // A kernel that is asked for the first time may need longer than an editor waits: a person asks again.
      await expect(async () => {
        if (!(await page.getByRole('listbox').isVisible())) await notebook.press('Tab');
        await expect(page.getByRole('listbox')).toBeVisible({ timeout: 4_000 });
      }).toPass({ timeout: 60_000 });
    },
    async ({ notebook }) => notebook.press('Escape', 'Escape'),
    '[role=listbox]',
  ],
  [
    'changed on disk',
    async ({ desktop, page }) => {
      await writeNotebookFile(join(desktop.folder, 'audit.ipynb'), ['print("theirs")', 'print("also")']);
      await page.getByText('was changed on disk').waitFor();
    },
    null,
    '.center',
  ],
  [
    'compare',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByRole('heading', { name: 'What differs' }).waitFor();
    },
    ({ page }) => page.getByRole('button', { name: 'Back to the notebook' }).click(),
  ],
  [
    'asks before it closes',
    async ({ page }) => {
      await page.keyboard.press('Control+w');
      await page.getByRole('alertdialog').waitFor();
    },
    escape,
    '[role=alertdialog]',
  ],
];

/** Without Python. */
const MISSING: readonly Screen[] = [
  [
    'kernel missing',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Run all' }).click();
      await page
        .getByText(/no kernel|not installed|not here/i)
        .first()
        .waitFor();
    },
  ],
  [
    'no cells',
    async ({ notebook, page }) => {
      await notebook.select(0);
      await notebook.press('d', 'd');
      await page.getByText('This runbook has no cells yet.').waitFor();
    },
  ],
  [
    'read only',
    async ({ desktop, page }) => {
      const file = join(desktop.folder, 'held.ipynb');
      await writeNotebookFile(file, ['# Deploy\nprint(1)', { type: 'markdown', source: '# Release' }]);
      await holdElsewhere(desktop, file);
      await desktop.startAgain([file]);
      await page.getByText('It is open in another Watchbook').waitFor();
    },
  ],
];

/** An engine of another version on this machine has the file. */
async function holdElsewhere(desktop: Desktop, file: string): Promise<void> {
  const name = createHash('sha256')
    .update(await realpath(file))
    .digest('hex');
  const lock = {
    pid: process.pid,
    host: hostname(),
    protocol: 0,
    driver: 'ada',
    since: '2026-01-02T03:04:05.678Z',
    started: null,
    holding: 'an-older-engine',
  };
  await writeFile(join(desktop.places.state, 'locks', `${name}.json`), JSON.stringify(lock));
}

test('axe finds nothing on a notebook in any of its states', async ({ desktop }) => {
  test.setTimeout(600_000);
  const file = join(desktop.folder, 'audit.ipynb');
  await writeNotebookFile(file, [
    {
      type: 'markdown',
      source:
        '# Release payments\n\nSee [the plan](https://example.com/plan) and `kubectl`.\n\n- [ ] told the team\n- [x] read it\n\n| what | who |\n|---|---|\n| deploy | mara |\n\n> Quoted\n\n$$a^2$$\n\n```python\nx = 1\n```\n',
    },
    '# Deploy to the first batch\nfor pod in range(3):\n    print("pod", pod)\n{"a": 1}',
    '# Long\nfor line in range(900):\n    print("line", line)',
    {
      source:
        '# Rich\nfrom IPython.display import display, JSON, HTML, Markdown, SVG\nimport sys\ndisplay(JSON({"a": [1, {"b": None}]}))\ndisplay(Markdown("**bold**"))\nprint("\\x1b[31mred\\x1b[0m \\x1b[42mgreen\\x1b[0m", file=sys.stderr)\ndisplay(HTML("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"))',
      metadata: { tags: ['hide-input'] },
    },
    '# Check the ledger\ndef check(totals):\n    assert totals["eur"] == 2, "ledger differs"\ncheck({"eur": 1})',
    '# Wait for the pods\nimport time\nprint("waiting")\ntime.sleep(300)',
    '# Ask\ninput("Go on? ")',
    'p',
    { type: 'raw', source: 'raw text' },
  ]);
  const walk = await startWalk(desktop, { files: [file] });
  await walk.notebook.opened();
  await audit(walk, NOTEBOOK);
});

test('axe finds nothing where there is no kernel', async ({ desktop }) => {
  const file = join(desktop.folder, 'lonely.ipynb');
  await writeNotebookFile(file, ['print(1)']);
  const walk = await startWalk(desktop, { files: [file], withPython: false });
  await walk.notebook.opened();
  await audit(walk, MISSING);
});
