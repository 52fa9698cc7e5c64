import type { EventData } from '../../../shared/rpc/contracts';
import { loopIn, reachOf, type LinkedModel } from '../../../shared/notebook/widgets/reach';
import {
  changeSize,
  MOST_REACHED,
  widgetPart,
  type WidgetModel,
} from '../../../shared/notebook/widgets/widget-model';
import type { EngineClient } from '../engine-client';

/** One frame of a 60 Hz window. */
const FRAME_MS = 16;
/** Outputs of one client that are watched at once: far more than a screen shows. */
const MOST_WATCHES = 200;
/** Characters of models that one frame gets. */
const MOST_SHOWN = 32 * 1024 * 1024;

type WidgetEvent = EventData<'notebook.widget'>;

/** Where the models of an output come from now. */
export interface WidgetSource {
  readonly models: ReadonlyMap<string, LinkedModel>;
  /** Grows with each change of what names what. */
  readonly structure: number;
  /** The kernel is there and what is changed reaches it. */
  readonly isLive: boolean;
  /** Why there is nothing to show, as a sentence; null where there is. */
  readonly problem: string | null;
}

export interface WidgetWatch {
  readonly id: string;
  readonly client: EngineClient;
  readonly cell: string;
  readonly key: string;
  /** The model that the output shows. */
  readonly root: string;
  /** Made here; what a file brings never meets the models of a kernel. */
  readonly isMadeHere: boolean;
}

interface Watched extends WidgetWatch {
  readonly release: () => void;
  source: ReadonlyMap<string, LinkedModel> | null;
  structure: number;
  isLive: boolean;
  /** What the source said, and what came of it. */
  given: string | null;
  problem: string | null;
  reach: ReadonlySet<string>;
  /** Members that the client has not seen; null for a model that is new to it. */
  readonly stale: Map<string, Set<string> | null>;
  readonly gone: Set<string>;
  /** Something is to be told even where no model changed. */
  isDirty: boolean;
}

/**
 * The widget outputs that windows show, each with the models it reaches.
 *
 * A window gets the latest of what changed, at most once a frame and only against credit: however fast a kernel
 * changes its widgets, nothing is queued but what is stale.
 */
export class WidgetWatches {
  readonly #all = new Map<string, Watched>();
  #frame: NodeJS.Timeout | null = null;

  constructor(
    private readonly document: string,
    private readonly sourceOf: (watch: WidgetWatch) => WidgetSource,
  ) {}

  /** False where the client watches too many already. */
  add(watch: WidgetWatch): boolean {
    const own = [...this.#all.values()].filter(({ client }) => client.id === watch.client.id);
    if (own.length >= MOST_WATCHES || watch.client.gone.aborted) return false;
    this.remove(watch.client, watch.id);
    const onGone = (): void => this.remove(watch.client, watch.id);
    watch.client.gone.addEventListener('abort', onGone, { once: true });
    const offCredit = watch.client.onCredit(() => this.#schedule());
    this.#all.set(nameOf(watch.client, watch.id), {
      ...watch,
      release: () => {
        watch.client.gone.removeEventListener('abort', onGone);
        offCredit();
      },
      source: null,
      structure: -1,
      isLive: false,
      given: null,
      problem: null,
      reach: new Set(),
      stale: new Map(),
      gone: new Set(),
      isDirty: true,
    });
    this.#schedule();
    return true;
  }

  remove(client: EngineClient, id: string): void {
    const name = nameOf(client, id);
    this.#all.get(name)?.release();
    this.#all.delete(name);
  }

  /** The watch with its reach as it is now; null when there is none. */
  find(client: EngineClient, id: string): (WidgetWatch & Pick<Watched, 'reach' | 'isLive'>) | null {
    const watch = this.#all.get(nameOf(client, id));
    if (watch === undefined) return null;
    this.#look(watch);
    return watch;
  }

  /** Members of a model changed. The watch named by `except` has made the change itself. */
  changed(model: string, names: Iterable<string>, except: string | null): void {
    for (const watch of this.#all.values()) {
      if (!watch.reach.has(model) || watch.id === except) continue;
      const stale = watch.stale.get(model);
      if (stale === null) continue;
      watch.stale.set(model, new Set([...(stale ?? []), ...names]));
    }
    this.#schedule();
  }

