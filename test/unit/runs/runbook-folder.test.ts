import { expect, it } from 'vitest';
import { runbookFolder } from '../../../renderer/runs/runbook-folder';

it.each([
  ['/srv/books/runs/releases/api/20261128T020000Z-prod-abc234', 'releases/api.ipynb', '/srv/books/releases'],
  ['/srv/books/runs/api/20261128T020000Z-prod-abc234', 'api.ipynb', '/srv/books'],
  ['/srv/books/runs/api/20261128T020000Z-prod-abc234', null, '/srv/books'],
  ['/srv/books/runs/runs/api/x', 'runs/api.ipynb', '/srv/books/runs'],
  ['/runs/api/x', 'api.ipynb', '/'],
  ['C:\\books\\runs\\releases\\api\\x', 'releases/api.ipynb', 'C:/books/releases'],
  ['/home/mara/copied-run', 'api.ipynb', null],
  ['/srv/books/runs/other/x', 'api.ipynb', null],
  ['/home/mara/copied-run', null, null],
])('the runbook of the run %s, %s, lies in %s', (run, runbook, folder) =>
  expect(runbookFolder(run, runbook)).toBe(folder),
);
