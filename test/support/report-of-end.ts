import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './until';

/** Waits for the report of a run that is over, and answers it: while a run goes on, its report follows the steps. */
export async function reportOfEnd(folder: string): Promise<string> {
  let text = '';
  await until('the report of its end is written', async () => {
    text = await readFile(join(folder, 'report.md'), 'utf8').catch(() => '');
    return / after .* UTC,/.test(text) && !text.includes('\nNot finished after ');
  });
  return text;
}
