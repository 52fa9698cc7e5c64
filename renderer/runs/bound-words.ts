import { boundWords, chooseTerminal, profileOf, type BoundTerminal } from '../../shared/runs/bound-terminal';
import type { TerminalInfo } from '../../shared/terminal/contract';

/** How the terminal stands that the next step runs in, and the one way where something is missing. */
export type BoundStand =
  | { readonly kind: 'ready'; readonly words: string; readonly terminal: TerminalInfo }
  /** None is open: one is to be opened with this profile. */
  | { readonly kind: 'none'; readonly words: string; readonly profile: string }
  | { readonly kind: 'several'; readonly words: string; readonly terminals: readonly TerminalInfo[] }
  /** Its prompt is waited for. */
  | { readonly kind: 'busy'; readonly words: string; readonly terminal: TerminalInfo }
  /** Its shell tells nothing of its commands: a person says so, and then how the step ended. */
  | { readonly kind: 'unmarked'; readonly words: string; readonly terminal: TerminalInfo }
  | { readonly kind: 'unreadable'; readonly words: string };

/** Where the step would run now. `chosen`: by profile, as the engine remembers them; `shown`: the terminal in front. */
export function boundStand(
  bound: BoundTerminal,
  terminals: readonly TerminalInfo[],
  chosen: Readonly<Record<string, string>>,
  shown: string | null,
): BoundStand {
  const profile = profileOf(bound);
  if (profile === null)
    return {
      kind: 'unreadable',
      words: 'What it says of its terminal can not be read, so it is sent nowhere.',
    };
  const where = boundWords(bound);
  const before = Object.hasOwn(chosen, profile) ? (chosen[profile] ?? null) : null;
  const choice = chooseTerminal(bound, terminals, before, shown);
  switch (choice.kind) {
    case 'none':
      return { kind: 'none', profile, words: `It runs in ${where}, and no terminal of it is open.` };
    case 'several':
      return {
        kind: 'several',
        terminals: choice.terminals,
        words: `It runs in ${where}. ${choice.terminals.length} terminals of it are open: show the one that is meant.`,
      };
    case 'one': {
      const { terminal } = choice;
      const { title, phase, command } = terminal;
      if (phase === 'unknown')
        return {
          kind: 'unmarked',
          terminal,
          words: `The shell in ${title} does not mark its commands, so it will not tell how the step ends: you say it then.`,
        };
      if (phase === 'running')
        return {
          kind: 'busy',
          terminal,
          words: `It runs in ${title}, where ${firstLine(command?.text ?? 'a command')} runs now. It waits for the prompt there.`,
        };
      return { kind: 'ready', terminal, words: `It is typed into ${title}, where you see it run.` };
    }
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** The exit status that a person types: 0 to 255; null for what is none. */
export function statusOf(typed: string): number | null {
  return /^\d{1,3}$/.test(typed.trim()) && Number(typed) <= 255 ? Number(typed) : null;
}
