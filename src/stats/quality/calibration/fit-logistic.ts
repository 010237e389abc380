import { portable } from "../../../core/math/portable.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";

/** The most likely line of logit P = intercept + slope·x + offset, with standard errors from the observed information. */
export interface LogisticFit {
  readonly intercept: number;
  readonly slope: number;
  readonly interceptStandardError: number;
  readonly slopeStandardError: number;
}

const mostSteps = 200;
/** How far a step may move the intercept alone: where all offsets are extreme, Newton's own step is beyond all bounds. */
const farthest = 50;

/** Value, gradient and Hessian of the negative log likelihood. */
type Derivatives = readonly [loss: number, ga: number, gb: number, haa: number, hab: number, hbb: number];

/**
 * Newton's method with backtracking on targets in [0, 1] (H.-T. Lin, C.-J. Lin, R. C. Weng, 2007), on x brought to [−1, 1]; without
 * cancellation for large |x|. Where all x are equal the slope is 0.
 */
export function fitLogistic(
  x: Float64Array,
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  offsets?: Float64Array,
): LogisticFit | NotComputable {
  const { middle, half } = spanOf(x);
  const scaled = half === 0 ? x.map(() => 0) : x.map((value) => (value - middle) / half);
  const at = (a: number, b: number): Derivatives => derivatives(a, b, scaled, targets, weights, offsets);
  let [a, b] = [startOf(targets, weights), 0];
  let now = at(a, b);
  for (let step = 0; step < mostSteps; step++) {
    const [loss, ga, gb, haa, hab, hbb] = now;
    const determinant = haa * hbb - hab * hab;
    const flat = half === 0 || !(determinant > 1e-14 * haa * hbb);
    const newton = flat ? -ga / haa : -(hbb * ga - hab * gb) / determinant;
    const da = half === 0 ? Math.max(-farthest, Math.min(farthest, newton)) : newton;
    const db = flat ? (half === 0 || hbb === 0 ? 0 : -gb / hbb) : -(haa * gb - hab * ga) / determinant;
    if (!(Number.isFinite(da) && Number.isFinite(db))) break;
    let share = 1;
    let next = at(a + da, b + db);
    while (next[0] > loss + 1e-13 * Math.abs(loss) && share > 1e-10) {
      share /= 2;
      next = at(a + share * da, b + share * db);
    }
    if (next[0] > loss + 1e-13 * Math.abs(loss)) break;
    [a, b, now] = [a + share * da, b + share * db, next];
    if (Math.abs(da) <= 1e-13 * (1 + Math.abs(a)) && Math.abs(db) <= 1e-13 * (1 + Math.abs(b))) break;
  }
  const [, , , haa, hab, hbb] = now;
  const slope = half === 0 ? 0 : b / half;
  const intercept = a - slope * middle;
  if (!(Number.isFinite(slope) && Number.isFinite(intercept)))
    return notComputable("out-of-range", "the scores span too little for a finite slope");
  const determinant = haa * hbb - hab * hab;
  const varianceB = half === 0 ? 0 : haa / determinant / half / half;
  const shift = half === 0 ? 0 : middle / half;
  const varianceA = half === 0 ? 1 / haa : (hbb + 2 * shift * hab + shift * shift * haa) / determinant;
  return {
    intercept,
    slope,
    interceptStandardError: Math.sqrt(Math.max(0, varianceA)),
    slopeStandardError: Math.sqrt(Math.max(0, varianceB)),
  };
}

/** The middle and half the width of the values, neither of which overflows. */
function spanOf(x: Float64Array): { readonly middle: number; readonly half: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of x) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { middle: low / 2 + high / 2, half: low === high ? 0 : high / 2 - low / 2 };
}

/** The logit of the mean target: the most likely intercept without x. */
function startOf(targets: ArrayLike<number>, weights: ArrayLike<number> | undefined): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < targets.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    sum += weight * (targets[i] as number);
    total += weight;
  }
  return portable.log(sum) - portable.log(total - sum);
}

function derivatives(
  a: number,
  b: number,
  x: Float64Array,
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  offsets: Float64Array | undefined,
): Derivatives {
  let [loss, ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    const xi = x[i] as number;
    const target = targets[i] as number;
    const line = a + b * xi + (offsets === undefined ? 0 : (offsets[i] as number));
    const small = portable.exp(-Math.abs(line));
    const p = line >= 0 ? 1 / (1 + small) : small / (1 + small);
    const q = line >= 0 ? small / (1 + small) : 1 / (1 + small);
    loss += weight * (portable.log1p(small) + (line >= 0 ? (1 - target) * line : -target * line));
    const gradient = weight * (target > 0.5 ? 1 - target - q : p - target);
    const curvature = weight * p * q;
    ga += gradient;
    gb += gradient * xi;
    haa += curvature;
    hab += curvature * xi;
    hbb += curvature * xi * xi;
  }
  return [loss, ga, gb, haa, hab, hbb];
}
