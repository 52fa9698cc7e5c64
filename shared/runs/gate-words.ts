import { durationWords } from '../notebook/duration-words';
import type { RunEventOf } from './events';
import type { TimelineFacts } from './timeline';
import { nameOf, quoted, strong, within, words, type Words } from './word-parts';

/** A gate opened, or a wait began. */
export function gateOpened({ at, data }: RunEventOf<'gate-opened'>, facts: TimelineFacts): Words {
  const name = nameOf(facts, data.cell);
  switch (data.kind) {
    case 'confirm':
      return words('gate', 'waiting', `${name} opened, waits for confirmation`);
    case 'approve':
      return words(
        'gate',
        'waiting',
        `${name} opened, ${data.minimum} ${data.minimum === 1 ? 'approval' : 'approvals'} needed`,
      );
    case 'wait':
    case 'condition': {
      const title = facts.plan.byCell.get(data.cell)?.title ?? '';
      const length = data.until === null ? 0 : Date.parse(data.until) - Date.parse(at);
      const waits =
        length > 0
          ? `, waits ${durationWords(length)}`
          : data.kind === 'condition'
            ? ', waits for its condition'
            : '';
      return words('timer', 'running', `${name} `, title === '' ? '' : strong(title), ` started${waits}`);
    }
  }
}

/** A gate was answered: by whom, or by what. */
export function gateAnswered({ data, actor }: RunEventOf<'gate-answered'>, facts: TimelineFacts): Words {
  const gate = within(nameOf(facts, data.cell));
  const who = strong(data.approver ?? actor.name);
  const reason = quoted(facts, data.reason);
  switch (data.verdict) {
    case 'confirmed':
      return words(
        'answered',
        'done',
        who,
        ` confirmed ${gate}${data.how === 'rehearsal' ? ', rehearsed' : ''}${reason}`,
      );
    case 'approved':
      return words('answered', 'done', who, ` approved ${gate}, ${APPROVED[data.how]}${reason}`);
    case 'rejected':
      return words('failed', 'failed', who, ` rejected ${gate}${reason}`);
    case 'passed':
      return words(
        'done',
        'done',
        `${nameOf(facts, data.cell)} done, ${data.how === 'condition' ? 'its condition holds' : 'its time has come'}`,
      );
    case 'cut':
      return words('timer', 'skipped', `The wait of ${gate} was cut short${reason}`);
  }
}

const APPROVED = {
  laptop: 'typed on this laptop, not signed',
  rehearsal: 'rehearsed: a confirmation in its place',
  import: 'by an answer from a file',
  time: 'by time',
  condition: 'by its condition',
} as const;

/** What was approved counts no more, and why. */
export function gateVoided({ data }: RunEventOf<'gate-voided'>, facts: TimelineFacts): Words {
  const gate = within(nameOf(facts, data.cell));
  return words('gate', 'waiting', `What was approved at ${gate} counts no more: ${VOIDED[data.why]}`);
}

const VOIDED = {
  text: 'its text was changed',
  tick: 'a tick was changed',
  source: 'a step that it covers was changed',
  parameters: 'the parameters were changed',
  'rolled-back': 'a step before it was rolled back',
  'new-attempt': 'a step before it ran again',
  timeout: 'its time was over',
} as const;
