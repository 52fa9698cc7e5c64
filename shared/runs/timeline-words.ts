import { durationWords } from '../notebook/duration-words';
import type { RunEvent, RunEventOf } from './events';
import { gateAnswered, gateOpened, gateVoided } from './gate-words';
import { linesChanged, stepAdded, stepFinished, stepStarted } from './step-words';
import { terminalAttached, terminalCommand, terminalDetached } from './terminal-words';
import type { TimelineFacts } from './timeline';
import { code, nameOf, quoted, strong, textIn, within, words, type Words } from './word-parts';

/** What was to be run again by itself before it went on; nothing where a person starts each step. */
function byItselfWords(
  { upTo, again = [] }: Extract<RunEvent, { readonly type: 'resumed' }>['data'],
  facts: TimelineFacts,
): string {
  if (upTo !== undefined) return `, everything before ${within(nameOf(facts, upTo))} by itself`;
  const names = again.map((cell) => within(nameOf(facts, cell)));
  return names.length === 0 ? '' : `, after ${names.join(', ')} by itself`;
}

/** What an event says, as words with a sign: short, in the order who, what, with which result. */
export function timelineWords(event: RunEvent, facts: TimelineFacts): Words {
  switch (event.type) {
    case 'run-started':
      return words('start', 'running', 'Run started in ', strong(event.data.environment.name));
    case 'resumed':
      return words(
        'again',
        'running',
        event.data.from === null ? 'Went on' : `Went on from ${within(nameOf(facts, event.data.from))}`,
        byItselfWords(event.data, facts),
      );
    case 'library-changed':
      return words(
        'library',
        'edited',
        'The library changed under the run',
        event.data.commit === null ? '' : `: now at ${event.data.commit.slice(0, 7)}`,
      );
    case 'cell-started':
      return stepStarted(event, facts);
    case 'cell-finished':
      return stepFinished(event, facts);
    case 'limit-passed':
      return words(
        'timer',
        'waiting',
        `${nameOf(facts, event.data.cell)} is over its time limit of ${durationWords(event.data.seconds * 1_000)} and goes on`,
      );
    case 'step-adjusted':
      return words(
        'adjusted',
        'edited',
        `${nameOf(facts, event.data.cell)} adjusted${linesChanged(event, facts)}`,
      );
    case 'step-added':
      return stepAdded(event, facts);
    case 'step-skipped':
      return words(
        'skipped',
        'skipped',
        `${nameOf(facts, event.data.cell)} skipped${quoted(facts, event.data.reason)}`,
      );
    case 'step-marked-done':
      return words(
        'by-hand',
        'done',
        `${nameOf(facts, event.data.cell)} marked done by hand${quoted(facts, event.data.reason)}`,
      );
    case 'interrupted':
      return words(
        'stopped',
        'failed',
        event.data.cell === null ? 'Interrupted' : `${nameOf(facts, event.data.cell)} interrupted`,
      );
    case 'check':
      return check(event, facts);
    case 'override':
      return words('check', 'waiting', `${OVERRIDES[event.data.what]}${quoted(facts, event.data.reason)}`);
    case 'gate-opened':
      return gateOpened(event, facts);
    case 'gate-answered':
      return gateAnswered(event, facts);
    case 'gate-voided':
      return gateVoided(event, facts);
    case 'ticked':
    case 'unticked': {
      const text = facts.item(event.data.cell, event.data.item) ?? `item ${event.data.item}`;
      return event.type === 'ticked'
        ? words('ticked', null, `Ticked “${text}”`)
        : words('unticked', null, `Unticked “${text}”`);
    }
    case 'checkpoint':
      return checkpoint(event, facts);
    case 'restored':
      return words('restored', 'edited', 'Went back to a checkpoint; the kernel’s memory stayed as it was');
    case 'roll-back-begun': {
      const { to, steps } = event.data;
      const many = new Set(steps.map(({ cell }) => cell)).size;
      return words(
        'undone',
        'rolledback',
        `Rolling back begun, to before ${within(nameOf(facts, to))}: ${many} ${many === 1 ? 'step' : 'steps'}`,
      );
    }
    case 'rolled-back': {
      const { cell, by, reason } = event.data;
      const how =
        by === null
          ? 'undone by hand'
          : `rolled back by ${within(nameOf(facts, by)).replace('rollback ', '')}`;
      const why = reason === undefined ? '' : quoted(facts, reason);
      return words('undone', 'rolledback', `${nameOf(facts, cell)} ${how}${why}`);
    }
    case 'roll-back-ended':
      return event.data.how === 'done'
        ? words('undone', 'rolledback', 'Rolling back done')
        : words('stopped', 'rolledback', 'Rolling back stopped; what was undone stays so');
    case 'retry-planned': {
      const { cell, count, wait } = event.data;
      const often = `${count} ${count === 1 ? 'time' : 'times'} at most, every ${durationWords(wait * 1_000)}`;
      return words('timer', null, `${nameOf(facts, cell)} is tried again by itself: ${often}`);
    }
    case 'retry-stopped':
      return words(
        'stopped',
        null,
        `${nameOf(facts, event.data.cell)} is not tried again by itself any more`,
      );
    case 'terminal-attached':
      return terminalAttached(event, facts);
    case 'terminal-detached':
      return terminalDetached(event, facts);
    case 'terminal-command':
      return terminalCommand(event, facts, (cell) => nameOf(facts, cell));
    case 'widget':
      return words('widget', null, `A control of ${within(nameOf(facts, event.data.cell))} was moved`);
    case 'secret-used':
      return words(
        'secret',
        null,
        'Secret ',
        { text: event.data.name, style: 'code' },
        ` used by ${within(nameOf(facts, event.data.step))}`,
      );
    case 'note':
      return words('note', null, quoted(facts, event.data.text, '') || 'Note');
    case 'hint-followed':
      return words(
        'link',
        null,
        `Opened beside, as a known error of ${within(nameOf(facts, event.data.cell))} says`,
        quoted(facts, event.data.target),
      );
    case 'gap':
      return words(
        'gap',
        'waiting',
        `Gap of ${durationWords(Date.parse(event.data.to) - Date.parse(event.data.from))}: ${GAPS[event.data.why]}`,
      );
    case 'kernel-lost':
      return words(
        'lost',
        'failed',
        `The ${event.data.session} ended, its memory is gone${quoted(facts, event.data.why)}`,
      );
    case 'kernel-replaced':
      return words(
        'kernel',
        null,
        `A new ${event.data.session}`,
        event.data.kernel === null ? '' : `: ${event.data.kernel}`,
      );
    case 'handed-over':
      return words('person', null, 'Control handed over to ', strong(event.data.to));
    case 'taken-over':
      return words('person', null, 'Control taken over from ', strong(event.data.from));
    case 'handed-out':
      return words('person', null, 'A section handed out to ', strong(event.data.to));
    case 'gathered':
      return words('person', null, 'A section that was handed out came back');
    case 'linked-run':
      return words('link', null, `${LINKED[event.data.relation]} `, { text: event.data.run, style: 'code' });
    case 'content-withheld':
      return words(
        'withheld',
        'waiting',
        'Content withheld: ',
        { text: event.data.file, style: 'code' },
        quoted(facts, event.data.reason, ', '),
      );
    case 'archived':
      return words('archived', null, `Archived${event.data.tag === null ? '' : ` as ${event.data.tag}`}`);
    case 'run-finished':
      return event.data.status === 'done'
        ? words('done', 'done', 'Run finished')
        : words('stopped', 'skipped', `Run aborted${quoted(facts, event.data.reason)}`);
    default:
      // A newer version may write what this one does not know: it is kept and counted.
      event satisfies never;
      return words('link', null, 'An event that this version does not know');
  }
}

