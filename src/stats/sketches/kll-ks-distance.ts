import type { IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import type { KllSketch } from "./kll-sketch.ts";

/** The Kolmogorov–Smirnov distance that two sketches tell of, and how far it can be off. */
export interface KllKsDistance extends IntervalEstimate {
  /** By how much `value` can be off: the sum of both sketches' bounds for all ranks; 0 if both are exact. */
  readonly error: number;
  /** Values on the reference side. */
  readonly n: number;
  /** Values on the current side. */
  readonly m: number;
}

/**
 * The Kolmogorov–Smirnov distance of two samples from their {@link KllSketch}es: the largest difference of the two distribution functions.
 *
 * The true distance of the two samples lies within ε₁ + ε₂ of it, the sketches' rank errors for all ranks, with a confidence of 98% (each
 * holds with 99%). `notComputable("empty")` if one is empty.
 *
 * @example
 * ```ts
 * import { isNotComputable, kllKsDistance, KllSketch } from "sluice/stats";
 * const [reference, current] = [new KllSketch(), new KllSketch({ k: 400 })];
 * reference.addAll(Float64Array.from({ length: 50_000 }, (_, i) => i));
 * current.addAll(Float64Array.from({ length: 50_000 }, (_, i) => i + 5_000));
 * const distance = kllKsDistance(reference, current);
 * if (isNotComputable(distance) || distance.lower > 0.1 || distance.upper < 0.1) throw new Error("the distance is 0.1");
 * ```
 */
export function kllKsDistance(reference: KllSketch, current: KllSketch): KllKsDistance | NotComputable {
  const n = reference.count;
  const m = current.count;
  if (n === 0 || m === 0) return notComputable("empty", `the ${n === 0 ? "reference" : "current"} sketch is empty`);
  const left = reference.weighted();
  const right = current.weighted();
  let value = 0;
  let i = 0;
  let j = 0;
  while (i < left.values.length && j < right.values.length) {
    const at = Math.min(left.values[i] as number, right.values[j] as number);
    while (left.values[i] === at) i++;
    while (right.values[j] === at) j++;
    const below = i === 0 ? 0 : (left.upTo[i - 1] as number) / n;
    const other = j === 0 ? 0 : (right.upTo[j - 1] as number) / m;
    value = Math.max(value, Math.abs(below - other));
  }
  const error = reference.rankErrorBound({ all: true }) + current.rankErrorBound({ all: true });
  return { value, lower: Math.max(0, value - error), upper: Math.min(1, value + error), confidence: 0.98, error, n, m };
}
