import { isJsonObject } from '../notebook/notebook-values';
import type { Cell, Notebook } from '../notebook/model';
import type { JsonObject } from '../rpc/contract';
import { chainHeadSchema, describeFault, type ChainHead, type JournalReading, type Sha256 } from './chain';
import { sourceContentSchema } from './content';
import type { ContentRef, RunEvent } from './events';
import type { Run } from './model';
import { recordOf } from './position';
import { understand } from './understand';
import { outputsDigest } from './report/report';
import { reportedEvent } from './report/recipe';

/** What was found of a file that something names. */
export type FileState = 'good' | 'missing' | 'changed' | 'refused';

/** A run folder as it lies there. */
export interface VerifyFacts {
  readonly reading: JournalReading;
  readonly run: Run;
  /** `run.ipynb`: null where it is not there, a reason where it can not be read. */
  readonly notebook: Pick<Notebook, 'cells' | 'metadata'> | string | null;
  /** Of `runbook.ipynb`; null where it is not there. */
  readonly runbook: string | null;
  /** Every content file that the journal names. */
  readonly contents: readonly { readonly ref: ContentRef; readonly state: FileState }[];
  readonly content: (ref: ContentRef) => JsonObject | null;
  /** Full outputs by path, and what names them: `run.ipynb`, `the journal`. */
  readonly outputs: readonly { readonly file: string; readonly by: string; readonly state: FileState }[];
  /** True for a withheld file that lies there all the same. */
  readonly isStillThere: (file: string) => boolean;
  readonly report: string | null;
  /** The report that these files give. */
  readonly expectedReport: string | null;
  readonly sha256: Sha256;
}

/** One thing that verifying has to say. A note breaks nothing. */
export interface VerifyFinding {
  readonly severity: 'fault' | 'note';
  readonly message: string;
}

export interface Verdict {
  readonly isWhole: boolean;
  /** Number of the last event; -1: none. */
  readonly last: number;
  /** Number of the last event that may be relied on; -1: none. */
  readonly whole: number;
  readonly findings: readonly VerifyFinding[];
}

/** Holds the parts of a run's record against one another. Never throws. */
export function verifyRun(facts: VerifyFacts): Verdict {
  const findings: VerifyFinding[] = [
    ...chainFindings(facts),
    ...contentFindings(facts),
    ...fileFindings(facts),
    ...notebookFindings(facts),
    ...reportFindings(facts),
  ];
  return {
    isWhole: findings.every(({ severity }) => severity === 'note'),
    last: facts.reading.events.at(-1)?.seq ?? -1,
    whole: facts.reading.whole,
    findings,
  };
}

/** What rests on what: `whole to event 187; 0 to 187 rest on this folder alone`. */
export function verdictSentence({ whole, last }: Verdict): string {
  if (last === -1) return 'no event yet';
  if (whole === -1) return 'not whole from its first event on';
  const rest = whole === 0 ? 'event 0 rests' : `0 to ${whole} rest`;
  return `whole to event ${whole}; ${rest} on this folder alone`;
}

const fault = (message: string): VerifyFinding => ({ severity: 'fault', message });
const note = (message: string): VerifyFinding => ({ severity: 'note', message });

function chainFindings({ reading, run }: VerifyFacts): readonly VerifyFinding[] {
  const findings = reading.faults.map((each) => fault(describeFault(each)));
  if (reading.tornBytes > 0) {
    const message = `The last line of the journal is torn: ${reading.tornBytes} bytes that were never acknowledged.`;
    // After the end nothing is written any more, so that nothing can be torn by a crash.
    findings.push(run.finished === null ? note(message) : fault(message));
  }
  if (run.unknown.length > 0) {
    findings.push(note(`Not understood by this version: ${run.unknown.join(', ')}.`));
  }
  return findings;
}

function isWithheld({ run }: VerifyFacts, file: string): boolean {
  return Object.hasOwn(run.withheld, file);
}

function contentFindings(facts: VerifyFacts): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  for (const { ref, state } of facts.contents) {
    if (isWithheld(facts, ref.file)) continue;
    const problem = fileProblem(ref.file, state, 'the journal');
    if (problem !== null) findings.push(problem);
  }
  for (const file of Object.keys(facts.run.withheld)) {
    findings.push(
      facts.isStillThere(file)
        ? fault(`${file} was withheld and lies there all the same.`)
        : note(`${file} was withheld.`),
    );
  }
  return findings;
}

function fileProblem(file: string, state: FileState, by: string): VerifyFinding | null {
  switch (state) {
    case 'good':
      return null;
    case 'missing':
      return fault(`${file} is missing, which ${by} names.`);
    case 'changed':
      return fault(`${file} was changed: its digest is not the one that ${by} names.`);
    case 'refused':
      return fault(`${file} is not a file of a run: a link, no regular file, or not readable as one.`);
  }
}

function fileFindings(facts: VerifyFacts): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  for (const { file, by, state } of facts.outputs) {
    const problem = isWithheld(facts, file) ? null : fileProblem(file, state, by);
    if (problem !== null) findings.push(problem);
  }
  const started = facts.run.started?.data;
  if (started === undefined) return findings;
  if (facts.runbook === null) {
    findings.push(gone(facts, 'runbook.ipynb, the template as it was, is missing.'));
  } else if (facts.runbook !== started.digest) {
    findings.push(fault('runbook.ipynb is not the template that the run was started from.'));
  }
  return findings;
}

/** Before the first step a killed engine may not have come to write a file. */
function gone({ run }: VerifyFacts, message: string): VerifyFinding {
  const hasRun = Object.values(run.steps).some(({ attempts }) => attempts.length > 0);
  return hasRun || run.finished !== null ? fault(message) : note(message);
}

