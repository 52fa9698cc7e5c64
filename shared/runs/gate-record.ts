import type { GateRecord } from './model';

/** For an answer whose opening can not be read any more. */
export function missingGate(at: string): GateRecord {
  return {
    kind: 'confirm',
    openedAt: at,
    until: null,
    request: null,
    minimum: 1,
    answers: [],
    voided: [],
    isOpen: true,
  };
}

/** How many different people approved. */
export function approvers({ answers }: GateRecord): number {
  return new Set(
    answers.flatMap(({ verdict, approver, actor }) =>
      verdict === 'approved' ? [approver ?? actor.name] : [],
    ),
  ).size;
}
