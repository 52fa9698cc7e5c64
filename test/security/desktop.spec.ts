import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { desktopContract } from '../../shared/rpc/desktop-contract';
import { expect, test, type Desktop } from '../support/app';
import { settle, spy } from '../support/canary';
import { ask, takeOver } from '../support/taken-over-page';
import { until } from '../support/until';

// A machine that does much else at once takes its time for these.
test.describe.configure({ timeout: 300_000 });

async function quiet(desktop: Desktop, look: Awaited<ReturnType<typeof spy>>): Promise<void> {
  expect(await look()).toMatchObject({ opened: [], windows: 1, navigations: [], downloads: 0 });
  expect(desktop.page.url()).toBe('app://watchbook/index.html');
}

test('a page that was taken over gets no method that is none, and no values that do not fit', async ({
  desktop,
}) => {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  const send = await takeOver(page);
  const methods = [
    '',
    'nothing',
    'desktop.nothing',
    'desktop.constructor',
    'desktop.__proto__',
    'desktop.toString',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'engine.constructor',
    'x'.repeat(100_000),
    'desktop.openLink\0',
    'DESKTOP.openLink',
  ];
  for (const answer of await send(...methods.map((method) => ask(method))))
    expect(answer.error?.code, JSON.stringify(answer).slice(0, 200)).toBe('bad-request');
  const bad = [null, 1, 'x', [], { path: 1 }, { url: {} }, { action: 'destroy' }, { action: ['close'] }];
  const refused = Object.keys(desktopContract.requests)
    .filter(
      (method) =>
        !desktopContract.requests[method as keyof typeof desktopContract.requests].params.safeParse({})
          .success,
    )
    .flatMap((method) => bad.map((params) => ask(method, params)));
  expect(refused.length).toBeGreaterThan(40);
  for (const answer of await send(...refused))
    expect(answer.error?.code, JSON.stringify(answer)).toBe('bad-request');
  // What is no frame is passed over, and the next one is answered.
  const frames = [
    null,
    0,
    'x',
    [],
    {},
    { t: 'hello' },
    { t: 'request' },
    { t: 'request', id: 'x', method: 'engine.status', params: {} },
    { t: 'request', id: 1.5, method: 'engine.status', params: {} },
    { t: 'credit', bytes: -1 },
    { t: 'credit', bytes: 1e308 },
    { t: 'cancel', id: {} },
    JSON.parse('{"__proto__":{"polluted":1},"t":"cancel","id":1}'),
  ];
  const [status] = await send(...frames, ask('engine.status'));
  expect(status?.t).toBe('result');
  await quiet(desktop, look);
});

test('a page that was taken over pollutes no prototype and gets nothing by extra members', async ({
  desktop,
}) => {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  const send = await takeOver(page);
  const poison = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  ) as object;
  await send(
    ask('settings.set', { changes: { ...poison, ['__proto__']: { polluted: 1 } } }),
    ask(
      'settings.set',
      JSON.parse('{"changes":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}'),
    ),
    ask('desktop.showing', {
      title: 'x',
      documents: [],
      active: null,
      unsaved: 0,
      layout: { sideWidth: 268, isSideOpen: true, expanded: [] },
      ...poison,
    }),
    ask('desktop.openLink', { url: 'javascript:1', force: true, isAllowed: true, ...poison }),
    ask('engine.status', poison),
  );
  expect(
    await desktop.app.evaluate(() => [Reflect.get({}, 'polluted'), Reflect.get(Object, 'polluted')]),
  ).toEqual([undefined, undefined]);
  const [settings] = await send(ask('settings.get'));
  expect(JSON.stringify(settings)).not.toContain('polluted');
  // Nor the clipboard: a paste wants a press in this window, and one press is one paste.
  const pastes = async (): Promise<readonly unknown[]> => {
    const answers = await send(ask('desktop.paste'), ask('desktop.paste'));
    return answers.map(({ t, error }) => (t === 'error' ? error?.code : t));
  };
  expect(await pastes()).toEqual(['forbidden', 'forbidden']);
  // A press is soon too old on a busy machine.
  await expect(async () => {
    await page.keyboard.press('Shift');
    expect(await pastes()).toEqual(['result', 'forbidden']);
  }).toPass();
  await quiet(desktop, look);
});

test('a page that was taken over opens no address but of the web and mail', async ({ desktop }) => {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  const send = await takeOver(page);
  const urls = [
    'javascript:1',
    'file:///etc/passwd',
    'data:text/html,x',
    'app://watchbook/',
    'frame://output/live',
    'smb://h/s',
    'ms-settings:x',
    'ssh://-oProxyCommand=x',
    '/bin/sh',
    '\\\\h\\s',
    '//h',
    'https://hub.example@evil.example/',
    'https://a:b@evil.example/',
    'vbscript:x',
    'about:blank',
    'chrome://gpu',
    'command:x',
    `https://example.org/${'x'.repeat(9_000)}`,
  ];
  for (const answer of await send(...urls.map((url) => ask('desktop.openLink', { url }))))
    expect(answer.error?.code).toBe('forbidden');
  await quiet(desktop, look);
  // The counterpart, and a look-alike host as what it is.
  await send(ask('desktop.openLink', { url: 'https://ехample.org/' }));
  expect((await look()).opened).toEqual(['https://xn--ample-ywe6i.org/']);
});

