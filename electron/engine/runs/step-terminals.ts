import type { TerminalInfo } from '../../../shared/terminal/contract';
import type { TerminalSession } from '../terminals/session';
import type { TerminalsFeature } from '../terminals/terminals';
import type { HowMarked, StepTerminal } from './terminal-step';
import type { StepTerminals } from './terminal-steps';

/** The key that interrupts what runs in a terminal. */
const INTERRUPT = '\u0003';

/** The terminals of the engine for its runs. */
export function stepTerminals(feature: () => Pick<TerminalsFeature, 'list' | 'session'>): StepTerminals {
  return {
    list: () => feature().list(),
    terminal: (id) => stepTerminal(feature().session(id)),
  };
}

function stepTerminal(session: TerminalSession): StepTerminal {
  const terminal: StepTerminal = {
    get info(): TerminalInfo {
      return session.info;
    },
    follow: (follower) => session.follow(follower),
    whyNot: (how) => Promise.resolve(whyNot(session, how)),
    send: (text, how) => {
      session.typeLine(text);
      return Promise.resolve({ kind: 'sent', command: how === 'marked' ? 0 : null });
    },
    interrupt: () => session.write(INTERRUPT),
  };
  return terminal;
}

function whyNot(session: TerminalSession, how: HowMarked): Awaited<ReturnType<StepTerminal['whyNot']>> {
  const { title, phase, command } = session.info;
  if (how === 'unmarked') return null;
  switch (phase) {
    case 'input':
      return null;
    case 'prompt':
      return { message: `${title} is not at its prompt yet.`, isComing: true };
    default:
      return { message: `${title} is busy: ${command?.text ?? 'a command'} runs there.`, isComing: false };
  }
}
