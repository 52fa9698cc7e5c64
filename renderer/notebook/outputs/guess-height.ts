import { guessFrameHeight } from '../../../shared/notebook/outputs/frame-height';
import { isFramed } from '../../../shared/notebook/outputs/mime';
import { pictureSize } from '../../../shared/notebook/outputs/picture-size';
import { countLines } from '../../../shared/notebook/outputs/text-lines';
import type { OutputView } from '../../../shared/notebook/view';
import type { OpenDocument } from '../document-store';
import { ruleOf } from './output-actions';
import { heightName, outputMemory } from './output-memory';

const LINE = 20;
const BETWEEN = 8;
/** Both ends of a long text, and the line between them. */
const MOST_LINES = 202;
const FOLDED_ERROR = 3 * LINE + 4;
const UNKNOWN = 80;
const MOST_PICTURE = 1_000;

/** A guess at the height of outputs that were not drawn yet; the nearer, the calmer the scroll bar. */
export function guessOutputsHeight(open: OpenDocument, cell: string, outputs: readonly OutputView[]): number {
  return outputs.reduce((sum, output) => sum + BETWEEN + heightOf(open, cell, output), 0);
}

function heightOf(open: OpenDocument, cell: string, output: OutputView): number {
  switch (output.kind) {
    case 'stream':
      return Math.min(MOST_LINES, output.text.lines) * LINE;
    case 'error':
      return FOLDED_ERROR;
    case 'gap':
      return 58;
    case 'unknown':
      return UNKNOWN;
    case 'data':
      return heightOfData(open, cell, output);
  }
}

function heightOfData(
  open: OpenDocument,
  cell: string,
  output: Extract<OutputView, { kind: 'data' }>,
): number {
  const rule = ruleOf(output);
  const value = rule === null ? undefined : output.data[rule.mime];
  const content = typeof value === 'string' ? value : '';
  if (rule === null) return LINE;
  if (isFramed(rule.drawing)) {
    return outputMemory(open).get(heightName(cell, output.key)) ?? guessFrameHeight(rule.drawing, content);
  }
  if (rule.drawing === 'text') return Math.min(MOST_LINES, Math.max(1, countLines(content))) * LINE;
  if (rule.drawing === 'picture')
    return Math.min(MOST_PICTURE, pictureSize(output.metadata, rule.mime, content)?.height ?? 300);
  return UNKNOWN;
}
