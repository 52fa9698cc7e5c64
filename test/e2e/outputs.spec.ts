import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from '@playwright/test';
import { Desktop, expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { OUTPUT_CELLS, outputCell, writeCells, type OutputKind } from '../support/output-notebook';

const SLOW = { timeout: 60_000 };

/** Opens a notebook of these cells (of all kinds where none are given) and runs all of it. */
async function openAndRun(
  desktop: Desktop,
  sources: readonly string[] = Object.values(OUTPUT_CELLS),
): Promise<Page> {
  const file = join(desktop.folder, 'outputs.ipynb');
  await writeCells(file, sources);
  const page = await desktop.start({ files: [file], withPython: true });
  await page.getByRole('button', { name: 'Run all' }).click();
  const last = await showCell(page, `c${sources.length - 1}`);
  await expect(last).not.toContainText('not run here', SLOW);
  await expect(last).not.toHaveAttribute('data-state', /queued|running/, SLOW);
  return page;
}

/** Brings a cell on screen, from wherever the view is, and answers it. Waits until what is around it has its height. */
async function showCell(page: Page, id: string): Promise<Locator> {
  await page.locator('.doc').evaluate(async (doc, wanted) => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const find = (): Element | null => doc.querySelector(`article[data-cell="${wanted}"]`);
    doc.scrollTo(0, 0);
    let calm = 0;
    for (let step = 0; calm < 30; step += 1) {
      if (step > 2_000) throw new Error(`The cell ${wanted} does not come to rest on screen`);
      await frame();
      const top = find()?.getBoundingClientRect().top;
      const isThere = top !== undefined && Math.abs(top - doc.getBoundingClientRect().top) < 8;
      const isAtEnd = doc.scrollTop + doc.clientHeight >= doc.scrollHeight - 1 && top !== undefined;
      calm = isThere || isAtEnd ? calm + 1 : 0;
      if (calm > 0) continue;
      if (top === undefined) doc.scrollBy(0, 300);
      else find()?.scrollIntoView({ block: 'start' });
    }
  }, id);
  return page.locator(`article[data-cell="${id}"]`);
}

const showKind = (page: Page, kind: OutputKind): Promise<Locator> => showCell(page, outputCell(kind));

function frameIn(cell: Locator): FrameLocator {
  return cell.frameLocator('iframe.out-frame');
}

/** What is the same whoever made the outputs: all of it but what scripts drew. */
async function checkDrawn(page: Page, shoot: (name: string) => Promise<void>): Promise<void> {
  const colours = await showKind(page, 'colours');
  await expect(colours.locator('.ansi-green')).toHaveText('4.18.0');
  await expect(colours.locator('.ansi-bold')).toHaveText('Deploying payments-api');
  await expect(colours.locator('[data-kind=stderr]')).toContainText('replica lag 4.2 s');
  await expect(colours.getByRole('group', { name: 'Standard error' })).toBeVisible();
  const bar = await showKind(page, 'bar');
  await expect(bar.locator('[data-kind=stderr]')).toContainText('300/300');
  await expect(bar.locator('[data-kind=stderr] .out-row')).toHaveCount(1);
  await expect(bar.locator('[data-kind=stdout]')).toHaveText(/successfully rolled out/);
  await showKind(page, 'colours');
  await shoot('outputs-text');

  const table = await showKind(page, 'table');
  const cells = frameIn(table).locator('table.dataframe td');
  await expect(cells.nth(1)).toHaveCSS('text-align', 'right', SLOW);
  await expect(cells.nth(0)).toHaveCSS('text-align', 'left');
  await expect(cells.nth(1)).toHaveCSS('font-variant-numeric', 'tabular-nums');
  await expect(table.locator('iframe')).toHaveAttribute('sandbox', 'allow-scripts');
  await expect
    .poll(async () => (await table.locator('iframe').boundingBox())?.height)
    .toBe((await frameIn(table).locator('#output').boundingBox())?.height);
  const png = await showKind(page, 'png');
  await expect
    .poll(() => png.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth))
    .toBeGreaterThan(100);
  expect(Number(await png.locator('img').getAttribute('width'))).toBeGreaterThan(100);
  const svg = await showKind(page, 'svg');
  await expect(frameIn(svg).locator('svg text')).toHaveText('healthy', SLOW);
  await showKind(page, 'table');
  await shoot('outputs-rich');
  const pictures = await showKind(page, 'gifAndJpeg');
  await expect(pictures.getByRole('img', { name: 'a blue bar' })).toHaveAttribute('width', '120');
  await expect(pictures.getByRole('img', { name: 'a red bar' })).toHaveAttribute('height', '24');

  const markdown = await showKind(page, 'markdown');
  await expect(markdown.locator('.md strong')).toHaveText('Ready');
  await expect(markdown.locator('.md td.md-align-right').first()).toHaveText('12');
  expect(await page.evaluate(() => 'stolen' in window)).toBe(false);
  const latex = await showKind(page, 'latex');
  await expect(latex.locator('.katex')).toHaveCount(2);
  await expect(latex.locator('.out-latex')).toContainText('The rate is');
  await showKind(page, 'markdown');
  await shoot('outputs-words');
  await checkJson(await showKind(page, 'json'), page);

  const update = await showKind(page, 'update');
  await expect(update.locator('.out')).toHaveText(/^'3 of 3 batches done'\s*$/);
  const clear = await showKind(page, 'clear');
  await expect(clear.locator('.out-text')).toHaveText(/^attempt 5 of 5\s*$/);
  const widget = await showKind(page, 'widget');
  await expect(widget.locator('.out').first()).toContainText('Chart(series=2)');
  await expect(widget.locator('.out').first()).toContainText(
    'application/vnd.example.chart+json is not drawn here',
  );
  await expect(widget.locator('.out').last()).toContainText('application/x-unheard-of');
  await shoot('outputs-types');
}

