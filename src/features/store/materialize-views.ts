import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Digest } from "../../core/digest.ts";
import { durationMs } from "../../core/duration.ts";
import { nextTurn } from "../../core/platform.ts";
import { requireAtLeast, requireCount } from "../../stats/require-argument.ts";
import { isPresent } from "../../table/column.ts";
import { columnOf } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import { holdClaim } from "./hold-claim.ts";
import type { LoadedRange } from "./loaded-range.ts";
import type { Claim, MaterializationLog } from "./materialization-log.ts";
import { type OnlineRetention, requireKept } from "./online-retention.ts";
import type { MaterializeOptions, PushResult } from "./push-events.ts";
import { hexOf, type IsLoaded, loadedBefore, loadedOf, noneLoaded } from "./rows-to-load.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { eventColumns, eventIds, type EventRows, eventRows } from "./source-events.ts";
import type { SourceVersions } from "./source-history.ts";

/** From where to where, and by what means, history is loaded. */
export interface MaterializeInput extends MaterializeOptions {
  readonly online: OnlineStore;
  readonly offline: OfflineStore;
  readonly datasets: DatasetReader;
  readonly log: MaterializationLog;
  readonly retention: OnlineRetention;
  readonly plans: readonly WindowedPlan[];
  /** The version of every source. */
  readonly sources: SourceVersions;
  /** Runs work that reads a view's source in the offline store, under the name that it is given. */
  reading<R>(plan: WindowedPlan, work: (source: Digest) => Promise<R>): Promise<R>;
}

/** Loads sources' history into the online store. Errors: `features/not-kept` where reads at `to` can no longer be served, `features/busy`. */
export async function materializeViews(input: MaterializeInput): Promise<PushResult> {
  const { plans, onProgress, signal } = input;
  requireCount("rowsAtOnce", input.rowsAtOnce ?? 8192, 1);
  const leaseMs = requireAtLeast("lease", durationMs(input.lease ?? "30s"), 1);
  const options = { leaseMs, wait: input.wait ?? false };
  let events = 0;
  let skipped = 0;
  let done = 0;
  for (const plan of plans) {
    const claimed = { ...options, ...(signal === undefined ? {} : { signal }) };
    const loaded = await holdClaim(
      input.log,
      plan.view.hash,
      claimed,
      async (claim) => await materializeView(input, plan, claim),
    );
    events += loaded.events;
    skipped += loaded.skipped;
    done++;
    onProgress?.({ stage: "materializing", done, total: plans.length, unit: "views" });
  }
  return { views: plans.length, events, skipped };
}

/** Loads what is missing of one view: a crash leaves the rows it has brought over on record, and the watermark where it was. */
async function materializeView(
  input: MaterializeInput,
  plan: WindowedPlan,
  claim: Claim,
): Promise<{ readonly events: number; readonly skipped: number }> {
  const { to, online, log } = input;
  const digest = input.sources[plan.body.source.name];
  const { loaded } = claim.state;
  if (digest !== undefined && input.from === undefined && isCovered(input, plan, loaded, digest)) {
    const { keptFromMs } = await online.extent(plan.view.hash);
    requireKept(plan, to, keptFromMs);
    return { events: 0, skipped: 0 };
  }
  return await input.reading(plan, async (source) => {
    const wantedMs = wantedFrom(input, plan);
    const before = await loadedUpTo(input, plan, claim, source, wantedMs);
    const fromMs = before === undefined ? await openRange(input, plan, source) : wantedMs;
    const { generation, part } = claim.state;
    const version = hexOf(source);
    const { rows: total } = await input.datasets.version(source);
    const resumed = part?.version === version ? loadedOf(part) : noneLoaded;
    const isLoaded: IsLoaded = (...row) => before?.(...row) === true || resumed(...row);
    let events = 0;
    let skipped = 0;
    // A range that is on record is given up only where this one holds all of it.
    const keepsPart = part?.version === version && part.fromMs <= fromMs && part.toMs >= to;
    for await (const chunk of chunks(input, plan, source, { fromMs, isLoaded })) {
      if (chunk.events !== undefined) {
        await log.confirm(claim);
        events += await online.appendEvents(plan.view.hash, chunk.events.batch, { signal: input.signal });
        skipped += chunk.events.skipped;
        const done = { version, rows: chunk.rows, fromMs, toMs: to, generation };
        if (!keepsPart || done.rows > part.rows) await log.savePart(claim, done);
      }
      input.onProgress?.({ stage: `materializing ${plan.view.name}`, done: chunk.rows, total, unit: "rows" });
    }
    const same = before !== undefined && loaded?.version === version;
    // A range inside what the watermark speaks of takes nothing from it.
    const inside = input.from !== undefined && loaded !== undefined && loaded.fromMs <= fromMs && to <= loaded.toMs;
    if (inside) await log.complete(claim, loaded);
    else
      await log.complete(claim, {
        version,
        rows: total,
        fromMs: same ? Math.min(loaded.fromMs, fromMs) : fromMs,
        toMs: same ? Math.max(loaded.toMs, to) : to,
      });
    return { events, skipped };
  });
}

