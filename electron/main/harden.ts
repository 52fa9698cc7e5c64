import { app, session, type WebContents } from 'electron';
import { isPermitted } from './policies/permissions';
import { mayNavigate } from './policies/navigation';

/** Puts every page of this process under the same few rules, whoever makes it. */
export function hardenAll(): void {
  app.on('web-contents-created', (_event, contents) => harden(contents));
  app.on('session-created', (created) => {
    created.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
    created.setPermissionCheckHandler(() => false);
  });
}

/** The one session our windows use: what they may ask is decided by our policy. */
export function hardenDefaultSession(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, decide, details) => {
    const origin = 'securityOrigin' in details ? details.securityOrigin : details.requestingUrl;
    decide(isPermitted(permission, originOf(origin ?? contents.getURL())));
  });
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) =>
    isPermitted(permission, origin),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  // Nothing is downloaded by a page: what a person saves goes through the engine and a dialog.
  defaultSession.on('will-download', (event) => event.preventDefault());
}

function harden(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!mayNavigate(event.url, event.isMainFrame)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** `app://watchbook/index.html` to its origin, which URL itself gives for known schemes only. */
function originOf(text: string): string {
  try {
    const { protocol, host } = new URL(text);
    return `${protocol}//${host}`;
  } catch {
    return '';
  }
}