async function checkJson(json: Locator, page: Page): Promise<void> {
  const tree = json.getByRole('tree', { name: 'JSON' });
  const pods = tree.getByRole('treeitem', { name: 'pods' });
  await expect(pods).toHaveAttribute('aria-expanded', 'false');
  await tree.getByRole('treeitem').first().focus();
  // A saved file has its members in another order.
  const isAtPods = (): Promise<boolean> => pods.evaluate((row) => row === document.activeElement);
  for (let step = 0; step < 6 && !(await isAtPods()); step += 1) await page.keyboard.press('ArrowDown');
  await expect(pods).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(pods).toHaveAttribute('aria-expanded', 'true');
  await expect(tree.getByText('150 more: show')).toBeAttached();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(tree.getByText('"pod-0"')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(pods).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(pods).toHaveAttribute('aria-expanded', 'false');
}

async function checkFailure(page: Page): Promise<void> {
  const failure = await showKind(page, 'failure');
  const error = failure.locator('.out[data-kind=error]');
  await expect(error.locator('.out-error-name')).toHaveText('ZeroDivisionError: division by zero');
  await expect(error.locator('.is-hit')).toHaveText("line 3:  return pods['ready'] / pods['wanted']");
  await error.getByRole('button', { name: /more calls/ }).click();
  await expect(error.locator('.is-hit')).toHaveCount(3);
  await expect(error.locator('.ansi-red').first()).toBeVisible();
}

test('shows every kind of output', async ({ desktop }) => {
  const page = await openAndRun(desktop);
  await checkDrawn(page, (name) => desktop.shoot(name));

  const html = await showKind(page, 'html');
  await expect(frameIn(html).locator('#by-script')).toHaveText('its script ran', SLOW);
  await expect(html.locator('.out-note')).toHaveText(
    '1 resource from tracker.example was not loaded: outputs have no network.',
  );
  const script = await showKind(page, 'script');
  await expect(frameIn(script).locator('#output')).toContainText('drawn by a script, 42', SLOW);
  await showKind(page, 'html');
  await desktop.shoot('outputs-html');
  await showKind(page, 'failure');
  await desktop.shoot('outputs-failure-folded');
  await checkFailure(page);
  await lookOver(desktop, 'outputs-failure', '.center');
});

test('draws a saved notebook under the still policy, and lets scripts run after a click', async ({
  desktop,
}) => {
  const made = await openAndRun(desktop);
  await made.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(made.getByText('results not saved')).toBeHidden();
  await desktop.close();

  // In another profile nothing of it was made here.
  const other = new Desktop(await mkdtemp(join(tmpdir(), 'watchbook-e2e-')));
  try {
    const page = await other.start({ files: [join(desktop.folder, 'outputs.ipynb')], withPython: true });
    await checkDrawn(page, () => Promise.resolve());
    const html = await showKind(page, 'html');
    await expect(html.locator('.out-note')).toContainText(
      'Its script did not run, as it was not made here.',
      SLOW,
    );
    await expect(html.locator('.out-note')).toContainText('tracker.example');
    await expect(frameIn(html).locator('#by-script')).toHaveText('no script ran');
    await checkLink(other, html);
    const script = await showKind(page, 'script');
    await expect(script.locator('.out')).toContainText('It draws only when it may run.');
    await expect(script.locator('iframe')).toHaveCount(0);
    await checkFailure(page);
    await showKind(page, 'html');
    await other.shoot('outputs-still');

    await html.getByRole('button', { name: 'Let scripts of this notebook run' }).click();
    await expect(frameIn(html).locator('#by-script')).toHaveText('its script ran', SLOW);
    await expect(frameIn(await showKind(page, 'script')).locator('#output')).toContainText('42', SLOW);
    expect(other.problems).toEqual([]);
  } finally {
    await other.dispose();
  }
});

/** A link in a frame: its host is shown, and nothing opens before a click on our own button. */
async function checkLink(desktop: Desktop, html: Locator): Promise<void> {
  await desktop.app.evaluate(({ shell }) => {
    Object.assign(globalThis, { opened: [] });
    shell.openExternal = (url) => {
      (globalThis as unknown as { opened: string[] }).opened.push(url);
      return Promise.resolve();
    };
  });
  const opened = (): Promise<unknown> =>
    desktop.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  const question = html.getByRole('group', { name: 'A link of the output' });
  await frameIn(html).getByRole('link', { name: 'build 42' }).click();
  await expect(question).toContainText('Open ci.example in the browser?');
  await lookOver(desktop, 'outputs-link', '.center');
  // Whoever followed it by keyboard answers by keyboard, and is back where it was.
  const stay = question.getByRole('button', { name: 'Stay here' });
  await stay.focus();
  await html.page().keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect.poll(() => html.page().evaluate(() => document.activeElement?.tagName)).toBe('IFRAME');
  expect(await opened()).toEqual([]);
  await frameIn(html).getByRole('link', { name: 'build 42' }).click();
  await question.getByRole('button', { name: 'Open link' }).click();
  await expect.poll(opened).toEqual(['https://ci.example/build/42']);
}

test('reads, searches and saves a flood in full', async ({ desktop }) => {
  const page = await openAndRun(desktop, [
    "for i in range(5000): print(f'{i:05d} GET /health/ready 200 in {i % 37} ms')",
    "print('x' * 9000 + ' end')",
  ]);
  const flood = await showCell(page, 'c0');
  const both = flood.locator('.out-text');
  await expect(both.first().locator('.out-row')).toHaveCount(100);
  await expect(both.last().locator('.out-row')).toHaveCount(100);
  await expect(both.last()).toContainText('04999 GET');
  const between = flood.locator('.out-between');
  await expect(between).toContainText('4,800 lines not shown: open full output');
  const opener = between.getByRole('button');
  await opener.scrollIntoViewIfNeeded();
  await desktop.shoot('outputs-flood');
  await opener.focus();
  await page.keyboard.press('Enter');

  const full = page.getByRole('dialog', { name: 'Standard output' });
  await expect(full).toContainText('5,000 lines');
  await expect(full.locator('.full-row[data-line="101"]')).toHaveText(/00100 GET/);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('HEALTH/ready 200 in 36');
  await expect(full.getByRole('status')).toHaveText('3 of 135');
  await expect(full.locator('.full-row.is-current')).toHaveText(/00110 GET/);
  await page.keyboard.press('Enter');
  await expect(full.locator('.full-row.is-current')).toHaveText(/00147 GET/);
  await lookOver(desktop, 'full-output', '[role=dialog]');
  for (let back = 0; back < 4; back += 1) await page.keyboard.press('Shift+Enter');
  await expect(full.getByRole('status')).toHaveText('135 of 135');
  await expect(full.locator('.full-row.is-current')).toHaveText(/04994 GET/);
  await full.getByRole('button', { name: 'Match upper and lower case' }).click();
  await expect(full.getByRole('status')).toHaveText('nothing found');

  const target = join(desktop.folder, 'flood.txt');
  await desktop.answerSaveDialog(target);
  await full.getByRole('button', { name: 'Save output…' }).click();
  await expect(page.getByText('Output saved')).toBeVisible();
  const saved = (await readFile(target, 'utf8')).split('\n');
  expect([saved.length, saved[2_500]]).toEqual([5_001, '02500 GET /health/ready 200 in 21 ms']);
  await full.getByRole('button', { name: 'Copy output' }).click();
  await expect
    .poll(() => desktop.app.evaluate(({ clipboard }) => clipboard.readText()))
    .toMatch(/^00000 GET[^]*04999 GET[^]*ms\n$/);
  await page.keyboard.press('Escape');
  await expect(full).toBeHidden();
  await expect(opener).toBeFocused();

  const long = await showCell(page, 'c1');
  await long.getByRole('button', { name: 'the line goes on: open full output' }).click();
  await expect(page.getByRole('dialog').locator('.full-row').first()).toContainText(' end');
  await page.keyboard.press('Escape');
});

/** What kinds of data are on the clipboard. Older runtimes answer at once, newer ones by items. */
function clipboardTypes(desktop: Desktop): Promise<readonly string[]> {
  return desktop.app.evaluate(async ({ clipboard }) => {
    const older = clipboard as unknown as { availableFormats?: () => string[] };
    if (older.availableFormats !== undefined) return older.availableFormats();
    return (await clipboard.read()).flatMap(({ types }) => types);
  });
}

test('copies and saves what is shown', async ({ desktop }) => {
  const page = await openAndRun(desktop, [
    `import io, random
from PIL import Image as P
from IPython.display import Image
picture = P.frombytes('RGB', (400, 400), random.Random(1).randbytes(480_000))
buffer = io.BytesIO(); picture.save(buffer, 'PNG')
Image(buffer.getvalue(), width=200, height=200)`,
    "import pandas as pd; pd.DataFrame({'pod': ['a-1'], 'ms': [12]})",
    "pd.DataFrame([{'pod': f'payments-{i}', **{f'p{c}': i * c for c in range(50, 100, 2)}} for i in range(60)])",
  ]);
  // More than a view holds: it is fetched when it comes on screen.
  const picture = await showCell(page, 'c0');
  await expect
    .poll(() => picture.locator('img').evaluate((img: HTMLImageElement) => [img.naturalWidth, img.width]))
    .toEqual([400, 200]);
  await picture.locator('.out').hover();
  await desktop.shoot('outputs-tools');
  await picture.getByRole('button', { name: 'Copy picture' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  await expect.poll(() => clipboardTypes(desktop)).toContain('image/png');
  const target = join(desktop.folder, 'picture.png');
  await desktop.answerSaveDialog(target);
  await picture.getByRole('button', { name: 'Save picture…' }).click();
  await expect(page.getByText('Output saved')).toBeVisible();
  expect((await readFile(target)).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');

  const table = await showCell(page, 'c1');
  await expect(frameIn(table).locator('td').first()).toHaveText('a-1', SLOW);
  // The tools are there by keyboard, and for the cell that is selected.
  await table.locator('.entry-head').click();
  await table.getByRole('button', { name: 'Copy as text' }).click();
  const text = (): Promise<string> => desktop.app.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(text).toMatch(/pod +ms\n0 +a-1 +12/);
  await table.getByRole('button', { name: 'Copy output' }).click();
  await expect.poll(() => clipboardTypes(desktop)).toContain('text/html');

  // Of a table that scrolls in its frame the head stays in view.
  const large = frameIn(await showCell(page, 'c2'));
  await expect(large.locator('tbody tr')).toHaveCount(60, SLOW);
  await large.locator('.is-tall').evaluate((frame) => frame.scrollTo(0, 900));
  const head = large.locator('thead th', { hasText: 'p50' });
  await expect
    .poll(() => head.evaluate((cell) => Math.round(cell.getBoundingClientRect().top)))
    .toBeLessThan(4);
  expect((await large.locator('td', { hasText: 'payments-30' }).boundingBox())?.height).toBeLessThan(40);
  await desktop.shoot('outputs-large-table');
});
