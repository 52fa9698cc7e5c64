// Builds the four Node-side bundles and the two pages into out/. Each bundle is self-contained; the frame's page has
// a folder of its own, so that its scheme serves nothing of the app.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledValidators } from './nbformat-validators.mjs';
import { SetUpError } from './steps.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const STAMP = join(root, 'out', '.stamp');
const INPUTS = [
  'shared',
  'electron',
  'renderer',
  'build/bundle.mjs',
  'build/nbformat-validators.mjs',
  'package.json',
  'package-lock.json',
];

/** Native modules, and what only the runtime has: found at run time, never bundled. */
const EXTERNAL = ['electron', 'zeromq', '@lydell/node-pty', '@napi-rs/keyring', '@parcel/watcher'];
const NODE_BUNDLES = ['main', 'preload', 'engine', 'cli'];

async function* files(path) {
  let entries;
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error;
    yield path;
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* files(child);
    else yield child;
  }
}

async function digestOfInputs() {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for await (const file of files(join(root, input))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function buildNodeSide(version, { out, sourcemap }) {
  const esbuild = await import('esbuild');
  await Promise.all(
    NODE_BUNDLES.map((name) =>
      esbuild.build({
        absWorkingDir: root,
        entryPoints: [`electron/${name}/${name}.ts`],
        outfile: join(out, name, `${name}.cjs`),
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20.18',
        external: EXTERNAL,
        plugins: [compiledValidators()],
        // Its main entry is UMD, whose own requires no bundler can follow.
        alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
        sourcemap,
        legalComments: 'none',
        logLevel: 'warning',
        define: {
          'process.env.NODE_ENV': '"production"',
          __WATCHBOOK_VERSION__: JSON.stringify(version),
          'import.meta.url': 'undefined',
        },
        ...(name === 'cli' ? { banner: { js: '#!/usr/bin/env node' } } : {}),
      }),
    ),
  );
  // Its service would live on beside the window.
  await esbuild.stop();
  for (const name of NODE_BUNDLES) {
    const program = join(out, name, `${name}.cjs`);
    await writeFile(program, inAscii(await readFile(program, 'utf8')));
  }
  await chmod(join(out, 'cli', 'cli.cjs'), 0o755);
}

/**
 * The same program in ASCII alone. V8 holds a program's text for as long as it runs, and with one dash in a comment each
 * of its characters takes two bytes: megabytes in the engine and in every window. Lines stay.
 */
function inAscii(code) {
  const escaped = /(?<!\\)(?:\\\\)*\\[^\t\n\r -~]/.exec(code);
  // Its backslash would escape that of the escape.
  if (escaped !== null) {
    throw new SetUpError(`A character that is not of ASCII stands behind a backslash: ${escaped[0]}`);
  }
  return code.replace(/[^\t\n\r -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** After the minifier, which writes every character as itself. */
function asciiOnly() {
  return {
    name: 'ascii-only',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = inAscii(chunk.code);
      }
    },
  };
}

async function buildPages(out) {
  const { build } = await import('vite');
  const { default: react } = await import('@vitejs/plugin-react');
  const page = (folder, outDir, plugins) =>
    build({
      configFile: false,
      root: join(root, folder),
      base: './',
      logLevel: 'warn',
      plugins,
      build: {
        outDir: join(out, outDir),
        emptyOutDir: true,
        target: 'chrome130',
        // Small fonts would become data: addresses, which the content policy refuses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // Plotly is the largest part, and loaded by the first output that needs it.
        chunkSizeWarningLimit: 5200,
      },
    });
  await page('renderer', 'renderer', [react(), modernFontsOnly(), asciiOnly()]);
  await page('renderer/frame', 'frame', [asciiOnly()]);
}

/** KaTeX names each font three times; every Chromium here reads the first kind. */
function modernFontsOnly() {
  return {
    name: 'modern-fonts-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.css') || !id.includes('katex')) return null;
      return code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '');
    },
  };
}

/** The version that package.json states. */
export async function productVersion() {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version;
}

/** Builds all of it into a folder, saying this version of itself. */
export async function buildInto(out, { version, sourcemap }) {
  // Vite heeds the caller's: any other makes development pages, which name the folders of this machine.
  process.env.NODE_ENV = 'production';
  await buildNodeSide(version, { out, sourcemap });
  await buildPages(out);
}

/** True when nothing changed since the last build. */
export async function isBundled() {
  return (await readFile(STAMP, 'utf8').catch(() => '')) === (await digestOfInputs());
}

/** Builds all of it, or nothing when no input changed since. Answers whether something was built. */
export async function bundle({ force = false } = {}) {
  const digest = await digestOfInputs();
  const last = await readFile(STAMP, 'utf8').catch(() => '');
  if (!force && last === digest) return false;
  try {
    await buildInto(join(root, 'out'), { version: await productVersion(), sourcemap: true });
  } catch (error) {
    throw new SetUpError(`The build failed. ${error.message}`);
  }
  await mkdir(dirname(STAMP), { recursive: true });
  await writeFile(STAMP, digest);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const wasBuilt = await bundle({ force: process.argv.includes('--force') });
    process.stdout.write(wasBuilt ? 'Built into out/.\n' : 'Already built; nothing changed.\n');
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