function notebookFindings(facts: VerifyFacts): readonly VerifyFinding[] {
  const { notebook, reading } = facts;
  if (facts.run.started === null) return [];
  if (notebook === null) return [gone(facts, 'run.ipynb is missing.')];
  if (typeof notebook === 'string') return [fault(`run.ipynb can not be read: ${notebook}`)];
  const own = notebook.metadata['watchbook'];
  const head = chainHeadSchema.safeParse(isJsonObject(own) ? own['journal'] : undefined);
  if (!head.success) return [headless(facts, notebook)];
  const problem = headProblem(reading, head.data);
  if (problem !== null) return [fault(problem)];
  return cellFindings(facts, notebook, head.data);
}

/** As it is made at the start, before anything ran: without a head, and without outputs. */
function headless({ run }: VerifyFacts, { cells }: Pick<Notebook, 'cells'>): VerifyFinding {
  const message = 'run.ipynb does not say with which event it was saved.';
  const isFresh = cells.every(({ outputs }) => outputs.length === 0);
  return isFresh && run.finished === null ? note(message) : fault(message);
}

function headProblem(reading: JournalReading, head: ChainHead): string | null {
  const last = reading.events.at(-1)?.seq ?? -1;
  if (head.seq > last) {
    return `run.ipynb was saved with event ${head.seq}, and the journal ends with event ${last}: the end of the journal is missing.`;
  }
  const index = reading.events.findIndex(({ seq }) => seq === head.seq);
  if (reading.digests[index] === head.sha256) return null;
  return `run.ipynb was saved with another event ${head.seq} than the one that is in the journal.`;
}

/** What the journal says last of a cell, up to the event that `run.ipynb` was saved with. */
interface CellRecord {
  readonly outputs: { readonly seq: number; readonly digest: string; readonly content: ContentRef } | null;
  /** Any of these: a source is adjusted in the notebook a moment before or after the event. */
  readonly sources: readonly ContentRef[];
}

function cellRecords(events: readonly RunEvent[]): ReadonlyMap<string, CellRecord> {
  const records = new Map<string, CellRecord>();
  for (const event of events) {
    const { type, data } = event;
    // The notebook is that of the checkpoint then.
    if (type === 'restored') records.clear();
    else if (type === 'cell-started') records.set(data.cell, { outputs: null, sources: [data.source] });
    else if (type === 'step-adjusted' || type === 'step-added') {
      const sources = type === 'step-adjusted' ? [data.before, data.after] : [data.source];
      const ran = type === 'step-added' ? data.ran : undefined;
      const outputs =
        ran === undefined
          ? (records.get(data.cell)?.outputs ?? null)
          : { seq: event.seq, digest: ran.outputs, content: ran.content };
      records.set(data.cell, { outputs, sources });
    } else if (type === 'cell-finished') {
      const sources = records.get(data.cell)?.sources ?? [];
      const outputs = { seq: event.seq, digest: data.outputs, content: data.content };
      records.set(data.cell, { outputs, sources });
    }
  }
  return records;
}

function cellFindings(
  facts: VerifyFacts,
  notebook: Pick<Notebook, 'cells'>,
  head: ChainHead,
): readonly VerifyFinding[] {
  const events = facts.reading.events.flatMap((event) =>
    event.seq > head.seq ? [] : (understand(event) ?? []),
  );
  const cells = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  const findings: VerifyFinding[] = [];
  for (const [id, record] of cellRecords(events)) {
    const cell = cells.get(id);
    if (cell === undefined) {
      // A step is added to the notebook a moment after its event.
      if (recordOf(facts.run, id)?.attempts.every(({ isCaptured }) => isCaptured === true) !== false)
        continue;
      findings.push(fault(`Cell ${id} is not in run.ipynb any more.`));
      continue;
    }
    if (!hasOutputs(facts, cell, record)) {
      findings.push(
        fault(`The outputs of cell ${id} in run.ipynb are not those of event ${record.outputs?.seq ?? ''}.`),
      );
    }
    if (!hasSource(facts, cell, record)) {
      findings.push(
        fault(`The source of cell ${id} in run.ipynb is not the one that was sent or adjusted last.`),
      );
    }
  }
  return findings;
}

function hasOutputs(facts: VerifyFacts, { outputs }: Cell, { outputs: recorded }: CellRecord): boolean {
  if (recorded === null || isWithheld(facts, recorded.content.file)) return true;
  return outputsDigest(outputs, facts.sha256) === recorded.digest;
}

function hasSource(facts: VerifyFacts, cell: Cell, { sources }: CellRecord): boolean {
  if (sources.length === 0) return true;
  return sources.some((source) => {
    if (isWithheld(facts, source.file)) return true;
    const recorded = sourceContentSchema.safeParse(facts.content(source));
    // A content file that can not be read is a fault of its own.
    return !recorded.success || recorded.data.source === cell.source;
  });
}

function reportFindings({ report, expectedReport, reading, run }: VerifyFacts): readonly VerifyFinding[] {
  if (run.started === null || report === expectedReport) return [];
  if (report === null) return [note('report.md is not there.')];
  const last = reading.events.at(-1)?.seq ?? -1;
  const event = reportedEvent(report);
  if (event !== null && event < last) {
    return [
      note(`report.md was written at event ${event}, before the journal went on; it was not compared.`),
    ];
  }
  const message = 'report.md is not the one that the other files give.';
  return [run.finished === null ? note(message) : fault(message)];
}
