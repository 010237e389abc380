/** How long events are kept: what runs by itself, and what documents who decided what. */
export type RetentionClass = "log" | "documentation";

const dayMs = 86_400_000;

/**
 * The least time each class is kept: logs six months (EU AI Act, Art. 19 and 26), documentation ten years (Art. 18), both counted
 * generously in days.
 */
export const leastKeptMs: { readonly [class_ in RetentionClass]: number } = {
  log: 184 * dayMs,
  documentation: 3653 * dayMs,
};

/** What the library records by itself, as data and requests come and go. Everything else is documentation, the host's own kinds too. */
const logKinds: ReadonlySet<string> = new Set([
  "alert.acknowledged",
  "alert.raised",
  "alert.resolved",
  "batch.blocked",
  "data.collected",
  "dataset.committed",
  "dataset.ref-made",
  "dataset.ref-removed",
  "features.backfilled",
  "features.collected",
  "merge.refused",
  "pipeline.ended",
  "rollout.advanced",
]);

/**
 * The class of an event's kind.
 *
 * @example
 * ```ts
 * import { retentionClass } from "sluice/ledger";
 * if (retentionClass("version.promoted") !== "documentation") throw new Error("a promotion documents a decision");
 * ```
 */
export function retentionClass(kind: string): RetentionClass {
  return logKinds.has(kind) ? "log" : "documentation";
}