test('a page that was taken over writes nowhere, and its paths are only paths', async ({ desktop }) => {
  await mkdir(desktop.home, { recursive: true });
  const path = join(desktop.folder, 'a.ipynb');
  const output = { output_type: 'stream', name: 'stdout', text: 'evil\n' };
  await writeFile(
    path,
    JSON.stringify({
      cells: [
        { id: 'c0', cell_type: 'code', source: '1', metadata: {}, outputs: [output], execution_count: 1 },
      ],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );
  const page = await desktop.start();
  const look = await spy(desktop.app);
  const send = await takeOver(page);
  const [opened] = (await send(ask('notebook.open', { path }))) as unknown as [
    { result: { document: string; outputs: Record<string, { key: string }[]> } },
  ];
  const { document, outputs } = opened.result;
  const key = outputs['c0']?.[0]?.key ?? '';
  const victim = join(desktop.home, '.bashrc');
  for (const target of [
    victim,
    `${path}/../home/.bashrc`,
    join(desktop.folder, 'sub/../home/.bashrc'),
    '/etc/cron.d/x',
    '',
    '.',
    '\0',
    'relative',
    [victim],
    { toString: victim },
    null,
  ]) {
    const answers = await send(
      ask('notebook.save', { document, path: target, overwrite: true }),
      ask('notebook.saveOutput', { document, cell: 'c0', key, mime: null, path: target }),
      ask('library.create', { path: target }),
      ask('desktop.writeExport', { path: target, form: 'text', content: 'evil' }),
      ask('desktop.writeExport', { path: target, form: 'pdf', content: 'evil' }),
    );
    for (const answer of answers)
      expect(['forbidden', 'bad-request'], JSON.stringify([target, answer])).toContain(answer.error?.code);
    // No library was picked by a person, so that nothing lies in one.
    const inLibrary = await send(
      ask('library.addFolder', { path: target }),
      ask('desktop.trash', { paths: [target] }),
      ask('desktop.trash', { paths: [path] }),
      ask('library.rename', { path: target, name: 'x.ipynb' }),
      ask('library.rename', { path, name: 'x.ipynb' }),
      ask('library.duplicate', { path: target }),
      ask('library.keepCopy', { path: target }),
      ask('library.newFolder', { folder: target, name: 'x' }),
      ask('library.newRunbook', {
        folder: desktop.home,
        name: 'x.ipynb',
        origin: { kind: 'empty', language: 'bash' },
      }),
    );
    for (const answer of inLibrary)
      expect(['forbidden', 'bad-request', 'not-found'], JSON.stringify([target, answer])).toContain(
        answer.error?.code,
      );
  }
  expect((await stat(path)).isFile()).toBe(true);
  // Where a person picked the place and it can not be written, the engine says so and lives.
  const missing = join(desktop.folder, 'no', 'such', 'folder', 'x.txt');
  await desktop.answerSaveDialog(missing);
  await send(ask('desktop.saveAs', { suggested: 'x.txt', kind: 'any' }));
  const [failed] = await send(
    ask('notebook.saveOutput', { document, cell: 'c0', key, mime: null, path: missing }),
  );
  expect(failed?.error?.code).toBe('not-writable');
  const [status] = await send(ask('engine.status'));
  expect(status?.t).toBe('result');
  for (const target of [
    '../../etc/passwd',
    'relative.ipynb',
    '',
    '\0',
    '/etc/passwd',
    '/dev/zero',
    '/proc/self/mem',
    `/${'x/'.repeat(4_000)}`,
    'file:///etc/passwd',
  ]) {
    const [answer] = await send(ask('notebook.open', { path: target }));
    expect(answer?.t, target).toBe('error');
    expect(answer?.error?.message).not.toContain('root:');
  }
  for (const target of ['relative', '../x', '']) {
    const [answer] = await send(ask('desktop.revealFile', { path: target }));
    expect(answer?.error?.code, target).toBe('bad-request');
  }
  await expect(stat(victim)).rejects.toThrow(/ENOENT/);
  await quiet(desktop, look);
});

test('values of 100 MB end in an answer, and the engine lives', async ({ desktop }) => {
  const page = await desktop.start();
  const send = await takeOver(page);
  const pid = await desktop.enginePid();
  await page.evaluate(() => {
    const { stolen } = window as unknown as { stolen: MessagePort };
    stolen.postMessage({
      t: 'request',
      id: 900_001,
      method: 'notebook.open',
      params: { path: `/${'x'.repeat(100 * 1024 * 1024)}` },
    });
    stolen.postMessage({
      t: 'request',
      id: 900_002,
      method: 'desktop.openLink',
      params: { url: `https://e.org/${'x'.repeat(100 * 1024 * 1024)}` },
    });
  });
  await until('both are answered', () =>
    page.evaluate(() => {
      const { answers } = window as unknown as { answers: { id?: number; t: string }[] };
      return [900_001, 900_002].every((id) =>
        answers.some((answer) => answer.id === id && answer.t === 'error'),
      );
    }),
  );
  const [status] = await send(ask('engine.status'));
  expect(status?.t).toBe('result');
  expect(await desktop.enginePid()).toBe(pid);
});

test('the port of a page ends when it is asked for anew: there is one at a time', async ({ desktop }) => {
  const page = await desktop.start();
  await takeOver(page);
  const first = await page.evaluateHandle(() => (window as unknown as { stolen: MessagePort }).stolen);
  await first.evaluate((port) => {
    const heard: { id?: number }[] = [];
    Object.assign(window, { heard });
    port.onmessage = ({ data }) => heard.push(data as { id?: number });
  });
  const askFirst = (id: number): Promise<void> =>
    first.evaluate(
      (port, own) => port.postMessage({ t: 'request', id: own, method: 'engine.status', params: {} }),
      id,
    );
  const hasHeard = (id: number): Promise<boolean> =>
    page.evaluate(
      (own) => (window as unknown as { heard: { id?: number }[] }).heard.some((answer) => answer.id === own),
      id,
    );
  await askFirst(1);
  await until('the first port answers', () => hasHeard(1));
  await takeOver(page);
  await askFirst(2);
  await settle(page);
  expect(await hasHeard(2)).toBe(false);
});
