import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/**
 * Keeps online events from growing without bound. What is kept of a view ends at its newest event (no later than the clock: a
 * row from the future forgets nothing) and is as long as its longest window and the retention. A trim is due once a quarter
 * more than that is held, so that it is rare; the engine remembers what is held, so that short-lived processes trim too.
 */
export class OnlineRetention {
  readonly #online: OnlineStore;
  readonly #clock: Clock;
  readonly #retentionMs: number;
  /** By view hash: the instant that must be due to be forgotten for a trim to be worth it. */
  readonly #nextTrimMs = new Map<string, number>();

  constructor(online: OnlineStore, clock: Clock, retentionMs: number) {
    this.#online = online;
    this.#clock = clock;
    this.#retentionMs = retentionMs;
  }

  /** How far back of its newest event a view's events are kept, milliseconds. */
  keptMs(plan: WindowedPlan): number {
    return plan.windowReachMs + this.#retentionMs;
  }

  /** Trims a view if that is due, after events up to `newestMs` were pushed. */
  async pushed(plan: WindowedPlan, newestMs: number): Promise<void> {
    const view = plan.view.hash;
    const beforeMs = Math.min(newestMs, this.#clock.nowMs()) - this.keptMs(plan);
    if (beforeMs < (this.#nextTrimMs.get(view) ?? (await this.#firstTrimMs(plan)))) return;
    await this.#online.trimEvents(view, beforeMs, { keepLatest: plan.latest.length > 0 });
    this.#nextTrimMs.set(view, beforeMs + this.keptMs(plan) / 4);
  }

  async #firstTrimMs(plan: WindowedPlan): Promise<number> {
    const { keptFromMs, oldestMs } = await this.#online.extent(plan.view.hash);
    const firstMs = Math.max(keptFromMs, oldestMs) + this.keptMs(plan) / 4;
    // Of a view that holds nothing yet it is told when it does.
    if (firstMs < Number.POSITIVE_INFINITY) this.#nextTrimMs.set(plan.view.hash, firstMs);
    return firstMs;
  }
}

/** Errors: `features/not-kept` where a read at `atMs` needs events from before the watermark. */
export function requireKept(plan: WindowedPlan, atMs: number, keptFromMs: number): void {
  if (atMs - plan.windowReachMs >= keptFromMs) return;
  const earliest = new Date(Math.ceil(keptFromMs + plan.windowReachMs));
  throw new SluiceError("features/not-kept", {
    found: `a read of view "${plan.view.name}" at ${isoOf(new Date(atMs))}, whose events are no longer all in the online store`,
    expected: `an instant from ${isoOf(earliest)} on`,
    fix: "For the past use training() or replay(), or materialize into an online store of its own; to read further back, give the store a longer retention.",
  });
}

/** Some instants have no calendar date. */
function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an instant out of the calendar" : date.toISOString();
}
