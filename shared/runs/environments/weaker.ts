import * as z from 'zod';
import type { Notebook } from '../../notebook/model';
import { canonicalJson } from '../../notebook/outputs/output-digest';
import type { Json } from '../../rpc/contract';
import { cellMembers, expectSchema, gateSchema, type Expect, type Gate } from '../cell-metadata';
import { planOf } from '../plan';
import {
  checkSchema,
  environmentSchema,
  libraryConfigSchema,
  type Check,
  type LibraryConfig,
} from './library-config';

/** What is remembered of a library's rules: whatever makes them stronger or weaker. */
export const libraryPictureSchema = z.object({
  /** In the order of the file. */
  environments: z.array(
    environmentSchema.pick({ name: true, colour: true, guard: true, gates: true, signed: true }).extend({
      checks: z.array(checkSchema).readonly(),
    }),
  ),
  people: libraryConfigSchema.shape.people,
  roles: libraryConfigSchema.shape.roles,
});
export type LibraryPicture = z.infer<typeof libraryPictureSchema>;
type SeenEnvironment = LibraryPicture['environments'][number];

/** What is remembered of a runbook's own safeguards, by cell. */
export const runbookPictureSchema = z.object({
  steps: z.array(
    z.object({
      cell: z.string(),
      title: z.string(),
      gate: gateSchema.nullable(),
      required: z.array(z.number()).readonly(),
      expect: expectSchema.nullable(),
      destructive: z.boolean(),
    }),
  ),
});
export type RunbookPicture = z.infer<typeof runbookPictureSchema>;
type SeenStep = RunbookPicture['steps'][number];

/** The rules of a library as they are now. */
export function libraryPicture({ environments, people, roles }: LibraryConfig): LibraryPicture {
  return {
    environments: environments.map(({ name, colour, guard, gates, signed, checks }) => ({
      name,
      colour,
      guard,
      gates,
      signed,
      checks,
    })),
    people,
    roles,
  };
}

/** The safeguards of a runbook as they are now; steps without any are left out, but for their place. */
export function runbookPicture(notebook: Pick<Notebook, 'cells' | 'metadata'>): RunbookPicture {
  const cells = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  return {
    steps: planOf(notebook).steps.map(({ cell: id, title, gate, required, isDestructive }) => {
      const cell = cells.get(id);
      return {
        cell: id,
        title,
        gate,
        required,
        expect: (cell === undefined ? undefined : cellMembers(cell).expect) ?? null,
        destructive: isDestructive,
      };
    }),
  };
}

const STRENGTH: Readonly<Record<SeenEnvironment['guard'], number>> = { none: 0, confirm: 1, strict: 2 };

/**
 * What of an environment's rules is weaker than when it was last seen, as sentences; empty where nothing is, and for
 * one that was never seen. More people who may approve are weaker, fewer are not.
 */
export function weakerEnvironment(
  before: LibraryPicture,
  now: LibraryPicture,
  name: string,
): readonly string[] {
  const was = before.environments.find((one) => one.name === name);
  const is = now.environments.find((one) => one.name === name);
  const gone = before.environments
    .filter(
      ({ guard, name: other }) => guard === 'strict' && !now.environments.some((one) => one.name === other),
    )
    .map((one) => `The strict environment “${one.name}” is gone.`);
  if (was === undefined || is === undefined) return gone;
  const said: string[] = [];
  if (STRENGTH[is.guard] < STRENGTH[was.guard])
    said.push(`The guard of ${name} was ${was.guard}, is ${is.guard}.`);
  if (was.gates === 'real' && is.gates === 'confirm')
    said.push(`Approvals in ${name} were real, are confirmations.`);
  if (was.signed && !is.signed) said.push(`Approvals in ${name} had to be signed, and have not to be.`);
  if (was.colour !== is.colour) said.push(`The colour of ${name} was ${was.colour}, is ${is.colour}.`);
  said.push(...orderChanges(before, now, name), ...checkChanges(was, is));
  return [...said, ...peopleChanges(before, now), ...gone];
}

/** An environment that moved past another: which of two is the lower one decides what a rehearsal is. */
function orderChanges(before: LibraryPicture, now: LibraryPicture, name: string): readonly string[] {
  const place = (picture: LibraryPicture, of: string): number =>
    picture.environments.findIndex((one) => one.name === of);
  return before.environments.flatMap(({ name: other }) => {
    if (other === name || place(now, other) < 0) return [];
    const stoodBelow = place(before, name) < place(before, other);
    const standsBelow = place(now, name) < place(now, other);
    if (stoodBelow === standsBelow) return [];
    return [
      `${name} stood ${stoodBelow ? 'below' : 'above'} ${other}, and stands ${standsBelow ? 'below' : 'above'} it.`,
    ];
  });
}

