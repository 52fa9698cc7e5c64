import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { desktopContract } from '../../shared/rpc/desktop-contract';
import { expect, test as base, type Desktop } from '../support/app';
import { Beacons, settle, spy } from '../support/canary';
import { until } from '../support/until';

const test = base.extend<{ beacons: Beacons }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern
  beacons: async ({}, use) => {
    const beacons = await Beacons.start();
    await use(beacons);
    await beacons.stop();
  },
});
// A machine that does much else at once takes its time for these.
test.describe.configure({ timeout: 300_000 });

/** Far from the numbers of the page's own requests, whose answers may still come. */
const FIRST = 1_000_000;

type Answer = {
  readonly t: string;
  readonly id?: number;
  readonly error?: { readonly code: string; readonly message: string };
};

/**
 * A page of ours that was taken over: it asks for a port of its own and sends what it likes. The page's client has
 * lost its port then, which is the price of this way in.
 */
async function takeOver(page: Page): Promise<(...frames: readonly unknown[]) => Promise<readonly Answer[]>> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const answers: unknown[] = [];
        window.addEventListener('message', (event) => {
          const [port] = event.ports;
          if (port === undefined) return;
          Object.assign(window, { stolen: port, answers });
          port.onmessage = ({ data }) => {
            answers.push(data);
            if ((data as { t: string; state: string }).state === 'ready') resolve();
          };
        });
        window.postMessage('watchbook:ready', window.location.origin);
      }),
  );
  const post = (frames: readonly unknown[]): Promise<void> =>
    page.evaluate((all) => {
      const { stolen } = window as unknown as { stolen: MessagePort };
      for (const frame of all) stolen.postMessage(frame);
    }, frames as unknown[]);
  const read = (): Promise<Answer[]> =>
    page.evaluate(() =>
      (window as unknown as { answers: Answer[] }).answers.filter(({ t }) => t === 'result' || t === 'error'),
    );
  const send = async (...frames: readonly unknown[]): Promise<readonly Answer[]> => {
    const ids = frames.flatMap((frame) => {
      const id = (frame as { id?: unknown } | null)?.id;
      return typeof id === 'number' && id >= FIRST ? [id] : [];
    });
    await post(frames);
    await until('all is answered', async () => {
      const got = await read();
      return ids.every((id) => got.some((answer) => answer.id === id));
    });
    return (await read()).filter(({ id }) => ids.includes(id ?? -1));
  };
  // The connection of the page before is ended first, and a new one made: what is asked meanwhile goes with it.
  await until('the engine answers', async () => {
    const probe = ask('engine.status');
    await post([probe]);
    await page.waitForTimeout(200);
    return (await read()).some(({ id, t }) => id === probe.id && t === 'result');
  });
  return send;
}

async function quiet(desktop: Desktop, look: Awaited<ReturnType<typeof spy>>): Promise<void> {
  expect(await look()).toMatchObject({ opened: [], windows: 1, navigations: [], downloads: 0 });
  expect(desktop.page.url()).toBe('app://watchbook/index.html');
}

let number = FIRST;
const ask = (method: unknown, params: unknown = {}) => ({ t: 'request', id: (number += 1), method, params });

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

test('no page but our own gets a port, and no window of another maker', async ({ desktop }) => {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  // Another window with our preload and another page: the desktop made none for it.
  const got = await desktop.app.evaluate(
    async ({ BrowserWindow }, preload) => {
      const answers: string[] = [];
      for (const url of ['data:text/html,<p>x', 'app://watchbook/index.html', 'frame://output/live']) {
        const other = new BrowserWindow({
          show: false,
          webPreferences: { preload, sandbox: true, contextIsolation: true },
        });
        await other.loadURL(url);
        const answer: unknown = await other.webContents.executeJavaScript(
          `new Promise((resolve) => { window.addEventListener('message', (event) => { if (event.ports.length > 0) resolve('a port'); }); window.postMessage('watchbook:ready', '*'); setTimeout(() => resolve(typeof require + typeof process + typeof ipcRenderer), 1500); })`,
        );
        answers.push(String(answer));
        other.destroy();
      }
      return answers;
    },
    join(process.cwd(), 'out', 'preload', 'preload.cjs'),
  );
  expect(got).toEqual(Array(3).fill('undefinedundefinedundefined'));
  // A frame in our own page, with our own page in it, is no main frame and may not even load.
  const framed = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = 'app://watchbook/index.html';
        frame.addEventListener('load', () =>
          resolve(frame.contentDocument === null ? 'closed' : frame.contentDocument.body.innerHTML),
        );
        document.body.append(frame);
      }),
  );
  expect(['closed', '']).toContain(framed);
  expect((await look()).windows).toBe(1);
  desktop.problems.splice(0);
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

