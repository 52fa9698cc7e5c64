import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Page } from '@playwright/test';
import { WIDGET_STATE_MIME } from '../../shared/notebook/widgets/widget-mimes';
import { expect, test, type Desktop } from '../support/app';
import { findFrameViolations } from '../support/axe';
import { writeCells } from '../support/output-notebook';
import { clickByPointer } from '../support/pointer';

const SLOW = { timeout: 60_000 };
test.describe.configure({ timeout: 300_000 });

/** What an on-call engineer's runbook holds: a checklist with times, a bar, and a slider that computes. */
const CELLS = [
  `# Checklist
import ipywidgets as w
from datetime import datetime, timezone
def ticked(change):
    if change['new']: print(change['owner'].description, 'at', datetime.now(timezone.utc).strftime('%H:%M:%SZ'))
boxes = [w.Checkbox(description=name, indent=False) for name in ('Drained', 'Snapshot taken', 'Paged the owner')]
for box in boxes: box.observe(ticked, names='value')
w.VBox(boxes)`,
  `# Progress
import time
bar = w.IntProgress(max=20, description='Rolling out', style={'bar_color': None})
display(bar)
for i in range(20):
    bar.value = i + 1
    time.sleep(0.02)`,
  `# What if
@w.interact(replicas=w.IntSlider(value=4, min=1, max=40), canary=False)
def load(replicas, canary):
    print(f'{12000 / replicas:.0f} requests a second for each of {replicas}' + (', canary first' if canary else ''))`,
  `# All kinds
from IPython.display import HTML
out = w.Output()
with out: display(HTML('<b>in an output widget</b>')); print('\\x1b[31mred\\x1b[0m text')
pressed = w.Label('not pressed')
def press(_): pressed.value = 'pressed'
button = w.Button(description='Fail over', button_style='danger'); button.on_click(press)
w.VBox([w.HBox([button, pressed]), w.Text(value='eu-west-1', description='Region'),
  w.Dropdown(options=['blue', 'green'], description='Pool'),
  w.RadioButtons(options=['read', 'write'], description='Mode'), w.FloatSlider(value=0.4, description='Share', max=1),
  w.ToggleButtons(options=['1 h', '6 h', '24 h'], description='Range'), w.Textarea(value='notes', description='Notes'),
  w.Tab([w.Label('first page'), w.Label('second page')], titles=['One', 'Two']), out])`,
];

async function openAndRun(desktop: Desktop, cells: readonly string[]): Promise<Page> {
  const file = join(desktop.folder, 'widgets.ipynb');
  await writeCells(file, cells);
  const page = await desktop.start({ files: [file] });
  await page.getByRole('button', { name: 'Run all' }).click();
  const last = page.locator(`article[data-cell="c${cells.length - 1}"]`);
  await expect(last).toHaveAttribute('aria-label', /, done/, SLOW);
  return page;
}

const cellOf = (page: Page, index: number) => page.locator(`article[data-cell="c${index}"]`);
const frameOf = (page: Page, index: number): FrameLocator =>
  cellOf(page, index).frameLocator('iframe.out-frame');

async function show(page: Page, index: number): Promise<void> {
  await cellOf(page, index).evaluate((cell) => cell.scrollIntoView({ block: 'start' }));
}

