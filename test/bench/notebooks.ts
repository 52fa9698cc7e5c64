import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatNotebook } from '../../shared/notebook/new-notebook';
import type { Cell } from '../../shared/notebook/model';
import { testVariables } from '../support/environment';
import { runWithNbclient } from '../support/nbclient';
import type { Desktop } from '../support/app';
import { percentile, timed, type Bench, type Measure } from './measure';
import { noteKeys } from './notebook-window';
import { framesToGlyph } from './glyph';
import { blankWindow, collectGarbage, memoryOf, rendererPid, withDesktop, withFolder } from './windows';

const SIZES = [100, 500, 2_000] as const;
const MOST_STEPS = 1_500;
const KEYS = 40;
const SETTLE_MS = 3_000;
const RUN_MS = 600_000;
/** A frame that a person sees as a hitch. */
const HITCH_MS = 50;

/** What the same is without Watchbook, in a blank window of the same run. */
interface Base {
  readonly memory: number;
  /** The longest frame while a plain list of the same texts is scrolled from end to end. */
  readonly scroll: number;
  readonly glyph: number;
}

/** A notebook of each size: opened, scrolled, typed in, searched, run. */
export const notebooks: readonly Bench[] = SIZES.map((count) => ({
  name: `notebook-${count}`,
  run: (say) => measureSize(count, say),
}));

async function measureSize(count: number, say: (text: string) => void): Promise<readonly Measure[]> {
  const text = realisticNotebook(count);
  const base = await measureBase(count);
  return withDesktop(async (desktop) => {
    const file = join(desktop.folder, 'bench.ipynb');
    await writeFile(file, text);
    const page = await desktop.start();
    await page.locator('.way').nth(3).waitFor();
    await page.waitForTimeout(SETTLE_MS);
    const parsing = await timed(async () => JSON.parse(await readFile(file, 'utf8')) as unknown);
    const opening = await openByKey(desktop, file);
    say(`opened in ${opening.toFixed(0)} ms`);
    const scrolled = await scrollThrough(page, '.doc', '.log-row');
    say(`longest frame of scrolling ${scrolled.longest.toFixed(0)} ms, ${scrolled.blank} blank`);
    const glyph = await typeIn(page);
    const finding = await find(page);
    const searching = await searchPlainly(file);
    say(`found in ${finding.toFixed(0)} ms`);
    await page.waitForTimeout(SETTLE_MS);
    await collectGarbage(page);
    const memory =
      (await memoryOf(await rendererPid(desktop.app))) + (await memoryOf(await desktop.enginePid()));
    const running = await runAll(page, count);
    const executed = join(desktop.folder, 'executed.ipynb');
    const variables = testVariables(desktop.home, desktop.profile);
    const alone = await timed(() =>
      runWithNbclient([{ input: file, output: executed }], desktop.folder, variables),
    );
    say(`all run in ${running.toFixed(0)} ms, by nbclient in ${alone.toFixed(0)} ms`);
    const named = (what: string): string => `${count} cells: ${what}`;
    return [
      {
        budget: named('first screen'),
        unit: 'ms',
        value: opening,
        base: parsing,
        baseIs: 'Node reads and parses the file',
        allowed: 1_000,
      },
      {
        budget: named('longest frame of a scroll from end to end'),
        unit: 'ms',
        value: scrolled.longest,
        base: base.scroll,
        baseIs: 'a plain list in a blank window',
        allowed: null,
        note: `${scrolled.hitches} of ${scrolled.frames} over ${HITCH_MS} ms`,
      },
      {
        budget: named('frames without a cell in it'),
        unit: 'frames',
        value: scrolled.blank,
        base: scrolled.frames,
        baseIs: 'all frames',
        allowed: 0,
      },
      {
        budget: named('key press to glyph, 19 of 20'),
        unit: 'frames',
        value: glyph,
        base: base.glyph,
        baseIs: 'CodeMirror alone in a blank window',
        allowed: Math.max(1, base.glyph),
      },
      {
        budget: named('every place of a word found and counted'),
        unit: 'ms',
        value: finding,
        base: searching,
        baseIs: 'Node looks through the file',
        allowed: null,
      },
      {
        budget: named('all cells run'),
        unit: 'ms',
        value: running,
        base: alone,
        baseIs: 'nbclient, with its own start',
        allowed: null,
      },
      {
        budget: named('memory of window and engine, above a blank window'),
        unit: 'MB',
        value: (memory - base.memory) / 1024 / 1024,
        base: text.length / 1024 / 1024,
        baseIs: 'the file',
        allowed: null,
      },
    ];
  });
}

