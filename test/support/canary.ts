import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ElectronApplication, Page } from '@playwright/test';
import { until } from './until';

/** Counts every request that reaches this machine's loopback: whatever loads or calls in an attack points here. */
export class Beacons {
  /** Method and path of each request, in order. */
  readonly seen: string[] = [];
  /** Connections too, since one that says nothing more has told that somebody is there. */
  connections = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request, response) => {
      this.seen.push(`${request.method} ${request.url}`);
      // Everything is allowed and looks like what was asked for, so that nothing but our own rules stops it.
      const type = /\.css/.test(request.url ?? '')
        ? 'text/css'
        : /\.js/.test(request.url ?? '')
          ? 'text/javascript'
          : 'text/html';
      response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': type });
      response.end('');
    });
    server.on('upgrade', (request, socket) => {
      this.seen.push(`UPGRADE ${request.url}`);
      socket.destroy();
    });
  }

  static async start(): Promise<Beacons> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Beacons(server);
  }

  /** `127.0.0.1:12345`. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  url(name: string): string {
    return `http://${this.host}/${name}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What happened in the desktop that only a hostile page would want. */
export interface Happenings {
  readonly ipc: readonly string[];
  readonly opened: readonly string[];
  readonly dialogs: readonly string[];
  readonly windows: number;
  readonly navigations: readonly string[];
  readonly downloads: number;
}

interface Spied {
  ipc: string[];
  opened: string[];
  dialogs: string[];
  navigations: string[];
  downloads: number;
}

/** Listens in the desktop's own process. Links and dialogs are noted and go nowhere. */
export async function spy(app: ElectronApplication): Promise<() => Promise<Happenings>> {
  await app.evaluate(({ app: electron, dialog, ipcMain, shell, session, webContents }) => {
    const spied: Spied = { ipc: [], opened: [], dialogs: [], navigations: [], downloads: 0 };
    Object.assign(globalThis, { spied });
    const emit = ipcMain.emit.bind(ipcMain);
    ipcMain.emit = (channel: string | symbol, ...rest: unknown[]) => {
      spied.ipc.push(String(channel));
      return emit(channel, ...rest);
    };
    shell.openExternal = (url) => {
      spied.opened.push(url);
      return Promise.resolve();
    };
    shell.openPath = (path) => {
      spied.opened.push(path);
      return Promise.resolve('');
    };
    for (const name of ['showOpenDialog', 'showSaveDialog', 'showMessageBox'] as const) {
      Object.assign(dialog, {
        [name]: () => {
          spied.dialogs.push(name);
          return Promise.resolve({ canceled: true, filePaths: [], response: 0 });
        },
      });
    }
    const follow = (contents: Electron.WebContents): void => {
      contents.on('did-navigate', (_event, url) => spied.navigations.push(url));
      contents.on('did-navigate-in-page', (_event, url) => spied.navigations.push(url));
      contents.on('did-frame-navigate', (_event, url, _code, _text, isMain) => {
        if (isMain || !/^(?:frame:\/\/output\/(?:still|live)|about:blank)$/.test(url))
          spied.navigations.push(url);
      });
    };
    for (const contents of webContents.getAllWebContents()) follow(contents);
    electron.on('web-contents-created', (_event, contents) => follow(contents));
    session.defaultSession.on('will-download', () => (spied.downloads += 1));
  });
  return () =>
    app.evaluate(({ webContents }) => {
      const { spied } = globalThis as unknown as { spied: Spied };
      return { ...spied, windows: webContents.getAllWebContents().length };
    });
}

/** What a payload does when it runs: it leaves a name in its own window and every one around it, and calls home. */
export function payload(beacons: Beacons, name: string): string {
  return `try{(window.ran=window.ran||[]).push('${name}')}catch(e){}try{parent.ran=['${name}']}catch(e){}try{new Image().src='${beacons.url(`ran-${name}`)}'}catch(e){}`;
}

/** What ran, in every frame of a page. */
export async function whatRan(page: Page): Promise<readonly string[]> {
  const all = await Promise.all(
    page.frames().map((frame) =>
      frame
        .evaluate(() => (Reflect.get(window, 'ran') as string[] | undefined) ?? [])
        // A frame may go while it is asked.
        .catch(() => []),
    ),
  );
  return all.flat();
}

/** Scrolls a notebook from its first cell to its last, so that each was on screen. */
export async function scrollThrough(
  page: Page,
  atEach: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const doc = page.locator('.doc');
  for (;;) {
    await atEach();
    const before = await doc.evaluate((element) => {
      const { scrollTop } = element;
      element.scrollTop += element.clientHeight * 0.8;
      return scrollTop;
    });
    await page.waitForTimeout(60);
    const after = await doc.evaluate((element) => element.scrollTop);
    if (after === before) return;
  }
}

/** Waits until what was asked for has surely been answered: a round through every process that takes part. */
export async function settle(page: Page): Promise<void> {
  await until('the page is idle', () =>
    page.evaluate(() => new Promise<boolean>((resolve) => requestIdleCallback(() => resolve(true)))),
  );
  await page.waitForTimeout(400);
}
