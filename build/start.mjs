// `npm start`: everything from a fresh clone to the open window. What is done already is skipped.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT } from './places.mjs';
import { say, SetUpError, step } from './steps.mjs';

async function main() {
  const { installPackages } = await import('./packages.mjs');
  await installPackages();
  const { electronRuntime } = await import('./electron-runtime.mjs');
  const runtime = await electronRuntime();
  const { ensureLibraries, hasDisplay } = await import('./system-libraries.mjs');
  await ensureLibraries(runtime.program);
  const { bundle, isBundled } = await import('./bundle.mjs');
  if (!(await isBundled())) await step('Building', () => bundle());
  await open(runtime, hasDisplay());
}

async function open(runtime, canShow) {
  const given = process.argv.slice(2).filter((arg) => arg !== '--');
  const args = [ROOT, ...given];
  if (process.platform === 'linux' && process.getuid() === 0) {
    say('Running as root: Chromium’s own sandbox can not be used and is off (--no-sandbox).');
    args.unshift('--no-sandbox');
  }
  if (!canShow) {
    say('There is no display: the window opens in a virtual one (Xvfb).');
    // Chromium would complain of every service of a desktop that is not there.
    args.unshift('--log-level=3');
  }
  const [program, ...all] = canShow
    ? [runtime.program, ...args]
    : ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24', runtime.program, ...args];
  say(`Opening Watchbook (Electron ${runtime.version})`);
  const { ELECTRON_RUN_AS_NODE: _node, ...env } = process.env;
  // A group of its own: the virtual display passes no signal on to the window.
  const isGroup = process.platform !== 'win32';
  const child = spawn(program, all, { stdio: 'inherit', env, detached: isGroup });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.kill(isGroup ? -child.pid : child.pid, 'SIGTERM'));
  }
  const code = await new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)));
  process.exitCode = code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  });
}
