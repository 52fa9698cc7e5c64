import { durationWords } from '../notebook/duration-words';
import type { RunEventOf } from './events';
import type { TimelineFacts } from './timeline';
import { code, nameOf, oneLine, strong, textIn, within, words, type Words } from './word-parts';

/** A step began, with its title at its first attempt. */
export function stepStarted({ data }: RunEventOf<'cell-started'>, facts: TimelineFacts): Words {
  const name = nameOf(facts, data.cell);
  if (data.attempt > 1) return words('again', 'running', `${name}, attempt ${data.attempt} started`);
  const step = facts.plan.byCell.get(data.cell);
  // What the parameters begin with is no name of theirs.
  const title = step?.number === null ? '' : (step?.title ?? '');
  return title === ''
    ? words('start', 'running', `${name} started`)
    : words('start', 'running', `${name} `, strong(title), ' started');
}

/** A step ended: with which result, or why it failed. */
export function stepFinished({ data }: RunEventOf<'cell-finished'>, facts: TimelineFacts): Words {
  const name = nameOf(facts, data.cell);
  const took = durationWords(data.duration_ms);
  switch (data.status) {
    case 'done': {
      const said = textIn(facts, data.content, 'line') ?? '';
      // An expectation that was met stands within the sentence; what a program printed stays as it was.
      const line = said.replace(
        /^(?:Exit status is |Output (?:contains|does not contain|matches) )/,
        (start) => start.toLowerCase(),
      );
      return words('done', 'done', `${name} done, ${line === '' ? '' : `${oneLine(line)}, `}${took}`);
    }
    case 'failed': {
      const exit = data.exitStatus;
      const why =
        textIn(facts, data.content, 'failure') ??
        (exit === undefined || exit === 0 ? textIn(facts, data.content, 'line') : `exit status ${exit}`) ??
        '';
      return words(
        'failed',
        'failed',
        `${name} failed, attempt ${data.attempt}, ${took}${why === '' ? '' : `: ${oneLine(why)}`}`,
      );
    }
    case 'interrupted':
      return words('stopped', 'failed', `${name} interrupted, attempt ${data.attempt}, ${took}`);
  }
}

/** A step was added, or made of a command that was typed in a terminal. */
export function stepAdded({ data }: RunEventOf<'step-added'>, facts: TimelineFacts): Words {
  const name = nameOf(facts, data.cell);
  const { ran } = data;
  if (ran === undefined) {
    const after = data.after === null ? '' : ` after ${within(nameOf(facts, data.after))}`;
    return words('added', 'edited', `${name} added`, after);
  }
  const source = textIn(facts, data.source, 'source') ?? '';
  const took = durationWords(Math.max(0, Date.parse(ran.endedAt) - Date.parse(ran.startedAt)));
  const exit = ran.exitStatus === null ? 'exit status not known' : `exit status ${ran.exitStatus}`;
  return words(
    'added',
    'edited',
    `${name} added, a command that was typed in a terminal at ${ran.startedAt.slice(11, 19)} UTC`,
    ...(source === '' ? [] : [': ', code(source)]),
    `, ${exit}, ${took}`,
  );
}

/** `, line 3` or `, lines 3 to 5`: what of the new source is not the old one's; nothing while it is not read. */
export function linesChanged({ data }: RunEventOf<'step-adjusted'>, facts: TimelineFacts): string {
  const [before, after] = [data.before, data.after].map((ref) => textIn(facts, ref, 'source')?.split('\n'));
  if (before === undefined || after === undefined) return '';
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - first &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const last = Math.max(first + 1, after.length - end);
  return last === first + 1 ? `, line ${last}` : `, lines ${first + 1} to ${last}`;
}
