import type { JsonObject } from '../rpc/contract';
import { CastWriter } from '../terminal/asciicast';
import { plainText, visibleControls } from '../terminal/shown-text';
import { attachedContentSchema, commandContentSchema } from './content';
import type { ContentRef } from './events';
import type { AttachedTerminal, TerminalCommandRecord } from './model';
import { oneLine } from './report/foreign-text';
import { commandEndWords, DETACHED, notRecordedWords, shellWords } from './terminal-words';

type ReadContent = (ref: ContentRef) => JsonObject | null;

/**
 * What a run recorded of a terminal from one attaching on, made of its record alone: `cast` is asciicast 2 with all that
 * programs wrote, at its times; `text` is what was shown, without colours and control characters.
 */
export function transcript(of: AttachedTerminal, content: ReadContent, form: 'cast' | 'text'): string {
  return form === 'cast' ? castOf(of, content) : textOf(of, content);
}

function titleOf(of: AttachedTerminal, content: ReadContent): string {
  const found = attachedContentSchema.safeParse(content(of.content));
  return found.success
    ? `${found.data.title} (${shellWords(found.data)})`
    : 'A terminal whose name was withheld or is missing';
}

function textOf(of: AttachedTerminal, content: ReadContent): string {
  const end =
    of.detached === null ? 'still attached' : `detached ${of.detached.at}${DETACHED[of.detached.why]}`;
  const head = `# ${oneLine(titleOf(of, content))}: attached ${of.at} by ${oneLine(of.by)}, ${end}\n`;
  return head + of.commands.map((command) => commandText(command, content)).join('');
}

function commandText(command: TerminalCommandRecord, content: ReadContent): string {
  const at = `\n# ${command.started}${sentWords(command)}`;
  if (command.content === null) return `${at} ${notRecordedWords(command.notRecorded)}\n`;
  const found = commandContentSchema.safeParse(content(command.content));
  if (!found.success) return `${at} withheld or missing, ${commandEndWords(command)}\n`;
  const { data } = found;
  const place = data.directory === null ? '' : ` ${oneLine(data.directory)}`;
  const shown = visibleControls(plainText(data.shown));
  const paused = data.paused ? '# recording was paused meanwhile\n' : '';
  return `${at}${place}\n$ ${visibleControls(data.command)}\n${lines(shown)}${paused}# ${commandEndWords(command)}\n`;
}

/** Behind the time of a command that nobody typed: what the run sent it as. */
function sentWords({ step, asked }: TerminalCommandRecord): string {
  if (step !== undefined) return ` sent by the run, attempt ${step.attempt} of a step,`;
  if (asked === undefined) return '';
  return ` sent by the run, ${asked.what === 'check' ? 'a check' : 'the condition of a gate'},`;
}

function lines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function castOf(of: AttachedTerminal, content: ReadContent): string {
  const begin = Date.parse(of.at);
  const writer = new CastWriter({
    width: of.columns,
    height: of.rows,
    timestamp: Math.floor(begin / 1_000),
    title: titleOf(of, content),
  });
  let cast = writer.begin();
  let last = 0;
  for (const command of of.commands) {
    const from = Math.max(0, Date.parse(command.started) - begin);
    for (const [at, text] of commandPieces(command, content)) {
      last = from + at;
      cast += writer.wrote(last, text);
    }
  }
  return cast + writer.end(last);
}

/** What a player draws of a command: milliseconds since its start, and the text. */
function commandPieces(
  command: TerminalCommandRecord,
  content: ReadContent,
): readonly (readonly [number, string])[] {
  // Between commands nothing is recorded: the screen begins each in a clean state, on a line of its own.
  const say = (words: string): string => `\u0018\u001b[0m\r\n\u001b[2m# ${words}\u001b[0m\r\n`;
  if (command.content === null) return [[0, say(notRecordedWords(command.notRecorded))]];
  const found = commandContentSchema.safeParse(content(command.content));
  if (!found.success) return [[0, say('withheld or missing')]];
  const { data } = found;
  const typed = visibleControls(data.command).replaceAll('\n', '\r\n');
  const took = command.ended === null ? 0 : Date.parse(command.ended) - Date.parse(command.started);
  return [
    [0, `\u0018\u001b[0m\u001b[1m$ ${typed}\u001b[0m\r\n`],
    ...data.raw,
    [Math.max(took, data.raw.at(-1)?.[0] ?? 0), say(commandEndWords(command))],
  ];
}
