import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELP } from '../../electron/cli/help';
import { kernelCatalogueSchema } from '../../shared/kernels/contract';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, ROOT, type TestProfile } from '../support/profile';

describe('the command line', () => {
  let profile: TestProfile;
  beforeAll(async () => {
    profile = await makeProfile();
    await writeNotebookFile(join(profile.home, 'a.ipynb'), ['1']);
    await writeNotebookFile(join(profile.home, '--odd.ipynb'), ["print('odd')"]);
  });
  afterAll(() => profile.dispose());
  const at = (name: string): string => join(profile.home, name);

  it('prints its version without an engine', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await profile.cli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    expect(await profile.enginePid()).toBeNull();
  });

  it.each(['', 'run', 'kernels', 'check', 'open', 'engine'])('explains %s with examples', async (name) => {
    const { code, out, err } = await profile.cli(name === '' ? ['--help'] : [name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(HELP[name]);
    expect(out).toMatch(/^Usage: watchbook/m);
    expect(out).toMatch(/^Examples:\n {2}watchbook /m);
  });

  it.each([
    [[], ''],
    [['walk'], "'walk'"],
    [['--json'], "'--json'"],
    [['run'], 'name one file'],
    [['run', 'a.ipynb', 'b.ipynb'], 'name one file'],
    [['run', 'a.ipynb', '--time-out', '5'], "'--time-out'"],
    [['run', 'a.ipynb', '-k', 'x'], "'-k'"],
    [['run', 'a.ipynb', '--timeout'], '--timeout'],
    [['run', 'a.ipynb', '--timeout', 'soon'], "'soon'"],
    [['run', 'a.ipynb', '--timeout', '0'], "'0'"],
    [['run', 'a.ipynb', '--timeout=-1'], "'-1'"],
    [['run', 'a.ipynb', '--timeout', 'Infinity'], "'Infinity'"],
    [['run', 'a.ipynb', '--inplace', '--output', 'b.ipynb'], '--inplace and --output'],
    [['run', 'a.ipynb', '--inplace=yes'], '--inplace'],
    [['run', 'a.ipynb', '--output-limit', '1M'], "'1M'"],
    [['run', 'a.ipynb', '--cwd', 'no/where'], "'no/where'"],
    [['kernels', 'x'], 'kernels takes no file'],
    [['check'], 'name at least one file'],
    [['check', 'a.ipynb', 'a.ipynb', '--rewrite', 'b'], '--rewrite takes one file'],
    [['engine'], 'engine status'],
    [['engine', 'restart'], 'engine status'],
    [['open', 'a', 'b'], 'open takes one file'],
    [['open', 'no-such.ipynb'], 'no-such.ipynb'],
    [['run', 'no-such.ipynb'], 'no-such.ipynb'],
    [['run', '../no-such.ipynb'], '../no-such.ipynb'],
    [['run', '.'], '. '],
    [['run', 'a.ipynb', '--output', './no/where.ipynb'], './no/where.ipynb'],
    [['run', 'a.ipynb', '--output', './'], './'],
    [['run', 'a.ipynb', '--output', './a.ipynb'], '--inplace'],
    [['--profile'], '--profile'],
  ])('ends with 2 for %j and names the mistake', async (args, named) => {
    const before = await readdir(profile.home);
    const { code, out, err } = await profile.cli(args);
    expect({ code, err }).toMatchObject({ code: 2 });
    if (args.length > 0) {
      expect(out).toBe('');
      expect(err).toContain(named);
    }
    expect((await readdir(profile.home)).filter((name) => !before.includes(name) && name !== 'p')).toEqual(
      [],
    );
  });

  it('ends the options at --', async () => {
    expect((await profile.cli(['run', '--odd.ipynb'])).code).toBe(2);
    const { code, out } = await profile.cli(['run', '--', '--odd.ipynb']);
    expect(code).toBe(0);
    expect(out.trimEnd()).toBe(at('--odd.executed.ipynb'));
    expect((await profile.cli(['check', '--', '--help'])).code).toBe(2);
  });

  it('lists kernels, places, what is wrong there and what mends it', async () => {
    const kernels = at('.local/share/jupyter/kernels');
    const add = async (name: string, text: string): Promise<void> => {
      await mkdir(join(kernels, name), { recursive: true });
      await writeFile(join(kernels, name, 'kernel.json'), text);
    };
    await add(
      'gone',
      JSON.stringify({ argv: ['/opt/gone/python', '-f', '{connection_file}'], language: 'python' }),
    );
    await add('torn', '{"argv": [');
    await add('a b', '{}');
    await add(
      'bash',
      JSON.stringify({ argv: ['/bin/sh', '{connection_file}'], language: 'bash', display_name: 'B' }),
    );
    const { code, out } = await profile.cli(['kernels']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Kernels\n {2}bash +Shell +bash +built in\n/);
    expect(out).toMatch(/^ {2}python3 /m);
    expect(out).toMatch(/^ {2}jupyter:bash /m);
    expect(out).toContain(kernels);
    expect(out).toContain(
      'gone: its program /opt/gone/python is not there\n      jupyter kernelspec remove gone\n',
    );
    expect(out).toContain('torn: its kernel.json is not JSON');
    expect(out).toContain('a b: its name may only hold');
    const json = await profile.cli(['kernels', '--json']);
    const catalogue = kernelCatalogueSchema.parse(JSON.parse(json.out));
    expect(catalogue.kernels.map(({ name }) => name)).toEqual(expect.arrayContaining(['bash', 'python3']));
    expect(json.out.split('\n')).toHaveLength(2);
  });

  it('checks files: 0, 1 with cell and place, 2 with the reason', async () => {
    expect(await profile.cli(['check', 'a.ipynb'])).toMatchObject({ code: 0, out: 'a.ipynb: valid\n' });
    const cell = { cell_type: 'code', metadata: {}, source: '', outputs: [], execution_count: null };
    await writeFile(
      at('ids.ipynb'),
      JSON.stringify({
        cells: [
          { ...cell, id: 'x' },
          { ...cell, id: 'x' },
        ],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      }),
    );
    const faults = await profile.cli(['check', 'ids.ipynb']);
    expect(faults.code).toBe(1);
    expect(faults.out).toMatch(/^ids\.ipynb: cell 2/m);
    await writeFile(at('torn.ipynb'), '{"cells": [');
    const torn = await profile.cli(['check', 'a.ipynb', 'torn.ipynb', 'ids.ipynb']);
    expect(torn.code).toBe(2);
    expect(torn.err).toContain('torn.ipynb');
    const lines = (await profile.cli(['check', 'a.ipynb', 'torn.ipynb', 'ids.ipynb', '--json'])).out
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { exit: number }).exit)).toEqual([0, 2, 1]);
    await writeFile(at('locked.ipynb'), '{}');
    if (process.getuid?.() !== 0) {
      await chmod(at('locked.ipynb'), 0o000);
    }
    expect((await profile.cli(['check', 'locked.ipynb'])).code).toBe(2);
    expect((await profile.cli(['check', '.'])).code).toBe(2);
  });

  it('opens and saves every fixture and awkward file byte for byte', async () => {
    const folders = ['test/fixtures/notebook', 'test/fixtures/run', 'assets/runbooks'];
    const fixtures = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(join(ROOT, folder)))
          .filter((name) => name.endsWith('.ipynb'))
          .map((name) => join(ROOT, folder, name)),
      ),
    );
    const cell =
      '{"cell_type":"code","id":"a","metadata":{"n":1.0,"m":1e5,"big":12345678901234567890},"source":["\\u00e9\\n","x"],"outputs":[],"execution_count":null}';
    const tail = '"metadata":{},"nbformat":4,"nbformat_minor":5}';
    const awkward = {
      compact: `{"cells":[${cell}],${tail}`,
      crlf: `{\r\n\t"cells": [\r\n${cell}\r\n],\r\n ${tail}\r\n\r\n`,
      bom: `\ufeff{"cells":[${cell}], ${tail}\n`,
      odd: `{ ${tail.slice(0, -1)} , "cells" : [ ${cell} ] , "more" : {"a":[1.50,-0,1E+2]} }`,
      minor6: `{"cells":[${cell}],"metadata":{},"nbformat":4,"nbformat_minor":6}`,
      twice: `{"cells":[],"cells":[${cell}],${tail}`,
      empty: '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":4}',
    };
    const files = fixtures.flat();
    for (const [name, text] of Object.entries(awkward)) {
      await writeFile(at(`${name}.ipynb`), text);
      files.push(at(`${name}.ipynb`));
    }
    expect(files.length).toBeGreaterThan(18);
    for (const file of files) {
      const { code, err } = await profile.cli(['check', file, '--rewrite', at('rewritten.ipynb')]);
      expect(code, `${file}: ${err}`).toBeLessThan(2);
      expect((await readFile(at('rewritten.ipynb'))).equals(await readFile(file)), file).toBe(true);
    }
  });
});
