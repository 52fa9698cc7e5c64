import { join } from 'node:path';
import { replaceFile } from '../notebook/notebook-disk';
import { readRunFolder, REPORT_FILE, reportOf } from './read-run';

/** Writes `report.md` by the other files of a run, after they are written. Rejects as `replaceFile` does. */
export async function writeReport(folder: string): Promise<void> {
  const markdown = reportOf(await readRunFolder(folder));
  if (markdown !== null) await replaceFile(join(folder, REPORT_FILE), Buffer.from(markdown));
}
