import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A client of its own process: edits cell `c0` as fast as it is acknowledged, and tells its parent each value. */
export async function bundledClient(folder: string): Promise<string> {
  const outfile = join(folder, 'client.mjs');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{}');
  await build({
    stdin: {
      contents: `
        import { openConnection } from './electron/engine/client/engine-connection';
        import { readToken } from './electron/engine/handshake';
        import { DocumentView } from './test/support/document-view';
        const [, , socketPath, token, path] = process.argv;
        const engine = await openConnection({ socketPath, token: await readToken(token), kind: 'cli', version: '0' });
        const book = await DocumentView.open(engine, path);
        const from = Number(/\\d+/.exec(book.snapshot.cells[0].source)[0]);
        for (let value = from + 1; ; value += 1) {
          await book.type('c0', 'value = ' + value);
          process.send(value);
        }`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
