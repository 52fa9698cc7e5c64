import type { TerminalInfo } from '../../../shared/terminal/contract';
import { anyShellLine } from '../../../shared/terminal/one-unit';
import { refusalWords } from '../../../shared/terminal/send';
import type { TerminalSession } from '../terminals/session';
import type { TerminalsFeature } from '../terminals/terminals';
import type { HowMarked, StepTerminal, WhyNot } from './terminal-step';
import type { StepTerminals } from './terminal-steps';

/** The key that interrupts what runs in a terminal. */
const INTERRUPT = '\u0003';
/** A prompt comes a moment after the last command, and its cursor a moment after it. Milliseconds. */
const PROMPT_MS = 3_000;
const CURSOR_MS = 600;

/** The terminals of the engine for the steps of its runs. */
export function stepTerminals(feature: () => Pick<TerminalsFeature, 'list' | 'session'>): StepTerminals {
  return {
    list: () => feature().list(),
    terminal: (id) => stepTerminal(feature().session(id)),
  };
}

function stepTerminal(session: TerminalSession): StepTerminal {
  return {
    get info(): TerminalInfo {
      return session.info;
    },
    follow: (follower) => session.follow(follower),
    whyNot: (how) => whyNot(session, how),
    send: (text, how, typed) =>
      how === 'marked' ? session.send(text) : session.send(anyShellLine(text), true, typed),
    interrupt: () => session.write(INTERRUPT),
  };
}

async function whyNot(session: TerminalSession, how: HowMarked): Promise<WhyNot | null> {
  const refusal = await session.refusal();
  if (refusal === null || (refusal === 'no-marks' && how === 'unmarked')) return null;
  const { title, phase, command } = session.info;
  const running = phase === 'running' ? (command?.text ?? null) : null;
  const isComing = refusal === 'busy' && phase !== 'running';
  return {
    message: refusalWords(refusal, title, running),
    within: isComing ? PROMPT_MS : refusal === 'half-typed' ? CURSOR_MS : 0,
  };
}
