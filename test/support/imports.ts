import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';

/** One import of one file: `to` is a path in the repository, or the name of a package. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly kind: 'file' | 'package' | 'missing' | 'computed';
}

const SOURCE = new Set(['.ts', '.tsx', '.mjs', '.js']);
/** In the order in which the compiler and the bundler look. */
const ENDINGS = ['', '.ts', '.tsx', '.d.ts', '.mjs', '.js', '/index.ts', '/index.tsx'];

/** All source files below a folder, as paths in the repository with forward slashes. */
export function sourceFiles(root: string, folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else if (SOURCE.has(extname(entry.name))) found.push(relative(root, child).split(sep).join('/'));
    }
  };
  visit(join(root, folder));
  return found.toSorted();
}

/** Everything a file imports: by `import`, `export from`, `import type`, `import()` as value or type, `require`. */
export function importsOf(root: string, from: string): readonly Import[] {
  return specifiersIn(readFileSync(join(root, from), 'utf8')).map((specifier) =>
    specifier === null
      ? { from, to: '(computed)', kind: 'computed' }
      : resolveImport(root, from, specifier.replace(/[?#].*$/, '')),
  );
}

function resolveImport(root: string, from: string, specifier: string): Import {
  if (!specifier.startsWith('.') && !specifier.startsWith('/'))
    return { from, to: specifier, kind: 'package' };
  const base = join(root, dirname(from), specifier);
  // `./x.js` may mean `./x.ts`, as the compiler allows.
  const bases = [base, base.replace(/\.(m?js)$/, '')];
  for (const each of bases) {
    for (const ending of ENDINGS) {
      const path = each + ending;
      if (existsSync(path) && statSync(path).isFile())
        return { from, to: relative(root, path).split(sep).join('/'), kind: 'file' };
    }
  }
  return { from, to: specifier, kind: 'missing' };
}

const BEFORE_SPECIFIER = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\brequire\.resolve\s*\()\s*$/;

/**
 * The module names in a source text; null for an import whose name is computed.
 *
 * Reads tokens, not lines: comments and the insides of other strings are passed over. A quote that stands alone on its
 * line (in a text of JSX, in a regular expression) opens nothing.
 */
export function specifiersIn(source: string): readonly (string | null)[] {
  const found: (string | null)[] = [];
  let code = '';
  const noteComputed = (): void => {
    // The bracket of `import(` or `require(` was followed by something that is no string.
    if (/(?<![.\w$])(?:import|require)\s*\(\s*\S$/.test(code) && !/['")]$/.test(code)) found.push(null);
  };
  for (let at = 0; at < source.length;) {
    const two = source.slice(at, at + 2);
    const one = source[at] ?? '';
    if (two === '//') at = endOf(source, '\n', at);
    else if (two === '/*') at = endOf(source, '*/', at) + 2;
    else if (one === '`') {
      code += '`';
      noteComputed();
      at = endOfTemplate(source, at);
    } else if (one === "'" || one === '"') {
      const end = endOfString(source, at);
      if (end === null) at += 1;
      else {
        if (BEFORE_SPECIFIER.test(code)) found.push(source.slice(at + 1, end));
        code += one + one;
        at = end + 1;
      }
    } else {
      code += one;
      noteComputed();
      at += 1;
    }
    code = code.slice(-80);
  }
  return found;
}

function endOf(source: string, mark: string, from: number): number {
  const end = source.indexOf(mark, from);
  return end < 0 ? source.length : end;
}

function endOfString(source: string, from: number): number | null {
  const quote = source[from];
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\n') return null;
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote) return at;
  }
  return null;
}

/** Behind the closing backtick. What stands in `${}` is passed over too, with its own strings and templates. */
function endOfTemplate(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '`') return at + 1;
    else if (source.startsWith('${', at)) at = endOfHole(source, at + 2) - 1;
  }
  return source.length;
}

function endOfHole(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length;) {
    const one = source[at] ?? '';
    if (one === '`') at = endOfTemplate(source, at);
    else if (one === "'" || one === '"') at = (endOfString(source, at) ?? at) + 1;
    else {
      if (one === '{') depth += 1;
      if (one === '}') depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return source.length;
}
