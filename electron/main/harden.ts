import { app, session, type Session, type WebContents } from 'electron';
import { mayNavigate } from './policies/navigation';
import { judgePermission } from './policies/permissions';

/** Puts every page and every session of this process under the same few rules, whoever makes it. */
export function hardenAll(): void {
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  app.on('session-created', hardenSession);
}

/** A port that nothing listens on. */
export const NOWHERE = 'http://127.0.0.1:1';

/**
 * The session of our windows exists before the app is ready, so that nothing tells of its creation.
 *
 * Our pages need no network: what they show comes by our schemes, and the engine speaks to servers. Everything else is
 * sent to a proxy that is not there, this machine's own addresses too. This stops what no content policy speaks of:
 * relays of WebRTC, and connections made ahead.
 */
export async function hardenDefaultSession(): Promise<void> {
  hardenSession(session.defaultSession);
  await session.defaultSession.setProxy({
    mode: 'fixed_servers',
    proxyRules: NOWHERE,
    proxyBypassRules: '<-loopback>',
  });
}

function hardenSession(given: Session): void {
  given.setPermissionRequestHandler((_contents, permission, decide, details) => {
    const { isMainFrame, requestingUrl } = details;
    decide(judgePermission({ permission, isMainFrame, origin: originOf(requestingUrl) }) === 'grant');
  });
  given.setPermissionCheckHandler((_contents, permission, origin, { isMainFrame }) => {
    return judgePermission({ permission, isMainFrame, origin }) === 'grant';
  });
  given.setDevicePermissionHandler(() => false);
  // Nothing is downloaded by a page: what a person saves goes through the engine and a dialog.
  given.on('will-download', (event) => event.preventDefault());
}

function hardenContents(contents: WebContents): void {
  // WebRTC reaches any host by datagrams, which pass by every proxy.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
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
    // No address has no origin, and no origin is granted nothing.
    return '';
  }
}
