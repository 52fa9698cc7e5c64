import { join } from 'node:path';
import type { FrameLocator, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { openOutputs, writeCells } from '../support/output-notebook';

const SLOW = { timeout: 60_000 };
test.describe.configure({ timeout: 300_000 });

const PLOTLY = {
  data: [
    { type: 'scatter', mode: 'lines+markers', name: '4.17', x: [1, 2, 3, 4, 5], y: [12, 18, 11, 30, 24] },
    { type: 'bar', name: '4.18', x: [1, 2, 3, 4, 5], y: [8, 9, 14, 10, 12] },
  ],
  layout: { title: { text: '5xx per minute' }, xaxis: { title: { text: 'minute' } }, height: 320 },
};
const ROWS = [
  { zone: 'eu-1', p95: 182, version: '4.17' },
  { zone: 'eu-1', p95: 120, version: '4.18' },
  { zone: 'us-2', p95: 240, version: '4.17' },
  { zone: 'us-2', p95: 210, version: '4.18' },
];
const VEGA_LITE = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  title: 'p95 by zone',
  data: { values: ROWS },
  mark: 'bar',
  encoding: {
    x: { field: 'zone', type: 'nominal' },
    xOffset: { field: 'version' },
    y: { field: 'p95', type: 'quantitative' },
    color: { field: 'version', type: 'nominal' },
  },
};
const VEGA = {
  $schema: 'https://vega.github.io/schema/vega/v5.json',
  width: 240,
  height: 80,
  data: [{ name: 'rows', values: ROWS, transform: [{ type: 'formula', as: 'half', expr: 'datum.p95 / 2' }] }],
  scales: [
    {
      name: 'x',
      type: 'linear',
      domain: { data: 'rows', field: 'half' },
      range: 'width',
      zero: true,
      nice: true,
    },
    { name: 'y', type: 'band', domain: { data: 'rows', field: 'version' }, range: 'height', padding: 0.2 },
  ],
  axes: [
    { scale: 'x', orient: 'bottom' },
    { scale: 'y', orient: 'left' },
  ],
  marks: [
    {
      type: 'rect',
      from: { data: 'rows' },
      encode: {
        enter: {
          x: { value: 0 },
          x2: { scale: 'x', field: 'half' },
          y: { scale: 'y', field: 'version' },
          height: { scale: 'y', band: 1 },
        },
      },
    },
  ],
};

const bundle = (data: object): object => ({
  outputs: [{ output_type: 'display_data', metadata: {}, data }],
});

const cellOf = (page: Page, index: number) => page.locator(`article[data-cell="c${index}"]`);
const frameOf = (page: Page, index: number): FrameLocator =>
  cellOf(page, index).frameLocator('iframe.out-frame');

async function show(page: Page, index: number): Promise<void> {
  await cellOf(page, index).evaluate((cell) => cell.scrollIntoView({ block: 'start' }));
}

async function checkCharts(page: Page): Promise<void> {
  await show(page, 0);
  await expect(frameOf(page, 0).locator('.gtitle')).toHaveText('5xx per minute', SLOW);
  await expect(frameOf(page, 0).locator('.bars .point')).toHaveCount(5);
  await show(page, 1);
  await expect(frameOf(page, 1).getByText('p95 by zone')).toBeVisible(SLOW);
  await expect(frameOf(page, 1).locator('.mark-rect path').first()).toBeVisible();
  await show(page, 2);
  await expect(frameOf(page, 2).locator('.mark-rect path')).toHaveCount(ROWS.length, SLOW);
}

/** In other colours and another width a chart keeps its height. */
async function checkResized(desktop: Desktop, page: Page): Promise<void> {
  const drawing = frameOf(page, 0).locator('.main-svg').first();
  const width = (): Promise<number> => drawing.evaluate((svg) => svg.getBoundingClientRect().width);
  const before = await width();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(frameOf(page, 0).locator('html')).toHaveCSS('color-scheme', /dark/);
  await desktop.resize(1100, 700);
  await expect.poll(width).toBeLessThan(before - 100);
  expect(await drawing.evaluate((svg) => svg.getBoundingClientRect().height)).toBeGreaterThan(300);
  const box = await cellOf(page, 0).locator('iframe').boundingBox();
  expect(box?.height).toBeGreaterThan(300);
  await page.emulateMedia({ colorScheme: null });
  await desktop.resize(1440, 900);
  await expect.poll(width).toBe(before);
}

test('charts are drawn from data alone, whoever made them', async ({ desktop }) => {
  const page = await openOutputs(desktop, [
    bundle({ 'application/vnd.plotly.v1+json': PLOTLY, 'text/plain': 'Figure()' }),
    bundle({ 'application/vnd.vegalite.v5+json': VEGA_LITE, 'text/plain': 'alt.Chart()' }),
    bundle({ 'application/vnd.vega.v5+json': VEGA }),
    bundle({ 'application/geo+json': { type: 'Point', coordinates: [13.4, 52.5] } }),
    bundle({ 'audio/wav': silence() }),
  ]);
  await checkCharts(page);
  await show(page, 0);
  await checkResized(desktop, page);
  await desktop.shoot('charts');
  await show(page, 1);
  await desktop.shoot('charts-vega');
  await show(page, 3);
  await expect(cellOf(page, 3)).toContainText('coordinates');
  await expect(frameOf(page, 4).locator('audio')).toBeVisible(SLOW);
  await expect(page.locator('iframe.out-frame').first()).toHaveAttribute('src', 'frame://output/still');
});

test('a kernel’s charts change in their place', async ({ desktop }) => {
  const file = join(desktop.folder, 'live.ipynb');
  const show3 = `from IPython.display import display
handle = display({'application/vnd.vegalite.v5+json': spec(1)}, raw=True, display_id='chart')`;
  await writeCells(file, [
    `def spec(n): return {'data': {'values': [{'a': i} for i in range(n)]}, 'mark': 'point', 'encoding': {'x': {'field': 'a', 'type': 'quantitative'}}}
${show3}`,
    `from IPython.display import update_display
update_display({'application/vnd.vegalite.v5+json': spec(4)}, raw=True, display_id='chart')`,
  ]);
  const page = await desktop.start({ files: [file] });
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(frameOf(page, 0).locator('.mark-symbol path')).toHaveCount(4, SLOW);
});

/** A tenth of a second of nothing, as WAV in base64. */
function silence(): string {
  const samples = 800;
  const bytes = Buffer.alloc(44 + samples, 128);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(8_000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples, 40);
  return bytes.toString('base64');
}
