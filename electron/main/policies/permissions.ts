/** The page of ours, as an origin. */
export const APP_ORIGIN = 'app://watchbook';

export interface PermissionWish {
  /** Electron's name of it. */
  readonly permission: string;
  /** Who asks; `null` for a frame of an opaque origin. */
  readonly origin: string;
  readonly isMainFrame: boolean;
}

/**
 * What a page may ask of the system. Electron grants everything where nobody decides; our page needs nothing but to
 * put plain data on the clipboard, and a frame in it needs nothing at all.
 */
export function judgePermission({ permission, origin, isMainFrame }: PermissionWish): 'grant' | 'deny' {
  return isMainFrame && isAppOrigin(origin) && permission === 'clipboard-sanitized-write' ? 'grant' : 'deny';
}

/** Chromium names the origin of a scheme of ours with and without a slash at its end. */
export function isAppOrigin(origin: string): boolean {
  return origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`;
}
