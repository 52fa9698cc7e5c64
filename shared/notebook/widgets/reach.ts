import type { Json } from '../../rpc/contract';
import { viewedModel, WIDGET_VIEW_MIME } from './widget-mimes';
import { MOST_REACHED, type WidgetModel } from './widget-model';

const REFERENCE = 'IPY_MODEL_';
/** Values of one state that are looked through; what lies behind is data and no reference. */
const MOST_LOOKED_AT = 200_000;
const LINKS: ReadonlySet<string> = new Set(['LinkModel', 'DirectionalLinkModel']);

/** The ids of the models that a state names, each once. Views in the outputs of an output widget count too. */
export function referencesIn(state: Json): readonly string[] {
  const found = new Set<string>();
  const waiting: Json[] = [state];
  for (let looked = 0; waiting.length > 0 && looked < MOST_LOOKED_AT; looked += 1) {
    const value = waiting.pop();
    if (typeof value === 'string') {
      if (value.startsWith(REFERENCE)) found.add(value.slice(REFERENCE.length));
    } else if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) waiting.push(item);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        const viewed = name === WIDGET_VIEW_MIME ? viewedModel(member) : null;
        if (viewed !== null) found.add(viewed);
        waiting.push(member);
      }
    }
  }
  return [...found];
}

/** A model with the models it names, which are looked for once. */
export interface LinkedModel {
  readonly model: WidgetModel;
  readonly references: readonly string[];
}

/**
 * The models that an output reaches from the one it shows: those it names, those that these name, and links between
 * two models that are reached. At most {@link MOST_REACHED}. An output's frame gets these and may write to no other.
 */
export function reachOf(root: string, models: ReadonlyMap<string, LinkedModel>): ReadonlySet<string> {
  const reached = new Set<string>();
  const walk = (from: string): void => {
    const waiting = [from];
    while (waiting.length > 0 && reached.size < MOST_REACHED) {
      const id = waiting.pop();
      const linked = id === undefined ? undefined : models.get(id);
      if (id === undefined || linked === undefined || reached.has(id)) continue;
      reached.add(id);
      waiting.push(...linked.references);
    }
  };
  walk(root);
  for (const [id, { model, references }] of models) {
    const isLink = LINKS.has(model.name) && model.module === '@jupyter-widgets/controls';
    if (isLink && references.length > 0 && references.every((end) => reached.has(end))) walk(id);
  }
  return reached;
}

/** A model that holds itself, by whatever way; null where none does. Drawing one would wait for itself for ever. */
export function loopIn(models: ReadonlyMap<string, LinkedModel>): string | null {
  const done = new Set<string>();
  for (const start of models.keys()) {
    const path: { readonly id: string; next: number }[] = [{ id: start, next: 0 }];
    const onPath = new Set([start]);
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (top === undefined) break;
      const child = done.has(top.id) ? undefined : models.get(top.id)?.references[top.next];
      top.next += 1;
      if (child === undefined) {
        done.add(top.id);
        onPath.delete(top.id);
        path.pop();
      } else if (onPath.has(child)) {
        return child;
      } else if (!done.has(child) && models.has(child)) {
        onPath.add(child);
        path.push({ id: child, next: 0 });
      }
    }
  }
  return null;
}
