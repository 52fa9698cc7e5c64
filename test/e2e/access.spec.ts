import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

interface Walk {
  readonly desktop: Desktop;
  readonly page: Page;
  readonly notebook: NotebookPage;
}

/** A screen or a state of one: its name, how to come there from the one before, how to leave it, and its own part. */
type Screen = readonly [
  name: string,
  go: (walk: Walk) => Promise<unknown>,
  leave?: ((walk: Walk) => Promise<unknown>) | null,
  part?: string,
];

const escape = ({ page }: Walk): Promise<void> => page.keyboard.press('Escape');
const place = ({ page }: Walk, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name }).click();
const setting = ({ page }: Walk, name: string): Promise<void> =>
  page.getByRole('complementary', { name: 'Settings' }).getByRole('button', { name }).click();
const command = async ({ page }: Walk, words: string): Promise<void> => {
  await page.keyboard.press('Control+Shift+C');
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill(words);
  await page.keyboard.press('Enter');
};

/** What the window shows without a document. */
const PLACES: readonly Screen[] = [
  ['welcome', ({ page }) => page.getByText('1 found').waitFor()],
  [
    'kernels',
    async (walk) => {
      await place(walk, 'Kernels');
      await walk.page.getByText('Python 3').first().waitFor();
    },
  ],
  ['settings, appearance', (walk) => place(walk, 'Settings')],
  ['settings, notebook', (walk) => setting(walk, 'Notebook')],
  ['settings, notifications', (walk) => setting(walk, 'Notifications')],
  ['settings, kernels', (walk) => setting(walk, 'Kernels')],
  ['settings, found', ({ page }) => page.getByRole('searchbox', { name: 'Find a setting' }).fill('cell')],
  ['settings, none found', ({ page }) => page.getByRole('searchbox', { name: 'Find a setting' }).fill('zzz')],
  [
    'settings, a value out of its limits',
    async (walk) => {
      await setting(walk, 'Kernels');
      await walk.page.getByRole('textbox', { name: 'Idle kernels end after' }).fill('0');
    },
  ],
  [
    'settings, a mistake in the file',
    async ({ desktop, page }) => {
      await mkdir(desktop.places.config, { recursive: true });
      await writeFile(join(desktop.places.config, 'settings.json'), '{ "zoom": 400 }\n');
      await page.getByRole('region', { name: 'Mistakes in the file' }).waitFor();
    },
  ],
  ['keys', (walk) => place(walk, 'Keys'), escape],
  ['palette', ({ page }) => page.keyboard.press('Control+Shift+C')],
  ['palette, found', ({ page }) => page.keyboard.type('zoom')],
  ['palette, none found', ({ page }) => page.keyboard.type(' qqq'), escape],
  ['menu', ({ page }) => page.getByRole('button', { name: 'Menu', exact: true }).click(), escape],
  [
    'notifications, none',
    ({ page }) => page.getByRole('contentinfo').getByRole('button', { name: 'Notifications' }).click(),
    escape,
  ],
  [
    'a file that is not opened',
    async ({ desktop, page }) => {
      const file = join(desktop.folder, 'broken.ipynb');
      await writeFile(file, '{"cells": [');
      await desktop.answerOpenDialog(file);
      await page.keyboard.press('Control+o');
      await page.getByText('This file was not opened').waitFor();
    },
  ],
  [
    'environments, a mistake in the file',
    async (walk) => {
      const environment = (more: string): string =>
        `{ "name": "prod", "colour": "carmine", "guard": "strict"${more} }`;
      const checks = '[{ "command": ["hostname"], "equals": "bastion" }]';
      await writeFile(
        join(walk.desktop.folder, 'watchbook.json'),
        `{ "version": 1, "ours": 1, "parameters": { "batch": { "type": "number", "max": 5 }, "dry_run": { "type": "boolean" } },
          "environments": [${environment(`, "checks": ${checks}, "values": { "batch": 9 }`)}] }`,
      );
      await command(walk, 'Environments of the library');
      await walk.page.getByText('batch is 9, at most 5').first().waitFor();
    },
    async ({ desktop }) => writeFile(join(desktop.folder, 'watchbook.json'), '{ "version": 1 }'),
  ],
];

/** What a notebook looks like, from its opening to its closing. */
const NOTEBOOK: readonly Screen[] = [
  ['to come', ({ notebook }) => notebook.select(1)],
  ['a text selected', ({ notebook }) => notebook.select(0)],
  ['several selected', ({ notebook }) => notebook.press('Shift+ArrowDown', 'Shift+ArrowDown')],
  [
    'a source edited',
    async ({ notebook, page }) => {
      await notebook.select(1);
      await notebook.press('Enter');
      await page.keyboard.type(' # more');
    },
    escape,
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
  ['notifications', ({ page }) => page.getByRole('button', { name: /^Notifications/ }).click(), escape],
  [
    'the menu of a cell',
    async ({ notebook, page }) => {
      await notebook.select(3);
      await page.getByRole('button', { name: 'More for this cell' }).first().click();
      await page.getByRole('menu').waitFor();
    },
    escape,
  ],
  [
    'the menu of the notebook',
    async ({ page }) => {
      await page.getByRole('button', { name: 'More for this notebook' }).click();
      await page.getByRole('menu').waitFor();
    },
    escape,
  ],
  [
    'asks before a restart',
    async ({ notebook, page }) => {
      await notebook.select(1);
      await notebook.press('0', '0');
      await page.getByRole('alertdialog').waitFor();
    },
    escape,
  ],
  ['find', ({ page }) => page.keyboard.press('Control+f')],
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
  ],
  [
    'changed on disk',
    async ({ desktop, page }) => {
      await writeNotebookFile(join(desktop.folder, 'audit.ipynb'), ['print("theirs")', 'print("also")']);
      await page.getByText('was changed on disk').waitFor();
    },
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
  ],
];

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
    'two side by side',
    async (walk) => {
      await treeItem(walk, 'rollback.ipynb').click({ button: 'right' });
      await walk.page.getByRole('menuitem', { name: 'Open to the side' }).click();
      await walk.page.getByRole('group', { name: 'Second of two' }).locator('article').first().waitFor();
    },
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
];

