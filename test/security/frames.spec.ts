import { createSocket } from 'node:dgram';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import { expect, type Desktop } from '../support/app';
import { test } from '../support/beacons';
import { settle, spy } from '../support/canary';
import { clickByPointer } from '../support/pointer';
import { until } from '../support/until';

// A machine that does much else at once takes its time for these.
test.describe.configure({ timeout: 300_000 });

/** Written by hand: what a hostile program writes is not what ours would. */
async function writeNotebook(
  path: string,
  cells: readonly { readonly source: string; readonly outputs?: readonly object[] }[],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const made = cells.map(({ source, outputs = [] }, index) => ({
    id: `c${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs,
    execution_count: null,
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  await writeFile(
    path,
    JSON.stringify({ cells: made, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
  );
}

/** What the policies of frames and their sandbox refuse is said on the console; that they do is what is tested here. */
test.afterEach(({ desktop }) => {
  const atWork =
    /Content Security Policy|sandboxed|Sandbox|has been blocked|Unsafe attempt|Ignored call|Blocked autofocusing|Permissions policy|ERR_|^Uncaught \(in promise\)|SecurityError|NotAllowedError/;
  const own = desktop.problems.filter((problem) => !atWork.test(problem));
  desktop.problems.splice(0, desktop.problems.length, ...own);
});

/** What the second cell shows, written anew for each attack: HTML in a frame, or nothing but a word. */
const SHOW = `from pathlib import Path
from IPython.display import display, HTML
html = Path('attack.html').read_text()
display(HTML(html)) if html else print('calm')`;

interface Stage {
  readonly page: Page;
  /** Shows HTML made by a kernel of this profile, so that its scripts run; answers the frame in which they do. */
  show(html: string): Promise<Frame>;
  /** Takes away what was shown. */
  calm(): Promise<void>;
}

/** A window with a notebook whose second cell shows one attack after the other. */
async function openStage(desktop: Desktop): Promise<Stage> {
  const path = join(desktop.folder, 'live.ipynb');
  await writeNotebook(path, [{ source: '# an ordinary step' }, { source: SHOW }]);
  const page = await desktop.start();
  await desktop.answerOpenDialog(path);
  await page.keyboard.press('Control+o');
  await page.getByRole('list', { name: 'Cells' }).waitFor();
  const run = async (html: string): Promise<void> => {
    await writeFile(join(desktop.folder, 'attack.html'), html);
    const { places } = desktop;
    const engine = await connectEngine({ places, kind: 'cli', version: 'test', start: false, program: '' });
    const { document } = await engine.request('notebook.open', { path });
    await engine.request('notebook.run', { document, cells: ['c1'] });
    engine.dispose();
  };
  const find = (): Frame | undefined => page.frames().find((frame) => frame.url() === 'frame://output/live');
  return {
    page,
    show: async (html) => {
      await run(html);
      await until('the output is drawn live', () => find() !== undefined);
      return find()!;
    },
    calm: async () => {
      await run('');
      await expect(page.locator('article[data-cell="c1"] .out')).toHaveText(/^calm/);
      await until('the frame is gone', () => find() === undefined);
    },
  };
}

async function showLive(
  desktop: Desktop,
  html: string,
): Promise<{ readonly page: Page; readonly live: Frame }> {
  const stage = await openStage(desktop);
  return { page: stage.page, live: await stage.show(html) };
}

const results = (live: Frame): Promise<Record<string, unknown>> =>
  live.evaluate(() => (Reflect.get(window, 'results') as Record<string, unknown> | undefined) ?? {});

async function expectOnlyPage(
  desktop: Desktop,
  page: Page,
  look: Awaited<ReturnType<typeof spy>>,
): Promise<void> {
  const { navigations, ...happened } = await look();
  // A page inside of a live frame is under its policy and of its origin, and so as closed in as the frame itself.
  expect(navigations.filter((url) => url !== 'about:srcdoc')).toEqual([]);
  expect(happened).toEqual({ ipc: [], opened: [], dialogs: [], windows: 1, downloads: 0 });
  expect(page.url()).toBe('app://watchbook/index.html');
  expect(desktop.app.windows()).toHaveLength(1);
  for (const frame of page.frames().filter((each) => each.parentFrame() === page.mainFrame()))
    // One that was sent elsewhere has Chromium's own page of a refusal.
    expect(frame.url()).toMatch(/^(frame:\/\/output\/(still|live)|chrome-error:\/\/chromewebdata\/)$/);
}

test('a live output reaches nothing outside of its frame, by no way there is', async ({
  desktop,
  beacons,
}) => {
  const datagrams: number[] = [];
  const udp = createSocket('udp4').on('message', (message) => datagrams.push(message.length));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const attack = `
    const results = window.results = {};
    const url = ${JSON.stringify(beacons.url('live'))};
    const attempt = async (name, work) => {
      try { const value = await Promise.race([work(), new Promise((_, fail) => setTimeout(fail, 3000, new Error()))]); results[name] = value === undefined ? 'done' : String(value).slice(0, 80); }
      catch (error) { results[name] = 'refused: ' + error.name; }
    };
    window.attack = async () => {
      await attempt('origin', () => self.origin);
      await attempt('parentDocument', () => parent.document.body.innerHTML);
      await attempt('topDocument', () => top.document.title);
      await attempt('parentGlobal', () => { parent.ran = 1; });
      await attempt('frameElement', () => frameElement);
      await attempt('localStorage', () => localStorage.setItem('a', 'b'));
      await attempt('sessionStorage', () => sessionStorage.length);
      await attempt('indexedDB', () => new Promise((done, fail) => { const asked = indexedDB.open('x'); asked.onsuccess = () => done('open'); asked.onerror = () => fail(asked.error); }));
      await attempt('cookie', () => { document.cookie = 'a=b'; return document.cookie; });
      await attempt('caches', () => caches.keys());
      await attempt('fetch', () => fetch(url + '-fetch'));
      await attempt('fetchApp', () => fetch('app://watchbook/index.html'));
      await attempt('fetchFile', () => fetch('file:///etc/passwd'));
      await attempt('xhr', () => new Promise((done, fail) => { const asked = new XMLHttpRequest(); asked.open('GET', url + '-xhr'); asked.onload = done; asked.onerror = () => fail(new Error()); asked.send(); }));
      await attempt('socket', () => new Promise((done, fail) => { const asked = new WebSocket(url.replace('http', 'ws')); asked.onopen = done; asked.onerror = () => fail(new Error()); }));
      await attempt('events', () => new Promise((done, fail) => { const asked = new EventSource(url + '-events'); asked.onopen = done; asked.onerror = () => fail(new Error()); }));
      await attempt('beacon', () => navigator.sendBeacon(url + '-beacon', 'x'));
      await attempt('image', () => new Promise((done, fail) => { const image = new Image(); image.onload = done; image.onerror = () => fail(new Error()); image.src = url + '-image.png'; }));
      await attempt('import', () => import(url + '-import.js'));
      await attempt('worker', () => new Worker('data:text/javascript,1'));
      await attempt('blobWorker', () => new Promise((done, fail) => { const made = new Worker(URL.createObjectURL(new Blob(['fetch(' + JSON.stringify(url + '-worker') + ');postMessage(1)']))); made.onmessage = done; made.onerror = () => fail(new Error()); }));
      await attempt('service', () => navigator.serviceWorker.register('/still'));
      await attempt('eval', () => eval('1+1'));
      await attempt('open', () => window.open(url + '-open'));
      await attempt('alert', () => alert(1));
      await attempt('confirm', () => confirm('Approve?'));
      await attempt('prompt', () => prompt('Vault password'));
      await attempt('print', () => print());
      await attempt('fullscreen', () => document.documentElement.requestFullscreen());
      await attempt('pointerLock', () => document.documentElement.requestPointerLock());
      await attempt('notify', () => Notification.requestPermission());
      await attempt('camera', () => navigator.mediaDevices.getUserMedia({ video: true }));
      await attempt('screen', () => navigator.mediaDevices.getDisplayMedia());
      await attempt('place', () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, fail)));
      await attempt('clipboardRead', () => navigator.clipboard.readText());
      await attempt('clipboardWrite', () => navigator.clipboard.writeText('x'));
      await attempt('usb', () => navigator.usb.getDevices().then((all) => all.length));
      await attempt('node', () => typeof require + typeof process + typeof ipcRenderer);
      window.name = 'left behind';
      const add = (html) => document.body.insertAdjacentHTML('beforeend', html);
      add('<iframe src="' + url + '-frame"></iframe><iframe srcdoc="x"></iframe><object data="' + url + '-object"></object><embed src="' + url + '-embed">');
      add('<link rel=stylesheet href="' + url + '-css"><link rel=prefetch href="' + url + '-prefetch"><link rel=preconnect href="' + url + '">');
      add('<style>@import url(' + url + '-import-css); body { background: url(' + url + '-background) }</style><video src="' + url + '-video" autoplay></video>');
      const download = document.createElement('a');
      download.href = 'data:application/octet-stream,x'; download.download = 'tool.exe'; document.body.append(download); download.click();
      await attempt('webrtc', async () => {
        const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${udp.address().port}' }, { urls: ['turn:${beacons.host}?transport=tcp', 'turn:127.0.0.1:${udp.address().port}', 'turns:${beacons.host}'], username: 'x', credential: 'x' }] });
        peer.createDataChannel('x');
        await peer.setLocalDescription(await peer.createOffer());
        await new Promise((done) => setTimeout(done, 1500));
        return peer.iceGatheringState;
      });
      results.finished = true;
    };
    window.leave = async () => {
      for (const target of ['', '_blank', '_top', '_parent']) {
        const link = document.createElement('a');
        link.href = url + '-link' + target; link.target = target; document.body.append(link); link.click();
        const form = document.createElement('form');
        form.action = url + '-form' + target; form.method = 'post'; form.target = target; document.body.append(form);
        try { form.submit(); } catch {}
      }
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh'; refresh.content = '0;url=' + url + '-refresh'; document.head.append(refresh);
      await attempt('parentLocation', () => { parent.location = url + '-parent'; });
      await attempt('topLocation', () => { top.location.href = url + '-top'; });
      await attempt('openSelf', () => window.open(url + '-self', '_self'));
      await attempt('location', () => { location.href = url + '-location'; });
      await attempt('locationData', () => { location.href = 'data:text/html,x'; });
      await attempt('locationScript', () => { location.href = 'javascript:void(window.results.script = 1)'; });
      await attempt('history', () => { history.pushState({}, '', 'x'); });
      await attempt('back', () => { history.back(); history.go(-5); });
    };`;
  const { page, live } = await showLive(desktop, `<p>live</p><script>${attack}</script>`);
  const look = await spy(desktop.app);
  await until('the attack is there', async () =>
    live.evaluate(() => typeof Reflect.get(window, 'attack') === 'function'),
  );
  // Playwright evaluates as if by a person's gesture, so that the attack has every right that a click gives.
  await live.evaluate(() => void (Reflect.get(window, 'attack') as () => Promise<void>)());
  await until('the attack has ended', async () => (await results(live))['finished'] === true, 60);
  const found = await results(live);
  // What leads elsewhere may load the frame's own page anew, and no other.
  await live.evaluate(() => void (Reflect.get(window, 'leave') as () => Promise<void>)());
  await page.waitForTimeout(2_000);
  await settle(page);
  expect(found['origin']).toBe('null');
  const may = new Set(['origin', 'finished', 'node', 'alert', 'print', 'webrtc']);
  const none: Record<string, string> = {
    frameElement: 'null',
    open: 'null',
    confirm: 'false',
    prompt: 'null',
    beacon: 'true',
    notify: 'denied',
    usb: '0',
  };
  for (const [name, value] of Object.entries(found)) {
    if (may.has(name)) continue;
    if (value === none[name]) continue;
    expect(String(value), name).toMatch(/^refused/);
  }
  expect(found['node']).toBe('undefinedundefinedundefined');
  expect(beacons.seen).toEqual([]);
  expect(beacons.connections, 'connections').toBe(0);
  expect(datagrams, 'datagrams to a STUN server').toEqual([]);
  await expectOnlyPage(desktop, page, look);
  expect(
    await page.evaluate(() => [Reflect.get(window, 'ran'), window.name, document.fullscreenElement]),
  ).toEqual([undefined, '', null]);
  udp.close();
});

test('an output of a file runs none of its scripts, and of a click none either', async ({
  desktop,
  beacons,
}) => {
  const path = join(desktop.folder, 'still.ipynb');
  await mkdir(desktop.folder, { recursive: true });
  const html = `<p onclick="window.ran=1">still</p><script>window.ran=1</script><img src=x onerror="window.ran=1"><a href="javascript:window.ran=1">link</a><a href="${beacons.url('x')}" target="_blank">web</a><form action="${beacons.url('form')}"><button>send</button></form>`;
  await writeNotebook(path, [
    {
      source: '1',
      outputs: [{ output_type: 'display_data', data: { 'text/html': html }, metadata: { trusted: true } }],
    },
  ]);
  const page = await desktop.start();
  const look = await spy(desktop.app);
  await desktop.answerOpenDialog(path);
  await page.keyboard.press('Control+o');
  const frame = page.frameLocator('iframe');
  await frame.getByText('still').click();
  await frame.getByText('link').click();
  await frame.getByText('web').click();
  await frame.getByText('web').click({ button: 'middle' });
  // The page asks, and nothing opens by the frame's word.
  await expect(page.getByRole('group', { name: 'A link of the output' })).toContainText(beacons.host);
  await page.getByRole('button', { name: 'Stay here' }).click();
  await frame
    .getByRole('button', { name: 'send' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await settle(page);
  const own = page.frames().find((each) => each.url() === 'frame://output/still')!;
  expect(await own.evaluate(() => Reflect.get(window, 'ran') as unknown)).toBeUndefined();
  expect(beacons.seen).toEqual([]);
  await expectOnlyPage(desktop, page, look);
});

/** Each is one script of a live output; afterwards the page still answers, and has changed nothing but the frame. */
const MESSAGES: Readonly<Record<string, { readonly script: string; readonly stopped: boolean }>> = {
  'another version': { script: `parent.postMessage({ v: 999, t: 'size', height: 10 }, '*')`, stopped: true },
  'no object': { script: `parent.postMessage('watchbook:ready', '*')`, stopped: true },
  'the words of the port': {
    script: `for (const word of ['watchbook:port', 'watchbook:ready']) parent.postMessage(word, '*', [new MessageChannel().port1])`,
    stopped: true,
  },
  'a request': {
    script: `parent.postMessage({ v: 1, t: 'request', id: 1, method: 'notebook.run', params: {} }, '*')`,
    stopped: true,
  },
  'a member too many': {
    script: `parent.postMessage({ v: 1, t: 'size', height: 10, extra: 1 }, '*')`,
    stopped: true,
  },
  'a polluting member': {
    script: `parent.postMessage(JSON.parse('{"v":1,"t":"size","height":10,"__proto__":{"polluted":1}}'), '*')`,
    stopped: true,
  },
  'a height that is none': {
    script: `parent.postMessage({ v: 1, t: 'size', height: NaN }, '*')`,
    stopped: true,
  },
  'a hundred thousand messages': {
    script: `for (let at = 0; at < 100000; at += 1) parent.postMessage({ v: 1, t: 'size', height: at % 600 }, '*')`,
    stopped: true,
  },
  'a message of 100 MB': {
    script: `parent.postMessage({ v: 1, t: 'failed', message: 'x'.repeat(100 * 1024 * 1024) }, '*')`,
    stopped: true,
  },
  'deep nesting': {
    script: `let deep = {}; for (let at = 0; at < 400; at += 1) deep = { deep }; parent.postMessage({ v: 1, t: 'held', resources: deep, hosts: [], scripts: 0 }, '*')`,
    stopped: true,
  },
  'a storm of sizes': {
    script: `let on = 0; setInterval(() => { on += 1; document.body.style.minHeight = (on % 2 ? 50 : 5000) + 'px'; parent.postMessage({ v: 1, t: 'size', height: on % 2 ? 50 : 5000 }, '*') }, 40)`,
    stopped: false,
  },
  'a forged link': {
    script: `parent.postMessage({ v: 1, t: 'link', href: 'javascript:parent.ran=1' }, '*')`,
    stopped: false,
  },
  'a theft of the focus': {
    script: `document.body.insertAdjacentHTML('beforeend', '<input id=thief autofocus>'); setInterval(() => { window.focus(); document.querySelector('#thief').focus() }, 20)`,
    stopped: false,
  },
  'an endless loop': { script: `setTimeout(() => { for (;;); }, 300)`, stopped: false },
  'a page that covers': {
    script: `document.body.innerHTML = '<div style="position:fixed;inset:-9999px;width:99999px;height:99999px;z-index:2147483647;background:red">covers</div>'`,
    stopped: false,
  },
};

test('a live output does no harm by what it sends, draws or takes', async ({ desktop }) => {
  const { page, show, calm } = await openStage(desktop);
  const look = await spy(desktop.app);
  const stop = page.getByText('This output was stopped');
  const ordinary = page.locator('article[data-cell="c0"]');
  for (const [name, { script, stopped }] of Object.entries(MESSAGES)) {
    await test.step(name, async () => {
      await calm();
      await expect(stop).toBeHidden();
      await show(`<p>live</p><script>window.ran = 1; setTimeout(() => { ${script} }, 500)</script>`);
      if (stopped) await expect(stop).toBeVisible({ timeout: 40_000 });
      else await page.waitForTimeout(1_500);
      // The page answers, its keys are its own, and the frame stays in its cell.
      // A thief may get a key or two before it is stopped.
      await expect(async () => {
        await ordinary.click({ position: { x: 300, y: 12 } });
        await expect(ordinary).toHaveClass(/is-active/, { timeout: 2_000 });
        await page.keyboard.press('j');
        await expect(page.locator('article[data-cell="c1"]')).toHaveClass(/is-active/, { timeout: 2_000 });
      }, name).toPass({ timeout: 30_000 });
      const inside = await page.evaluate(() =>
        [...document.querySelectorAll('iframe')].every((frame) => {
          const box = frame.getBoundingClientRect();
          const cell = frame.closest('article')!.getBoundingClientRect();
          return (
            box.height <= 640 &&
            box.left >= cell.left &&
            box.right <= cell.right + 1 &&
            box.bottom <= cell.bottom + 1
          );
        }),
      );
      expect(inside, name).toBe(true);
      expect(
        await page.evaluate(() => [
          Reflect.get(window, 'ran'),
          Reflect.get({}, 'polluted'),
          document.activeElement?.tagName === 'IFRAME',
        ]),
        name,
      ).toEqual([undefined, undefined, false]);
      await expectOnlyPage(desktop, page, look);
    });
  }
});

test('a live output hears no key that is not for it', async ({ desktop }) => {
  const { page, live } = await showLive(
    desktop,
    `<p>live</p><input id="field"><script>window.keys = []; for (const name of ['keydown', 'keyup', 'keypress', 'beforeinput', 'paste']) window.addEventListener(name, (event) => window.keys.push(event.key ?? name), true)</script>`,
  );
  const keys = (): Promise<string[]> => live.evaluate(() => Reflect.get(window, 'keys') as string[]);
  await until('the output listens', async () =>
    live.evaluate(() => Array.isArray(Reflect.get(window, 'keys'))),
  );
  // The counterpart: it hears those that are.
  await live.evaluate(() =>
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'o', bubbles: true })),
  );
  expect(await keys()).toEqual(['o']);
  await page.locator('article[data-cell="c0"]').click({ position: { x: 300, y: 12 } });
  await live.evaluate(() => Object.assign(window, { keys: [] }));
  await page.keyboard.press('Enter');
  await page.keyboard.type('secret');
  expect(await keys()).toEqual([]);
  await page.keyboard.press('Escape');

  // A hand in it gives its scripts the right to the focus for some seconds; they take it no further than the hand went.
  const cell = page.locator('article[data-cell="c1"]');
  const frame = cell.frameLocator('iframe');
  await live.evaluate(() => {
    document.querySelector('#field')?.addEventListener('click', () => setInterval(() => window.focus(), 5));
  });
  await clickByPointer(desktop, frame.locator('#field'));
  await page.keyboard.type('in');
  await expect(frame.locator('#field')).toHaveValue('in');
  await page.keyboard.press('Escape');
  await expect(cell).toContainText('This output was stopped: it kept taking the keyboard.');
  await page.keyboard.press('k');
  await expect(page.locator('article[data-cell="c0"]')).toHaveClass(/is-active/);

  // One that bides its time gets it no more, however long the pointer rests there: until a press on it.
  await cell.getByRole('button', { name: 'Draw it again' }).click();
  await expect(cell.locator('iframe.is-drawn')).toBeVisible({ timeout: 30_000 });
  const again = (await (await cell.locator('iframe').elementHandle())!.contentFrame())!;
  await again.evaluate(() => {
    const seen = { tries: 0, takings: 0 };
    Object.assign(window, { seen });
    window.addEventListener('focus', () => (seen.takings += 1));
    document.querySelector('#field')?.addEventListener(
      'click',
      () => {
        for (const wait of [1_200, 2_200, 3_200])
          setTimeout(() => {
            window.focus();
            seen.tries += 1;
          }, wait);
      },
      { once: true },
    );
  });
  const seen = (): Promise<{ readonly tries: number; readonly takings: number }> =>
    again.evaluate(() => Reflect.get(window, 'seen') as { tries: number; takings: number });
  await clickByPointer(desktop, frame.locator('#field'));
  await page.keyboard.press('Escape');
  for (const tries of [1, 2, 3]) {
    await until('it tried', async () => (await seen()).tries >= tries);
    await expect(cell).toBeFocused();
  }
  // The browser let it each time, and the page did not.
  expect((await seen()).takings).toBeGreaterThan(1);
  const { x, y, width, height } = (await frame.locator('#field').boundingBox())!;
  await page.mouse.click(x + width / 2, y + height / 2);
  await expect(cell.locator('iframe')).toBeFocused();
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.keyboard.type('mine');
  await expect(frame.locator('#field')).toHaveValue('mine');
});
