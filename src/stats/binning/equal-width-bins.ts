import { SluiceError } from "../../core/errors.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { interpolatedQuantile } from "../quantile.ts";
import { requireCount, requireOneOf } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import type { Column } from "./column.ts";
import { finiteValues, withCounts } from "./numeric-bins.ts";
import type { NumericBins } from "./reference-bins.ts";

/** A rule that says how wide bins are. */
export type BinWidthRule = "sturges" | "doane" | "freedman-diaconis";

/** How {@link equalWidthBins} cuts. */
export interface EqualWidthBinsOptions {
  /** The number of bins, or the rule that finds it. @default 10 */
  readonly bins?: number | BinWidthRule;
  /** The most bins that a rule may make. @default 1000 */
  readonly most?: number;
}

/**
 * Freezes bins of equal width on a reference column, between its smallest and largest finite value.
 *
 * The rules are those of `numpy.histogram_bin_edges` for floating-point numbers, on the reference alone: `sturges` (H. Sturges, 1926:
 * log₂ n + 1 bins), `doane` (D. Doane, 1976: more of them for a skewed column), `freedman-diaconis` (D. Freedman and P. Diaconis, 1981: width
 * 2·IQR/∛n). Outliers and heavy tails do not make more than `most` bins: the width stays as the rule says, and the bins cover the stretch
 * around the median; what lies outside it is counted below and above, the reference's own rows too. A value is in the bin whose upper edge it
 * equals (numpy puts it into the next); all values equal make one bin of no width.
 *
 * `notComputable` when the column has no finite value.
 *
 * @example
 * ```ts
 * import { equalWidthBins, isNotComputable } from "sluice/stats";
 * const column = { values: Float64Array.from({ length: 1000 }, (_, i) => i / 999) };
 * const sturges = equalWidthBins(column, { bins: "sturges" });
 * const four = equalWidthBins(column, { bins: 4 });
 * if (isNotComputable(sturges) || sturges.uppers.length !== 11) throw new Error("log₂ 1000 + 1, rounded up");
 * if (isNotComputable(four) || four.uppers.join() !== "0.25,0.5,0.75,1") throw new Error("quarters");
 * ```
 */
export function equalWidthBins(reference: Column, options: EqualWidthBinsOptions = {}): NumericBins | NotComputable {
  const most = requireCount("most", options.most ?? 1000, 1);
  const asked = options.bins ?? 10;
  const rule = typeof asked === "number" ? "equal-width" : requireOneOf("bins", asked, rules);
  if (typeof asked === "number") requireBins(asked);
  const sorted = sortDoubles(finiteValues(reference));
  if (sorted.length === 0) return notComputable("empty", "the reference has no finite value");
  const low = sorted[0] as number;
  const high = sorted[sorted.length - 1] as number;
  const count = typeof asked === "number" ? asked : binsByRule(asked, sorted);
  if (typeof asked === "number" || count <= most) return withCounts(rule, low, evenEdges(low, high, count), reference);
  const [from, to] = middleStretch(sorted, most / count);
  return withCounts(rule, from, evenEdges(from, to, most), reference);
}

function requireBins(bins: number): void {
  requireCount("bins", bins, 1);
  if (bins <= mostBins) return;
  throw new SluiceError("argument/invalid", {
    found: `${bins} bins`,
    expected: `at most ${mostBins}`,
    fix: "Ask for fewer.",
  });
}

const mostBins = 1_000_000;

const rules: readonly BinWidthRule[] = ["sturges", "doane", "freedman-diaconis"];

/** The number of bins as numpy finds it; at least 1, not bounded above. */
function binsByRule(rule: BinWidthRule, sorted: Float64Array): number {
  const n = sorted.length;
  if (sorted[0] === sorted[n - 1]) return 1;
  const largest = Math.max(Math.abs(sorted[0] as number), Math.abs(sorted[n - 1] as number));
  const scale = 2 ** Math.min(1000, Math.max(-1000, -Math.floor(Math.log2(largest))));
  const range = (sorted[n - 1] as number) * scale - (sorted[0] as number) * scale;
  if (rule === "sturges") return Math.ceil(range / (range / (Math.log2(n) + 1)));
  if (rule === "doane") return doaneBins(sorted, range, scale);
  const quartiles = interpolatedQuantile(sorted, 0.75) * scale - interpolatedQuantile(sorted, 0.25) * scale;
  const width = 2 * quartiles * n ** (-1 / 3);
  return width > 0 ? Math.ceil(range / width) : 1;
}

function doaneBins(sorted: Float64Array, range: number, scale: number): number {
  const n = sorted.length;
  if (n <= 2) return 1;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += ((sorted[i] as number) * scale - mean) / (i + 1);
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < n; i++) {
    const deviation = (sorted[i] as number) * scale - mean;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  const skewness = cubes / n / (squares / n) ** 1.5;
  const error = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  return Math.ceil(range / (range / (1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / error))));
}

/** The given share of the range, around the median but within the range. */
function middleStretch(sorted: Float64Array, share: number): [from: number, to: number] {
  const low = sorted[0] as number;
  const high = sorted[sorted.length - 1] as number;
  const length = high * share - low * share;
  const from = Math.min(Math.max(interpolatedQuantile(sorted, 0.5) - length / 2, low), high - length);
  return [from, from + length];
}

/** The upper edges of even bins as numpy's `linspace` has them, without those that rounding makes equal. */
function evenEdges(low: number, high: number, count: number): number[] {
  if (low === high) return [high];
  const step = (high - low) / count;
  const uppers: number[] = [];
  let before = low;
  for (let i = 1; i <= count; i++) {
    const share = i / count;
    const edge = i === count ? high : Number.isFinite(step) ? low + i * step : low * (1 - share) + high * share;
    if (edge > before) uppers.push(edge);
    before = Math.max(before, edge);
  }
  return uppers;
}
