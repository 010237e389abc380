import { SluiceError } from "../../core/errors.ts";
import { checkSample } from "../check-sample.ts";
import { chiSquaredSf } from "../distributions/chi-squared.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requirePositive } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Where {@link eppsSingletonTest} looks. */
export interface EppsSingletonOptions {
  /** Where the characteristic functions are compared, in units of 1/(half the pooled interquartile range): 1 to 16 numbers above 0. @default [0.4, 0.8] */
  readonly t?: readonly number[];
}

/** What {@link eppsSingletonTest} found. */
export interface EppsSingletonResult {
  /** W, with the correction for small samples where both have fewer than 25 rows. */
  readonly statistic: number;
  /** The probability that chi-squared with `dof` degrees of freedom exceeds W. */
  readonly pValue: number;
  /** The rank of the covariance matrix: 2 for each t, fewer if the values are few. */
  readonly dof: number;
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
}

/** Eigenvalues below this share of the largest one are rounding. */
const rankTolerance = 1e-13;

/**
 * The Epps–Singleton test: do the empirical characteristic functions agree at a few points? (T. W. Epps and K. J. Singleton, 1986; the
 * correction for small samples: S. J. Goerg and J. Kaiser, 2009.) For continuous and discrete values alike, and often sharper than
 * Kolmogorov–Smirnov.
 *
 * The covariance is inverted on the space in which it has rank. The values are moved by their pooled median first, which changes
 * nothing but rounding. `notComputable` with fewer than 5 rows on a side (`too-few`), for NaN or infinite values, if half of the pooled
 * values are one value or neither sample varies (`constant`), and if an outlier lies beyond 1e15 interquartile ranges (`out-of-range`).
 *
 * @example
 * ```ts
 * import { eppsSingletonTest, isNotComputable } from "sluice/stats";
 * const calm = Float64Array.from({ length: 100 }, (_, i) => i % 10);
 * const wild = calm.map((value) => 4.5 + 3 * (value - 4.5));
 * const result = eppsSingletonTest(calm, wild);
 * if (isNotComputable(result) || !(result.pValue < 1e-9)) throw new Error("three times the spread");
 * ```
 */
export function eppsSingletonTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: EppsSingletonOptions = {},
): EppsSingletonResult | NotComputable {
  const t = requirePoints(options.t ?? [0.4, 0.8]);
  const problem = checkSample("first", x, true) ?? checkSample("second", y, true);
  if (problem !== undefined) return problem;
  const n = x.length;
  const m = y.length;
  if (n < 5 || m < 5) return notComputable("too-few", "each sample needs five rows");
  const sorted = pooledSorted(x, y);
  const spread = percentile(sorted, 0.75) / 2 - percentile(sorted, 0.25) / 2;
  if (spread === 0) return notComputable("constant", "the interquartile range of all values is 0");
  const center = percentile(sorted, 0.5);
  const furthest = Math.max((sorted[n + m - 1] as number) / 2 - center / 2, center / 2 - (sorted[0] as number) / 2);
  if (!(furthest / spread < 1e15))
    return notComputable("out-of-range", "a value is too far out for its angle to mean anything");
  const first = momentsOf(x, t, center, spread);
  const second = momentsOf(y, t, center, spread);
  const covariance = first.scatter.map((value, i) => (n + m) * (value / n / n + (second.scatter[i] as number) / m / m));
  const { form, rank } = inverseForm(
    covariance,
    first.means.map((mean, i) => mean - (second.means[i] as number)),
  );
  if (rank === 0) return notComputable("constant", "neither sample varies");
  const few = Math.max(n, m) < 25;
  const correction = few ? 1 / (1 + (n + m) ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7)) : 1;
  const statistic = (n + m) * form * correction;
  return { statistic, pValue: chiSquaredSf(statistic, rank), dof: rank, n, m };
}

function requirePoints(t: readonly number[]): readonly number[] {
  if (t.length === 0 || t.length > 16) {
    throw new SluiceError("argument/invalid", {
      found: `${t.length} points t`,
      expected: "1 to 16",
      fix: "Pass two, such as [0.4, 0.8]: more make the covariance singular.",
    });
  }
  return t.map((each, i) => requirePositive(`t[${i}]`, each));
}

function pooledSorted(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const pooled = new Float64Array(x.length + y.length);
  pooled.set(x);
  pooled.set(y, x.length);
  return sortDoubles(pooled);
}

/** The quantile between the two nearest rows (type 7). */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  const part = at - Math.floor(at);
  return low * (1 - part) + high * part;
}

interface Moments {
  /** The mean cosines, then the mean sines. */
  readonly means: Float64Array;
  /** The sums of products of deviations, row by row. */
  readonly scatter: Float64Array;
}

/** The moments of cos(t·v) and sin(t·v), in one pass (B. P. Welford's updates). */
function momentsOf(values: ArrayLike<number>, t: readonly number[], center: number, spread: number): Moments {
  const size = 2 * t.length;
  const means = new Float64Array(size);
  const scatter = new Float64Array(size * size);
  const off = new Float64Array(size);
  for (let row = 0; row < values.length; row++) {
    const scaled = 2 * (((values[row] as number) / 2 - center / 2) / spread);
    for (let k = 0; k < size; k++) {
      const angle = (t[k % t.length] as number) * scaled;
      const value = k < t.length ? Math.cos(angle) : Math.sin(angle);
      off[k] = value - (means[k] as number);
      means[k] = (means[k] as number) + (off[k] as number) / (row + 1);
    }
    const weight = row / (row + 1);
    for (let i = 0; i < size; i++) {
      const weighted = weight * (off[i] as number);
      for (let j = 0; j <= i; j++) {
        scatter[i * size + j] = (scatter[i * size + j] as number) + weighted * (off[j] as number);
      }
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) scatter[j * size + i] = scatter[i * size + j] as number;
  }
  return { means, scatter };
}

/** d′ M⁺ d and the rank of M. */
function inverseForm(matrix: Float64Array, difference: Float64Array): { readonly form: number; readonly rank: number } {
  const size = difference.length;
  const { values, vectors } = symmetricEigen(matrix, size);
  const least = rankTolerance * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let form = 0;
  let rank = 0;
  values.forEach((value, k) => {
    if (value <= least) return;
    let along = 0;
    for (let i = 0; i < size; i++) along += (difference[i] as number) * (vectors[i * size + k] as number);
    form += (along * along) / value;
    rank++;
  });
  return { form, rank };
}
