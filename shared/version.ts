/** Put in by the bundler from package.json. */
declare const __WATCHBOOK_VERSION__: string;

/** The product's version, as `watchbook --version` prints it. */
export const VERSION: string = typeof __WATCHBOOK_VERSION__ === 'string' ? __WATCHBOOK_VERSION__ : '0.0.0';

/** True for a package that was made with another runtime than the official one: it is for trying out, no release. */
export function isDevelopmentBuild(): boolean {
  return VERSION.endsWith('-development');
}
