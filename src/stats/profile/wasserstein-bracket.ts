import { type NotComputable, notComputable } from "../not-computable.ts";
import type { NumericProfile } from "./numeric-profile.ts";
import { requireSameBins } from "./require-same-bins.ts";

/** A Wasserstein-1 distance with the most that it can be wrong. */
export interface WassersteinBracket {
  /** The name of the distance. */
  readonly metric: "wasserstein";
  /** The distance if every value were in the middle of its bin. */
  readonly value: number;
  /** The true distance differs from `value` by at most this. */
  readonly error: number;
  /** The true distance is at least this. */
  readonly lower: number;
  /** The true distance is at most this. */
  readonly upper: number;
  /** Values on the reference side, without NaN and missing ones. */
  readonly n: number;
  /** Values on the current side, without NaN and missing ones. */
  readonly m: number;
}

/**
 * The Wasserstein-1 (earth mover's) distance of two columns from their profiles, in the unit of the values, with a bound of its error:
 * values are moved to the middle of their bin, which is at most half its width away, so the error is at most Σ width (p + q) / 2. Bins end
 * at the least and the largest value of a side, the slots below and above reach to them, and a bin with nothing but its upper edge
 * has no width. NaN and missing values are left out.
 *
 * `notComputable` when a side is empty or has infinite values, and for values too far apart for a double. Throws `argument/invalid` for
 * profiles over different bins.
 *
 * @example
 * ```ts
 * import { isNotComputable, NumericProfile, quantileBins, wassersteinBracket } from "sluice/stats";
 * const values = Float64Array.from({ length: 1000 }, (_, i) => i);
 * const bins = quantileBins({ values }, { bins: 100 });
 * if (isNotComputable(bins)) throw new Error(bins.detail);
 * const reference = new NumericProfile(bins);
 * const current = new NumericProfile(bins);
 * reference.addAll({ values });
 * current.addAll({ values: values.map((value) => value / 2) });
 * const found = wassersteinBracket(reference, current);
 * if (isNotComputable(found) || found.lower > 249.75 || found.upper < 249.75 || found.error > 10) throw new Error("wrong");
 * ```
 */
export function wassersteinBracket(
  reference: NumericProfile,
  current: NumericProfile,
): WassersteinBracket | NotComputable {
  requireSameBins(reference, current);
  const left = pointsOf(reference);
  const right = pointsOf(current);
  if (left === undefined) return notComputable("empty", "the reference has no values");
  if (right === undefined) return notComputable("empty", "the current data has no values");
  const ends = [left.min, left.max, right.min, right.max];
  if (!ends.every(Number.isFinite)) return notComputable("infinite", "a side has infinite values");
  const range = Math.max(left.max, right.max) - Math.min(left.min, right.min);
  const value = areaBetween(left, right);
  // What the sums here may have rounded away.
  const rounding = (left.places.length + 8) * 2 ** -52 * range;
  const error = left.error + right.error + rounding;
  if (!Number.isFinite(value + error))
    return notComputable("out-of-range", "the values are too far apart for a double");
  return {
    metric: "wasserstein",
    value,
    error,
    lower: Math.max(0, value - error),
    upper: value + error,
    n: left.n,
    m: right.n,
  };
}

/** A profile as values in the middle of their bins. */
interface Points {
  /** The middle of each slot. */
  readonly places: Float64Array;
  /** The counts slot by slot. */
  readonly counts: Float64Array;
  /** How far values are from their middle, on average and at most. */
  readonly error: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

function pointsOf(profile: NumericProfile): Points | undefined {
  const { n, min, max } = profile;
  if (min === undefined || max === undefined) return undefined;
  const edges = [Number.NEGATIVE_INFINITY, profile.bins.min, ...profile.bins.uppers, Number.POSITIVE_INFINITY];
  const counts = profile.counts();
  const slots = edges.length - 1;
  const places = new Float64Array(slots);
  let error = 0;
  for (let slot = 0; slot < slots; slot++) {
    const count = counts[slot] as number;
    const high = clamp(edges[slot + 1] as number, min, max);
    const inner = slot > 0 && slot < slots - 1;
    const low = inner && !profile.isSpread(slot - 1) ? high : clamp(edges[slot] as number, min, max);
    places[slot] = low / 2 + high / 2;
    if (count > 0) error += (high / 2 - low / 2) * (count / n);
  }
  return { places, counts, error, min, max, n };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function areaBetween(left: Points, right: Points): number {
  let i = 0;
  let j = 0;
  let last = Math.min(left.min, right.min);
  let area = 0;
  const moveTo = (place: number): void => {
    if (place > last) {
      area += (place - last) * Math.abs(i / left.n - j / right.n);
      last = place;
    }
  };
  for (let slot = 0; slot < left.places.length; slot++) {
    const a = left.places[slot] as number;
    const b = right.places[slot] as number;
    const p = left.counts[slot] as number;
    const q = right.counts[slot] as number;
    if (a <= b) {
      if (p > 0) moveTo(a);
      i += p;
      if (q > 0) moveTo(b);
      j += q;
    } else {
      if (q > 0) moveTo(b);
      j += q;
      if (p > 0) moveTo(a);
      i += p;
    }
  }
  return area;
}
