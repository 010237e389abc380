import { requireCount } from "../../require-argument.ts";
import type { ScoreSteps } from "./score-steps.ts";

/** How many points a curve may have. */
export interface CurveOptions {
  /** The most points, at least 2: a bounded curve keeps both ends and points about equally far apart along it. @default every distinct score */
  readonly maxPoints?: number;
}

/** Checks {@link CurveOptions}; `argument/invalid` for fewer than two points. */
export function requireMaxPoints(options: CurveOptions): number {
  return options.maxPoints === undefined ? Number.POSITIVE_INFINITY : requireCount("maxPoints", options.maxPoints, 2);
}

/** The steps to keep, ascending: the first, the last, and between them whichever passes the next equal part of the way. */
export function keptSteps(steps: ScoreSteps, most: number): Uint32Array {
  const { length } = steps.thresholds;
  if (length <= most) return Uint32Array.from({ length }, (_, i) => i);
  if (most === 1) return Uint32Array.of(length - 1);
  const way = (i: number): number =>
    (steps.truePositives[i] as number) / Math.max(1, steps.positives) +
    (steps.falsePositives[i] as number) / Math.max(1, steps.negatives);
  const start = way(0);
  const part = (way(length - 1) - start) / (most - 1);
  const kept = [0];
  for (let i = 1; i < length - 1 && kept.length < most - 1; i++) {
    if (way(i) - start >= part * kept.length) kept.push(i);
  }
  kept.push(length - 1);
  return Uint32Array.from(kept);
}
