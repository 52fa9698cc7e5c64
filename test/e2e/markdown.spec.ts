import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

/** One red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

test('renders texts: tables, tasks, formulas, code, pictures of the folder', async ({ desktop }) => {
  const file = join(desktop.folder, 'text.ipynb');
  await writeFile(join(desktop.folder, 'pixel.png'), PIXEL);
  await writeNotebookFile(file, [
    {
      type: 'markdown',
      source: [
        '# Roll back a release',
        '',
        'Watch **5xx** for *ten minutes*. Above `0.5 %` go straight to [the end](#the-end), ~~not~~ back.',
        '',
        '| service | state | share |',
        '| :-- | :-: | --: |',
        '| ledger | ready | 10 % |',
        '| gateway | waiting | 90 % |',
        '',
        '- [x] error budget is intact',
        '- [ ] support desk is informed',
        '',
        '1. first',
        '2. second',
        '   - inner',
        '',
        '> Quoted from the runbook of last year.',
        '',
        '```python',
        'def deploy(percent=10):',
        '    return percent',
        '```',
        '',
        'Inline $e^{i\\pi} + 1 = 0$ and',
        '',
        '$$\\frac{1}{n}\\sum_{i=1}^{n} x_i$$',
        '',
        '![a pixel](pixel.png)',
        '',
        'A footnote[^1].',
        '',
        '[^1]: at the foot.',
      ].join('\n'),
    },
    { type: 'markdown', source: '## The end\n\nDone.' },
    ...Array.from({ length: 30 }, (_, index) => ({ source: `print(${index})` })),
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const text = notebook.cell(0);
  await expect(text.getByRole('table')).toContainText('ledger');
  await expect(text.getByRole('img', { name: 'done' })).toBeVisible();
  await expect(text.locator('.katex').first()).toBeVisible();
  await expect(text.getByRole('img', { name: 'a pixel' })).toHaveJSProperty('naturalWidth', 1);
  await page.mouse.move(700, 870);
  await desktop.shoot('markdown');
  // A link to a heading goes there, and the focus with it.
  await page.locator('.doc').evaluate((view) => view.scrollTo(0, 0));
  await text.getByRole('link', { name: 'the end' }).click();
  await expect(notebook.cell(1)).toBeInViewport();
  await expect(notebook.active).toContainText('The end');

  // Edited as text.
  await notebook.select(1);
  await notebook.press('Enter');
  await expect(notebook.editor).toContainText('## The end');
  await page.keyboard.type(' Really.');
  await desktop.shoot('markdown-edited');
  await notebook.press('Shift+Enter');
  await expect(notebook.cell(1)).toContainText('Really.');
  await expect(notebook.cell(2)).toBeFocused();
});

test('loads nothing remote before a click, and opens links by the desktop alone', async ({ desktop }) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const file = join(desktop.folder, 'remote.ipynb');
    await writeNotebookFile(file, [
      {
        type: 'markdown',
        source: `![of elsewhere](http://127.0.0.1:${port}/one.png)\n\n[the docs](https://example.com/docs) and [bad](javascript:alert(1))\n\n<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"><b onclick="window.hacked = 1">bold</b>`,
      },
    ]);
    const page = await desktop.start({ files: [file] });
    await desktop.app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (url) => {
        opened.push(url);
        return Promise.resolve();
      };
    });
    const notebook = new NotebookPage(page);
    await notebook.opened();
    const placeholder = page.getByRole('button', { name: new RegExp(`127\\.0\\.0\\.1`) });
    await expect(placeholder).toBeVisible();
    expect(asked).toEqual([]);
    await lookOver(desktop, 'markdown-remote', '.center');
    await placeholder.click();
    await expect(page.getByRole('img', { name: 'of elsewhere' })).toHaveJSProperty('naturalWidth', 1);
    expect(asked).toEqual(['/one.png']);
    await page.getByText('the docs').click();
    await expect
      .poll(() => desktop.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened))
      .toEqual(['https://example.com/docs']);
    await page.getByText('bad').click();
    await page.getByText('bold').click();
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(
      await desktop.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened),
    ).toHaveLength(1);
  } finally {
    server.close();
  }
});

const NOTES = [
  '# Notes of every kind',
  '',
  '> [!NOTE]\n> Deploys are frozen on the last day of a quarter.',
  '',
  '> [!TIP]\n> `kubectl rollout undo` keeps the last ten revisions.',
  '',
  '> [!IMPORTANT]\n> Tell the support desk *before* the first batch.',
  '',
  ':::{warning} Two regions share this queue\nStopping it stops **both**.\n\n- eu1\n- eu2\n:::',
  '',
  '> [!CAUTION]\n> There is no way back from here.\n>\n> > [!NOTE] Nested\n> > Ask the driver first.',
  '',
  '::::{hint}\nOutside\n:::{seealso}\nInside\n:::\n::::',
  '',
  ':::{danger} Folded away\n:class: dropdown\nDrop the table only when the copy was read back.\n:::',
].join('\n');

test('shows notes of every kind, in both themes and at every width', async ({ desktop }) => {
  const file = join(desktop.folder, 'notes.ipynb');
  await writeNotebookFile(file, [{ type: 'markdown', source: NOTES }]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(page.getByRole('note')).toHaveCount(8);
  await expect(page.getByRole('note').nth(3)).toContainText('Two regions share this queue');
  // A title of its own does not hide the kind.
  await expect(page.getByRole('note').nth(3).getByRole('img', { name: 'warning' })).toBeVisible();
  await page.getByText('Folded away').click();
  await expect(page.getByText('Drop the table only')).toBeVisible();
  await page.mouse.move(700, 890);
  await lookOver(desktop, 'markdown-notes', '.center');
});

test('follows links to sections and to other runbooks, and copies them', async ({ desktop }) => {
  const file = join(desktop.folder, 'deploy.ipynb');
  const other = join(desktop.folder, 'undo it.ipynb');
  const filler = Array.from({ length: 80 }, (_, index) => `print(${index})`);
  const long = Array.from({ length: 60 }, (_, index) => `Paragraph ${index}.`).join('\n\n');
  await writeNotebookFile(file, [
    {
      type: 'markdown',
      source: [
        '# Deploy',
        '[far away](#the-%28far%29-end) [undo](undo%20it.ipynb#Roll-back) [nowhere](#nowhere)',
        '[missing](missing.ipynb) [outside](../../outside.ipynb) [notes](notes.md) [itself](deploy.ipynb#Deploy)',
        '[no section](undo%20it.ipynb#none) [root](/etc/passwd.ipynb)',
      ].join('\n\n'),
    },
    ...filler,
    { type: 'markdown', source: `## Before\n\n${long}\n\n## The (far) end\n\nHere.\n\n${long}` },
  ]);
  await writeNotebookFile(other, [
    ...filler,
    { type: 'markdown', source: `${long}\n\n## Roll back\n\nSteps.` },
  ]);
  await writeFile(join(desktop.folder, 'notes.md'), '# Notes');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const link = (name: string) => page.getByRole('link', { name, exact: true });

  // Into the middle of a cell that was windowed away; the focus goes with it.
  await link('far away').click();
  const end = page.getByRole('heading', { name: 'The (far) end' });
  await expect(end).toBeInViewport();
  await expect
    .poll(async () => (await end.boundingBox())?.y ?? 0, { message: 'the heading is at the top' })
    .toBeLessThan(260);
  await expect(notebook.active).toContainText('The (far) end');

  // A link to a section, copied by mouse or keyboard.
  await end.hover();
  const copy = page.getByRole('button', { name: 'Copy a link to the section The (far) end' });
  await expect(copy).toHaveCSS('opacity', '1');
  await desktop.shoot('markdown-section-link');
  await copy.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toBeVisible();
  await expect
    .poll(() => desktop.app.evaluate(({ clipboard }) => clipboard.readText()))
    .toBe('deploy.ipynb#The-%28far%29-end');

  await notebook.press('Home');
  for (const [name, words] of [
    ['nowhere', 'There is no section “nowhere” in deploy.ipynb.'],
    ['missing', '“missing.ipynb” is not there.'],
    ['outside', 'it lies outside of the library'],
    ['notes', 'Only links to runbooks (.ipynb) are opened here.'],
  ] as const) {
    await page.locator('.doc').evaluate((view) => view.scrollTo(0, 0));
    await link(name).click();
    await expect(page.getByText(words)).toBeVisible();
  }
  await desktop.shoot('markdown-link-refused');
  await expect(page.getByText('root', { exact: true })).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByRole('tab')).toHaveCount(1);

  await link('undo').click();
  await expect(page.getByRole('tab')).toHaveCount(2);
  await expect(page.getByRole('tab', { selected: true })).toContainText('undo it');
  await expect(page.getByRole('heading', { name: 'Roll back' })).toBeInViewport();
  await expect(notebook.active).toContainText('Roll back');
});

test('shows what is written as it will look, beside the source or below it, without a jump', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'writing.ipynb');
  await writeFile(join(desktop.folder, 'pixel.png'), PIXEL);
  await writeNotebookFile(file, [
    { type: 'markdown', source: '## Before\n\n![a pixel](pixel.png)\n\nWords.' },
    'print(1)',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  await notebook.press('Enter');
  await expect(notebook.editor).toBeFocused();
  const preview = page.getByRole('region', { name: 'Preview of the text' });
  await expect(preview.getByRole('heading', { name: 'Before' })).toBeVisible();
  const picture = preview.getByRole('img', { name: 'a pixel' });
  await expect(picture).toHaveJSProperty('naturalWidth', 1);
  await picture.evaluate((element) => Object.assign(element, { isTheSame: true }));
  const top = (await notebook.editor.boundingBox())?.y;

  await notebook.press('Control+End');
  await page.keyboard.insertText('\n\n> [!WARNING]\n> Two regions **share** it.\n\n- [x] read');
  await page.keyboard.type('\ntold');
  await expect(preview.getByRole('note')).toContainText('Two regions share it.');
  await expect(preview.getByRole('img', { name: 'done' })).toBeVisible();
  // The line after a list item was begun as the next item by itself.
  await expect(preview.locator('li')).toHaveCount(2);
  // What did not change was not drawn again, and the source stands where it stood.
  expect(await picture.evaluate((element) => Reflect.get(element, 'isTheSame'))).toBe(true);
  expect((await notebook.editor.boundingBox())?.y).toBe(top);
  const beside = await preview.boundingBox();
  const source = await page.locator('.cm-editor').boundingBox();
  expect(beside?.x ?? 0).toBeGreaterThan((source?.x ?? 0) + (source?.width ?? 0));
  await lookOver(desktop, 'markdown-preview', '.center');
  await desktop.resize(1100, 700);
  await expect
    .poll(
      async () =>
        ((await preview.boundingBox())?.y ?? 0) >
        ((await page.locator('.cm-editor').boundingBox())?.y ?? 0) + 40,
    )
    .toBe(true);
  // It lies over the last lines of a long source, and never over the one that is written.
  await page.keyboard.insertText(`${'\n'.repeat(40)}Close it.`);
  await expect(preview).toContainText('Close it.');
  await expect
    .poll(async () => {
      const cursor = await page.locator('.cm-cursor-primary').boundingBox();
      return (cursor?.y ?? 1e9) + (cursor?.height ?? 0) < ((await preview.boundingBox())?.y ?? 0);
    })
    .toBe(true);
  await lookOver(desktop, 'markdown-preview-below', '.center');
  await notebook.press('Shift+Enter');
  await expect(preview).toBeHidden();
  await expect(notebook.cell(0).getByRole('note')).toBeVisible();

  // A menu longer than this window is scrolled.
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem').last().scrollIntoViewIfNeeded();
  await expect(page.getByRole('menuitem').last()).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');
});

test('takes pictures into a text, makes links of addresses, and leaves rich text plain', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'paste.ipynb');
  const picture = join(desktop.folder, 'queue depth.png');
  await writeFile(picture, PIXEL);
  await writeFile(join(desktop.folder, 'not-really.png'), 'no picture');
  await writeFile(join(desktop.folder, 'large.png'), Buffer.concat([PIXEL, Buffer.alloc(6_000_000)]));
  await writeNotebookFile(file, [{ type: 'markdown', source: 'See the board.' }, 'print(1)']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const text = async () => sourceOf((await readNotebookFile(file)).cells[0]!);
  await notebook.select(0);
  await notebook.press('Enter');
  await expect(notebook.editor).toBeFocused();

  // An address over words.
  await desktop.app.evaluate(({ clipboard }) => clipboard.writeText('https://example.org/board'));
  await notebook.press('Control+End', 'ArrowLeft', 'Control+Shift+ArrowLeft', 'Control+v', 'End', 'Enter');
  await expect(notebook.editor).toContainText('See the [board](https://example.org/board).');
  // A picture, twice: each has a name of its own.
  const paste = (given: { readonly text?: string; readonly html?: string; readonly picture?: string }) =>
    notebook.editor.evaluate((editor, { text: words, html, picture: base64 }) => {
      const clipboardData = new DataTransfer();
      if (words !== undefined) clipboardData.setData('text/plain', words);
      if (html !== undefined) clipboardData.setData('text/html', html);
      if (base64 !== undefined) {
        const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
        clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
      }
      editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, given);
  await paste({ picture: PIXEL.toString('base64') });
  await expect(notebook.editor).toContainText('![image.png](attachment:image.png)');
  await notebook.press('Enter');
  await paste({ picture: PIXEL.toString('base64') });
  await expect(notebook.editor).toContainText('![image-1.png](attachment:image-1.png)');
  const preview = page.getByRole('region', { name: 'Preview of the text' });
  await expect(preview.getByRole('img', { name: 'image-1.png' })).toHaveJSProperty('naturalWidth', 1);
  // Text with its looks, and a picture of itself, comes as text.
  await notebook.press('Enter');
  await paste({
    text: 'plain words',
    html: '<b onclick="x">plain</b> <i>words</i>',
    picture: PIXEL.toString('base64'),
  });
  await expect(notebook.editor).toContainText('plain words');
  await expect(notebook.editor).not.toContainText('<b');

  // A file that is dropped; what is no picture, or too large, is said.
  const box = await page.locator('.cm-content').boundingBox();
  if (box === null) throw new Error('The editor has no box');
  const at = { x: box.x + 60, y: box.y + box.height - 12 };
  await desktop.drop([picture], at);
  await expect(notebook.editor).toContainText('![queue-depth.png](attachment:queue-depth.png)');
  await expect(page.getByRole('tab')).toHaveCount(1);
  await desktop.drop([join(desktop.folder, 'not-really.png')], at);
  await expect(page.getByText('not-really.png is not a picture Watchbook draws')).toBeVisible();
  await desktop.drop([join(desktop.folder, 'large.png')], at);
  await expect(page.getByText('a picture in a text is at most 5 MB')).toBeVisible();
  await lookOver(desktop, 'markdown-attached', '.center');

  // One undo takes the picture and its words; a redo brings both.
  await notebook.press('Control+z');
  await expect(notebook.editor).not.toContainText('queue-depth');
  await notebook.press('Control+Shift+z');
  await expect(notebook.editor).toContainText('queue-depth');
  await notebook.press('Shift+Enter');
  // Onto the finished text too.
  const prose = await notebook.cell(0).locator('.entry-prose').boundingBox();
  await desktop.drop([picture], { x: (prose?.x ?? 0) + 30, y: (prose?.y ?? 0) + 10 });
  await expect(notebook.cell(0).getByRole('img', { name: 'queue-depth-1.png' })).toHaveJSProperty(
    'naturalWidth',
    1,
  );
  await notebook.save();
  await expect.poll(() => text()).toMatch(/\n\n!\[queue-depth-1\.png\]\(attachment:queue-depth-1\.png\)$/);
  const [cell] = (await readNotebookFile(file)).cells;
  expect(Object.keys(cell!['attachments'] as object).toSorted()).toEqual([
    'image-1.png',
    'image.png',
    'queue-depth-1.png',
    'queue-depth.png',
  ]);
  expect((cell!['attachments'] as Record<string, object>)['queue-depth.png']).toEqual({
    'image/png': PIXEL.toString('base64'),
  });
});