  /** A model was opened anew under an id that was known. */
  replaced(model: string): void {
    for (const { reach, stale } of this.#all.values()) if (reach.has(model)) stale.set(model, null);
    this.#schedule();
  }

  /** What is live, or what names what, may have changed. */
  stirred(): void {
    this.#schedule();
  }

  dispose(): void {
    if (this.#frame !== null) clearTimeout(this.#frame);
    for (const { release } of this.#all.values()) release();
    this.#all.clear();
  }

  #schedule(): void {
    if (this.#all.size === 0) return;
    this.#frame ??= setTimeout(() => {
      this.#frame = null;
      for (const watch of this.#all.values()) this.#tell(watch);
    }, FRAME_MS);
  }

  /** Brings the reach up to date, and notes what is new in it and what has left it. */
  #look(watch: Watched): void {
    const { models, structure, isLive, problem } = this.sourceOf(watch);
    const isOther = watch.source !== null && watch.source !== models;
    if (watch.isLive !== isLive || watch.given !== problem || isOther) watch.isDirty = true;
    watch.isLive = isLive;
    if (watch.source === models && watch.structure === structure && watch.given === problem) return;
    watch.given = problem;
    const reach = problem === null ? reachOf(watch.root, models) : new Set<string>();
    const found = problem ?? problemOf(reach, models);
    if (watch.problem !== found) watch.isDirty = true;
    watch.problem = found;
    for (const id of watch.reach) if (!reach.has(id) || isOther) watch.gone.add(id);
    for (const id of reach) {
      if (watch.reach.has(id) && !isOther) continue;
      watch.stale.set(id, null);
      if (!isOther) watch.gone.delete(id);
    }
    for (const id of watch.stale.keys()) if (!reach.has(id)) watch.stale.delete(id);
    watch.reach = reach;
    watch.source = models;
    watch.structure = structure;
  }

  #tell(watch: Watched): void {
    this.#look(watch);
    if (!watch.isDirty && watch.stale.size === 0 && watch.gone.size === 0) return;
    if (watch.client.bulkCredit <= 0) return;
    const { document } = this;
    const { id, root, isLive, problem, source, stale, gone } = watch;
    const models = problem === null && source !== null ? partsOf(stale, source) : [];
    const event: WidgetEvent = { document, watch: id, root, isLive, problem, models, gone: [...gone] };
    stale.clear();
    gone.clear();
    watch.isDirty = false;
    watch.client.sendBulk('notebook.widget', event);
  }
}

function nameOf(client: EngineClient, id: string): string {
  return `${client.id} ${id}`;
}

function partsOf(
  stale: ReadonlyMap<string, ReadonlySet<string> | null>,
  models: ReadonlyMap<string, LinkedModel>,
): WidgetEvent['models'] {
  return [...stale].flatMap(([id, names]) => {
    const model: WidgetModel | undefined = models.get(id)?.model;
    if (model === undefined) return [];
    const { state, buffers } = names === null ? model : widgetPart(model, names);
    return [{ ...model, state, buffers: [...buffers], isWhole: names === null }];
  });
}

/** Why these models are not drawn, as a sentence; null where they are. */
function problemOf(reach: ReadonlySet<string>, models: ReadonlyMap<string, LinkedModel>): string | null {
  if (reach.size >= MOST_REACHED) {
    return `This widget is made of more than ${MOST_REACHED.toLocaleString('en-US')} parts, too many to be drawn here.`;
  }
  const reached = new Map(
    [...reach].flatMap((id): [string, LinkedModel][] => {
      const linked = models.get(id);
      return linked === undefined ? [] : [[id, linked]];
    }),
  );
  if (loopIn(reached) !== null) return 'This widget holds itself, so it can not be drawn.';
  let size = 0;
  for (const { model } of reached.values()) size += changeSize(model);
  return size > MOST_SHOWN ? 'This widget holds too much data to be drawn here.' : null;
}
