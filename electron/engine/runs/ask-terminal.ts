import { plainText, shownText } from '../../../shared/terminal/shown-text';
import { argumentLine } from '../../../shared/terminal/one-unit';
import { ASK_MS, type CommandAnswer } from './ask-command';
import { TerminalStep, type StepTerminal } from './terminal-step';

/** An answer is compared with a few words; more of it is left out. Characters. */
const MOST_ANSWER = 65_536;
/** How long a command that was interrupted may take to end. Milliseconds. */
const END_MS = 2_000;

/**
 * Asks a command at the prompt of a terminal, where everybody sees it. Its answer is what its marks enclose; one that
 * does not come in time is interrupted. Never rejects; where it could not be asked that is its answer. `began` gets the
 * number that the command has in the terminal.
 */
export async function askTerminal(
  terminal: StepTerminal,
  command: readonly string[],
  began?: (command: number) => void,
): Promise<CommandAnswer> {
  const line = argumentLine(command);
  if (line === null)
    return { kind: 'not-asked', in: 'terminal', why: 'The command can not be typed in a terminal.' };
  let text = '';
  const step = TerminalStep.begin({
    terminal,
    text: line,
    how: 'marked',
    isStatusEnough: true,
    ask: () => undefined,
    ...(began === undefined ? {} : { began }),
    changed: () => undefined,
    outputs: {
      handle: (type, content) => {
        const said =
          type === 'stream' && typeof content === 'object' && content !== null && 'text' in content;
        if (said) text = (text + String(content.text)).slice(0, MOST_ANSWER);
        return true;
      },
    },
  });
  if (!(await endsWithin(step, ASK_MS))) {
    await step.interrupt();
    await endsWithin(step, END_MS);
    step.forget();
    return { kind: 'not-asked', in: 'terminal', why: `It did not answer within ${ASK_MS / 1_000} s.` };
  }
  const { outcome, exitStatus } = await step.result;
  const found = plainText(shownText(text)).replace(/\n$/, '');
  if (exitStatus !== null) return { kind: 'answer', in: 'terminal', text: found, exitStatus };
  const why =
    outcome.kind === 'lost' ? outcome.reason : `It was not run there${found === '' ? '.' : `: ${found}`}`;
  return { kind: 'not-asked', in: 'terminal', why };
}

async function endsWithin({ result }: TerminalStep, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isOver = await Promise.race([result.then(() => true), late]);
  clearTimeout(timer);
  return isOver;
}
