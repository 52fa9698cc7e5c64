import type { Cell, Notebook } from '../notebook/model';
import { canonicalJson } from '../notebook/outputs/output-digest';
import type { Json, JsonObject } from '../rpc/contract';
import type { Plan, PlanStep } from './plan';
import type { Run } from './model';
import { recordOf } from './position';

/** SHA-256 in hex of a text in UTF-8. */
type Sha256OfText = (text: string) => string;

/** The cells that an approval speaks of: its gate, and every step with what undoes it up to the next gate. */
export function boundCells(plan: Plan, gate: Pick<PlanStep, 'cell' | 'index'>): readonly string[] {
  const bound = [gate.cell];
  for (const step of plan.steps.slice(gate.index + 1)) {
    if (step.kind === 'gate') break;
    bound.push(step.cell, ...step.rollback);
  }
  return bound;
}

/** What an approval is bound to; another digest is another thing, which nobody approved. */
export interface Bound {
  readonly parameters: string;
  readonly sources: string;
}

/** Digests over what is approved: the parameters, the gate's text with its ticks, and the steps behind it. */
export function boundOf(
  {
    plan,
    notebook,
    run,
  }: { readonly plan: Plan; readonly notebook: Pick<Notebook, 'cells'>; readonly run: Run },
  gate: PlanStep,
  parameters: JsonObject,
  sha256: Sha256OfText,
): Bound {
  const cells = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  const ticks = Object.keys(recordOf(run, gate.cell)?.ticks ?? {})
    .map(Number)
    .toSorted((a, b) => a - b);
  const sources = boundCells(plan, gate).map((id): Json => {
    const cell = cells.get(id);
    return cell === undefined ? [id, null] : [id, cell.source, rulesOf(cell)];
  });
  return {
    parameters: sha256(canonicalJson(parameters)),
    sources: sha256(canonicalJson({ ticks, sources })),
  };
}

/** What a cell says of itself beside its text that changes what it does or what it has to show. */
function rulesOf({ metadata }: Cell): Json {
  const own = metadata['watchbook'];
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return null;
  const { fullOutput: _full, note: _note, title: _title, ...rules } = own as JsonObject;
  return rules;
}

/** What is asked of an approver, as canonical JSON (contract section 4). */
export function approvalRequest(of: {
  /** The run's folder's name. */
  readonly run: string;
  readonly gate: string;
  /** 128 random bits, hex. */
  readonly request: string;
  readonly head: string | null;
  readonly environment: string;
  readonly bound: Bound;
}): JsonObject {
  const { run, gate, request, head, environment, bound } = of;
  return { v: 1, purpose: 'watchbook-approval', run, gate, request, head, environment, ...bound };
}

/** What an approver answered, as canonical JSON: the request with verdict, reason, name and time. */
export function approvalAnswer(
  request: JsonObject,
  answer: {
    readonly verdict: 'approved' | 'rejected';
    readonly reason: string | null;
    readonly approver: string;
    readonly at: string;
  },
): JsonObject {
  return { ...request, ...answer };
}

/**
 * Why this person may not answer a gate, as a sentence; null where they may. `by` names people or roles; none: anybody.
 */
export function approverProblem(
  gate: { readonly by?: readonly string[] | undefined; readonly selfApprove?: boolean | undefined },
  approver: string,
  of: {
    readonly driver: string;
    readonly roles: readonly { readonly name: string; readonly people: readonly string[] }[];
    /** Those who approved it already. */
    readonly before: readonly string[];
  },
): string | null {
  const fold = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
  const name = fold(approver);
  if (name === '') return 'An approval has a name.';
  if (gate.selfApprove !== true && name === fold(of.driver))
    return 'Who drives the run may not approve this step.';
  if (of.before.some((other) => fold(other) === name)) return `${approver} approved this already.`;
  const { by = [] } = gate;
  if (by.length === 0) return null;
  const allowed = by.flatMap((one) => [
    one,
    ...of.roles.flatMap((role) => (fold(role.name) === fold(one) ? role.people : [])),
  ]);
  return allowed.some((one) => fold(one) === name)
    ? null
    : `${approver} is not among those who may approve this: ${by.join(', ')}.`;
}