function checkChanges(was: SeenEnvironment, is: SeenEnvironment): readonly string[] {
  const key = ({ command, in: where }: Check): string => canonicalJson([where, [...command]]);
  const now = new Map(is.checks.map((check) => [key(check), check]));
  return was.checks.flatMap((check) => {
    const other = now.get(key(check));
    if (other === undefined)
      return [`The check “${checkTitle(check)}” of ${was.name} is gone or is another.`];
    if (canonicalJson({ ...check.expected }) === canonicalJson({ ...other.expected })) return [];
    return [
      `The check “${checkTitle(check)}” of ${was.name} expected ${expectedWords(check)}, and expects ${expectedWords(other)}.`,
    ];
  });
}

/** What a check is called: its title, else its command. */
export function checkTitle({ title, command }: Pick<Check, 'title' | 'command'>): string {
  return title ?? command.join(' ').slice(0, 120);
}

/** What a check wants to hear: `“prod-eu1”`, `a text with “prod”`. */
export function expectedWords({ expected }: Pick<Check, 'expected'>): string {
  switch (expected.kind) {
    case 'equals':
      return `“${expected.text}”`;
    case 'contains':
      return `a text with “${expected.text}”`;
    case 'matches':
      return `a text like /${expected.text}/`;
  }
}

function peopleChanges(before: LibraryPicture, now: LibraryPicture): readonly string[] {
  const said: string[] = [];
  for (const person of now.people) {
    const was = before.people.find(({ name }) => name === person.name);
    if (was === undefined) said.push(`${person.name} is a new one of the people.`);
    else if (person.keys.some((key) => !was.keys.some((old) => json(old) === json(key))))
      said.push(`${person.name} has another key.`);
  }
  for (const role of now.roles) {
    const was = before.roles.find(({ name }) => name === role.name)?.people ?? [];
    const added = role.people.filter((one) => !was.includes(one));
    if (added.length > 0) said.push(`${added.join(', ')} joined the role ${role.name}.`);
  }
  return said;
}

/**
 * What of a runbook's safeguards is weaker than when it was last seen, as sentences: gates, required items,
 * expectations and destructive tags that are gone or less. A step that is gone takes its expectations along.
 */
export function weakerRunbook(before: RunbookPicture, now: RunbookPicture): readonly string[] {
  const steps = new Map(now.steps.map((step) => [step.cell, step]));
  return before.steps.flatMap((was) => {
    const is = steps.get(was.cell);
    return [...weakerGate(was, is), ...(is === undefined ? [] : weakerStep(was, is))];
  });
}

function weakerStep(was: SeenStep, is: SeenStep): readonly string[] {
  const said: string[] = [];
  if (was.destructive && !is.destructive) said.push(`Step “${is.title}” is no more tagged destructive.`);
  const items = was.required.filter((item) => !is.required.includes(item));
  if (items.length > 0 && is.gate?.kind === was.gate?.kind)
    said.push(`“${is.title}” requires item ${items.join(', ')} no more.`);
  if (was.expect !== null) {
    const lost = (Object.keys(was.expect) as (keyof Expect)[]).filter(
      (key) => was.expect?.[key] !== undefined && json(was.expect[key]) !== json(is.expect?.[key] ?? null),
    );
    if (is.expect === null) said.push(`Step “${is.title}” has no expected result any more.`);
    else if (lost.length > 0) said.push(`The expected result of step “${is.title}” is another.`);
  }
  return said;
}

function weakerGate(was: SeenStep, is: SeenStep | undefined): readonly string[] {
  if (was.gate === null) {
    return is === undefined && was.required.length > 0 ? [`The checklist “${was.title}” is gone.`] : [];
  }
  const gate = is?.gate ?? null;
  if (gate === null) return [`The gate “${was.title}” is gone.`];
  const named = `The gate “${is?.title ?? was.title}”`;
  if (gate.kind !== was.gate.kind)
    return was.gate.kind === 'confirm' && gate.kind === 'approve'
      ? []
      : [`${named} was “${was.gate.kind}”, is “${gate.kind}”.`];
  const said: string[] = [];
  const minimum = ({ minimum: least }: Gate): number => least ?? 1;
  if (minimum(gate) < minimum(was.gate))
    said.push(`${named} wanted ${minimum(was.gate)} approvals, and wants ${minimum(gate)}.`);
  if (gate.selfApprove === true && was.gate.selfApprove !== true)
    said.push(`${named} lets drivers approve their own run.`);
  if (was.gate.signed === true && gate.signed !== true) said.push(`${named} has not to be signed any more.`);
  const by = was.gate.by;
  if (by !== undefined && (gate.by === undefined || gate.by.some((one) => !by.includes(one))))
    said.push(`${named} may be answered by others than before.`);
  const wait = ({ until, duration, command, expect }: Gate): string =>
    json({
      until: until ?? null,
      duration: duration ?? null,
      command: command ?? null,
      expect: expect ?? null,
    });
  if (wait(gate) !== wait(was.gate)) said.push(`${named} waits for something else than before.`);
  return said;
}

/** Plain JSON by its content, whatever the order of its members. */
function json(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
}
