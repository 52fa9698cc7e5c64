import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, sourceFiles, specifiersIn, type Import } from '../../support/imports';

const ROOT = join(__dirname, '..', '..', '..');
const WINGS = ['shared', 'electron', 'renderer', 'test', 'build'] as const;

/** Packages without Node, Electron, DOM or React in them. */
const PURE = new Set(['zod', '@codemirror/state', 'ajv', 'jsonc-parser']);

/** The client of the engine, what both ends of the connection are made of, and the one way to replace a file. */
const ENGINE_CLIENT = [
  'electron/engine/client/',
  'electron/engine/places.ts',
  'electron/engine/whole-file.ts',
];
/** Parts of the engine that work without one: each with the only one who may use it. */
const LENT: Readonly<Record<string, string>> = {
  'electron/engine/log.ts': 'electron/main/main.ts',
  'electron/engine/notebook/disk-errors.ts': 'electron/main/write-export.ts',
  'electron/engine/notebook/notebook-disk.ts': 'electron/cli/check.ts',
  'electron/engine/runs/record.ts': 'electron/cli/record-commands.ts',
};

const isIn = (path: string, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || (folder.endsWith('/') && path.startsWith(folder)));

/** Why an import breaks the house's rules; null where it does not. */
function fault({ from, to, kind }: Import): string | null {
  if (kind === 'missing') return 'leads to no file';
  if (kind === 'computed')
    return isIn(from, 'test/', 'build/') ? null : 'is computed, so nobody can judge it';
  if (kind === 'package') return packageFault(from, to);
  if (to.startsWith('..')) return 'leaves the repository';
  if (isIn(to, 'test/') && !isIn(from, 'test/')) return 'nothing imports test';
  if (isIn(to, 'build/') && !isIn(from, 'build/')) return 'nothing imports build';
  if (isIn(from, 'shared/') && !isIn(to, 'shared/')) return 'shared imports shared alone';
  if (isIn(from, 'renderer/frame/') && !isIn(to, 'renderer/frame/', 'shared/'))
    return 'the frame imports shared alone';
  if (isIn(from, 'renderer/') && isIn(to, 'renderer/frame/') && !isIn(from, 'renderer/frame/'))
    return 'the frame is a page of its own';
  if (isIn(from, 'renderer/') && !isIn(to, 'renderer/', 'shared/'))
    return 'the renderer imports shared alone';
  if (isIn(from, 'electron/engine/') && !isIn(to, 'electron/engine/', 'shared/'))
    return 'the engine imports shared alone';
  if (isIn(from, 'electron/preload/') && !isIn(to, 'electron/preload/', 'shared/'))
    return 'the preload imports shared alone';
  for (const wing of ['electron/main/', 'electron/cli/']) {
    if (isIn(from, wing) && !isIn(to, wing, 'shared/', ...ENGINE_CLIENT) && LENT[to] !== from)
      return 'the desktop and the command line know the engine by its client';
  }
  return null;
}

function packageFault(from: string, to: string): string | null {
  const isElectron = to === 'electron' || to.startsWith('electron/');
  const isReact = /^(react|react-dom|@base-ui\/|@tanstack\/react|lucide-react)/.test(to);
  if (isIn(from, 'shared/')) {
    const name = to
      .split('/')
      .slice(0, to.startsWith('@') ? 2 : 1)
      .join('/');
    return PURE.has(name) ? null : 'shared imports pure packages alone';
  }
  if (isElectron && !isIn(from, 'electron/main/', 'electron/preload/', 'test/'))
    return 'electron is for the desktop alone';
  if (isIn(from, 'renderer/') && to.startsWith('node:')) return 'the renderer has no Node';
  if (isIn(from, 'renderer/frame/') && isReact) return 'the frame is plain';
  if (isIn(from, 'electron/') && isReact) return 'React is for the renderer';
  if (isIn(from, 'electron/preload/') && to !== 'electron') return 'the preload imports Electron alone';
  return null;
}

const all = WINGS.flatMap((wing) => sourceFiles(ROOT, wing)).flatMap((file) => importsOf(ROOT, file));

describe('the house', () => {
  it('has no import that its rules forbid', () => {
    expect(all.length).toBeGreaterThan(600);
    const faults = all.flatMap((each) => {
      const reason = fault(each);
      return reason === null ? [] : [`${each.from} -> ${each.to}: ${reason}`];
    });
    expect(faults).toEqual([]);
  });

  it('lends the parts of the engine that are named, and no longer names one that nobody uses', () => {
    for (const [part, user] of Object.entries(LENT))
      expect(
        all.some(({ from, to }) => from === user && to === part),
        part,
      ).toBe(true);
  });

  it.each([
    ['shared/a.ts', 'electron/engine/log.ts', 'file'],
    ['shared/a.ts', 'node:path', 'package'],
    ['shared/a.ts', 'react', 'package'],
    ['electron/engine/a.ts', 'electron', 'package'],
    ['electron/engine/a.ts', 'electron/main/bridge.ts', 'file'],
    ['electron/cli/a.ts', 'electron', 'package'],
    ['electron/cli/a.ts', 'electron/engine/server.ts', 'file'],
    ['electron/cli/a.ts', 'electron/engine/log.ts', 'file'],
    ['electron/main/a.ts', 'electron/engine/rights.ts', 'file'],
    ['electron/preload/a.ts', 'electron/engine/places.ts', 'file'],
    ['renderer/a.tsx', 'electron/engine/places.ts', 'file'],
    ['renderer/a.tsx', 'electron', 'package'],
    ['renderer/a.tsx', 'node:fs', 'package'],
    ['renderer/frame/a.ts', 'renderer/ui/mark.tsx', 'file'],
    ['renderer/frame/a.ts', 'react', 'package'],
    ['renderer/a.tsx', 'test/support/app.ts', 'file'],
    ['electron/main/a.ts', 'build/places.mjs', 'file'],
    ['electron/main/a.ts', './gone', 'missing'],
    ['electron/main/a.ts', '(computed)', 'computed'],
  ] as const)('would refuse %s -> %s', (from, to, kind) => {
    expect(fault({ from, to, kind })).not.toBeNull();
  });

  it('sees every way to import, and nothing in comments and strings', () => {
    const source = [
      `import a from 'a';`,
      `import type { B } from "b";`,
      `import 'c';`,
      `export * from 'd';`,
      `export type { E } from\n  'e';`,
      `const f = await import('f');`,
      `type G = import('g').G;`,
      `const h = require('h');`,
      `// import 'no';`,
      `/* import 'no' */`,
      `const s = "import 'no'";`,
      `const t = \`import 'no' \${x("import 'no'")}\`;`,
      `<p>Don't</p>`,
      `import 'i';`,
      `await import(j);`,
      `import {\n  k, // from 'no'\n} from './k';`,
    ].join('\n');
    expect(specifiersIn(source)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', null, './k']);
  });
});
