import type { CellNotice, NoticeKind } from '../../../shared/notebook/notify';
import { cellNumbers, cellTitle } from '../../notebook/cell-facts';
import type { DocumentModel } from '../../notebook/document-model';
import { durationWords } from '../../notebook/time-words';

/** What a notice says: which step, what of it, and its title where it has one. */
export interface NoticeWords {
  readonly what: string;
  readonly title: string | null;
}

const MOST_TITLE = 80;

/** A notice in words. A cell's title is what people wrote above its code; neither code nor output is ever in it. */
export function noticeWords(
  { kind, cell, lasted }: CellNotice,
  model: Pick<DocumentModel, 'cells' | 'byId'>,
): NoticeWords {
  const number = cellNumbers(model.cells).get(cell);
  const found = model.byId.get(cell);
  const title = found === undefined ? null : cellTitle(found);
  const step = number === undefined ? 'A cell' : `Step ${number}`;
  return {
    what: `${step} ${kindWords(kind, lasted === null ? null : durationWords(lasted))}`,
    title: title !== null && title.length > MOST_TITLE ? `${title.slice(0, MOST_TITLE - 1)}…` : title,
  };
}

function kindWords(kind: NoticeKind, time: string | null): string {
  switch (kind) {
    case 'done':
      return `is done after ${time ?? 'a while'}`;
    case 'failed':
      return time === null ? 'failed' : `failed after ${time}`;
    case 'waiting':
      return 'waits for input';
    case 'silent':
      return `has said nothing for ${time ?? 'a while'}`;
  }
}
