import {
  applyWidgetChange,
  changedNames,
  changeSize,
  MOST_MODELS,
  MOST_MODEL_SIZE,
  MOST_MODELS_SIZE,
  widgetPart,
  type WidgetChange,
  type WidgetModel,
} from '../../../shared/notebook/widgets/widget-model';
import { referencesIn, type LinkedModel } from '../../../shared/notebook/widgets/reach';

interface Kept extends LinkedModel {
  readonly size: number;
  /** The kernel it lives in, by number. */
  readonly session: number;
}

/** The widget models of one document, as its kernels told them. Bounded: what is over the limits is not taken. */
export class WidgetModels {
  readonly #models = new Map<string, Kept>();
  #size = 0;
  #structure = 0;

  get all(): ReadonlyMap<string, LinkedModel> {
    return this.#models;
  }

  /** Grows when a model comes or goes, or names other models than before. */
  get structure(): number {
    return this.#structure;
  }

  get(id: string): WidgetModel | undefined {
    return this.#models.get(id)?.model;
  }

  sessionOf(id: string): number | null {
    return this.#models.get(id)?.session ?? null;
  }

  /** False for one that is over the limits. */
  open(model: WidgetModel, session: number): boolean {
    this.close(model.id);
    const size = changeSize(model);
    if (size > MOST_MODEL_SIZE) return false;
    if (this.#isFull(size)) this.#dropBefore(session);
    if (this.#isFull(size)) return false;
    this.#models.set(model.id, { model, references: referencesIn(model.state), size, session });
    this.#size += size;
    this.#structure += 1;
    return true;
  }

  /** False for a model that is not here, and for one that would grow over the limits: it keeps what it had. */
  change(id: string, change: WidgetChange): boolean {
    const kept = this.#models.get(id);
    if (kept === undefined) return false;
    const before = widgetPart(kept.model, changedNames(change));
    const grown = changeSize(change) - changeSize(before);
    if (kept.size + grown > MOST_MODEL_SIZE || (grown > 0 && this.#size + grown > MOST_MODELS_SIZE)) {
      return false;
    }
    const model = applyWidgetChange(kept.model, change);
    const mayLink = referencesIn(change.state).length + referencesIn(before.state).length > 0;
    const references = mayLink ? referencesIn(model.state) : kept.references;
    if (mayLink) this.#structure += 1;
    this.#models.set(id, { ...kept, model, references, size: kept.size + grown });
    this.#size += grown;
    return true;
  }

  close(id: string): boolean {
    const kept = this.#models.get(id);
    if (kept === undefined) return false;
    this.#models.delete(id);
    this.#size -= kept.size;
    this.#structure += 1;
    return true;
  }

  #isFull(more: number): boolean {
    return this.#models.size >= MOST_MODELS || this.#size + more > MOST_MODELS_SIZE;
  }

  /** Models of kernels that have ended give their place to those of the one that runs. */
  #dropBefore(session: number): void {
    for (const [id, kept] of this.#models) if (kept.session !== session) this.close(id);
  }
}
