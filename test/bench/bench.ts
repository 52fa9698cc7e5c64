import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start';
import { keyPress } from './key-press';
import { largeNotebook } from './large-notebook';
import { isWithin, table, type Bench, type Measure } from './measure';
import { millionLines } from './million-lines';
import { notebooks } from './notebooks';
import { redaction } from './redaction';
import { roundTrip } from './round-trip';
import { journalAppend, openRun } from './run-journal';
import { startRun } from './start-run';
import { terminal } from './terminal';
import { wholeNotebook } from './whole-notebook';

const BENCHES: readonly Bench[] = [
  coldStart,
  largeNotebook,
  roundTrip,
  millionLines,
  keyPress,
  wholeNotebook,
  ...notebooks,
  redaction,
  journalAppend,
  openRun,
  startRun,
  terminal,
];

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
  const names = BENCHES.map(({ name }) => name);
  if (values.list === true) {
    console.log(names.join('\n'));
    return 0;
  }
  const chosen = BENCHES.filter(({ name }) => values.only === undefined || name === values.only);
  if (chosen.length === 0) {
    console.error(`There is no bench ${values.only}: ${names.join(', ')}.`);
    return 2;
  }
  const measures: Measure[] = [];
  const failed: string[] = [];
  for (const bench of chosen) {
    console.error(`${bench.name}`);
    const started = Date.now();
    try {
      measures.push(...(await bench.run((text) => console.error(`  ${text}`))));
    } catch (error) {
      // The other benches still tell something.
      failed.push(bench.name);
      console.error(error);
      continue;
    }
    console.error(`  done in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  console.log(table(measures));
  await writeResults(measures);
  if (failed.length > 0) console.error(`Not measured, by a failure: ${failed.join(', ')}.`);
  return failed.length > 0 ? 1 : 0;
}

async function writeResults(measures: readonly Measure[]): Promise<void> {
  const [cpu] = cpus();
  const results = {
    at: new Date().toISOString(),
    machine: { cpu: cpu?.model ?? 'unknown', cores: cpus().length, memory: totalmem() },
    measures: measures.map((measure) => ({
      ...measure,
      ratio: measure.value / measure.base,
      within: isWithin(measure),
    })),
  };
  const file = join(__dirname, '..', '..', 'test-results', 'bench.json');
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

void main().then((code) => {
  // A kernel's sockets would keep the process.
  process.exit(code);
});