test('our page goes nowhere and opens no window, whatever asks it to', async ({ desktop, beacons }) => {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  for (const url of [
    beacons.url('go'),
    'data:text/html,x',
    'file:///etc/passwd',
    'https://example.org@127.0.0.1/',
    'app://evil/index.html',
    'app://watchbook/other.html',
    'app://watchbook.evil/',
    'frame://output/live',
  ]) {
    await page.evaluate((to) => {
      location.href = to;
    }, url);
    await page.evaluate((to) => {
      for (const target of ['_self', '_blank', '_top', 'other']) {
        window.open(to, target);
        const link = Object.assign(document.createElement('a'), { href: to, target });
        document.body.append(link);
        link.click();
        link.dispatchEvent(new MouseEvent('click', { button: 1, ctrlKey: true, bubbles: true }));
        link.remove();
        const form = Object.assign(document.createElement('form'), { action: to, target });
        document.body.append(form);
        form.submit();
        form.remove();
      }
    }, url);
  }
  // A link dragged onto the window, and one pressed with the middle button.
  await page.evaluate((to) => {
    const data = new DataTransfer();
    data.setData('text/uri-list', to);
    data.setData('text/html', `<a href="${to}">x</a><img src=x onerror="window.ran=1">`);
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    document.body.insertAdjacentHTML(
      'beforeend',
      `<a id="middle" href="${to}" style="position:fixed">middle</a>`,
    );
  }, beacons.url('drag'));
  await page.locator('#middle').click({ button: 'middle', force: true });
  await settle(page);
  expect(beacons.seen).toEqual([]);
  expect(await page.evaluate(() => Reflect.get(window, 'ran') as unknown)).toBeUndefined();
  await quiet(desktop, look);
  // Playwright would wait for the navigations that were asked for and never come.
  expect(await page.evaluate(() => document.querySelector('footer, [role=contentinfo]') !== null)).toBe(true);
  // What the policy says of the forms.
  desktop.problems.splice(0);
});

test('a dropped file that the page made up is none: only a person drops files', async ({ desktop }) => {
  const page = await desktop.start();
  const look = await spy(desktop.app);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['{}'], '/etc/passwd.ipynb'));
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
    );
    window.postMessage({ channel: 'watchbook:dropped', paths: ['/etc/passwd'] }, '*');
    window.postMessage('watchbook:dropped', '*');
  });
  await settle(page);
  expect((await look()).ipc).toEqual([]);
});

test('our page is granted nothing that it does not need', async ({ desktop }) => {
  const page = await desktop.start();
  const granted = await page.evaluate(async () => {
    const found: Record<string, string> = {};
    for (const name of [
      'camera',
      'microphone',
      'geolocation',
      'notifications',
      'midi',
      'clipboard-read',
      'persistent-storage',
      'screen-wake-lock',
    ])
      found[name] = await navigator.permissions.query({ name: name as PermissionName }).then(
        ({ state }) => state,
        () => 'denied',
      );
    const attempt = (work: () => Promise<unknown>): Promise<string> =>
      work().then(
        () => 'granted',
        () => 'denied',
      );
    found['getUserMedia'] = await attempt(() => navigator.mediaDevices.getUserMedia({ audio: true }));
    found['getDisplayMedia'] = await attempt(() => navigator.mediaDevices.getDisplayMedia());
    found['position'] = await attempt(
      () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, fail)),
    );
    found['readText'] = await attempt(() => navigator.clipboard.readText());
    found['notify'] = (await Notification.requestPermission()) === 'granted' ? 'granted' : 'denied';
    found['globals'] = [
      typeof Reflect.get(window, 'require'),
      typeof Reflect.get(window, 'process'),
      typeof Reflect.get(window, 'ipcRenderer'),
      typeof Reflect.get(window, 'electron'),
    ].every((type) => type === 'undefined')
      ? 'denied'
      : 'granted';
    return found;
  });
  for (const [name, state] of Object.entries(granted)) expect(state, name).toBe('denied');
  desktop.problems.splice(0);
});
