import { hostname, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import {
  findLibrary,
  findRunFolders,
  missingRuns,
  readRunFolder,
  reportOf,
  RunReader,
  RUNS_FOLDER,
  verifyRunFolder,
  whatToVerify,
  withholdFile,
  type VerifiedRun,
} from '../engine/runs/record';
import { WatchbookError } from '../../shared/rpc/errors';
import type { RunSummary } from '../../shared/runs/contract';
import { verdictSentence } from '../../shared/runs/verify';
import { EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';
import { parseOptions } from './options';

/** `watchbook verify RUN|LIBRARY`: holds a record's parts against one another, without the engine. Never writes. */
export async function verifyCommand(args: readonly string[], io: Io): Promise<number> {
  const { positionals, values } = parseOptions('verify', args, {
    json: { type: 'boolean' },
    require: { type: 'string' },
  });
  const typed = onlyOne(positionals, 'verify', 'the folder of a run, or a library');
  const required = values.require;
  if (required !== undefined && required !== 'signed' && required !== 'pushed') {
    throw new UsageError(`--require takes signed or pushed, not '${required}'`, 'verify');
  }
  const place = resolve(io.cwd, typed);
  const what = await named(typed, () => whatToVerify(place));
  const folders = what === 'run' ? [place] : await findRunFolders(place);
  const verified: VerifiedRun[] = [];
  let isWhole = true;
  for (const folder of folders) {
    const name = what === 'run' ? typed : join(typed, relative(place, folder));
    try {
      const one = await verifyRunFolder(folder);
      verified.push(one);
      isWhole &&= tellVerdict(io, name, one, values.json === true, required);
    } catch (error) {
      // The others still tell something.
      if (what === 'run' || !(error instanceof WatchbookError)) throw error;
      isWhole = false;
      tellProblem(io, name, error.message, values.json === true);
    }
  }
  if (what === 'library') {
    for (const problem of missingRuns(place, verified)) {
      isWhole = false;
      tellProblem(io, typed, problem, values.json === true);
    }
    if (folders.length === 0 && values.json !== true) io.err(`${visible(typed)} has no runs.\n`);
  }
  return isWhole ? EXIT.ok : EXIT.failed;
}

/** What a requirement lacks; null where there is none. Nothing is signed and no tag holds a head in this version. */
function lacking(required: 'signed' | 'pushed' | undefined): string | null {
  if (required === undefined) return null;
  return required === 'signed' ? 'Nothing in it is signed.' : 'No pushed tag holds a part of it.';
}

function tellVerdict(
  io: Io,
  name: string,
  { folder, verdict }: VerifiedRun,
  json: boolean,
  required: 'signed' | 'pushed' | undefined,
): boolean {
  const lack = lacking(required);
  const isGood = verdict.isWhole && lack === null;
  const findings = [
    ...verdict.findings,
    ...(lack === null ? [] : [{ severity: 'fault' as const, message: lack }]),
  ];
  if (json) {
    const { last, whole } = verdict;
    io.out(
      `${JSON.stringify({ run: folder, status: isGood ? 'whole' : 'broken', last, whole, findings })}\n`,
    );
    return isGood;
  }
  io.out(`${visible(name)}: ${isGood ? '' : 'broken; '}${verdictSentence(verdict)}\n`);
  for (const { severity, message } of findings) {
    io.out(`  ${severity === 'fault' ? 'fault' : 'note'}: ${visible(message)}\n`);
  }
  return isGood;
}

function tellProblem(io: Io, name: string, message: string, json: boolean): void {
  if (json)
    io.out(
      `${JSON.stringify({ run: name, status: 'broken', findings: [{ severity: 'fault', message }] })}\n`,
    );
  else io.out(`${visible(name)}: broken\n  fault: ${visible(message)}\n`);
}

/** `watchbook report RUN`: the report of a run as its files are now. */
export async function reportCommand(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseOptions('report', args, {});
  const typed = onlyOne(positionals, 'report', 'the folder of a run');
  const found = await named(typed, () => readRunFolder(resolve(io.cwd, typed)));
  const report = reportOf(found);
  if (report === null)
    throw new WatchbookError('not-found', `${typed} has no event yet, so there is no report.`);
  for (const fault of found.reading.faults)
    io.err(`watchbook: line ${fault.line} of the journal does not hold; 'watchbook verify' says more.\n`);
  io.out(report);
  return EXIT.ok;
}

/** `watchbook withhold RUN FILE --reason R`: takes out of a run what should never have been written. */
export async function withholdCommand(args: readonly string[], io: Io): Promise<number> {
  const { positionals, values } = parseOptions('withhold', args, {
    reason: { type: 'string' },
    as: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [typed, file, ...more] = positionals;
  if (typed === undefined || file === undefined || more.length > 0) {
    throw new UsageError('name a run and one of its files', 'withhold');
  }
  const reason = values.reason?.trim() ?? '';
  if (reason === '') throw new UsageError('--reason needs a few words: they stay in the record', 'withhold');
  const account = userInfo().username;
  const actor = {
    name: values.as ?? account,
    account,
    host: hostname(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    via: 'command' as const,
  };
  const folder = resolve(io.cwd, typed);
  const { withIt, cleared, alsoIn } = await named(typed, () => withholdFile(folder, file, reason, actor));
  if (values.json === true) {
    io.out(`${JSON.stringify({ run: folder, file, withIt, cleared, alsoIn })}\n`);
    return EXIT.ok;
  }
  io.out(`${visible(file)} was taken out of ${visible(typed)}; an event says so in its place.\n`);
  if (withIt.length > 0)
    io.out(`Taken out with it, as the same text stood there: ${visible(withIt.join(', '))}.\n`);
  if (cleared.length > 0) io.out(`Taken out of run.ipynb too: cell ${visible(cleared.join(', '))}.\n`);
  if (alsoIn.length > 0)
    io.err(
      `The same text may also stand in: ${visible(alsoIn.join(', '))}. Copies elsewhere, as in git, are not reached.\n`,
    );
  else io.err('Copies elsewhere, as in git, are not reached.\n');
  return EXIT.ok;
}

/** `watchbook runs [LIBRARY]`: the runs of a library, the latest first. */
export async function runsCommand(args: readonly string[], io: Io): Promise<number> {
  const { positionals, values } = parseOptions('runs', args, { json: { type: 'boolean' } });
  if (positionals.length > 1) throw new UsageError('name one library, or none', 'runs');
  const [typed] = positionals;
  const library = await findLibrary(join(resolve(io.cwd, typed ?? '.'), 'any.ipynb'));
  const runs: RunSummary[] = [];
  const reader = new RunReader();
  for (const folder of await findRunFolders(library)) {
    const read = await reader.read(folder);
    if (read !== null) runs.push(read.summary);
    else
      io.err(`${visible(relative(io.cwd, folder))} can not be read as a run; 'watchbook verify' says why.\n`);
  }
  runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  if (values.json === true) for (const run of runs) io.out(`${JSON.stringify(run)}\n`);
  else io.out(listOf(runs, io.cwd));
  if (runs.length === 0) io.err(`There are no runs in ${visible(join(library, RUNS_FOLDER))}.\n`);
  return EXIT.ok;
}

function listOf(runs: readonly RunSummary[], cwd: string): string {
  const rows = runs.map((run) => [
    run.state,
    run.environment.name,
    `${run.startedAt.slice(0, 16).replace('T', ' ')}Z`,
    run.driver,
    `${run.steps.done}/${run.steps.of}`,
    run.title,
    relative(cwd, run.run),
  ]);
  const lines = rows.map((row) => row.map((text) => visible(text).replaceAll('\n', ' ')));
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...lines.map((row) => row[column]?.length ?? 0)),
  );
  return lines
    .map((row) => `${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('');
}

function onlyOne(positionals: readonly string[], command: string, what: string): string {
  const [first, ...more] = positionals;
  if (first === undefined || more.length > 0) throw new UsageError(`name ${what}`, command);
  return first;
}

/** A refused folder is named as it was typed. */
async function named<T>(typed: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WatchbookError) || error.code !== 'not-found') throw error;
    const message = error.message.includes(' is no run')
      ? `${typed} is no run: it has no journal.jsonl.`
      : error.message;
    throw new WatchbookError('not-found', message, { cause: error });
  }
}
