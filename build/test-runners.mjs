// How each stage of `npm test` is run, and what it came to.
//
// Tests beside each other on a small machine can fail for the sake of their neighbours alone. The few that do are run
// once more by themselves: they count as passed if they pass then, and are named in the last lines all the same.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from './places.mjs';
import { run, say } from './steps.mjs';

export const RESULTS = join(ROOT, 'test-results');

/** More failures than these are no accident of a busy machine. */
const MOST_TRIED_AGAIN = 3;

/** A tool without tests of its own: good or not. */
export async function tool(name, args) {
  const { code, output } = await run(process.execPath, [await binOf(name), ...args], { cwd: ROOT });
  // In one piece at its end: others write meanwhile.
  return { isGood: code === 0, output: output.trim() };
}

/** The script behind a package's command, which is a text file for a shell on Windows. */
async function binOf(name) {
  const folders = {
    tsc: 'typescript',
    oxlint: 'oxlint',
    prettier: 'prettier',
    vitest: 'vitest',
    playwright: '@playwright/test',
  };
  const folder = join(ROOT, 'node_modules', folders[name]);
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

/** Tests of these projects in one row of workers. */
export async function vitest({ env, rest }, ...projects) {
  const first = await vitestOnce(env, projects, rest);
  const failed = (first.result?.testResults ?? []).filter(({ status }) => status === 'failed');
  const names = failed.map(({ name }) => relative(ROOT, name));
  // Only what waits for other programs can fail for their sake; chance and strikes of the seeded are never tried twice.
  const isFinal =
    projects.includes('unit') || rest.length > 0 || names.length === 0 || names.length > MOST_TRIED_AGAIN;
  if (isFinal || (await Promise.all(failed.map(({ name }) => isSeeded(name)))).includes(true))
    return first.outcome;
  say(`\nAgain, alone: ${names.join(', ')}`);
  const { outcome } = await vitestOnce(env, projects, [...names, '--no-file-parallelism'], '-again');
  if (!outcome.isGood) return first.outcome;
  const { passed, failed: count, skipped } = first.outcome;
  return { isGood: true, passed: passed + count, failed: 0, skipped, unsteady: names };
}

/** Whether a file draws its cases or its moments by chance. */
async function isSeeded(file) {
  return /from '(fast-check|[./]+\/support\/seeded)'/.test(await readFile(file, 'utf8'));
}

async function vitestOnce(env, projects, rest, mark = '') {
  const output = join(RESULTS, `${projects.join('-')}${mark}.json`);
  const args = [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${output}`,
    ...rest,
  ];
  const { code } = await run(process.execPath, [await binOf('vitest'), ...args], {
    cwd: ROOT,
    env,
    inherit: true,
  });
  const result = await readJson(output);
  const passed = result?.numPassedTests ?? 0;
  const outcome = {
    isGood: code === 0 && passed > 0,
    passed,
    failed: result?.numFailedTests ?? 0,
    skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0),
  };
  return { result, outcome };
}

/** More windows at once are of no use to a large machine, and take half a gigabyte each. */
const MOST_WINDOWS = 6;

/**
 * The window's tests. Where there is no screen to share each worker has one of its own: on a person's screen windows
 * would take the keyboard from each other. They wait for much of their time, so there is one more than there are cores.
 * After them comes what needs the machine for itself.
 */
export async function playwright({ env, rest }) {
  const { hasDisplay } = await import('./system-libraries.mjs');
  const isShared = hasDisplay() || availableParallelism() === 1;
  if (rest.length > 0 || isShared) return outcomeOf([await playwrightOnce(env, 'all', rest)]);
  const windows = Math.min(availableParallelism() + 1, MOST_WINDOWS);
  const parts = [
    await playwrightOnce(env, 'most', [`--workers=${windows}`, '--grep-invert=@alone']),
    await playwrightOnce(env, 'alone', ['--grep=@alone']),
  ];
  const first = outcomeOf(parts);
  const unsteady = parts.flatMap(({ failed }) => failed);
  const isToldWhole = parts.every(({ code, stats, failed }) => stats && (code === 0 || failed.length > 0));
  if (!isToldWhole || unsteady.length === 0 || unsteady.length > MOST_TRIED_AGAIN) return first;
  say(`\nAgain, alone: ${unsteady.join(', ')}`);
  for (const { name, folder, failed } of parts) {
    if (failed.length === 0) continue;
    const lastRun = `--last-failed-file=${join(folder, '.last-run.json')}`;
    const again = await playwrightOnce(env, `${name}-again`, ['--workers=1', '--last-failed', lastRun]);
    if (again.code !== 0 || again.stats?.expected !== failed.length) return first;
  }
  return { ...first, isGood: true, passed: first.passed + first.failed, failed: 0, unsteady };
}

async function playwrightOnce(env, name, args) {
  const output = join(RESULTS, `window-${name}.json`);
  const folder = join(RESULTS, `window-${name}`);
  const all = [await binOf('playwright'), 'test', '--reporter=list,json', ...args, `--output=${folder}`];
  const { code } = await run(process.execPath, all, {
    cwd: ROOT,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: output },
    inherit: true,
  });
  const report = await readJson(output);
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
  const failed = (report?.suites ?? []).flatMap(specs).filter(({ ok }) => !ok);
  return {
    name,
    code,
    folder,
    stats: report?.stats,
    failed: failed.map(({ file, line, title }) => `${file}:${line} ${title}`),
  };
}

/** What these runs come to, counted together. */
function outcomeOf(results) {
  const sum = (count) =>
    results.reduce((all, { stats }) => all + (stats === undefined ? 0 : count(stats)), 0);
  return {
    isGood: results.every(({ code, stats }) => code === 0 && stats !== undefined && stats.expected > 0),
    passed: sum(({ expected, flaky }) => expected + flaky),
    failed: sum(({ unexpected }) => unexpected),
    skipped: sum(({ skipped }) => skipped),
  };
}

async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // The stage ended before it could write: it counts as failed by its exit status.
    return null;
  }
}
