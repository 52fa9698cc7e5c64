/**
 * The folder of the runbook that a run was made of: commands there are meant from where the runbook lies, and nobody
 * leaves files in the record of a run. Null where the run does not lie in a library any more.
 *
 * `runbook`: its path in the library; null until it is known, then the place of the run says it.
 */
export function runbookFolder(run: string, runbook: string | null): string | null {
  const place = run.replaceAll('\\', '/').replace(/\/+$/, '');
  const [, library, stem] =
    runbook === null
      ? (/^(.*)\/runs\/(.+)\/[^/]+$/.exec(place) ?? [])
      : partsOf(place, runbook.replaceAll('\\', '/').replace(/\.ipynb$/i, ''));
  if (library === undefined || stem === undefined) return null;
  const folder = stem.split('/').slice(0, -1).join('/');
  return `${library}/${folder}`.replace(/(.)\/$/, '$1');
}

function partsOf(run: string, stem: string): readonly string[] {
  const end = `/runs/${stem}`;
  const above = run.slice(0, run.lastIndexOf('/'));
  return above.endsWith(end) ? [above, above.slice(0, -end.length), stem] : [];
}
