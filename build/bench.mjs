// `npm run bench`: sets up what the benches need, then measures each budget beside its base in the same run.
// `--only NAME` runs one; `--list` names them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './places.mjs';
import { run, SetUpError, step } from './steps.mjs';

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
  const { installPackages } = await import('./packages.mjs');
  await installPackages();
  const { bundle, isBundled } = await import('./bundle.mjs');
  if (!(await isBundled())) await step('Building', () => bundle());
  const { testPython } = await import('./python-environment.mjs');
  const python = await testPython();
  const { electronRuntime } = await import('./electron-runtime.mjs');
  const runtime = await electronRuntime();
  const { ensureLibraries, hasDisplay } = await import('./system-libraries.mjs');
  await ensureLibraries(runtime.program);
  const program = await bundleBenches();
  await mkdir(join(ROOT, 'test-results'), { recursive: true });
  const own = [
    process.execPath,
    program,
    ...(values.list === true ? ['--list'] : []),
    ...(values.only === undefined ? [] : ['--only', values.only]),
  ];
  const [name, ...args] = hasDisplay() ? own : ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...own];
  const env = { ...process.env, WATCHBOOK_TEST_PYTHON: python, WATCHBOOK_TEST_ELECTRON: runtime.program };
  delete env.WATCHBOOK_PROFILE;
  const { code } = await run(name, args, { cwd: ROOT, env, inherit: true });
  process.exitCode = code;
}

/** The benches are TypeScript over the product's own sources. Two folders deep, as the helpers of the tests are. */
async function bundleBenches() {
  const { build } = await import('esbuild');
  const outfile = join(ROOT, 'out', 'bench', 'bench.mjs');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/bench/bench.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.18',
    packages: 'external',
    // Bundled: as packages they are not made for Node's own loader of modules.
    alias: { '@jupyterlab/services': join(ROOT, 'node_modules/@jupyterlab/services/lib/index.js') },
    sourcemap: 'inline',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as benchRequire } from 'node:module'; const require = benchRequire(import.meta.url); const __dirname = new URL('.', import.meta.url).pathname;",
    },
  });
  return outfile;
}

main().catch((error) => {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
});
