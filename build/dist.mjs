// `npm run dist`: the packages of this platform, by electron-builder. `-- --dir` makes the unpacked folder alone, and
// does with a runtime that is not the official one: its result then calls itself a development build.
// `--out FOLDER` puts it elsewhere than dist/.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './places.mjs';
import { run, say, SetUpError, step } from './steps.mjs';

const TARGETS = { linux: '--linux', darwin: '--mac', win32: '--win' };

async function main() {
  const { isFolderOnly, output } = readArguments();
  const target = TARGETS[process.platform];
  if (target === undefined) throw new SetUpError(`Nothing is packaged for ${process.platform}.`);
  const { installPackages } = await import('./packages.mjs');
  await installPackages();
  const { electronRuntime } = await import('./electron-runtime.mjs');
  const runtime = await electronRuntime({ officialOnly: !isFolderOnly });
  const work = await mkdtemp(join(tmpdir(), 'watchbook-dist-'));
  try {
    await make({ runtime, target, isFolderOnly, output, work });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function readArguments() {
  const { values } = parseArgs({ options: { dir: { type: 'boolean' }, out: { type: 'string' } } });
  return { isFolderOnly: values.dir ?? false, output: resolve(values.out ?? join(ROOT, 'dist')) };
}

async function make({ runtime, target, isFolderOnly, output, work }) {
  const { buildInto, productVersion } = await import('./bundle.mjs');
  const isRelease = runtime.official;
  const version = `${await productVersion()}${isRelease ? '' : '-development'}`;
  const product = isRelease ? 'Watchbook' : 'Watchbook Development';
  if (!isRelease) {
    say(`Electron ${runtime.version} here is not the official download: this is a development build.`);
  }
  const bundles = join(work, 'out');
  await step(`Building ${product} ${version}`, () => buildInto(bundles, { version, sourcemap: false }));
  const hooks = join(work, 'hooks');
  await writeHooks(hooks);
  const { packageConfiguration } = await import('./electron-builder.mjs');
  const { platform, arch } = process;
  const configuration = packageConfiguration({
    product,
    version,
    bundles,
    hooks,
    runtime,
    output,
    platform,
    arch,
  });
  const file = join(work, 'electron-builder.json');
  await writeFile(file, JSON.stringify(configuration, null, 2));
  const what = isFolderOnly ? 'the folder' : configuration[target.slice(2)].target.join(' and ');
  await step(`Packaging ${what} with Electron ${runtime.version}`, () =>
    runBuilder([target, ...(isFolderOnly ? ['dir'] : []), '--config', file]),
  );
  await rm(join(output, 'builder-debug.yml'), { force: true });
  // Of the development runtime: its loader of app folders, which a sealed program never reads.
  if (!isRelease && platform === 'linux') {
    await rm(join(output, 'linux-unpacked', 'resources', 'app'), { recursive: true, force: true });
  }
  say(`Packaged into ${output}.`);
  say(
    platform === 'linux'
      ? 'Its command is resources/bin/watchbook. The deb links to it as /usr/bin/watchbook; the AppImage is the command where it is called by that name: ln -s Watchbook.AppImage ~/bin/watchbook.'
      : 'Its command lies in its resources, as bin/watchbook: put that folder into PATH, or a link to it.',
  );
}

async function runBuilder(args) {
  const home = dirname(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  const { code, output } = await run(process.execPath, [join(home, 'cli.js'), ...args], { cwd: ROOT });
  if (code === 0) return;
  // Its one line that counts, else the end of what it said.
  const failure = output.split('\n').find((line) => line.includes('⨯'));
  throw new SetUpError(
    `The package was not made: ${(failure ?? output.trim().slice(-1_500)).replace('⨯', '').trim()}\nInstallers need tools that electron-builder downloads; the folder alone (-- --dir) needs none.`,
  );
}

/** electron-builder links the program itself as the command; ours is the launcher in its resources. */
async function writeHooks(folder) {
  const templates = join(ROOT, 'node_modules', 'app-builder-lib', 'templates', 'linux');
  const program = "'/opt/${sanitizedProductName}/${executable}'";
  const launcher = "'/opt/${sanitizedProductName}/resources/bin/watchbook'";
  await mkdir(folder, { recursive: true });
  for (const name of ['after-install', 'after-remove']) {
    const text = await readFile(join(templates, `${name}.tpl`), 'utf8');
    if (!text.includes(program))
      throw new SetUpError(`electron-builder's ${name} is not the one known here.`);
    await writeFile(join(folder, name), text.replaceAll(program, launcher));
  }
}

main().catch((error) => {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
});
