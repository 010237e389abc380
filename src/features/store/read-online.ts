import type { OnlineEvents, OnlineRead } from "../../contracts/online-store.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type CellPool, freshCells } from "./cell-pool.ts";
import { type EntityKeys, entityKeys } from "./entity-keys.ts";
import { type ComputedFeatures, computeFeatures, type FeatureColumn, type InputFrame, keysOf } from "./frame.ts";
import { type EventReader, readLatestKnown } from "./read-latest-known.ts";
import { latestFromEvents } from "./latest-from-events.ts";
import { requireKept } from "./online-retention.ts";
import type { ServicePlan, WindowedPlan } from "./service-plan.ts";
import { windowsFromEvents } from "./windows-from-events.ts";

/** What the online store holds of a service's views for some rows, in the order of its plan's reads. */
export interface ViewReads {
  readonly keys: readonly EntityKeys[];
  readonly reads: readonly OnlineRead[];
}

/** Reads the events that a service's features at some rows are made of: one read a view over the distinct entities, all under way together. */
export async function readViews(
  plan: ServicePlan,
  frame: InputFrame,
  store: EventReader,
  signal?: AbortSignal,
): Promise<ViewReads> {
  const keys = entityKeysOf(plan.reads, frame);
  const reads = await Promise.all(plan.reads.map((view, i) => readView(view, frame, keys[i] ?? noKeys, store, signal)));
  return { keys, reads };
}

/** Computes a service's features from what was read, each row at its own T. Errors: `features/not-kept` for a T whose events were let go. */
export function featuresOfReads(
  plan: ServicePlan,
  frame: InputFrame,
  { keys, reads }: ViewReads,
  kernel: Kernel,
  pool: CellPool = freshCells,
): ComputedFeatures {
  const windowed = (view: WindowedPlan): readonly FeatureColumn[] => {
    const at = plan.reads.indexOf(view);
    const [own, read] = [keys[at], reads[at]];
    return own === undefined || read === undefined ? [] : fromEvents(view, frame, own, read, kernel, pool);
  };
  return computeFeatures(plan, frame, windowed, pool);
}

/** Reads and computes one windowed view, as {@link featuresOfReads} does. */
export async function readOnline(
  plan: WindowedPlan,
  frame: InputFrame,
  store: EventReader,
  kernel: Kernel,
  signal?: AbortSignal,
): Promise<readonly FeatureColumn[]> {
  const keys = entityKeys(keysOf(plan, frame), plan.keys);
  return fromEvents(plan, frame, keys, await readView(plan, frame, keys, store, signal), kernel, freshCells);
}

/** Look-ups alone need the newest events, windows all that they reach. */
async function readView(
  plan: WindowedPlan,
  frame: InputFrame,
  keys: EntityKeys,
  store: EventReader,
  signal: AbortSignal | undefined,
): Promise<OnlineRead> {
  if (plan.spec.features.length === 0) return await readLatestKnown(plan.view.hash, keys, frame.atMs, store, signal);
  return await store.readEvents(plan.view.hash, keys.keys, earliestOf(frame) - plan.reachMs, { signal });
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

const noKeys: EntityKeys = { keys: [], keyIndex: new Int32Array(0) };

const noEvents: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};

/** The entity keys of each view, encoded once for views that are read by the same fields. */
function entityKeysOf(views: readonly WindowedPlan[], frame: InputFrame): readonly EntityKeys[] {
  const found: EntityKeys[] = [];
  for (const view of views) {
    const same = views.findIndex((other, i) => i < found.length && sameNames(other.readBy, view.readBy));
    found.push(found[same] ?? entityKeys(keysOf(view, frame), view.keys));
  }
  return found;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
