import { durationWords } from '../notebook/duration-words';
import { attachedContentSchema, commandContentSchema, type AttachedContent } from './content';
import type { EventDataOf, RunEventOf } from './events';
import type { TimelineFacts, TimelinePart } from './timeline';
import { code, within, words, type Words } from './word-parts';

/** What is told behind the words that a terminal was detached. */
export const DETACHED: Readonly<Record<EventDataOf<'terminal-detached'>['why'], string>> = {
  person: '',
  run: ' as the run ended',
  shell: ' as its shell ended',
  engine: ' as the engine ended',
};

const NOT_RECORDED: Readonly<Record<NonNullable<EventDataOf<'terminal-command'>['notRecorded']>, string>> = {
  space: 'as it begins with a space',
  paused: 'while recording was paused',
  unread: 'as its text could not be read',
};

/** A command without a trace of it: that it was, and why it is not told. */
export function notRecordedWords(why: EventDataOf<'terminal-command'>['notRecorded'], count = 1): string {
  const commands = `${count} command${count === 1 ? '' : 's'} not recorded`;
  return why === null ? commands : `${commands}, ${count === 1 ? NOT_RECORDED[why] : PLURAL[why]}`;
}

const PLURAL: typeof NOT_RECORDED = {
  space: 'as they begin with a space',
  paused: 'while recording was paused',
  unread: 'as their text could not be read',
};

/** `exit 2, 1.4s`, or that its end was not seen. */
export function commandEndWords(data: Omit<EventDataOf<'terminal-command'>, 'terminal'>): string {
  const { started, ended, exitStatus } = data;
  if (ended === null) return 'did not end while attached';
  const took = durationWords(Math.max(0, Date.parse(ended) - Date.parse(started)));
  return exitStatus === null ? `ended, its status is not known, ${took}` : `exit ${exitStatus}, ${took}`;
}

/** `ssh bastion`, `zsh, this machine`: whose shell it is. */
export function shellWords({ kind, profile }: Pick<AttachedContent, 'kind' | 'profile'>): string {
  return kind === 'ssh' ? `ssh ${profile}` : `${profile}, this machine`;
}

/** A terminal was attached: which one. */
export function terminalAttached({ data }: RunEventOf<'terminal-attached'>, facts: TimelineFacts): Words {
  const content = attachedContentSchema.safeParse(facts.content(data.content));
  if (!content.success) return line('A terminal was attached');
  return line('Terminal attached: ', code(content.data.title), ` (${shellWords(content.data)})`);
}

/** A terminal was detached: why, and which one. */
export function terminalDetached(
  { seq, data }: RunEventOf<'terminal-detached'>,
  facts: TimelineFacts,
): Words {
  const why = DETACHED[data.why];
  const known = facts.attached(data.terminal, seq);
  const content = attachedContentSchema.safeParse(known === null ? null : facts.content(known));
  if (!content.success) return line(`A terminal was detached${why}`);
  return line(`Terminal detached${why}: `, code(content.data.title), ` (${shellWords(content.data)})`);
}

/** `Step 3, attempt 2`, `A check before step 3`: what a command was that the run sent; null for a person's own. */
export function sentName(
  { step, asked }: Pick<EventDataOf<'terminal-command'>, 'step' | 'asked'>,
  nameOf: (cell: string) => string,
): string | null {
  if (step !== undefined) return `${nameOf(step.cell)}, attempt ${step.attempt}`;
  if (asked === undefined) return null;
  const name = within(nameOf(asked.cell));
  return asked.what === 'check' ? `A check before ${name}` : `The condition of ${name}`;
}

/** A command of an attached terminal, with how it ended; one that the run sent is named as what it was. */
export function terminalCommand(
  { data }: RunEventOf<'terminal-command'>,
  facts: TimelineFacts,
  nameOf: (cell: string) => string,
): Words {
  const sent = sentName(data, nameOf);
  if (sent !== null) return line(`${sent}, in the terminal: ${commandEndWords(data)}`);
  if (data.content === null) return line(notRecordedWords(data.notRecorded));
  const content = commandContentSchema.safeParse(facts.content(data.content));
  const end = `, ${commandEndWords(data)}`;
  if (!content.success) return line('A command in the terminal', end);
  return line(code(content.data.command), end, content.data.paused ? ', in part not recorded' : '');
}

function line(...parts: (string | TimelinePart)[]): Words {
  return words('terminal', null, ...parts);
}