/** Whether the watermark says that nothing is missing. */
function isCovered(
  input: MaterializeInput,
  plan: WindowedPlan,
  loaded: LoadedRange | undefined,
  source: Digest,
): boolean {
  if (loaded === undefined || loaded.version !== hexOf(source)) return false;
  return loaded.fromMs <= wantedFrom(input, plan) && input.to <= loaded.toMs;
}

/** The earliest event time that reads need where none is asked for: only all of history tells an entity's latest value. */
function wantedFrom(input: MaterializeInput, plan: WindowedPlan): number {
  return plan.latest.length > 0 ? Number.NEGATIVE_INFINITY : input.to - input.retention.keptMs(plan);
}

/** What the watermark says is there, where it can be gone on from; `undefined` = the whole range is to be loaded. */
async function loadedUpTo(
  { datasets, from, to, online, signal }: MaterializeInput,
  plan: WindowedPlan,
  { state: { loaded } }: Claim,
  source: Digest,
  wantedMs: number,
): Promise<IsLoaded | undefined> {
  if (loaded === undefined || from !== undefined || loaded.fromMs > wantedMs || wantedMs > loaded.toMs)
    return undefined;
  requireKept(plan, to, (await online.extent(plan.view.hash)).keptFromMs);
  if (loaded.version === hexOf(source)) return loadedOf(loaded);
  return await loadedBefore(datasets, plan.body.source, source, loaded, signal);
}

/**
 * Where loading a view starts. Where that leaves a gap behind what the store holds, the gap and what is before it are let go
 * first, so that no read can take a part for the whole; not where another one, who has the lease by now, has brought more.
 */
async function openRange(input: MaterializeInput, plan: WindowedPlan, source: string): Promise<number> {
  const { online, to, signal } = input;
  // A drop that was interrupted: nothing of the view can be read until it is ended.
  if ((await online.extent(plan.view.hash)).keptFromMs === Number.POSITIVE_INFINITY)
    await online.dropView(plan.view.hash, { signal });
  const { keptFromMs, newestMs } = await online.extent(plan.view.hash);
  requireKept(plan, to, keptFromMs);
  const wantedMs = input.from ?? to - input.retention.keptMs(plan);
  // Only all of history tells an entity's latest value, unless the store has the older part already.
  if (plan.latest.length > 0 && !(input.from !== undefined && wantedMs <= newestMs)) return Number.NEGATIVE_INFINITY;
  const { left, wanted } = await survey(input, plan, source, wantedMs);
  const empty = newestMs === Number.NEGATIVE_INFINITY && !wanted;
  if (left > newestMs && !empty)
    await online.trimEvents(plan.view.hash, Math.min(wantedMs, left + 1), {
      keepLatest: false,
      unlessNewerMs: newestMs,
      signal,
    });
  return wantedMs;
}

/** The newest event time of a source before an instant (−∞ if there is none), and whether any is from then on to `to`. */
async function survey(
  { offline, to, signal }: MaterializeInput,
  plan: WindowedPlan,
  source: string,
  beforeMs: number,
): Promise<{ readonly left: number; readonly wanted: boolean }> {
  const { eventTime } = plan.body.source;
  let left = Number.NEGATIVE_INFINITY;
  let wanted = false;
  for await (const part of offline.scan(source, [eventTime])) {
    signal?.throwIfAborted();
    const column = columnOf(part, eventTime, "instant");
    for (let row = 0; row < part.rowCount; row++) {
      const ms = isPresent(column, row) ? (column.values[row] ?? Number.NaN) : Number.NaN;
      if (ms < beforeMs && ms > left) left = ms;
      else if (ms >= beforeMs && ms <= to) wanted = true;
    }
  }
  return { left, wanted };
}

/** The next rows to bring over, if any are among them, and how many rows of history are done with after them. */
interface Chunk {
  readonly events: EventRows | undefined;
  readonly rows: number;
}

/** Which rows of a view's history are to be loaded. */
interface Missing {
  readonly fromMs: number;
  readonly isLoaded: IsLoaded;
}

async function* chunks(
  { offline, to, signal, rowsAtOnce = 8192 }: MaterializeInput,
  plan: WindowedPlan,
  source: string,
  { fromMs, isLoaded }: Missing,
): AsyncGenerator<Chunk> {
  let ordinal = 0;
  for await (const part of offline.scan(source, eventColumns(plan))) {
    const times = columnOf(part, plan.body.source.eventTime, "instant").values;
    const ids = eventIds(plan, part, ordinal);
    const rows: number[] = [];
    for (let row = 0; row < times.length; row++) {
      const ms = times[row] ?? Number.NaN;
      if (ms >= fromMs && ms <= to && !isLoaded(ids[row] ?? 0, ms, ordinal + row)) rows.push(row);
    }
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      // An engine in this process answers at once: without a turn of theirs, neither timers nor requests would come to it.
      await nextTurn();
      signal?.throwIfAborted();
      const chunk = Uint32Array.from(rows.slice(from, from + rowsAtOnce));
      const events = eventRows(
        plan,
        takeRows(part, chunk),
        Float64Array.from(chunk, (row) => ids[row] ?? 0),
      );
      yield { events, rows: ordinal + (chunk.at(-1) ?? 0) + 1 };
    }
    ordinal += part.rowCount;
    yield { events: undefined, rows: ordinal };
  }
}
