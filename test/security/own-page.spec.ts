import { join } from 'node:path';
import { expect } from '../support/app';
import { test } from '../support/beacons';
import { settle, spy } from '../support/canary';

test.describe.configure({ timeout: 300_000 });

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
  expect(await look()).toMatchObject({ opened: [], windows: 1, navigations: [], downloads: 0 });
  expect(page.url()).toBe('app://watchbook/index.html');
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
