import { isJsonObject } from '../notebook/notebook-values';
import { durationWords } from '../notebook/duration-words';
import type { ContentRef, RunEvent, RunEventOf } from './events';
import { RUN_PARAMETERS } from './plan';
import { terminalAttached, terminalCommand, terminalDetached } from './terminal-words';
import type { TimelineFacts, TimelineLine, TimelinePart, TimelineSign } from './timeline';

type Words = Pick<TimelineLine, 'sign' | 'state' | 'parts'>;

const LONGEST_QUOTE = 300;

function words(sign: TimelineSign, state: TimelineLine['state'], ...parts: (string | TimelinePart)[]): Words {
  const all = parts.filter((part) => part !== '');
  return { sign, state, parts: all.map((part) => (typeof part === 'string' ? { text: part } : part)) };
}

const strong = (text: string): TimelinePart => ({ text, style: 'strong' });

/** `Step 7`, `Rollback 7r`, or what has no number by its name. */
function nameOf({ plan }: TimelineFacts, cell: string): string {
  const step = plan.byCell.get(cell);
  if (step !== undefined) {
    if (step.number === null) return step.title === RUN_PARAMETERS ? step.title : 'Parameters';
    return step.gate?.kind === 'confirm' || step.gate?.kind === 'approve'
      ? `Gate ${step.number}`
      : `Step ${step.number}`;
  }
  const undone = plan.rollbackOf.get(cell);
  if (undone === undefined) return 'A cell';
  const of = plan.byCell.get(undone);
  const at = of?.rollback.indexOf(cell) ?? -1;
  return `Rollback ${of?.number ?? ''}r${at > 0 ? at + 1 : ''}`;
}

function within(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function textIn(facts: TimelineFacts, ref: ContentRef | null, member: string): string | null | undefined {
  if (ref === null) return null;
  const value = facts.content(ref);
  if (value === undefined) return undefined;
  const text = isJsonObject(value) && Object.hasOwn(value, member) ? value[member] : null;
  return typeof text === 'string' ? text : null;
}

/** `: “reason”`; nothing while it is not read, and where there is none. */
function quoted(facts: TimelineFacts, ref: ContentRef | null, before = ': '): string {
  const text = textIn(facts, ref, 'text');
  if (text === undefined || ref === null) return '';
  if (text === null) return `${before}(content withheld or missing)`;
  const line = text.trim();
  if (line === '') return '';
  return `${before}“${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}”`;
}

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
      return started(event, facts);
    case 'cell-finished':
      return finished(event, facts);
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
        `${nameOf(facts, event.data.cell)} adjusted${changed(event, facts)}`,
      );
    case 'step-added':
      return added(event, facts);
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
      return opened(event, facts);
    case 'gate-answered':
      return answered(event, facts);
    case 'gate-voided':
      return words(
        'gate',
        'waiting',
        `What was approved at ${within(nameOf(facts, event.data.cell))} counts no more: ${VOIDED[event.data.why]}`,
      );
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

const VOIDED = {
  text: 'its text was changed',
  tick: 'a tick was changed',
  source: 'a step that it covers was changed',
  parameters: 'the parameters were changed',
  'rolled-back': 'a step before it was rolled back',
  'new-attempt': 'a step before it ran again',
  timeout: 'its time was over',
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

function started({ data }: RunEventOf<'cell-started'>, facts: TimelineFacts): Words {
  const name = nameOf(facts, data.cell);
  if (data.attempt > 1) return words('again', 'running', `${name}, attempt ${data.attempt} started`);
  const step = facts.plan.byCell.get(data.cell);
  // What the parameters begin with is no name of theirs.
  const title = step?.number === null ? '' : (step?.title ?? '');
  return title === ''
    ? words('start', 'running', `${name} started`)
    : words('start', 'running', `${name} `, strong(title), ' started');
}

function finished({ data }: RunEventOf<'cell-finished'>, facts: TimelineFacts): Words {
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

function added({ data }: RunEventOf<'step-added'>, facts: TimelineFacts): Words {
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

function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}

/** `, line 3` or `, lines 3 to 5`: what of the new source is not the old one's; nothing while it is not read. */
function changed({ data }: RunEventOf<'step-adjusted'>, facts: TimelineFacts): string {
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

function code(text: string): TimelinePart {
  return { text: oneLine(text), style: 'code' };
}

function opened({ at, data }: RunEventOf<'gate-opened'>, facts: TimelineFacts): Words {
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

function answered({ data, actor }: RunEventOf<'gate-answered'>, facts: TimelineFacts): Words {
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
