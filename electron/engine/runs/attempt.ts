import { outputToJson } from '../../../shared/notebook/cell-json';
import { cellTags, type Cell, type Output } from '../../../shared/notebook/model';
import { outputFromJson } from '../../../shared/notebook/notebook-values';
import type { JsonObject } from '../../../shared/rpc/contract';
import { cellMembers } from '../../../shared/runs/cell-metadata';
import type { AttemptContent } from '../../../shared/runs/content';
import { judgeExpectations } from '../../../shared/runs/expectations';
import { outputsDigest } from '../../../shared/runs/report/report';
import { summaryOf } from '../notebook/cell-runs';
import type { ExecutionResult } from '../notebook/cell-execution';
import type { DocumentSession } from '../notebook/document-session';
import { sha256 } from './content';
import { findPattern } from './find-pattern';

/** How an attempt ended, as its event and its content file say it. */
export interface AttemptEnd {
  readonly status: 'done' | 'failed' | 'interrupted';
  readonly content: Omit<AttemptContent, 'ranIn' | 'confirmed'>;
  /** Of the outputs, as `cell-finished` has it. */
  readonly digest: string;
}

/** A text longer than this is judged by its end, in lines. */
const MOST_LINES = 500_000;
// Colours are no part of what a program says.
// oxlint-disable-next-line no-control-regex -- it is what is taken away
const COLOURS = /\u001b\[[0-9;:]*m/g;

/** Outputs as nbformat has them, texts as one string each: what digests are made of. */
function outputsJson(outputs: readonly Output[]): readonly JsonObject[] {
  return outputs.map((output) => outputToJson(output, 'string'));
}

/** The digest of a cell's outputs as they stand in `run.ipynb`: as they are when they are read from it. */
function digestOf(json: readonly JsonObject[]): string {
  return outputsDigest(json.map(outputFromJson), sha256);
}

/** Everything a cell printed, without colours: what expectations and hints look at. */
export async function transcriptText(document: DocumentSession, cell: Cell): Promise<string> {
  const parts: string[] = [];
  for (const view of document.outputs.views(cell, 0)) {
    switch (view.kind) {
      case 'stream': {
        const text = document.outputs.text(cell, view.key);
        const lines = text === null ? [] : (await text.read(0, MOST_LINES)).lines;
        parts.push(lines.join('\n'));
        break;
      }
      case 'error':
        parts.push(`${view.ename}: ${view.evalue}\n${view.traceback.head}${view.traceback.tail}`);
        break;
      case 'data': {
        const plain = view.data['text/plain'];
        if (typeof plain === 'string') parts.push(plain);
        break;
      }
      case 'gap':
      case 'unknown':
        break;
    }
  }
  return parts.join('\n').replace(COLOURS, '');
}

/** Judges how an attempt ended: by its outcome, and by what the step has to show. */
export async function judgeAttempt(
  document: DocumentSession,
  cell: Cell,
  result: ExecutionResult,
  limitPassed: number | null,
): Promise<AttemptEnd> {
  const outputs = document.outputs.keptOf(cell);
  const text = await transcriptText(document, cell);
  const expect = cellMembers(cell).expect;
  const expectations =
    expect === undefined
      ? []
      : await judgeExpectations(expect, { text, exitStatus: result.exitStatus }, findPattern);
  const { outcome } = result;
  // A step that names its exit status is judged by that one.
  const isStatusJudged =
    outcome.kind === 'error' && outcome.ename === 'ExitStatus' && expect?.exitStatus !== undefined;
  const isAllowed = outcome.kind === 'error' && cellTags(cell).includes('raises-exception');
  const ran = outcome.kind === 'ok' || isStatusJudged || isAllowed;
  const unmet = expectations.find(({ holds }) => !holds);
  const failure =
    limitPassed === null
      ? ran
        ? unmet === undefined
          ? null
          : `${unmet.expected}: ${unmet.found ?? 'it does not hold'}`
        : summaryOf(result)
      : `stopped after its time limit of ${limitPassed} s`;
  const met = expectations.find(({ holds }) => holds);
  const lines = text.split('\n').map((line) => line.trim());
  const content: AttemptEnd['content'] = {
    outputs: [...outputsJson(outputs)],
    expectations: [...expectations],
    line: (failure === null ? met?.expected : undefined) ?? lines.findLast((line) => line !== '') ?? '',
    failure,
  };
  const status =
    outcome.kind === 'interrupted' && limitPassed === null
      ? 'interrupted'
      : failure === null
        ? 'done'
        : 'failed';
  return { status, content, digest: digestOf(content.outputs) };
}
