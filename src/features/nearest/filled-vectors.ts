import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OnlineEventBatch } from "../../contracts/online-store.ts";
import type { VectorSpace, VectorStore } from "../../contracts/vector-store.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";
import { columnOf } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { LoadedRange } from "../store/loaded-range.ts";
import type { MaterializationLog } from "../store/materialization-log.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import { eventColumns, eventIds, eventRows } from "../store/source-events.ts";

/** What {@link FilledVectors} are wired with. */
export interface FilledWiring {
  readonly vectors: VectorStore;
  readonly datasets: DatasetReader;
  readonly clock: Clock;
  readonly log: MaterializationLog;
  bring(plan: WindowedPlan, events: OnlineEventBatch, signal: AbortSignal | undefined): Promise<void>;
}

/** A view that is being filled, and whose signal ends that. */
interface Filling {
  readonly done: Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** By view hash the generation of the materialization that a vector store has: as event time, which only rises. */
const marks: VectorSpace = { view: "sluice.filled", feature: "generation", dimension: 1 };
/** How long what a look at the watermark said is believed. */
const believedMs = 1000;
/** Rows brought at a time. */
const rowsAtOnce = 8192;

/**
 * Keeps a vector store up with the online store. Each carries the generation of a view's last materialization; where the vector store's is older (it is
 * a new one, it does not outlive its process, or a process without it materialized), it is filled from the history that was materialized.
 */
export class FilledVectors {
  readonly #wiring: FilledWiring;
  readonly #lookedMs = new Map<string, number>();
  readonly #filling = new Map<string, Filling>();

  constructor(wiring: FilledWiring) {
    this.#wiring = wiring;
  }

  /** Fills what is missing of a view; concurrent calls wait for one, and go on for themselves where its caller gave up. */
  async upToDate(plan: WindowedPlan, signal: AbortSignal | undefined): Promise<void> {
    const { hash } = plan.view;
    for (let under = this.#filling.get(hash); under !== undefined; under = this.#filling.get(hash)) {
      try {
        return await under.done;
      } catch (error) {
        if (under.signal?.aborted !== true) throw error;
      }
    }
    const nowMs = this.#wiring.clock.nowMs();
    if (nowMs - (this.#lookedMs.get(hash) ?? Number.NEGATIVE_INFINITY) < believedMs) return;
    const done = this.#fill(plan, signal).finally(() => this.#filling.delete(hash));
    this.#filling.set(hash, { done, signal });
    await done;
    this.#lookedMs.set(hash, nowMs);
  }

  /**
   * After a materialization whose events came along: a store that had all before it has all now. One that does not outlive its process may lack what
   * another process brought before it died, where this one went on: it looks again.
   */
  async goOn(plan: WindowedPlan): Promise<void> {
    this.#lookedMs.delete(plan.view.hash);
    if (!this.#wiring.vectors.capabilities.durable) return;
    const loaded = await this.#wiring.log.loaded(plan.view.hash);
    if (loaded !== undefined && (await this.#markOf(plan)) === loaded.generation - 1) await this.#mark(plan, loaded);
  }

  async forget(view: string): Promise<void> {
    this.#lookedMs.delete(view);
    await this.#wiring.vectors.remove(marks, [view]);
  }

  async #fill(plan: WindowedPlan, signal: AbortSignal | undefined): Promise<void> {
    const loaded = await this.#wiring.log.loaded(plan.view.hash);
    if (loaded === undefined || (await this.#markOf(plan)) >= loaded.generation) return;
    const { bring, datasets } = this.#wiring;
    const columns = eventColumns(plan);
    const version = await this.#versionOf(plan, loaded);
    let ordinal = 0;
    for await (const part of datasets.scan(version, { columns, ...(signal === undefined ? {} : { signal }) })) {
      const times = columnOf(part, plan.body.source.eventTime, "instant").values;
      const ids = eventIds(plan, part, ordinal);
      const rows = [...times.keys()].filter((row) => isWithin(loaded, times[row]));
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        const some = Uint32Array.from(rows.slice(from, from + rowsAtOnce));
        const own = Float64Array.from(some, (row) => ids[row] ?? 0);
        await bring(plan, eventRows(plan, takeRows(part, some), own).batch, signal);
      }
      ordinal += part.rowCount;
    }
    await this.#mark(plan, loaded);
  }

  /** The version that was materialized, or, where it was collected since, the newest one. */
  async #versionOf({ body: { source } }: WindowedPlan, { version }: LoadedRange): Promise<Digest> {
    const digest: Digest = `sha256:${version}`;
    try {
      return (await this.#wiring.datasets.version(digest)).digest;
    } catch (error) {
      const head = isSluiceError(error, "data/version-not-found")
        ? await this.#wiring.datasets.head(source.name)
        : undefined;
      if (head === undefined) throw error;
      return head.digest;
    }
  }

  async #markOf({ view }: WindowedPlan): Promise<number> {
    const { vectors } = this.#wiring;
    const [metric = "euclidean"] = vectors.capabilities.metrics;
    const [found] = await vectors.search(marks, { vectors: Float64Array.of(1), k: 1, metric, among: [view.hash] });
    return found?.eventTimeMs[0] ?? 0;
  }

  async #mark({ view }: WindowedPlan, { generation }: LoadedRange): Promise<void> {
    const times = Float64Array.of(generation);
    const mark = { keys: [view.hash], vectors: Float64Array.of(1), eventTimeMs: times, knownTimeMs: times };
    await this.#wiring.vectors.put(marks, mark);
  }
}

function isWithin({ fromMs, toMs }: LoadedRange, ms: number | undefined): boolean {
  return ms !== undefined && ms >= fromMs && ms <= toMs;
}
