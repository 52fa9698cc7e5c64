import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { EventDraft } from '../../electron/engine/runs/journal';
import { runFolderName, runsOf } from '../../electron/engine/runs/run-places';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { withholdFile } from '../../electron/engine/runs/withhold-run';
import type { EnvironmentRef } from '../../shared/runs/events';
import { expect, test, type Desktop } from '../support/app';
import { writeNotebookFile } from '../support/notebooks';
import { recordRun, type RecordedCell } from '../support/recorded-run';
import { MARA } from '../support/run-journals';
import { openRun, RunPage, startRun } from '../support/run-page';

const ENVIRONMENTS = {
  dev: { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' },
  staging: { name: 'staging', colour: 'ochre', guard: 'confirm', gates: 'confirm' },
  prod: { name: 'prod', colour: 'carmine', guard: 'strict', gates: 'real' },
} as const satisfies Record<string, EnvironmentRef>;
const NAMES = ['prod', 'staging', 'dev'] as const;
const BOOKS = ['payments-api', 'failover-database', 'rotate-certificates'] as const;
const DAY_MS = 86_400_000;

const CONFIG = {
  version: 1,
  environments: Object.values(ENVIRONMENTS),
  people: [{ name: 'mara' }, { name: 'jonas' }, { name: 'ines' }],
  roles: { 'release-managers': ['jonas', 'ines'] },
};

const LOOK: RecordedCell = {
  id: 'look',
  source: '# Check cluster and account\nkubectl config current-context',
};
const DRAIN: RecordedCell = {
  id: 'drain',
  source: '# Drain the old pool\nrollout drain payments-api --follow',
  // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
  metadata: { watchbook: { limit: { seconds: 90, then: 'warn' } } },
};
const SHIP: RecordedCell = {
  id: 'ship',
  source: '# Deploy everywhere\nrollout deploy payments-api --all',
  metadata: { tags: ['destructive'] },
};
const UNDO: RecordedCell = {
  id: 'undo',
  source: '# Undo the deployment\nrollout undo payments-api',
  metadata: { tags: ['rollback', 'skip-execution'], watchbook: { rollbackOf: 'ship' } },
};
const SMOKE: RecordedCell = { id: 'smoke', source: '# Smoke tests\nsmoke --target eu1' };
const GATE: RecordedCell = {
  id: 'gate',
  type: 'markdown',
  source: '### Approve the second batch\nIt sends **all** traffic to 4.18.0.\n\n- [ ] Error budget is intact',
  metadata: {
    watchbook: {
      gate: { kind: 'approve', by: ['release-managers'], minimum: 2 },
      checklist: { required: [1] },
    },
  },
};
const CELLS: readonly RecordedCell[] = [
  { id: 'title', type: 'markdown', source: '# Release payments-api' },
  { id: 's1', type: 'markdown', source: '## Prepare' },
  LOOK,
  DRAIN,
  { id: 's2', type: 'markdown', source: '## Second batch' },
  GATE,
  SHIP,
  UNDO,
  SMOKE,
];

const MONTH = CELLS.filter(({ id }) => id !== 'gate');

/** Where a run of a runbook of `releases` lies. */
function placeOf(library: string, book: string, at: Date, environment: string): string {
  return join(runsOf(library, join(library, 'releases', `${book}.ipynb`)), runFolderName(at, environment));
}

/** Forty runs of a month: most are done, some were given up, one lacks a line, a few still go on. */
async function recordMonth(library: string): Promise<void> {
  for (let number = 0; number < 40; number += 1) {
    const at = new Date(Date.now() - number * 0.8 * DAY_MS - 3_600_000);
    const environment = ENVIRONMENTS[NAMES[number % 3 === 2 ? 2 : number % 2] ?? 'dev'];
    const folder = placeOf(library, BOOKS[number % 3]!, at, environment.name);
    const title = [
      `payments-api 4.${58 - number}`,
      'Database of checkout to eu2, as rehearsed',
      'Certificates of the edge',
    ][number % 3]!;
    const driver = ['Mara Lindt', 'Jonas Weber', 'Inês Carvalho'][((number * 7) % 5) % 3]!;
    await recordRun(folder, { cells: MONTH, environment, title, driver, at }, async (pen) => {
      await pen.attempt(LOOK, 2, 'prod-eu1\n');
      if (number === 1) return;
      await pen.attempt(DRAIN, 70 + number * 9, '20 of 20 pods drained\n');
      if (number < 4) return pen.attempt(SHIP, 40, 'error: 3 pods crash\n', 'failed');
      const reason =
        (text: string): EventDraft =>
        (place) => ({
          type: 'step-skipped',
          data: { cell: 'smoke', reason: place('reason', { text }) },
        });
      if (number % 9 === 0)
        return pen.add((place) => ({
          type: 'run-finished',
          data: { status: 'aborted', reason: place('reason', { text: 'the freeze was called' }) },
        }));
      await pen.attempt(SHIP, 184 + number * 3, 'successfully rolled out\n');
      if (number % 4 === 0) await pen.add(reason('smoke tests run elsewhere'));
      else await pen.attempt(SMOKE, 12, 'fine\n');
      return pen.add({ type: 'run-finished', data: { status: 'done', reason: null } });
    });
    if (number === 7) {
      const journal = join(folder, 'journal.jsonl');
      const lines = (await readFile(journal, 'utf8')).split('\n');
      await writeFile(journal, lines.toSpliced(3, 1).join('\n'));
    }
  }
}

/** A night in which much went on beside the steps: every kind of gap, a limit, an approval that fell. */
async function recordNight(library: string): Promise<string> {
  const at = new Date('2026-11-24T01:02:03Z');
  const folder = placeOf(library, 'payments-api', at, 'prod');
  const start = {
    cells: CELLS,
    environment: ENVIRONMENTS.prod,
    title: 'payments-api 4.18 to production',
    driver: 'Jonas Weber',
    links: [{ kind: 'change', text: 'CHG-20418' }],
    at,
  } as const;
  await recordRun(folder, start, async (pen) => {
    pen.pass(20);
    await pen.attempt(LOOK, 2, 'prod-eu1\n');
    pen.pass(5);
    await pen.gap('clock', 0, 37);
    pen.pass(40);
    await pen.attempt(DRAIN, 240, 'draining pool a\n20 of 20 pods drained\n', 'done', async () => {
      await pen.gap('output', -30, -5, 'drain');
      await pen.add({ type: 'limit-passed', data: { cell: 'drain', attempt: 1, seconds: 90 } });
    });
    pen.pass(1_500);
    await pen.gap('suspended', -1_380, 0);
    pen.pass(60);
    const open = (): Promise<void> =>
      pen.add((place) => ({
        type: 'gate-opened',
        data: {
          cell: 'gate',
          kind: 'approve',
          until: null,
          request: place('request', { gate: 'gate' }),
          minimum: 2,
        },
      }));
    await open();
    pen.pass(20);
    await pen.add({ type: 'ticked', data: { cell: 'gate', item: 1 } });
    pen.pass(20);
    await pen.add({
      type: 'gate-answered',
      data: { cell: 'gate', verdict: 'approved', approver: 'ines', how: 'laptop', reason: null },
    });
    pen.pass(30);
    await pen.add({ type: 'unticked', data: { cell: 'gate', item: 1 } });
    await pen.add({ type: 'gate-voided', data: { cell: 'gate', why: 'tick' } });
    await open();
    pen.pass(300);
    await pen.gap('engine', -280, -10);
  });
  return folder;
}

/** A run that was rolled back and then given up; something in it should never have been printed. */
async function recordUndone(library: string): Promise<string> {
  const at = new Date('2026-11-23T22:14:00Z');
  const folder = placeOf(library, 'payments-api', at, 'prod');
  const start = { cells: CELLS, environment: ENVIRONMENTS.prod, title: 'payments-api 4.17', at };
  await recordRun(folder, start, async (pen) => {
    await pen.attempt(LOOK, 2, 'prod-eu1, token ghp_4fj2\n');
    pen.pass(4);
    await pen.attempt(DRAIN, 70, '20 of 20 pods drained\n');
    pen.pass(10);
    await pen.add((place) => ({
      type: 'step-skipped',
      data: { cell: 'gate', reason: place('reason', { text: 'approved in the channel, CHG-20377' }) },
    }));
    pen.pass(12);
    await pen.attempt(SHIP, 184, 'batch 1 of 4\nerror: 3 pods crash\n', 'failed');
    pen.pass(40);
    await pen.note('rolling back, the pool is full', 'ship');
    await pen.add({
      type: 'roll-back-begun',
      data: {
        to: 'drain',
        steps: [
          { cell: 'ship', by: 'undo' },
          { cell: 'drain', by: null },
        ],
      },
    });
    pen.pass(10);
    await pen.attempt(UNDO, 31, 'payments-api is at 4.16.2\n');
    await pen.add({ type: 'rolled-back', data: { cell: 'ship', by: 'undo' } });
    pen.pass(15);
    await pen.add((place) => ({
      type: 'rolled-back',
      data: { cell: 'drain', by: null, reason: place('reason', { text: 'the old pool was filled by hand' }) },
    }));
    await pen.add({ type: 'roll-back-ended', data: { how: 'done' } });
    pen.pass(90);
    await pen.add((place) => ({
      type: 'run-finished',
      data: {
        status: 'aborted',
        reason: place('reason', { text: 'the pods crash on 4.17; it goes back to build' }),
      },
    }));
  });
  const contents = await readFile(join(folder, 'journal.jsonl'), 'utf8');
  const [, file] = /"(content\/\d+-attempt\.json)"/.exec(contents) ?? [];
  await withholdFile(folder, file ?? '', 'a token was printed', MARA);
  return folder;
}

async function show(desktop: Desktop, page: Page, folder: string, title: string): Promise<void> {
  await openRun(desktop, page, folder);
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(page.locator('.actionbar-title')).toBeVisible();
}

test('runs as a person finds them after a month and after a bad night', async ({ desktop }) => {
  const library = join(desktop.folder, 'lib');
  await mkdir(join(library, 'releases'), { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
  const book = join(library, 'releases', 'payments-api.ipynb');
  const steps = [
    { id: 'title', type: 'markdown', source: '# Release payments-api' },
    {
      id: 'slow',
      source: '# Drain the old pool\necho "draining pool a"; sleep 600',
      // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
      metadata: { watchbook: { limit: { seconds: 1, then: 'warn' } } },
    },
    { id: 'smoke', source: '# Smoke tests\necho fine' },
  ] as unknown as Parameters<typeof writeNotebookFile>[1];
  await writeNotebookFile(book, steps, 'bash');
  await recordMonth(library);
  const night = await recordNight(library);
  const undone = await recordUndone(library);
  for (const folder of [night, undone])
    expect((await verifyRunFolder(folder)).verdict).toMatchObject({ isWhole: true });

  const page = await desktop.start({ files: [book] });
  // The engine lists the runs of the libraries that it knows: those of which something was started.
  const live = await startRun(desktop, book, 'payments-api 4.19, rehearsal');
  const places = page.getByRole('navigation', { name: 'Places' });
  const views = page.getByRole('tablist', { name: 'Views of the run' });
  const run = new RunPage(page);

  await test.step('a month of runs', async () => {
    await places.getByRole('button', { name: /^Runs/ }).click();
    const runs = page.getByRole('table', { name: 'Runs' });
    await expect(runs.getByRole('button', { name: 'payments-api 4.58' })).toBeVisible();
    await expect(runs).toContainText('not whole');
    await desktop.shoot('runs-month');
    await runs.getByRole('row').last().scrollIntoViewIfNeeded();
    await desktop.shoot('runs-month-end');
  });

  await test.step('a night with gaps, read only, its record beside it', async () => {
    await show(desktop, page, night, 'payments-api 4.18 to production');
    const gaps = page.locator('.entry-gap');
    await expect(gaps.filter({ hasText: 'This machine slept' })).toBeVisible();
    await page.locator('.doc').evaluate((view) => view.scrollTo({ top: 0 }));
    await desktop.shoot('run-gaps');
    await page.locator('.doc').evaluate((view) => view.scrollTo({ top: view.scrollHeight }));
    await expect(gaps.filter({ hasText: 'the engine was away' })).toBeVisible();
    await desktop.shoot('run-approval-fell');
    await views.getByRole('tab', { name: 'Timeline' }).click();
    await expect(page.getByRole('listbox', { name: 'Events' })).toContainText('asleep');
    await desktop.shoot('run-gaps-timeline');
    await views.getByRole('tab', { name: 'Notebook' }).click();
  });

  await test.step('a run that was rolled back, given up and cleaned', async () => {
    await show(desktop, page, undone, 'payments-api 4.17');
    await expect(run.title).toContainText('Run aborted');
    await desktop.shoot('run-undone-aborted');
    await views.getByRole('tab', { name: 'Timeline' }).click();
    await expect(page.getByRole('listbox', { name: 'Events' })).toContainText('ithheld');
    await desktop.shoot('run-withheld-timeline');
    await views.getByRole('tab', { name: 'Report' }).click();
    await expect(page.getByRole('document', { name: 'report.md' })).toContainText('ithheld');
    await desktop.shoot('run-withheld-report');
    await views.getByRole('tab', { name: 'Notebook' }).click();
  });

  await test.step('a step over its limit, and two runs beside each other', async () => {
    await show(desktop, page, live, 'payments-api 4.19, rehearsal');
    await run.send('slow', /running/);
    await expect(run.title).toContainText('over its limit');
    await desktop.shoot('run-over-limit');
    await page.keyboard.press('Control+\\');
    const second = page.getByRole('group', { name: 'Second of two' });
    await expect(second.locator('.actionbar-title')).toBeVisible();
    await desktop.shoot('runs-beside');
    await page
      .getByRole('button', { name: /^Record/ })
      .first()
      .click();
    await expect(page.getByRole('complementary', { name: 'Record' }).first()).toBeVisible();
    await desktop.shoot('runs-beside-record');
  });
});
