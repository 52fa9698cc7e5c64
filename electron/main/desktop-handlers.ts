import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import {
  app,
  clipboard,
  dialog,
  shell,
  systemPreferences,
  type BrowserWindow,
  type FileFilter,
} from 'electron';
import { clipboardCells, clipboardTexts } from '../../shared/notebook/clipboard-cells';
import type { WindowLayout } from '../../shared/rpc/desktop-contract';
import { WatchbookError } from '../../shared/rpc/errors';
import { isDevelopmentBuild, VERSION } from '../../shared/version';
import type { DesktopHandlers } from './bridge';
import { confirmPerson } from './confirm-person';
import { checkLibraryPath } from './library-paths';
import type { SystemNotice } from './notifications';
import { notPicked } from './policies/granted-paths';
import { pickedNotebook } from './policies/picked-notebook';
import { judgeLink } from './policies/links';
import { pdfOf, printPage } from './print';
import { readTexts, writeTexts } from './system-clipboard';
import { writeExport } from './write-export';

export interface DesktopPorts {
  readonly window: BrowserWindow;
  readonly settingsFile: string;
  readonly stateFolder: string;
  /** A person picked this place: the window may have it written. */
  granted(path: string): void;
  isGranted(path: string): boolean;
  openWindow(): void;
  /** The page tells what it shows. */
  showing(what: {
    readonly title: string;
    readonly documents: readonly string[];
    readonly active: string | null;
    readonly unsaved: number;
    readonly terminals: number;
    readonly layout: WindowLayout;
  }): void;
  closeAnswered(close: boolean): void;
  /** False where it was not shown. */
  notify(notice: SystemNotice): boolean;
  running(isRunning: boolean): void;
  /** Whether a person pressed a key or button in the page just now; each press counts once. */
  takePress(): boolean;
}

const FILTERS: Readonly<Record<'notebook' | 'text' | 'picture' | 'any', readonly FileFilter[]>> = {
  notebook: [{ name: 'Notebooks', extensions: ['ipynb'] }],
  text: [{ name: 'Text', extensions: ['txt', 'log'] }],
  picture: [{ name: 'Pictures', extensions: ['png', 'jpg', 'gif', 'svg'] }],
  any: [],
};

/** What the desktop does for a window: system dialogs, links, the clipboard, the window itself. */
export function desktopHandlers(ports: DesktopPorts): DesktopHandlers {
  const { window, showing, closeAnswered } = ports;
  return {
    'desktop.confirmPerson': async ({ reason }) => ({
      answer: await confirmPerson(systemPreferences, reason),
    }),
    'desktop.openNotebook': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Open a notebook',
        properties: ['openFile'],
        filters: [...FILTERS.notebook, { name: 'All files', extensions: ['*'] }],
      });
      return { path: canceled ? null : (filePaths[0] ?? null) };
    },
    'desktop.openFolder': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Add a folder to the library',
        properties: ['openDirectory'],
      });
      const path = canceled ? null : (filePaths[0] ?? null);
      if (path !== null) ports.granted(path);
      return { path };
    },
    'desktop.openMarkdown': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Make a runbook from a Markdown file',
        properties: ['openFile'],
        filters: [{ name: 'Markdown', extensions: ['md', 'markdown'] }],
      });
      return { path: canceled ? null : (filePaths[0] ?? null) };
    },
    'desktop.trash': async ({ paths }) => {
      for (const path of paths) await checkLibraryPath(path, ports.stateFolder);
      for (const path of paths) {
        await shell.trashItem(path).catch((error: unknown) => {
          throw new WatchbookError(
            'not-writable',
            `The system did not take ${basename(path)} into its trash. It is still there; the file manager can remove it.`,
            { cause: error, detail: String(error) },
          );
        });
      }
      return {};
    },
    'desktop.saveAs': async ({ suggested, kind, isNew }) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: isNew === true ? 'New runbook' : 'Save as',
        defaultPath: isAbsolute(suggested) ? suggested : join(app.getPath('documents'), basename(suggested)),
        filters: [...FILTERS[kind]],
      });
      if (canceled || filePath === undefined || filePath === '') return { path: null };
      const path = kind === 'notebook' ? pickedNotebook(filePath, existsSync) : filePath;
      ports.granted(path);
      return { path };
    },
    'desktop.writeExport': async ({ path, form, content }) => {
      if (!ports.isGranted(path)) throw notPicked();
      await writeExport(path, form === 'pdf' ? await pdfOf(content) : content);
      return {};
    },
    'desktop.print': async ({ content }) => {
      await printPage(content);
      return {};
    },
    'desktop.openLink': async ({ url }) => {
      const verdict = judgeLink(url);
      if (verdict.kind === 'refuse')
        throw new WatchbookError('forbidden', `The link was not opened: ${verdict.reason}.`);
      await shell.openExternal(verdict.url);
      return {};
    },
    'desktop.newWindow': () => {
      ports.openWindow();
      return {};
    },
    'desktop.openSettingsFile': async () => {
      const problem = await shell.openPath(ports.settingsFile);
      if (problem !== '') shell.showItemInFolder(ports.settingsFile);
      return {};
    },
    'desktop.revealFile': ({ path }) => {
      if (!isAbsolute(path)) throw new WatchbookError('bad-request', 'A file is shown by its whole path.');
      // Shows the file selected in its folder; nothing of it is opened.
      shell.showItemInFolder(join(dirname(path), basename(path)));
      return {};
    },
    'desktop.window': ({ action }) => {
      if (action === 'minimize') window.minimize();
      else if (action === 'close') setImmediate(() => window.close());
      else if (window.isMaximized()) window.unmaximize();
      else window.maximize();
      return {};
    },
    'desktop.showing': (what) => {
      showing(what);
      return {};
    },
    'desktop.closeAnswer': ({ close }) => {
      closeAnswered(close);
      return {};
    },
    'desktop.notify': (notice) => ({ shown: ports.notify(notice) }),
    'desktop.running': ({ running }) => {
      ports.running(running);
      return {};
    },
    'desktop.zoom': ({ percent }) => {
      window.webContents.setZoomFactor(percent / 100);
      return {};
    },
    'desktop.writeClipboard': async ({ text }) => {
      await clipboard.writeText(text);
      return {};
    },
    'desktop.paste': () => {
      if (!ports.takePress()) {
        throw new WatchbookError(
          'forbidden',
          'Nothing was pasted: that wants a press of a key or button in this window.',
        );
      }
      window.webContents.paste();
      return {};
    },
    'desktop.copyCells': async ({ cells }) => {
      await writeTexts(clipboardTexts(cells));
      return {};
    },
    'desktop.copiedCells': async () => ({ cells: clipboardCells(await readTexts())?.slice() ?? null }),
    'desktop.about': () => ({
      version: VERSION,
      platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
      frame: process.platform === 'darwin' ? 'inset' : 'own',
      development: !app.isPackaged || isDevelopmentBuild(),
    }),
  };
}