/** A blank window with the same texts as one plain list, and with one plain editor. */
async function measureBase(count: number): Promise<Base> {
  return withFolder(async (folder) => {
    const { app, page } = await blankWindow(join(folder, 'chromium'));
    try {
      await collectGarbage(page);
      const memory = await memoryOf(await rendererPid(app));
      const cells = realisticCells(count).map(({ source, outputs }) => [
        source,
        ...outputs.map((output) => (output.output_type === 'stream' ? output.text : '')),
      ]);
      await page.evaluate((texts) => {
        const list = document.createElement('div');
        list.className = 'list';
        Object.assign(list.style, { height: '100vh', overflow: 'auto' });
        for (const parts of texts) {
          const row = document.createElement('div');
          row.className = 'row';
          for (const part of parts) {
            const pre = document.createElement('pre');
            pre.textContent = part;
            row.append(pre);
          }
          list.append(row);
        }
        document.body.replaceChildren(list);
      }, cells);
      const { longest } = await scrollThrough(page, '.list', '.row');
      await page.addScriptTag({ content: await plainEditor() });
      await page.locator('.cm-content').click();
      const glyph = percentile(await framesToGlyph(page, KEYS), 0.95);
      return { memory, scroll: longest, glyph };
    } finally {
      await app.close();
    }
  });
}

