import type { OnlineEvents, OnlineRead } from "../../contracts/online-store.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type CellPool, freshCells } from "./cell-pool.ts";
import { type EntityKeys, entityKeys } from "./entity-keys.ts";
import { type ComputedFeatures, computeFeatures, type FeatureColumn, type InputFrame, keysOf } from "./frame.ts";
import { latestFromEvents } from "./latest-from-events.ts";
import { latestFromNewest } from "./latest-from-newest.ts";
import { requireKept } from "./online-retention.ts";
import type { ReadGroup } from "./read-groups.ts";
import { type EventReader, type NewestKnown, readNewestKnown } from "./read-newest-known.ts";
import type { ServicePlan } from "./service-plan.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { windowsFromEvents } from "./windows-from-events.ts";

/** What the online store holds of a view for some rows: of look-ups alone the newest events, with windows all that they reach. */
interface ViewRead {
  readonly keyIndex: Int32Array;
  readonly found: NewestKnown | OnlineRead;
}

/** What the online store holds of a service's views, in the order of its plan's reads. */
export type ViewReads = readonly (ViewRead | undefined)[];

/**
 * Reads the events that a service's features at some rows are made of, of distinct entities: the newest of all views of look-ups at once, and
 * all of each view with windows, under way together.
 */
export async function readViews(
  plan: ServicePlan,
  frame: InputFrame,
  store: EventReader,
  signal?: AbortSignal,
): Promise<ViewReads> {
  const found: (ViewRead | undefined)[] = plan.reads.map(() => undefined);
  const under: Promise<void>[] = [];
  for (const group of plan.readGroups) {
    const entities = entityKeys(keysOf(group.first, frame), group.first.keys);
    if (group.lookUps.length > 0) under.push(readLookUps(group, entities, frame.atMs, store, found, signal));
    for (const place of group.windowed) under.push(readEvents(plan, place, entities, frame, store, found, signal));
  }
  // A request of look-ups alone has one read to wait for.
  if (under.length === 1) await under[0];
  else await Promise.all(under);
  return found;
}

async function readLookUps(
  { lookUps, lookUpHashes }: ReadGroup,
  entities: EntityKeys,
  atMs: Float64Array,
  store: EventReader,
  into: (ViewRead | undefined)[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await readNewestKnown(lookUpHashes, entities, atMs, store, signal);
  lookUps.forEach((place, i) => {
    const own = found[i];
    if (own !== undefined) into[place] = { keyIndex: entities.keyIndex, found: own };
  });
}

async function readEvents(
  plan: ServicePlan,
  place: number,
  { keys, keyIndex }: EntityKeys,
  frame: InputFrame,
  store: EventReader,
  into: (ViewRead | undefined)[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const view = plan.reads[place];
  if (view === undefined) return;
  const fromMs = earliestOf(frame) - view.reachMs;
  into[place] = { keyIndex, found: await store.readEvents(view.view.hash, keys, fromMs, { signal }) };
}

/** Computes a service's features from what was read, each row at its own T. Errors: `features/not-kept` for a T whose events were let go. */
export function featuresOfReads(
  plan: ServicePlan,
  frame: InputFrame,
  reads: ViewReads,
  kernel: Kernel,
  pool: CellPool = freshCells,
): ComputedFeatures {
  const windowed = (view: WindowedPlan): readonly FeatureColumn[] => {
    const read = reads[plan.reads.indexOf(view)];
    if (read === undefined) return [];
    const { keyIndex, found } = read;
    if ("events" in found) return featuresOfEvents(view, frame, keyIndex, found, kernel, pool);
    requireKept(view, earliestOf(frame), found.newest.keptFromMs);
    return latestFromNewest(view, found, keyIndex, frame.atMs, pool);
  };
  return computeFeatures(plan, frame, windowed, pool);
}

/** Computes a view's features from the events of entities, each row's by its index among them. Errors: `features/not-kept`. */
export function featuresOfEvents(
  plan: WindowedPlan,
  frame: InputFrame,
  keyIndex: Int32Array,
  { events, keptFromMs }: OnlineRead,
  kernel: Kernel,
  pool: CellPool = freshCells,
): readonly FeatureColumn[] {
  requireKept(plan, earliestOf(frame), keptFromMs);
  const found: OnlineEvents[] = [];
  for (let row = 0; row < keyIndex.length; row++) found.push(events[keyIndex[row] ?? -1] ?? noEvents);
  const windows = plan.spec.features.length === 0 ? [] : windowsFromEvents(plan, found, frame.atMs, kernel, pool);
  return plan.latest.length === 0 ? windows : [...windows, ...latestFromEvents(plan, found, frame.atMs, pool)];
}

function earliestOf({ atMs }: InputFrame): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < atMs.length; row++) earliest = Math.min(earliest, atMs[row] ?? earliest);
  return earliest;
}

const noEvents: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};
