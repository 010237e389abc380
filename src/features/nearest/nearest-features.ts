import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { OnlineEventBatch } from "../../contracts/online-store.ts";
import type { NearestVectors, VectorSpace, VectorStore } from "../../contracts/vector-store.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import { eventsView } from "../definitions/events-view.ts";
import { tableFromRows } from "../../table/table-from-rows.ts";
import { decodeKey, entityKeys } from "../store/entity-keys.ts";
import type { MaterializationLog } from "../store/materialization-log.ts";
import { requireInstant } from "../store/request-frame.ts";
import { requireView } from "../store/require-service.ts";
import { planWindowed } from "../store/service-plan.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import { type FilledWiring, FilledVectors } from "./filled-vectors.ts";
import type { NearestEntities, NearestOptions } from "./nearest-entities.ts";
import { type VectorFeature, vectorBatch, vectorFeatures } from "./vector-batch.ts";

/** What {@link NearestFeatures} are wired with. */
export interface NearestWiring {
  readonly vectors?: VectorStore | undefined;
  readonly datasets: DatasetReader;
  readonly clock: Clock;
  readonly log: MaterializationLog;
  /** How a view is computed, of those that this process knows, by hash. */
  planOf(view: string): WindowedPlan | undefined;
}

/** The vectors among the latest look-ups of views, searched by likeness. They come along with the events of the online store. */
export class NearestFeatures {
  readonly #wiring: NearestWiring;
  readonly #filled: FilledVectors | undefined;

  constructor(wiring: NearestWiring) {
    this.#wiring = wiring;
    const { vectors } = wiring;
    if (vectors === undefined) return;
    const bring: FilledWiring["bring"] = (plan, batch, signal) => bringVectors(vectors, plan, batch, signal);
    this.#filled = new FilledVectors({ ...wiring, vectors, bring });
  }

  /** Takes the vectors among events of a view; nothing to do for a view without any. */
  async bring(view: string, events: OnlineEventBatch, signal: AbortSignal | undefined): Promise<void> {
    const { vectors } = this.#wiring;
    const plan = this.#wiring.planOf(view);
    if (vectors !== undefined && plan !== undefined) await bringVectors(vectors, plan, events, signal);
  }

  /** Takes note that views were materialized by this process: their vectors came along. */
  async materialized(plans: readonly WindowedPlan[]): Promise<void> {
    for (const plan of plans) if (vectorFeatures(plan).length > 0) await this.#filled?.goOn(plan);
  }

  async drop(view: string): Promise<void> {
    await this.#filled?.forget(view);
    await this.#wiring.vectors?.drop(view);
  }

  /** See `FeatureStore.nearest`. */
  async nearest(
    view: ViewDefinition,
    feature: string,
    query: ArrayLike<number>,
    options: NearestOptions,
  ): Promise<NearestEntities> {
    requireView(view);
    requireQuery(view, query);
    const { k, metric = "cosine", among, signal } = options;
    const atMs = options.atMs ?? this.#wiring.clock.nowMs();
    requireInstant("atMs", atMs);
    const { plan, found } = vectorsOf(view, feature);
    if (query.length !== found.dimension) throw wrongLength(view, found, query.length);
    const { vectors } = this.#wiring;
    if (vectors === undefined || this.#filled === undefined) throw withoutStore();
    const names = keyNames(view);
    const keys = among && entityKeys(tableFromRows(among, view.keys), names).keys;
    await this.#filled.upToDate(plan, signal);
    const fromMs = atMs - plan.body.ttlMs;
    const wanted = { vectors: Float64Array.from(query), k, metric, among: keys, fromMs, atMs };
    const [nearest = noneNear] = await vectors.search(spaceOf(plan, found), wanted, { signal });
    const { scores, eventTimeMs } = nearest;
    return { entities: nearest.keys.map((key) => decodeKey(key, names, view.keys)), scores, eventTimeMs, atMs };
  }
}

const noneNear: NearestVectors = { keys: [], scores: new Float64Array(0), eventTimeMs: new Float64Array(0) };

async function bringVectors(
  vectors: VectorStore,
  plan: WindowedPlan,
  events: OnlineEventBatch,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const feature of vectorFeatures(plan))
    await vectors.put(spaceOf(plan, feature), vectorBatch(events, feature), { signal });
}

/** How the events behind a view are read, and which of its look-ups is meant. Errors: `features/unknown-feature`. */
function vectorsOf(
  view: ViewDefinition,
  feature: string,
): { readonly plan: WindowedPlan; readonly found: VectorFeature } {
  const events = eventsView(view);
  const plan = events && planWindowed(events, events.body);
  const found = plan && vectorFeatures(plan).find(({ name }) => name === feature);
  if (plan === undefined || found === undefined) throw noVectors(view, feature);
  return { plan, found };
}

/** The names by which the parts of a view's keys are read, in their order. */
function keyNames({ body, keys }: ViewDefinition): readonly string[] {
  return body.kind === "alias" ? Object.keys(body.of.keys).map((key) => body.keys[key] ?? key) : Object.keys(keys);
}

function spaceOf({ view }: WindowedPlan, { name, dimension }: VectorFeature): VectorSpace {
  return { view: view.hash, feature: name, dimension };
}

function noVectors(view: ViewDefinition, feature: string): SluiceError {
  const type = view.features[feature];
  return new SluiceError("features/unknown-feature", {
    found:
      type === undefined
        ? `no feature "${feature}" of view "${view.name}"`
        : `"${feature}" of view "${view.name}", of type ${type.tag}`,
    expected: "a latest look-up of a column of vectors of one size",
    fix: "Name such a feature; in a dataset's schema an array of numbers of a fixed length is a vector.",
  });
}

function requireQuery(view: ViewDefinition, query: unknown): void {
  if (typeof query === "object" && query !== null && "length" in query) return;
  throw new SluiceError("features/invalid-input", {
    found: `a query of type ${typeof query} for view "${view.name}"`,
    expected: "a list of numbers",
    fix: "Pass the vector, as an array or a Float64Array.",
  });
}

function wrongLength(view: ViewDefinition, { name, dimension }: VectorFeature, length: number): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `a query of ${length} numbers for "${name}" of view "${view.name}"`,
    expected: `${dimension} numbers`,
    fix: "Make the query by the model that made the vectors.",
  });
}

function withoutStore(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "a search for the nearest vectors without a vector store",
    expected: "one that keeps the vectors of views",
    fix: "Open the workspace (or make the FeatureStore) with the option `vectors`: memoryVectors(), usearch({ Index }) or postgresVectors({ pool }).",
  });
}