/** CodeMirror with what it brings itself, as a script for a page. */
async function plainEditor(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: {
      contents: `import { EditorView, basicSetup } from 'codemirror';
        import { python } from '@codemirror/lang-python';
        document.body.replaceChildren();
        new EditorView({ parent: document.body, doc: 'value = 1', extensions: [basicSetup, python()] });`,
      resolveDir: join(__dirname, '..', '..'),
    },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** From the key of "Open" until cells of the file are drawn. Milliseconds. */
async function openByKey(desktop: Desktop, file: string): Promise<number> {
  const { page } = desktop;
  await desktop.answerOpenDialog(file);
  await noteKeys(page);
  await page.keyboard.press('Control+o');
  const drawn = await page.waitForFunction(() =>
    document.querySelectorAll('article[data-cell]').length > 3
      ? performance.now() - (window as unknown as { readonly benchKeyAt: number }).benchKeyAt
      : false,
  );
  return (await drawn.jsonValue()) as number;
}

interface Scrolled {
  readonly frames: number;
  readonly longest: number;
  readonly hitches: number;
  /** Frames in whose middle there was no row. */
  readonly blank: number;
}

/** Scrolls a list from its top to its end, a screen a frame, and looks at each frame. */
async function scrollThrough(page: Page, view: string, row: string): Promise<Scrolled> {
  return page.evaluate(
    async ({ view: viewName, row: rowName, most, hitch }) => {
      const list = document.querySelector<HTMLElement>(viewName);
      if (list === null) throw new Error('There is nothing to scroll');
      const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
      list.scrollTop = 0;
      const steps = Math.min(most, Math.ceil(list.scrollHeight / list.clientHeight));
      await frame();
      let last = await frame();
      const lengths: number[] = [];
      let blank = 0;
      for (let step = 1; step <= steps; step += 1) {
        list.scrollTop = ((list.scrollHeight - list.clientHeight) * step) / steps;
        const now = await frame();
        lengths.push(now - last);
        last = now;
        const { left, top, width, height } = list.getBoundingClientRect();
        const middle = document.elementFromPoint(left + width / 2, top + height / 2);
        // The end may leave room below its last row.
        if (step < steps && middle?.closest(rowName) === null) blank += 1;
      }
      return {
        frames: lengths.length,
        longest: Math.max(...lengths),
        hitches: lengths.filter((length) => length > hitch).length,
        blank,
      };
    },
    { view, row, most: MOST_STEPS, hitch: HITCH_MS },
  );
}

/** Types into the first code cell in view; frames until the glyph is drawn, 19 of 20. */
async function typeIn(page: Page): Promise<number> {
  await page.locator('article.entry[data-kind="code"] .entry-time').first().click();
  await page.keyboard.press('Enter');
  await page.locator('.cm-content').waitFor();
  const frames = await framesToGlyph(page, KEYS);
  await page.keyboard.press('Escape');
  // The edit goes again, so that what runs is what the base runs.
  await page.keyboard.press('z');
  return percentile(frames, 0.95);
}

/** A word that is in many cells; fewer than begin like it, so that the count changes with its last letter. */
const WORD = 'value_8';

/** From the last letter until all places are counted. Milliseconds. */
async function find(page: Page): Promise<number> {
  await page.keyboard.press('Control+f');
  const field = page.getByRole('textbox', { name: 'Find', exact: true });
  await field.fill(WORD.slice(0, -1));
  const counted = page.locator('.find-bar .find-count');
  await counted.filter({ hasText: /\d/ }).waitFor();
  const before = await counted.textContent();
  await field.press('End');
  await noteKeys(page);
  await page.keyboard.type(WORD.slice(-1));
  const done = await page.waitForFunction(
    ({ last }) => {
      const text = document.querySelector('.find-bar .find-count')?.textContent ?? '';
      return /\d/.test(text) && text !== last
        ? performance.now() - (window as unknown as { readonly benchKeyAt: number }).benchKeyAt
        : false;
    },
    { last: before },
  );
  await page.keyboard.press('Escape');
  return (await done.jsonValue()) as number;
}

async function searchPlainly(file: string): Promise<number> {
  const text = await readFile(file, 'utf8');
  return timed(async () => [...text.matchAll(new RegExp(WORD, 'gi'))].length);
}

/** From the click until nothing is in line any more. Milliseconds. */
async function runAll(page: Page, count: number): Promise<number> {
  await page.keyboard.press('End');
  await page.locator(`[data-cell="c${count - 1}"]`).waitFor();
  return timed(async () => {
    await page.getByRole('button', { name: 'Run all' }).click();
    await page.waitForFunction(
      (last) =>
        document.querySelector(`[data-cell="${last}"]`)?.getAttribute('aria-label')?.endsWith('done') ===
        true,
      `c${count - 1}`,
      { timeout: RUN_MS },
    );
  });
}

/** A runbook as people write them: sections, short and long sources, logs and tables among the outputs. */
function realisticNotebook(count: number): Uint8Array {
  return formatNotebook({
    cells: [...realisticCells(count)],
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
  });
}

function realisticCells(count: number): readonly Cell[] {
  return Array.from({ length: count }, (_, index): Cell => {
    const common = { id: `c${index}`, metadata: {}, outputs: [], executionCount: null };
    // The last one runs, so that its end is the end of all.
    if (index % 5 === 0 && index < count - 1) {
      return {
        ...common,
        type: 'markdown',
        source: `## Part ${index / 5}\n\nRead this first. ${'What follows changes one host at a time. '.repeat(index % 4)}`,
      };
    }
    const lines = Array.from({ length: 2 + (index % 9) }, (_line, at) => `value_${at} = ${index} + ${at}`);
    const log = Array.from(
      { length: (index * 37) % 120 },
      (_line, at) => `2026-11-27T12:00:00Z host-${at} step ${index}: checked, all good, next\n`,
    );
    return {
      ...common,
      type: 'code',
      source: `# Step ${index}\n${lines.join('\n')}\nprint("step", value_0)`,
      outputs: log.length === 0 ? [] : [{ output_type: 'stream', name: 'stdout', text: log.join('') }],
      executionCount: index,
    };
  });
}
