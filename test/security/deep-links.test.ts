import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { givenFiles, givenLinks } from '../../electron/main/policies/given-files';
import { judgeLink } from '../../electron/main/policies/links';
import { formatRunbookLink, isRunbookLink, readRunbookLink } from '../../shared/library/runbook-link';
import { engineEach } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';

const open = (query: string): string => `watchbook://open?${query}`;
const whole = 'library=ops&runbook=releases/api.ipynb';

/** Attack group 18: what comes by a link or by the words of a second start was written by anybody. */
describe('a link from elsewhere', () => {
  it('names a library, a runbook in it and a cell, and nothing else', () => {
    expect(readRunbookLink(open(`${whole}&cell=ab-1_2`))).toEqual({
      kind: 'link',
      link: { library: 'ops', runbook: 'releases/api.ipynb', cell: 'ab-1_2' },
    });
    // A browser may write the scheme and a slash as it likes; what a newer version adds is passed over.
    expect(readRunbookLink(`WATCHBOOK://open/?${whole}&env=prod&p.version=4.18`).kind).toBe('link');
  });

  it('fills in a start dialog by names and texts, which it marks as its own', () => {
    expect(
      readRunbookLink(
        open(`${whole}&commit=91c2e0d&env=prod&p.version=4.18.0&p.note=a%0Ab+c&p.dry_run=&link=INC-7`),
      ),
    ).toEqual({
      kind: 'link',
      link: {
        library: 'ops',
        runbook: 'releases/api.ipynb',
        cell: null,
        start: {
          environment: 'prod',
          commit: '91c2e0d',
          parameters: [
            { name: 'dry_run', value: '' },
            { name: 'note', value: 'a\nb c' },
            { name: 'version', value: '4.18.0' },
          ],
          link: 'INC-7',
        },
      },
    });
    expect(readRunbookLink(open(whole))).not.toHaveProperty('link.start');
  });

  it.each([
    `${whole}&env=`,
    `${whole}&env=-rf`,
    `${whole}&env=a/b`,
    `${whole}&env=prod%0A`,
    `${whole}&env=prod&env=dev`,
    `${whole}&commit=main`,
    `${whole}&commit=--upload-pack`,
    `${whole}&p.=1`,
    `${whole}&p.PATH%20x=1`,
    `${whole}&p.1a=1`,
    `${whole}&p.a=1&p.a=2`,
    `${whole}&p.a=%1b[2J`,
    `${whole}&p.a=%E2%80%AEx`,
    `${whole}&link=%00`,
    `${whole}&${Array.from({ length: 101 }, (_, index) => `p.a${index}=1`).join('&')}`,
  ])('is refused with a start that can not be one: %j', (query) => {
    expect(readRunbookLink(open(query)).kind).toBe('refused');
  });

  it.each([
    'watchbook:',
    'watchbook://',
    'watchbook://open',
    `watchbook:open?${whole}`,
    `watchbook://evil?${whole}`,
    `watchbook://open@evil?${whole}`,
    `watchbook://open:80?${whole}`,
    `watchbook://open/run?${whole}`,
    `watchbook://open/../run?${whole}`,
    `watchbook://open?${whole}#x`,
    `https://open?${whole}`,
    `javascript:watchbook://open?${whole}`,
    open('library=ops'),
    open('runbook=a.ipynb'),
    open('library=&runbook=a.ipynb'),
    open('library=..&runbook=a.ipynb'),
    open('library=/&runbook=etc/a.ipynb'),
    open('library=ops/../x&runbook=a.ipynb'),
    open('library=-rf&runbook=a.ipynb'),
    open('library=.git&runbook=a.ipynb'),
    open('library=ops&runbook=/etc/passwd'),
    open('library=ops&runbook=../a.ipynb'),
    open('library=ops&runbook=a/%2E%2E/b.ipynb'),
    open('library=ops&runbook=a%2F..%2Fb.ipynb'),
    open('library=ops&runbook=%252e%252e%252fb.ipynb/x'),
    open('library=ops&runbook=..%5Cb.ipynb'),
    open('library=ops&runbook=C:%5Ca.ipynb'),
    open('library=ops&runbook=a//b.ipynb'),
    open('library=ops&runbook=./b.ipynb'),
    open('library=ops&runbook=.git/b.ipynb'),
    open('library=ops&runbook=-x.ipynb'),
    open('library=ops&runbook=a.sh'),
    open('library=ops&runbook=a.ipynb%00.sh'),
    open('library=ops&runbook=a.ipynb%0A--no-sandbox'),
    open('library=ops&runbook=%E2%80%AEbnypi.ipynb'),
    open('library=ops&runbook=con.ipynb'),
    open('library=ops&runbook=%'),
    open('library=ops&runbook=%FF.ipynb'),
    open('library=ops&runbook=a.ipynb&runbook=b.ipynb'),
    open('library=ops&runbook=a.ipynb&cell='),
    open('library=ops&runbook=a.ipynb&cell=a%22%5D'),
    open(`library=ops&runbook=a.ipynb&cell=${'a'.repeat(65)}`),
    open(`library=ops&runbook=${'a/'.repeat(40)}a.ipynb`),
    open(`library=ops&runbook=${'a'.repeat(5_000)}.ipynb`),
  ])('is refused as %j', (text) => {
    expect(readRunbookLink(text).kind).toBe('refused');
  });

  it('carries every name that a library can have, and reads what it wrote', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 4 }), (library, parts) => {
        const link = { library, runbook: `${parts.join('/')}.ipynb`, cell: null };
        const reading = readRunbookLink(formatRunbookLink(link));
        if (reading.kind === 'link') expect(reading.link).toEqual(link);
      }),
    );
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `watchbook://open?${text}`),
        ),
        (text) => {
          const reading = readRunbookLink(text);
          if (reading.kind === 'link') {
            expect(reading.link.runbook.split('/')).not.toContain('..');
            expect(reading.link.runbook.startsWith('/')).toBe(false);
          }
        },
      ),
    );
  });

  it('is never opened by the system for a page: our own scheme is not one of its links', () => {
    expect(judgeLink(open(whole)).kind).toBe('refuse');
  });
});

