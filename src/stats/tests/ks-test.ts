import { checkSample } from "../check-sample.ts";
import { gapsOfSorted } from "../distances/gaps-of-sorted.ts";
import { ksOneSampleSf } from "../distributions/ks-one-sample-sf.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { ksExactSf } from "./ks-exact-sf.ts";

/** How {@link ksTest} finds its p-value. */
export interface KsOptions {
  /**
   * `exact`: by counting lattice paths; `asymptotic`: by the one-sample distribution at round(n·m/(n + m)); `auto`: exact while that
   * takes at most `exactCells` steps, and for equal sizes always.
   * @default "auto"
   */
  readonly method?: "auto" | "exact" | "asymptotic";
  /** The most lattice cells that `auto` visits (about 10 ns each). @default 5_000_000 */
  readonly exactCells?: number;
}

/** What {@link ksTest} found. */
export interface KsResult {
  /** The name of the distance. */
  readonly metric: "ksD";
  /** D, the largest distance of the two empirical distribution functions, in [0, 1]. */
  readonly statistic: number;
  /** The probability of a D at least as large if both samples come from one continuous distribution; too large (safe) with ties. */
  readonly pValue: number;
  /** How the p-value was found. */
  readonly method: "exact" | "asymptotic";
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
}

/**
 * The two-sample Kolmogorov–Smirnov test, two-sided, ties handled (D is read after all rows of a value).
 *
 * An empty sample or a NaN is `notComputable`; infinite values are ordinary ends of the order.
 *
 * @example
 * ```ts
 * import { isNotComputable, ksTest } from "sluice/stats";
 * const result = ksTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]);
 * if (isNotComputable(result) || result.statistic !== 1 || Math.abs(result.pValue - 2 / 252) > 1e-12) throw new Error("wrong");
 * ```
 */
export function ksTest(x: ArrayLike<number>, y: ArrayLike<number>, options: KsOptions = {}): KsResult | NotComputable {
  return (
    checkSample("first", x, false) ??
    checkSample("second", y, false) ??
    ksTestSorted(sortDoubles(x), sortDoubles(y), options)
  );
}

/** {@link ksTest} of two samples that are sorted ascending and free of NaN already, as a reference that is kept sorted is. */
export function ksTestSorted(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: KsOptions = {},
): KsResult | NotComputable {
  requireCount("exactCells", options.exactCells ?? 5_000_000);
  const n = x.length;
  const m = y.length;
  if (n === 0 || m === 0) return notComputable("empty", "a sample is empty");
  return ksOfGap(gapsOfSorted(x, y).largest, n, m, options);
}

/** The result of {@link ksTest} from `gap` = n·m·D, a whole number. */
export function ksOfGap(gap: number, n: number, m: number, options: KsOptions = {}): KsResult {
  const { method = "auto", exactCells = 5_000_000 } = options;
  const statistic = gap / (n * m);
  const affordable = n === m || (2 * gap <= exactCells && n * m <= Number.MAX_SAFE_INTEGER);
  const exact = method === "exact" || (method === "auto" && affordable);
  const pValue = exact ? ksExactSf(gap, n, m) : ksOneSampleSf(statistic, Math.max(1, Math.round((n / (n + m)) * m)));
  return { metric: "ksD", statistic, pValue, method: exact ? "exact" : "asymptotic", n, m };
}
