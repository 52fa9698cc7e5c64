import { canonicalJson } from '../../notebook/outputs/output-digest';
import { outputToJson } from '../../notebook/cell-json';
import type { Output } from '../../notebook/model';
import type { ChainHead, Sha256 } from '../chain';
import type { Run } from '../model';
import { checklists, checks, gates, notes } from './decisions';
import { recipe } from './recipe';
import { ReportWords, type WordFacts } from './report-words';
import { terminals } from './terminals';
import { attempts, steps } from './steps';
import { deviations, summary } from './summary';

/** What a report is made of: a run's journal, and the other files of its folder. */
export interface ReportFacts extends WordFacts {
  readonly files: ReportFiles;
  readonly sha256: Sha256;
}

/** Digests as the files lay there when the report was made; its recipe holds them against what lies there later. */
export interface ReportFiles {
  readonly head: ChainHead;
  /** Of the journal's bytes up to its last line. */
  readonly journal: string;
  /** `run.ipynb` and `runbook.ipynb`; null for one that is not there. */
  readonly notebook: string | null;
  readonly runbook: string | null;
  /** Digests of the files in `output/` that are named by `run.ipynb` and the journal. */
  readonly outputs: readonly string[];
}

/** The digest that `cell-finished` keeps of a step's outputs, as they stand in `run.ipynb`. */
export function outputsDigest(outputs: readonly Output[], sha256: Sha256): string {
  return sha256(
    new TextEncoder().encode(canonicalJson(outputs.map((output) => outputToJson(output, 'string')))),
  );
}

/** The heading from which on a report is not part of its own digest. */
export const CHECK_HEADING = '## How to check this record';

/**
 * `report.md` of a run. Pure: the same files give the same text, on every machine. Times are UTC. Texts of people and
 * programs are escaped.
 */
export function reportMarkdown(run: Run, facts: ReportFacts): string {
  const body = bodyOf(new ReportWords(run, facts));
  const digest = facts.sha256(new TextEncoder().encode(body));
  return `${body}${CHECK_HEADING}\n\n${recipe(run, facts.files, digest)}`;
}

const PARTS = [summary, deviations, steps, attempts, gates, checklists, checks, terminals, notes];

function bodyOf(words: ReportWords): string {
  const parts = PARTS.map((part) => part(words));
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}
