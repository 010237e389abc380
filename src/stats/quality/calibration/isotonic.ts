import { lowerBound } from "../../../core/lower-bound.ts";
import { checkSample } from "../../check-sample.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOneOf, requireSameLength } from "../../require-argument.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { requireScore } from "./platt.ts";
import { requireModel } from "./require-model.ts";

/** Values of x closer than this are one, as in scikit-learn. */
const sameWithin = 1e-15;

/** A fitted isotonic regression, plain and safe to store as JSON: linear between its points, constant outside of them. */
export interface IsotonicModel {
  /** What kind of record this is. */
  readonly kind: "isotonic";
  /** The version of this record. */
  readonly version: 1;
  /** The places of the points, ascending. */
  readonly x: readonly number[];
  /** The values at the points, never decreasing (or never increasing). */
  readonly y: readonly number[];
}

/** Which way {@link fitIsotonic} goes. */
export interface IsotonicOptions extends WeightOptions {
  /** Whether y may only rise with x or only fall. @default "increasing" */
  readonly direction?: "increasing" | "decreasing";
}

/**
 * Fits isotonic regression: the monotone step values with the least squared error, by pooling adjacent violators (M. Ayer et al., 1955).
 * Rows of the same x are first averaged; the model keeps the corners and is linear between them, as in scikit-learn. To calibrate, pass
 * scores and labels.
 *
 * `notComputable` without rows, for NaN and infinite values, and when all weights are 0; `argument/invalid` for different lengths and
 * negative weights.
 *
 * @example
 * ```ts
 * import { applyIsotonic, fitIsotonic, isNotComputable } from "sluice/stats";
 * const model = fitIsotonic([1, 2, 3, 4], [0, 1, 0, 1]);
 * if (isNotComputable(model) || model.y.join() !== "0,0.5,0.5,1") throw new Error("2 and 3 are pooled");
 * if (applyIsotonic(model, [0, 1.5, 9]).join() !== "0,0.25,1") throw new Error("linear between, constant outside");
 * ```
 */
export function fitIsotonic(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: IsotonicOptions = {},
): IsotonicModel | NotComputable {
  const direction = requireOneOf("direction", options.direction ?? "increasing", ["increasing", "decreasing"]);
  requireSameLength("x and y", x, y);
  const weights = requireWeights(options, x);
  const unfit = checkSample("x", x, true) ?? checkSample("y", y, true);
  if (unfit !== undefined) return unfit;
  const sign = direction === "increasing" ? 1 : -1;
  const places = averaged(x, y, weights, sign);
  if (places.x.length === 0) return notComputable("zero-denominator", "all weights are 0");
  const fitted = pooled(places.y, places.weights);
  if (!fitted.every(Number.isFinite)) return notComputable("out-of-range", "a mean is beyond the largest double");
  const corner = (i: number): boolean =>
    i === 0 || i === fitted.length - 1 || fitted[i] !== fitted[i - 1] || fitted[i] !== fitted[i + 1];
  const kept = places.x.map((_, i) => i).filter(corner);
  return {
    kind: "isotonic",
    version: 1,
    x: kept.map((i) => places.x[i] as number),
    y: kept.map((i) => sign * (fitted[i] as number) + 0),
  };
}

/**
 * The values of an {@link IsotonicModel} at places; `argument/invalid` for a NaN or infinite place and for a record that {@link fitIsotonic}
 * cannot have returned. The record is checked at every call: pass places together.
 */
export function applyIsotonic(model: IsotonicModel, places: ArrayLike<number>): Float64Array {
  const { x, y } = requireModel(model, "isotonic", "as many x as y, finite, x ascending and y monotone", isSound);
  const knots = Float64Array.from(x);
  return Float64Array.from({ length: places.length }, (_, i) => valueAt(knots, y, requireScore(places, i)));
}

function isSound({ x, y }: IsotonicModel): boolean {
  if (!(x?.length > 0 && x.length === y?.length)) return false;
  const falls = (y[0] as number) > (y[y.length - 1] as number);
  for (let i = 0; i < x.length; i++) {
    if (!(Number.isFinite(x[i]) && Number.isFinite(y[i]))) return false;
    if (i === 0) continue;
    const [before, after] = [y[i - 1] as number, y[i] as number];
    if (!((x[i - 1] as number) < (x[i] as number) && (falls ? before >= after : before <= after))) return false;
  }
  return true;
}

function valueAt(x: Float64Array, y: readonly number[], place: number): number {
  const low = lowerBound(x, place);
  if (low === x.length) return y[low - 1] as number;
  const above = y[low] as number;
  if (low === 0 || x[low] === place) return above;
  const [from, to] = [x[low - 1] as number, x[low] as number];
  const below = y[low - 1] as number;
  // Halves, so that no difference overflows.
  const share = (place / 2 - from / 2) / (to / 2 - from / 2);
  return below * (1 - share) + above * share;
}

/** One row for each x: the weighted mean of y, the sum of weights. */
function averaged(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  sign: number,
): { readonly x: number[]; readonly y: number[]; readonly weights: number[] } {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i)
    .filter((i) => weights === undefined || (weights[i] as number) > 0)
    .sort((a, b) => (x[a] as number) - (x[b] as number) || (y[a] as number) - (y[b] as number));
  const places: { x: number[]; y: number[]; weights: number[] } = { x: [], y: [], weights: [] };
  for (let from = 0; from < order.length; ) {
    const start = x[order[from] as number] as number;
    let [sum, weight, to] = [0, 0, from];
    for (; to < order.length; to++) {
      const row = order[to] as number;
      if ((x[row] as number) - start >= sameWithin) break;
      const one = weights === undefined ? 1 : (weights[row] as number);
      sum += one * (y[row] as number);
      weight += one;
    }
    places.x.push(start);
    places.y.push(sign * (sum / weight));
    places.weights.push(weight);
    from = to;
  }
  return places;
}

/** Pools adjacent violators: blocks of means that never decrease. */
function pooled(y: readonly number[], weights: readonly number[]): Float64Array {
  const means: number[] = [];
  const masses: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < y.length; i++) {
    let mean = y[i] as number;
    let mass = weights[i] as number;
    while (means.length > 0 && (means[means.length - 1] as number) >= mean) {
      const before = means.pop() as number;
      const other = masses.pop() as number;
      ends.pop();
      mean = before === mean ? mean : before + (mean - before) * (mass / (mass + other));
      mass += other;
    }
    means.push(mean);
    masses.push(mass);
    ends.push(i + 1);
  }
  const fitted = new Float64Array(y.length);
  let from = 0;
  for (const [block, end] of ends.entries()) {
    fitted.fill(means[block] as number, from, end);
    from = end;
  }
  return fitted;
}
