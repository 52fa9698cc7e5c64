// `npm test`: sets up what the tests need, then every stage. `--only NAME` runs one; what follows `--` goes to it.
// `--long` runs those stages whose counts grow. `--pictures` leaves pictures of every screen in `screenshots/`;
// `--pictures=all` also in forced colours, in high contrast and at twice the size.
// The last line counts all tests.
import { mkdir, rm } from 'node:fs/promises';
import { say, SetUpError, step } from './steps.mjs';
import { playwright, RESULTS, tool, vitest } from './test-runners.mjs';

/** In this order: what fails soonest comes first. Those that start nothing but themselves run side by side. */
const STAGES = [
  { name: 'lint', isPure: true, work: () => tool('oxlint', []) },
  { name: 'format', isPure: true, work: () => tool('prettier', ['--check', '--log-level', 'warn', '.']) },
  { name: 'typecheck', isPure: true, work: () => tool('tsc', ['-b']) },
  { name: 'unit', isPure: true, isLong: true, work: (set) => vitest(set, 'unit') },
  { name: 'integration', isLong: true, needs: 'python', work: (set) => vitest(set, 'integration') },
  { name: 'security', needs: 'electron', work: (set) => vitest(set, 'security') },
  { name: 'window', needs: 'electron', work: (set) => playwright(set) },
];

const USAGE = `npm test -- [--only STAGE] [--long] [--pictures] [-- ARGUMENTS]

  --only STAGE  one of ${STAGES.map(({ name }) => name).join(', ')}
  --long        those stages whose counts grow, with four times the cases and more faults
  --pictures    leaves pictures of every screen in screenshots/; --pictures=all also in forced colours, in high contrast
                and at twice the size
  -- ARGUMENTS  go to the runner of that one stage: names of files, -t NAME
`;

/** Two stages that wait for much of their time share one row of workers: no worker idles at the end of the first. */
function sharingWorkers(stages) {
  const shared = stages.filter(({ name }) => name === 'integration' || name === 'security');
  if (shared.length < 2) return stages;
  const names = shared.map(({ name }) => name);
  const both = { name: names.join(' and '), needs: 'electron', work: (set) => vitest(set, ...names) };
  return stages.flatMap((stage) => (stage === shared[0] ? [both] : shared.includes(stage) ? [] : [stage]));
}

async function main() {
  const { only, isLong, pictures, rest, isHelp } = readArguments();
  if (isHelp) {
    process.stdout.write(USAGE);
    return;
  }
  const stages = sharingWorkers(
    STAGES.filter((stage) => (only === null ? !isLong || stage.isLong === true : stage.name === only)),
  );
  if (stages.length === 0)
    throw new SetUpError(`There is no stage ${only}: ${STAGES.map(({ name }) => name).join(', ')}.`);
  const set = await setUp(stages, { isLong, pictures, rest });
  await rm(RESULTS, { recursive: true, force: true });
  await mkdir(RESULTS, { recursive: true });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failed = [];
  const unsteady = [];
  const doStage = async (stage) => {
    const started = Date.now();
    const result = await stage.work(set);
    if (result.output) say(result.output);
    say(
      `${stage.name}: ${result.isGood ? 'good' : 'FAILED'}, ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
    );
    if (!result.isGood) failed.push(stage.name);
    unsteady.push(...(result.unsteady ?? []));
    for (const key of Object.keys(counts)) counts[key] += result[key] ?? 0;
  };
  await Promise.all(stages.filter(({ isPure }) => isPure).map(doStage));
  for (const stage of stages) if (!stage.isPure) await doStage(stage);
  if (unsteady.length > 0) say(`Failed beside others, passed alone:\n  ${unsteady.join('\n  ')}`);
  if (failed.length > 0) say(`Failed: ${failed.join(', ')}`);
  // A stage that failed without counting a test, the linter's for one, counts as one.
  if (failed.length > 0 && counts.failed === 0) counts.failed = failed.length;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function readArguments() {
  const given = process.argv.slice(2);
  const end = given.indexOf('--');
  const own = end < 0 ? given : given.slice(0, end);
  const at = own.indexOf('--only');
  const only = at < 0 ? null : (own[at + 1] ?? '');
  const known = ['--only', '--long', '--pictures', '--pictures=all', '--help', '-h'];
  const strange = own.find((word, index) => !known.includes(word) && (at < 0 || index !== at + 1));
  if (strange !== undefined) throw new SetUpError(`There is no argument ${strange}.\n\n${USAGE}`);
  return {
    only,
    isHelp: own.includes('--help') || own.includes('-h'),
    isLong: own.includes('--long'),
    pictures: own.includes('--pictures=all') ? 'all' : own.includes('--pictures') ? '1' : null,
    rest: end < 0 ? [] : given.slice(end + 1),
  };
}

async function setUp(stages, { isLong, pictures, rest }) {
  const { installPackages } = await import('./packages.mjs');
  await installPackages();
  const env = {
    ...process.env,
    ...(isLong ? { WATCHBOOK_TEST_LONG: '1' } : {}),
    ...(pictures === null ? {} : { WATCHBOOK_TEST_PICTURES: pictures }),
  };
  delete env.WATCHBOOK_PROFILE;
  const needs = new Set(stages.map(({ needs: need }) => need));
  if (needs.has('python') || needs.has('electron')) {
    const { bundle, isBundled } = await import('./bundle.mjs');
    if (!(await isBundled())) await step('Building', () => bundle());
    const { testPython } = await import('./python-environment.mjs');
    env.WATCHBOOK_TEST_PYTHON = await testPython();
  }
  if (needs.has('python') && process.platform !== 'win32') {
    const { ensurePrograms } = await import('./system-libraries.mjs');
    // Terminals are tested with each shell that marks its commands.
    await ensurePrograms(['zsh', 'fish']);
  }
  if ((needs.has('python') || needs.has('electron')) && process.platform !== 'win32') {
    const { ensureSshd } = await import('./system-libraries.mjs');
    // Terminals reach a far side through a real server on loopback.
    await ensureSshd();
  }
  if (needs.has('electron') && process.platform !== 'win32') {
    const { ensurePrograms } = await import('./system-libraries.mjs');
    // What takes a terminal's whole screen.
    await ensurePrograms(['vim', 'less', 'tmux']);
  }
  if (needs.has('electron')) {
    const { electronRuntime } = await import('./electron-runtime.mjs');
    const runtime = await electronRuntime();
    const { ensureLibraries } = await import('./system-libraries.mjs');
    await ensureLibraries(runtime.program);
    env.WATCHBOOK_TEST_ELECTRON = runtime.program;
  }
  return { env, rest };
}

main().catch((error) => {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
});
