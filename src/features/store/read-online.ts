import type { OnlineEvents, OnlineRead, OnlineStore } from "../../contracts/online-store.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type CellPool, freshCells } from "./cell-pool.ts";
import { type EntityKeys, entityKeys } from "./entity-keys.ts";
import { type ComputedFeatures, computeFeatures, type FeatureColumn, type InputFrame } from "./frame.ts";
import { latestFromEvents } from "./latest-from-events.ts";
import { requireKept } from "./online-retention.ts";
import { type ServicePlan, type WindowedPlan, windowedPlans } from "./service-plan.ts";
import { windowsFromEvents } from "./windows-from-events.ts";

/** What the online store holds of a service's views for some rows. */
export interface ViewReads {
  readonly views: readonly WindowedPlan[];
  readonly keys: readonly EntityKeys[];
  readonly reads: readonly OnlineRead[];
}

/** Reads the events that a service's features at some rows are made of: one read a view over the distinct entities, all under way together. */
export async function readViews(
  plan: ServicePlan,
  frame: InputFrame,
  store: Pick<OnlineStore, "readEvents">,
): Promise<ViewReads> {
  const views = windowedPlans(plan);
  const keys = entityKeysOf(views, frame);
  const earliest = earliestOf(frame);
  const reads = await Promise.all(
    views.map((view, i) => store.readEvents(view.view.hash, keys[i]?.keys ?? [], earliest - view.reachMs)),
  );
  return { views, keys, reads };
}

/** Computes a service's features from what was read, each row at its own T. Errors: `features/not-kept` for a T whose events were let go. */
export function featuresOfReads(
  plan: ServicePlan,
  frame: InputFrame,
  { views, keys, reads }: ViewReads,
  kernel: Kernel,
  pool: CellPool = freshCells,
): ComputedFeatures {
  const windowed = (view: WindowedPlan): readonly FeatureColumn[] => {
    const at = views.indexOf(view);
    const [own, read] = [keys[at], reads[at]];
    return own === undefined || read === undefined ? [] : fromEvents(view, frame, own, read, kernel, pool);
  };
  return computeFeatures(plan, frame, windowed, pool);
}

/** Reads and computes one windowed view, as {@link featuresOfReads} does. */
export async function readOnline(
  plan: WindowedPlan,
  frame: InputFrame,
  store: Pick<OnlineStore, "readEvents">,
  kernel: Kernel,
): Promise<readonly FeatureColumn[]> {
  const keys = entityKeys(frame.inputs, plan.keys);
  const read = await store.readEvents(plan.view.hash, keys.keys, earliestOf(frame) - plan.reachMs);
  return fromEvents(plan, frame, keys, read, kernel, freshCells);
}

function earliestOf({ atMs }: InputFrame): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < atMs.length; row++) earliest = Math.min(earliest, atMs[row] ?? earliest);
  return earliest;
}

function fromEvents(
  plan: WindowedPlan,
  frame: InputFrame,
  { keyIndex }: EntityKeys,
  { events, keptFromMs }: OnlineRead,
  kernel: Kernel,
  pool: CellPool,
): readonly FeatureColumn[] {
  requireKept(plan, earliestOf(frame), keptFromMs);
  const found: OnlineEvents[] = [];
  for (let row = 0; row < keyIndex.length; row++) found.push(events[keyIndex[row] ?? -1] ?? noEvents);
  const windows = plan.spec.features.length === 0 ? [] : windowsFromEvents(plan, found, frame.atMs, kernel, pool);
  return plan.latest.length === 0 ? windows : [...windows, ...latestFromEvents(plan, found, frame.atMs, pool)];
}

const noEvents: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};

/** The entity keys of each view, encoded once for views of the same entities. */
function entityKeysOf(views: readonly WindowedPlan[], { inputs }: InputFrame): readonly EntityKeys[] {
  const found: EntityKeys[] = [];
  for (const { keys } of views) {
    const same = views.findIndex((view, i) => i < found.length && sameNames(view.keys, keys));
    found.push(found[same] ?? entityKeys(inputs, keys));
  }
  return found;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
