import type { Random } from "../../core/random.ts";
import type { ReferenceBins } from "../binning/reference-bins.ts";
import { binnedDistance } from "../distances/binned-distance.ts";
import type { DistanceMetric } from "../distances/distance.ts";
import {
  type DistanceOptions,
  histogramDistance,
  isHistogramMetric,
  requireDistance,
} from "../distances/distance-options.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireNonNegative } from "../require-argument.ts";
import { drawCounts } from "../sampling/draw-counts.ts";
import { gammaDraw } from "../sampling/gamma-draw.ts";
import { multinomialDraw } from "../sampling/multinomial-draw.ts";
import type { DistanceNull, DistanceNullOptions } from "./calibration.ts";
import { nullWeights } from "./null-weights.ts";
import { drawSparseMasses, sparseBins } from "./sparse-bins.ts";
import { sizeScale } from "./size-scale.ts";

/** The null distribution of a distance over frozen bins. */
export function histogramNull(
  metric: DistanceMetric,
  bins: ReferenceBins,
  m: number,
  draws: number,
  { random, smoothing, base, unit }: DistanceNullOptions,
): DistanceNull | NotComputable {
  const options: DistanceOptions = {
    ...(smoothing === undefined ? {} : { smoothing }),
    ...(base === undefined ? {} : { base }),
    ...(unit === undefined ? {} : { unit }),
  };
  requireDistance(metric, options);
  const n = bins.counts.reduce((sum, count, slot) => sum + requireNonNegative(`counts[${slot}]`, count), 0);
  if (n === 0) return notComputable("empty", "the reference has no rows");
  const factor = chiSquaredFactor(metric, options);
  if (factor > 0 && areWellFilled(bins.counts, Math.min(1, m / n))) {
    const dof = bins.counts.length - 1;
    return { metric, n, m, method: "chi-squared", dof, factor, scaled: new Float64Array(0) };
  }
  const window = windowDraw(random, bins, m);
  const scaled = new Float64Array(draws);
  const scale = sizeScale(metric, n, m);
  for (let draw = 0; draw < draws; draw++) {
    const current = window();
    const found = isHistogramMetric(metric)
      ? histogramDistance(metric, bins.counts, current, options)
      : binnedDistance(metric, bins, current, options);
    if (isNotComputable(found)) return found;
    scaled[draw] = found.value * scale;
  }
  return { metric, n, m, method: "bootstrap", dof: 0, factor: 0, scaled: scaled.sort() };
}

/** Windows without drift, as counts; each call overwrites those of the one before. */
function windowDraw(random: Random, bins: ReferenceBins, m: number): () => Float64Array {
  const weights = nullWeights(bins);
  const counts = new Float64Array(weights.length);
  const sparse = bins.kind === "numeric" ? sparseBins(random, bins) : undefined;
  if (sparse === undefined) {
    return () => {
      drawCounts(random, weights, m, counts);
      return counts;
    };
  }
  const filled = [...weights.keys()].filter((slot) => !sparse.slots.includes(slot));
  return () => {
    for (const slot of filled) counts[slot] = gammaDraw(random, weights[slot] as number);
    drawSparseMasses(random, sparse, counts);
    multinomialDraw(random, m, counts);
    return counts;
  };
}

/** What turns a divergence times n·m/(n + m) into a chi-squared number; 0 where nothing does. */
function chiSquaredFactor(metric: DistanceMetric, { smoothing, base }: DistanceOptions): number {
  if (smoothing !== undefined && "pseudocount" in smoothing && smoothing.pseudocount > 0.5) return 0;
  if (metric === "psi") return 1;
  if (metric === "kullbackLeibler") return base === "2" ? 2 * Math.LN2 : 2;
  if (metric === "jensenShannon") return base === "e" ? 8 : 8 * Math.LN2;
  return metric === "hellinger" ? 8 : 0;
}

/**
 * Whether what the limit neglects, a sum over the slots of 1/expected rows, is small against the spread √(2·dof) of the limit. Slots that the
 * reference left empty count: with m = n a row or two beyond the ends of ten quantile bins, which the limit over the filled slots does not know
 * of, make 11% (PSI) to 22% (Hellinger) false alarms of 5%, whatever the size.
 */
function areWellFilled(counts: readonly number[], share: number): boolean {
  let neglected = 0;
  for (const count of counts) {
    if (!(count * share >= 50)) return false;
    neglected += 1 / (count * share);
  }
  return counts.length > 1 && neglected <= 0.03 * Math.sqrt(counts.length - 1);
}