describe('the words of a second start', () => {
  it('are files or links; what looks like an option or another scheme is neither', () => {
    const words = [
      '--no-sandbox',
      '--remote-debugging-port=9222',
      '--inspect',
      '-r',
      '$(touch pwned).ipynb',
      'a.ipynb; touch pwned',
      '`touch pwned`',
      open(whole),
      'ms-officecmd:x',
      'smb://host/a.ipynb',
      'WatchBook://open?library=..',
    ];
    // Shell signs are parts of names: no shell ever sees them.
    expect(givenFiles(words, '/w')).toEqual([
      '/w/$(touch pwned).ipynb',
      '/w/a.ipynb; touch pwned',
      '/w/`touch pwned`',
    ]);
    expect(givenLinks(words).map(({ kind }) => kind)).toEqual(['link', 'refused']);
    expect(givenLinks(Array.from({ length: 100 }, () => open(whole)))).toHaveLength(3);
    expect(isRunbookLink('/home/watchbook:/a.ipynb')).toBe(false);
  });
});

describe('what a link can reach', () => {
  const here = engineEach();
  let root: string;
  beforeEach(async () => {
    root = here.at('ops');
    await mkdir(join(root, 'releases'), { recursive: true });
    await writeNotebookFile(join(root, 'releases', 'api.ipynb'), ['echo 1']);
    await writeNotebookFile(here.at('private.ipynb'), ['echo secret']);
    await here.engine.request('library.addFolder', { path: root });
  });
  const follow = (library: string, runbook: string) =>
    here.engine.request('library.followLink', { library, runbook });

  it('leads from a copied link to the same runbook', async () => {
    const path = join(root, 'releases', 'api.ipynb');
    const { link } = await here.engine.request('library.link', { path, cell: 'c0' });
    expect(link).toBe('watchbook://open?library=ops&runbook=releases%2Fapi.ipynb&cell=c0');
    expect(await follow('ops', 'releases/api.ipynb')).toEqual({ path });
  });

  it('counts from the root of the work tree, so that it fits whatever a colleague put into the side', async () => {
    await mkdir(join(root, '.git'));
    await here.engine.request('library.removeFolder', { path: root });
    await here.engine.request('library.addFolder', { path: join(root, 'releases') });
    const path = join(root, 'releases', 'api.ipynb');
    expect((await here.engine.request('library.link', { path, cell: null })).link).toContain(
      'library=ops&runbook=releases',
    );
    expect(await follow('ops', 'releases/api.ipynb')).toEqual({ path });
    expect(await follow('releases', 'api.ipynb')).toEqual({ path });
  });

  it('is a library that is known, and no file outside of it', async () => {
    await symlink(here.at('private.ipynb'), join(root, 'link.ipynb'));
    await symlink(here.profile.home, join(root, 'away'));
    await mkdir(join(root, 'folder.ipynb'));
    await writeFile(join(root, 'a.ipynb'), '{}');
    for (const [library, runbook] of [
      ['ops', 'link.ipynb'],
      ['ops', 'away/private.ipynb'],
      ['ops', 'folder.ipynb'],
      ['ops', 'missing.ipynb'],
      [here.profile.home.split('/').at(-1) ?? '', 'private.ipynb'],
      ['unknown', 'a.ipynb'],
    ] as const)
      await expect(follow(library, runbook), `${library} ${runbook}`).rejects.toMatchObject({
        code: 'not-found',
      });
    for (const [library, runbook] of [
      ['ops', '../private.ipynb'],
      ['..', 'private.ipynb'],
      ['ops', `${here.profile.home}/private.ipynb`],
    ] as const)
      await expect(follow(library, runbook), `${library} ${runbook}`).rejects.toMatchObject({
        code: 'bad-request',
      });
  });

  it('is refused by the command line too when it is none, and starts nothing', async () => {
    const { code, err } = await here.profile.cli(['open', 'watchbook://open?library=..&runbook=a.ipynb']);
    expect(code).toBe(2);
    expect(err).toContain('names no library');
  });
});