/** Goes through the screens in their order and fails with everything that was found on any of them. */
async function audit(walk: Walk, screens: readonly Screen[]): Promise<void> {
  const found = new Map<string, string[]>();
  for (const [name, go, leave, part] of screens) {
    await test.step(name, async () => {
      await go(walk);
      for (const { appearance, what } of await findViolations(walk.desktop, part))
        found.set(what, [...(found.get(what) ?? []), `${name} (${appearance})`]);
      await leave?.(walk);
    });
  }
  // The first screens of each: most are on many.
  const told = [...found].map(
    ([what, where]) => `${what} - on ${where.slice(0, 3).join(', ')}, ${where.length} in all`,
  );
  expect(told).toEqual([]);
}

async function start(desktop: Desktop, options: Parameters<Desktop['start']>[0] = {}): Promise<Walk> {
  const page = await desktop.start(options);
  return { desktop, page, notebook: new NotebookPage(page) };
}

test('axe finds nothing on the places of the window', async ({ desktop }) => {
  test.setTimeout(400_000);
  await audit(await start(desktop), PLACES);
});

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
  const walk = await start(desktop, { files: [file] });
  await walk.notebook.opened();
  await audit(walk, NOTEBOOK);
});

test('axe finds nothing on the library and beside a notebook', async ({ desktop }) => {
  test.setTimeout(400_000);
  const library = join(desktop.folder, 'ops-runbooks');
  await mkdir(join(library, 'releases'), { recursive: true });
  await mkdir(desktop.places.state, { recursive: true, mode: 0o700 });
  await writeFile(
    join(desktop.places.state, 'library.json'),
    JSON.stringify({ version: 1, folders: [library] }),
  );
  const view = { 'application/vnd.jupyter.widget-view+json': { version_major: 2, model_id: 'a' } };
  await writeNotebookFile(join(library, 'releases', 'payments.ipynb'), [
    { type: 'markdown', source: '# Release payments\n\nRoll out in batches.' },
    { source: '# Deploy\nrollout()', metadata: { tags: ['hide-input', 'mine'] } },
    { source: 'slider', outputs: [{ output_type: 'display_data', data: view, metadata: {} }] },
  ]);
  await writeNotebookFile(join(library, 'rollback.ipynb'), ['kubectl rollout undo deploy/payments'], 'bash');
  await writeFile(join(library, 'notes.md'), '# Notes\n');
  await audit(await start(desktop), BESIDE);
});

test('axe finds nothing where there is no kernel', async ({ desktop }) => {
  const file = join(desktop.folder, 'lonely.ipynb');
  await writeNotebookFile(file, ['print(1)']);
  const walk = await start(desktop, { files: [file], withPython: false });
  await walk.notebook.opened();
  await audit(walk, MISSING);
});

test('every part of every screen is reached and left by keys alone', async ({ desktop }) => {
  const file = join(desktop.folder, 'keys.ipynb');
  await writeNotebookFile(file, ['# First\necho one', '# Second\necho two'], 'bash');
  const walk = await start(desktop, { files: [file] });
  const { page, notebook } = walk;
  await notebook.opened();
  const region = (): Promise<string | null> =>
    page.evaluate(
      () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? null,
    );
  const round = async (): Promise<readonly (string | null)[]> => {
    const all: (string | null)[] = [];
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('F6');
      const now = await region();
      if (all.includes(now)) return all;
      all.push(now);
    }
    return all;
  };
  /** Tab walks through everything and comes round; each stop is seen and has a name. */
  const stops = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let press = 0; press < 90; press += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return null;
        const box = element.getBoundingClientRect();
        const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
        const labelled =
          element.getAttribute('aria-labelledby') ?? element.closest('label')?.textContent ?? '';
        return {
          name: `${element.tagName.toLowerCase()} ${(name || labelled).trim().slice(0, 40)}`,
          isSeen: box.width > 0 && box.height > 0,
          isNamed: (name || labelled).trim() !== '',
          hasRing: getComputedStyle(element).outlineStyle !== 'none' || element.closest('label') !== null,
        };
      });
      if (stop === null) break;
      if (names.includes(stop.name) && stop.name === names[0]) break;
      expect(stop, stop.name).toMatchObject({ isSeen: true, isNamed: true, hasRing: true });
      names.push(stop.name);
    }
    return names;
  };
  expect((await round()).toSorted()).toEqual(['document', 'nav', 'side', 'status', 'titlebar']);
  for (const [words, heading] of [
    ['Go to the welcome page', 'Watchbook'],
    ['Go to the kernels of this machine', 'Kernels of this machine'],
    ['Settings', 'Appearance'],
  ] as const) {
    await command(walk, words);
    await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
    expect((await round()).length, words).toBeGreaterThanOrEqual(4);
    expect((await stops()).length, words).toBeGreaterThan(4);
  }
  // What opens over the page gives the focus back to where it came from.
  await page.keyboard.press('Control+Tab');
  await notebook.select(1);
  await page.keyboard.press('Control+Shift+C');
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();
  await command(walk, 'Show the notifications');
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeHidden();
  expect(await region()).not.toBeNull();
});
