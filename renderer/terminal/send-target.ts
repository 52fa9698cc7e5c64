import { assertNever } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { SendRefusal } from '../../shared/terminal/send';
import type { TerminalsModel } from './terminal-store';

type Known = Pick<TerminalsModel, 'terminals' | 'sentTo'>;

/**
 * The terminal that a document sends to without a question: the only one, else the one that was chosen last for it.
 * Null where a person is asked: of several, none is guessed.
 */
export function usualTarget({ terminals, sentTo }: Known, document: string): TerminalInfo | null {
  const all = terminals ?? [];
  const [first] = all;
  if (first !== undefined && all.length === 1) return first;
  const chosen = sentTo.find((one) => one.document === document)?.terminal;
  return all.find(({ id, ended }) => id === chosen && ended === null) ?? null;
}

/** `bash 2`, as far as that is known; `a terminal…` where it is asked. For the words of a command: "Send to". */
export function targetWords(model: Known, document: string): string {
  const usual = usualTarget(model, document);
  if ((model.terminals ?? []).length < 2) return 'the terminal';
  return usual === null ? 'a terminal…' : usual.title;
}

/** The one that is chosen first in the list: as last time, else the one in view, else one whose shell goes on. */
export function firstChoice(model: Known, document: string, shown: string | null): string | null {
  const live = (model.terminals ?? []).filter(({ ended }) => ended === null);
  const usual = usualTarget(model, document)?.id;
  const found = live.find(({ id }) => id === usual) ?? live.find(({ id }) => id === shown) ?? live[0];
  return found?.id ?? null;
}

/** False for a shell on another host that says nothing of itself: the folder known is then the one that ssh began in. */
export function knowsDirectory({ profile, phase }: Pick<TerminalInfo, 'profile' | 'phase'>): boolean {
  return profile.kind !== 'ssh' || phase !== 'unknown';
}

/** The folder of a shell of this machine, or the host of one that is elsewhere. */
export function placeWords({ host, profile, directory }: TerminalInfo): string {
  return host ?? (profile.kind === 'ssh' ? `ssh ${profile.title}` : directory);
}

/** Whether a text can be sent there now. `refusal`: as the engine says it; undefined before it did. */
export function standWords(info: TerminalInfo, refusal: SendRefusal | null | undefined): string {
  if (info.ended !== null) return 'ended';
  switch (refusal) {
    case undefined:
      return '';
    case null:
      return 'at a prompt';
    case 'busy':
      return 'busy';
    case 'full-screen':
      return 'full-screen program';
    case 'half-typed':
      return 'something is typed';
    case 'no-marks':
      return 'commands not marked';
    case 'ended':
      return 'ended';
    case 'text':
      return '';
    default:
      return assertNever(refusal, 'refusal');
  }
}
