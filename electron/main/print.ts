import { randomUUID } from 'node:crypto';
import { BrowserWindow, session, type Session } from 'electron';
import { EXPORT_POLICY } from '../../shared/notebook/export/to-html';
import { WatchbookError } from '../../shared/rpc/errors';
import { NOWHERE } from './harden';

const PAGE = 'app://export/page.html';
/** A page that is not laid out by then is given up. */
const LONGEST_MS = 120_000;

/** Makes a PDF of a page. Nothing in the page runs, and nothing is loaded from anywhere. */
export async function pdfOf(html: string): Promise<Buffer> {
  return withPage(html, (window) =>
    window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
      margins: { top: 0.6, bottom: 0.6, left: 0.6, right: 0.6 },
    }),
  );
}

/** Prints a page by the system's dialog; resolves when that is done or was cancelled. */
export async function printPage(html: string): Promise<void> {
  await withPage(
    html,
    (window) =>
      new Promise<void>((resolve, reject) => {
        window.webContents.print({ silent: false, printBackground: true }, (isDone, reason) => {
          if (isDone || /cancel/i.test(reason)) resolve();
          else
            reject(
              new WatchbookError('internal', `The page was not printed: ${reason}. Nothing here changed.`),
            );
        });
      }),
    null,
  );
}

/** Shows a page in a window that nobody sees, and ends that. */
async function withPage<T>(
  html: string,
  use: (window: BrowserWindow) => Promise<T>,
  longest: number | null = LONGEST_MS,
): Promise<T> {
  const window = new BrowserWindow({
    show: false,
    width: 900,
    height: 1_200,
    webPreferences: {
      session: await pageSession(html),
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const work = window.loadURL(PAGE).then(() => use(window));
    if (longest === null) return await work;
    const over = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new WatchbookError('timeout', 'The page took too long to be laid out. Nothing was written.'),
          ),
        longest,
      );
    });
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    if (!window.isDestroyed()) window.destroy();
  }
}

/** A session of one page: in memory, answering its one address, with everything else leading nowhere. */
async function pageSession(html: string): Promise<Session> {
  const own = session.fromPartition(`export-${randomUUID()}`, { cache: false });
  await own.setProxy({ mode: 'fixed_servers', proxyRules: NOWHERE, proxyBypassRules: '<-loopback>' });
  own.webRequest.onBeforeRequest(({ url }, decide) =>
    decide({ cancel: url !== PAGE && !url.startsWith('data:') }),
  );
  own.protocol.handle('app', (request) =>
    request.url === PAGE
      ? new Response(html, {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': EXPORT_POLICY,
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'no-referrer',
          },
        })
      : new Response(null, { status: 404 }),
  );
  return own;
}
