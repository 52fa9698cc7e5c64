import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '../support/app';
import { Beacons, payload } from '../support/canary';
import { testElectron } from '../support/environment';
import { fill, MARKUP } from '../support/hostile-markup';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const PLAIN_PAGE = join(dirname(fileURLToPath(import.meta.url)), '..', 'support', 'plain-page');

interface Seen {
  readonly frames: number;
  /** Frames whose sandbox lets something through. */
  readonly open: number;
  readonly ran: readonly unknown[];
  readonly protocol: string;
  readonly asked: readonly string[];
  readonly control: readonly unknown[];
}

/** Opens a page in a browser that protects it from nothing, and answers what came of it. */
async function openPlainly(file: string, folder: string): Promise<Seen> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { stdout } = await promisify(execFile)(testElectron(), [...sandbox, PLAIN_PAGE, file], {
    cwd: folder,
    timeout: 90_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Seen;
}

test.describe.configure({ timeout: 300_000 });

test('a hostile notebook that is written out runs nothing and loads nothing where it is opened', async ({
  desktop,
}) => {
  const beacons = await Beacons.start();
  const file = join(desktop.folder, 'hostile.ipynb');
  const data = (mime: string, value: string) => ({
    output_type: 'display_data' as const,
    data: { [mime]: value },
    metadata: {},
  });
  const outputs = Object.entries(MARKUP).flatMap(([name, text]) => {
    const html = fill(text, beacons, `out-${name}`).replaceAll('&quot;', '"');
    return [
      data('text/html', html),
      data('text/markdown', html),
      data(
        'image/svg+xml',
        `<svg xmlns="http://www.w3.org/2000/svg" onload="${payload(beacons, 'svg')}">${html}</svg>`,
      ),
      data('text/plain', html),
      data('application/javascript', payload(beacons, `js-${name}`)),
      { output_type: 'stream' as const, name: 'stderr' as const, text: html },
      { output_type: 'error' as const, ename: html, evalue: html, traceback: [html] },
    ];
  });
  await writeNotebookFile(file, [
    ...Object.entries(MARKUP).map(([name, text]) => ({
      type: 'markdown' as const,
      source: fill(text, beacons, name),
    })),
    ...Object.entries(MARKUP).map(([name, text]) => ({ source: fill(text, beacons, `code-${name}`) })),
    { source: '</pre><script>window.ran=["source"]</script>', outputs },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const written = join(desktop.folder, 'hostile.html');
  await desktop.answerSaveDialog(written);
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  await page.getByRole('checkbox', { name: 'What is hidden on the page' }).check();
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.getByText('Written to hostile.html')).toBeVisible({ timeout: 60_000 });

  // And as PDF, which is laid out by the desktop itself.
  const pdf = join(desktop.folder, 'hostile.pdf');
  await desktop.answerSaveDialog(pdf);
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  await page.getByRole('radio', { name: 'PDF' }).check();
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.getByText('Written to hostile.pdf')).toBeVisible({ timeout: 120_000 });
  expect((await readFile(pdf)).subarray(0, 5).toString()).toBe('%PDF-');

  const seen = await openPlainly(written, desktop.folder);
  expect(seen).toMatchObject({ open: 0, ran: [], protocol: 'file:', control: [1] });
  expect(seen.frames).toBeGreaterThanOrEqual(Object.keys(MARKUP).length);
  expect(seen.asked.filter((url) => !/^(?:file:|data:|devtools:)/.test(url))).toEqual([]);
  expect(seen.asked.filter((url) => url.startsWith('file:'))).toHaveLength(1);
  expect(beacons.seen).toEqual([]);
  await beacons.stop();
  // What the policies held back says that they work: in the frames of outputs, and in the page that was laid out.
  const atWork = /^(?:Refused to|Blocked|Unsafe attempt to load URL)/;
  const own = desktop.problems.filter((problem) => !atWork.test(problem));
  desktop.problems.splice(0, desktop.problems.length, ...own);
});
