import type { Metrics } from "../../../contracts/metric-estimate.ts";
import { lowerBound } from "../../../core/lower-bound.ts";
import { seededRandom } from "../../../core/random.ts";
import { psi } from "../../../stats/distances/psi.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import { interpolatedQuantile } from "../../../stats/quantile.ts";
import { wilsonInterval } from "../../../stats/quality/wilson-interval.ts";
import { multinomialDraw } from "../../../stats/sampling/multinomial-draw.ts";
import { sortDoubles } from "../../../stats/sort-doubles.ts";
import { calledClasses } from "../decision-counts.ts";
import { withNormalInterval, z95 } from "../evaluation-metric.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { finite } from "../measure.ts";

/**
 * How far the predictions are from another model's on the same rows: `meanAbsoluteDifference` (of several classes half the sum over them: total
 * variation), `changedDecisions` (a share) and `psi` (over tenths of the other's predictions; of the called classes where there are several).
 */
export function predictionStability(judged: JudgedRows, others: Float64Array, threshold: number): Metrics {
  const { rows, kind, predictions, outputs } = judged;
  const own = calledClasses(judged, predictions, threshold);
  const theirs = calledClasses(judged, others, threshold);
  return {
    meanAbsoluteDifference: meanDifference(predictions, others, rows),
    changedDecisions: kind === "regression" ? { notComputable: "a number is no decision" } : changed(own, theirs),
    psi:
      kind === "multiclass"
        ? binnedPsi(own, theirs, outputs)
        : binnedPsi(tenths(predictions, others), tenths(others, others), 10),
  };
}

function meanDifference(predictions: Float64Array, others: Float64Array, rows: number): Metrics[string] {
  const outputs = predictions.length / rows;
  const half = outputs > 1 ? 0.5 : 1;
  const gaps = new Float64Array(rows);
  for (let i = 0; i < predictions.length; i++) {
    const row = Math.floor(i / outputs);
    gaps[row] = (gaps[row] as number) + half * Math.abs((predictions[i] as number) - (others[i] as number));
  }
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / rows;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  return finite(withNormalInterval(mean, rows > 1 ? Math.sqrt(squares / (rows - 1) / rows) : undefined, rows));
}

function changed(own: Int32Array, theirs: Int32Array): Metrics[string] {
  let successes = 0;
  for (let i = 0; i < own.length; i++) if (own[i] !== theirs[i]) successes++;
  const found = wilsonInterval({ successes, trials: own.length });
  if (isNotComputable(found)) return { notComputable: found.detail };
  return { value: found.value, lower: found.lower, upper: found.upper, n: own.length };
}

/** Which tenth of the reference each value is in. */
function tenths(values: Float64Array, reference: Float64Array): Int32Array {
  const sorted = sortDoubles(reference);
  const edges = new Set(Array.from({ length: 9 }, (_, i) => interpolatedQuantile(sorted, (i + 1) / 10)));
  const ascending = Float64Array.from(edges);
  return Int32Array.from(values, (value) => lowerBound(ascending, value));
}

const resamples = 999;

/**
 * The index with an interval. Chance adds to it, at most some 2(bins − 1)/n for two independent samples, so the upper end is the index plus 1.96 bootstrap errors, and the
 * lower the same below the index less that. Pairs of bins are drawn, since both sides are of the same rows.
 */
function binnedPsi(own: Int32Array, theirs: Int32Array, bins: number): Metrics[string] {
  const n = own.length;
  const pairs = new Float64Array(bins * bins);
  for (let i = 0; i < n; i++) {
    const pair = (theirs[i] as number) * bins + (own[i] as number);
    pairs[pair] = (pairs[pair] as number) + 1;
  }
  const value = psiOf(pairs, bins);
  if (value === undefined) return { notComputable: "no rows" };
  const random = seededRandom(`psi ${n}`);
  const drawn = Array.from({ length: resamples }, () => {
    const masses = pairs.slice();
    multinomialDraw(random, n, masses);
    return psiOf(masses, bins) ?? value;
  });
  const mean = drawn.reduce((sum, one) => sum + one, 0) / resamples;
  const error = Math.sqrt(drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (resamples - 1));
  const byChance = (2 * (bins - 1)) / n;
  return finite({ value, lower: Math.max(0, value - byChance - z95 * error), upper: value + z95 * error, n });
}

function psiOf(pairs: Float64Array, bins: number): number | undefined {
  const reference = new Float64Array(bins);
  const current = new Float64Array(bins);
  pairs.forEach((count, pair) => {
    const [from, to] = [Math.floor(pair / bins), pair % bins];
    reference[from] = (reference[from] as number) + count;
    current[to] = (current[to] as number) + count;
  });
  const found = psi(reference, current);
  return isNotComputable(found) ? undefined : Math.max(0, found.value);
}
