import type { GateOutcome } from "../../contracts/gate.ts";
import { type MetricEnd, type MetricReading, shown } from "./metric-bound.ts";

/** A bound on a reading, and what to do where it is not kept. */
export interface ReadingBound {
  readonly gate: string;
  /** What was read, as the reason calls it. */
  readonly metric: string;
  readonly side: "atLeast" | "atMost";
  readonly bound: number;
  readonly on: MetricEnd;
  /** What to do about what was not measured. */
  readonly measure: string;
  /** What to do about a bound that is not kept. */
  readonly improve: string;
}

/** Judges a reading by a bound: not measured is not passed. */
export function judgeReading(reading: MetricReading, asked: ReadingBound): GateOutcome {
  const { gate, metric, side, bound, on } = asked;
  if (!reading.measured) return { gate, outcome: "notMeasured", reason: reading.reason, bound, fix: asked.measure };
  const { value, estimate } = reading;
  const kept = side === "atLeast" ? value >= bound : value <= bound;
  const reason = `${metric} ${shown(value)} (${on}, n = ${estimate.n}), needed ${side === "atLeast" ? "≥" : "≤"} ${shown(bound)}`;
  return kept
    ? { gate, outcome: "pass", reason, measured: value, bound }
    : { gate, outcome: "fail", reason, measured: value, bound, fix: asked.improve };
}