test('widgets are live, are saved, and are shown again without a kernel', async ({ desktop }) => {
  const page = await openAndRun(desktop, CELLS.slice(0, 3));
  await show(page, 0);
  const boxes = frameOf(page, 0);
  await clickByPointer(desktop, boxes.getByRole('checkbox', { name: 'Drained' }));
  await expect(cellOf(page, 0).locator('[data-kind=stdout]')).toContainText(
    /Drained at \d\d:\d\d:\d\dZ/,
    SLOW,
  );
  await clickByPointer(desktop, boxes.getByRole('checkbox', { name: 'Snapshot taken' }));
  await expect(cellOf(page, 0).locator('[data-kind=stdout]')).toContainText(/Snapshot taken at/, SLOW);

  await show(page, 1);
  const bar = frameOf(page, 1).getByRole('progressbar', { name: 'Rolling out' });
  await expect(bar).toHaveAttribute('aria-valuenow', '20', SLOW);

  await show(page, 2);
  const slider = frameOf(page, 2).getByRole('slider');
  await expect(frameOf(page, 2).locator('.widget-output')).toContainText(
    '3000 requests a second for each of 4',
    SLOW,
  );
  await clickByPointer(desktop, slider);
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
  await expect(frameOf(page, 2).locator('.widget-output')).toContainText(
    '1500 requests a second for each of 8',
    SLOW,
  );
  await desktop.shoot('widgets-live');

  await page.keyboard.press('Escape');
  await expect(cellOf(page, 2)).toBeFocused();
  await page.keyboard.press('Control+Shift+c');
  await page.getByRole('combobox').fill('state of the widgets');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Widgets saved')).toBeVisible(SLOW);
  const kept = JSON.parse(await readFile(join(desktop.folder, 'widgets.ipynb'), 'utf8')) as {
    readonly metadata: { readonly widgets: Record<string, { readonly state: object }> };
  };
  expect(Object.keys(kept.metadata.widgets[WIDGET_STATE_MIME]!.state).length).toBeGreaterThan(8);

  // A restart takes the models away; what was drawn of them goes without an error, which would fail this test.
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Restart the kernel…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Restart' }).click();
  await expect(cellOf(page, 2)).toContainText('its kernel is not running', SLOW);

  await desktop.close();
  await desktop.stopEngine();
  const later = await desktop.start({ files: [join(desktop.folder, 'widgets.ipynb')] });
  await show(later, 0);
  await expect(frameOf(later, 0).getByRole('checkbox', { name: 'Drained' })).toBeChecked(SLOW);
  await expect(frameOf(later, 0).getByRole('checkbox', { name: 'Drained' })).toBeDisabled();
  await expect(frameOf(later, 0).getByRole('checkbox', { name: 'Paged the owner' })).not.toBeChecked();
  await expect(cellOf(later, 0)).toContainText('Shown as it was left: its kernel is not running.');
  await expect(cellOf(later, 0).locator('[data-kind=stdout]')).toContainText(
    /Drained at \d\d:\d\d:\d\dZ\s+Snapshot taken at/,
  );
  await show(later, 1);
  const left = frameOf(later, 1).getByRole('progressbar', { name: 'Rolling out' });
  await expect(left).toHaveAttribute('aria-valuenow', '20', SLOW);
  await show(later, 2);
  await expect(frameOf(later, 2).locator('.widget-output')).toContainText('for each of 8', SLOW);
  await expect(frameOf(later, 2).getByRole('slider')).toHaveAttribute('aria-valuenow', '8.0');
  // Shown by the file alone: nothing was started for it.
  await expect(later.locator('.kernel-item')).toHaveAttribute('data-state', 'todo');
  await desktop.shoot('widgets-without-kernel');
});

test('every kind of widget works as in JupyterLab, light and dark', async ({ desktop }) => {
  const page = await openAndRun(desktop, [CELLS[0] ?? '', CELLS[3] ?? '']);
  await show(page, 1);
  const frame = frameOf(page, 1);
  await clickByPointer(desktop, frame.getByRole('button', { name: 'Fail over' }));
  await expect(frame.getByText('pressed', { exact: true })).toBeVisible(SLOW);
  await expect(frame.locator('.widget-output b')).toHaveText('in an output widget');
  await expect(frame.locator('.widget-output .ansi-red')).toHaveText('red');
  await frame.getByRole('tab', { name: 'Two' }).click();
  await expect(frame.getByText('second page')).toBeVisible();
  await frame.getByRole('combobox').selectOption('green');
  await frame.getByRole('textbox').first().fill('us-east-2');
  await expect(frame.getByRole('slider', { name: 'Share' })).toBeVisible();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(frame.locator('html')).toHaveCSS('color-scheme', theme);
    expect(await findFrameViolations(desktop), theme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
  await desktop.shoot('widgets-kinds');
});
