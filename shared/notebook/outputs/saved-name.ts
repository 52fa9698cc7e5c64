const ENDINGS: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/latex': 'tex',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
  'application/javascript': 'js',
};

/** The name an output is saved under unless a person picks another: `payments-api.step7.txt`, beside the notebook. */
export function savedName(notebook: string, step: number, mime: string | null): string {
  const known = mime !== null && Object.hasOwn(ENDINGS, mime) ? ENDINGS[mime] : undefined;
  const isJson = mime !== null && /^application\/(?:[^;]*\+)?json$/i.test(mime);
  const ending = mime === null ? 'txt' : (known ?? (isJson ? 'json' : 'bin'));
  return `${notebook.replace(/\.ipynb$/i, '')}.step${step}.${ending}`;
}
