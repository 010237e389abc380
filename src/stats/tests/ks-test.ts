import { type Alternative, alternatives } from "../alternative.ts";
import { checkSample, checkSorted } from "../check-sample.ts";
import { gapsOfSorted } from "../distances/gaps-of-sorted.ts";
import { ksOneSampleSf } from "../distributions/ks-one-sample-sf.ts";
import type { NotComputable } from "../not-computable.ts";
import { requireCount, requireOneOf } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { type KsSides, ksExactCells, ksExactSf } from "./ks-exact-sf.ts";

/** How {@link ksTest} finds its p-value. */
export interface KsMethodOptions {
  /**
   * `exact`: by counting lattice paths (refused beyond 2^32 steps); `asymptotic`: by the one-sample distribution at round(n·m/(n + m)),
   * one-sided by J. L. Hodges' expansion (1958); `auto`: exact while that takes at most `exactCells` steps, and for equal sizes always.
   * @default "auto"
   */
  readonly method?: "auto" | "exact" | "asymptotic";
  /** The most lattice cells that `auto` visits (about 10 ns each). @default 5_000_000 */
  readonly exactCells?: number;
}

/** How {@link ksTest} measures and finds its p-value. */
export interface KsOptions extends KsMethodOptions {
  /**
   * `greater`: D is how far the distribution function of x lies *below* that of y, so x tends to be larger; `less`: how far it lies above
   * (scipy and R name these two after the distribution functions, the other way round).
   * @default "two-sided"
   */
  readonly alternative?: Alternative;
}

/** What {@link ksTest} found. */
export interface KsResult {
  /** The name of the distance. */
  readonly metric: "ksD";
  /** D, the largest distance of the two empirical distribution functions (to the side that was asked for), in [0, 1]. */
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
 * The two-sample Kolmogorov–Smirnov test, ties handled (D is read after all rows of a value).
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
  const { alternative = "two-sided" } = options;
  requireOneOf("alternative", alternative, alternatives);
  checkKsOptions(options);
  const bad = checkSorted("first", x, false) ?? checkSorted("second", y, false);
  if (bad !== undefined) return bad;
  const n = x.length;
  const m = y.length;
  if (alternative === "two-sided") return ksOfGap(gapsOfSorted(x, y).largest, n, m, options);
  const gap = alternative === "greater" ? oneSidedGap(y, x) : oneSidedGap(x, y);
  return ksOfGap(gap, n, m, { ...options, sides: "one" });
}

/** The result of {@link ksTest} from `gap` = n·m·D, a whole number; D to either side, or to one of them. */
export function ksOfGap(
  gap: number,
  n: number,
  m: number,
  options: KsMethodOptions & { readonly sides?: KsSides } = {},
): KsResult {
  checkKsOptions(options);
  const { method = "auto", exactCells = 5_000_000, sides = "both" } = options;
  const statistic = gap / (n * m);
  const affordable = ksExactCells(gap, n, m, sides) <= exactCells && n * m <= Number.MAX_SAFE_INTEGER;
  const exact = method === "exact" || (method === "auto" && (affordable || n === m));
  const pValue = exact ? ksExactSf(gap, n, m, sides) : asymptoticSf(statistic, n, m, sides);
  return { metric: "ksD", statistic, pValue, method: exact ? "exact" : "asymptotic", n, m };
}

function checkKsOptions({ method = "auto", exactCells = 0 }: KsMethodOptions): void {
  requireOneOf("method", method, methods);
  requireCount("exactCells", exactCells);
}

const methods = ["auto", "exact", "asymptotic"] as const;

function asymptoticSf(d: number, n: number, m: number, sides: KsSides): number {
  const effective = (n / (n + m)) * m;
  if (sides === "both") return ksOneSampleSf(Math.min(1, d), Math.max(1, halfToEven(effective)));
  const z = Math.sqrt(effective) * d;
  const correction = (Math.max(n, m) + 2 * Math.min(n, m)) / Math.sqrt(n * m * (n + m));
  return Math.min(1, Math.exp(-2 * z * z - (2 * z * correction) / 3));
}

/** Rounds as peers do, so that a p-value at n·m/(n + m) = 2.5 is that of 2. */
function halfToEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** max (i·m − j·n) over all values, where i rows of x and j of y are at or below the value: how far F lies above G, times n·m. */
function oneSidedGap(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const m = y.length;
  let i = 0;
  let j = 0;
  let gap = 0;
  while (i < n && j < m) {
    const a = x[i] as number;
    const b = y[j] as number;
    const value = a < b ? a : b;
    // not === value, which never holds for NaN: the loop would not end
    while (i < n && !((x[i] as number) > value)) i++;
    while (j < m && !((y[j] as number) > value)) j++;
    gap = Math.max(gap, i * m - j * n);
  }
  return gap;
}