const OVERRIDES = {
  check: 'A check was overridden',
  gate: 'A gate was overridden',
  expectation: 'An expected result was overridden',
  weakening: 'What is weaker than last time was accepted',
} as const;

const GAPS = {
  engine: 'the engine was not there',
  suspended: 'the machine was asleep',
  output: 'output was not received',
  clock: 'the clock was set',
  torn: 'the last line was not written whole',
} as const;

const LINKED = {
  parent: 'Started from the run',
  child: 'A run was started from here:',
  again: 'Run again of',
} as const;

function check({ data }: RunEventOf<'check'>, facts: TimelineFacts): Words {
  const name = data.title === null ? 'Check' : `Check “${data.title}”`;
  const where = data.in === 'laptop' ? ', on this machine' : '';
  switch (data.result) {
    case 'match':
      return words('check', null, `${name}${where}: as expected`);
    case 'mismatch': {
      const found = textIn(facts, data.found, 'found');
      const expected = textIn(facts, data.found, 'expected');
      if (typeof found !== 'string' || typeof expected !== 'string')
        return words('check', 'failed', `${name}${where}: not as expected`);
      return words('check', 'failed', `${name}${where}: was `, code(found), ', expected ', code(expected));
    }
    case 'not-checked':
      return words('check', 'waiting', `${name}${where}: could not be checked`);
  }
}

function checkpoint({ data }: RunEventOf<'checkpoint'>, facts: TimelineFacts): Words {
  if (data.name !== null) return words('checkpoint', null, `Checkpoint${quoted(facts, data.name, ' ')}`);
  if (data.cell === null) return words('checkpoint', null, 'Checkpoint');
  const name = within(nameOf(facts, data.cell));
  return words(
    'checkpoint',
    null,
    data.why === 'gate' ? `Checkpoint at ${name}` : `Checkpoint before ${name}`,
  );
}
