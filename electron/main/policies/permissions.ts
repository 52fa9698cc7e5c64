/** The page of ours, as an origin. */
export const APP_ORIGIN = 'app://watchbook';

/** What a page may ask of the system. Everything is denied but what our own window needs. */
export function isPermitted(permission: string, origin: string): boolean {
  return isAppOrigin(origin) && (permission === 'clipboard-sanitized-write' || permission === 'fullscreen');
}

/** Chromium names the origin of a scheme of ours with and without a slash at its end. */
export function isAppOrigin(origin: string): boolean {
  return origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`;
}
