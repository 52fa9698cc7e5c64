import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol } from 'electron';
import {
  FRAME_CONTENT_POLICIES,
  FRAME_NONCE,
  FRAME_URLS,
  type FramePolicy,
} from '../../shared/notebook/outputs/frame-protocol';
import { appContentPolicy } from './policies/content';
import { servedFile } from './policies/scheme-path';

const OUT = join(__dirname, '..');
const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Before the app is ready: both schemes are standard and secure; neither passes by the content policy. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    // The frame's origin is opaque, so that its own modules come by CORS.
    { scheme: 'frame', privileges: { ...privileges, corsEnabled: true } },
  ]);
}

/** Serves our two pages, and nothing else, from the built folders. */
export function serveSchemes(nonce: string): void {
  protocol.handle('app', async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === 'watchbook' ? servedFile(pathname, 'index.html') : null;
    if (file === null) return notFound();
    const bytes = await readOwn(join(OUT, 'renderer', file.path));
    if (bytes === null) return notFound();
    const body =
      file.path === 'index.html' ? bytes.toString('utf8').replaceAll('__CSP_NONCE__', nonce) : bytes;
    return new Response(body, {
      headers: { ...COMMON, 'content-type': file.type, 'content-security-policy': appContentPolicy(nonce) },
    });
  });
  protocol.handle('frame', async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host !== 'output') return notFound();
    const policy = (Object.keys(FRAME_URLS) as FramePolicy[]).find((name) => `/${name}` === pathname);
    const file = servedFile(policy === undefined ? pathname : '/index.html', 'index.html');
    if (file === null || (policy === undefined && file.path === 'index.html')) return notFound();
    const bytes = await readOwn(join(OUT, 'frame', file.path));
    if (bytes === null) return notFound();
    const frameNonce = randomBytes(16).toString('base64');
    const body = policy === 'code' ? bytes.toString('utf8').replaceAll(FRAME_NONCE, frameNonce) : bytes;
    return new Response(body, {
      headers: {
        ...COMMON,
        'content-type': file.type,
        'access-control-allow-origin': '*',
        'content-security-policy': FRAME_CONTENT_POLICIES[policy ?? 'still'].replaceAll(
          FRAME_NONCE,
          frameNonce,
        ),
      },
    });
  });
}

async function readOwn(path: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function notFound(): Response {
  return new Response(null, { status: 404 });
}
