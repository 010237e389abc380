import type { Random } from "../../core/random.ts";
import { checkSample } from "../check-sample.ts";
import type { DistanceOptions } from "../distances/distance-options.ts";
import { requireDistance } from "../distances/distance-options.ts";
import { gapsOfSorted } from "../distances/gaps-of-sorted.ts";
import { deviationOf } from "../distances/population-deviation.ts";
import { requireUnit } from "../distances/wasserstein.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { drawCounts } from "../sampling/draw-counts.ts";
import { sortDoubles } from "../sort-doubles.ts";
import type { CalibratedSampleMetric, DistanceNull, DistanceNullOptions } from "./calibration.ts";
import { meanExcess, type RankCells, rankCells, rankGaps } from "./rank-cells.ts";
import { sizeScale } from "./size-scale.ts";

/** The null distribution of a distance of samples, given the reference. */
export function sampleNull(
  metric: CalibratedSampleMetric,
  reference: ArrayLike<number>,
  m: number,
  draws: number,
  { random, unit, smoothing, base }: DistanceNullOptions,
): DistanceNull | NotComputable {
  requireOneOf("metric", metric, ["wasserstein", "energy", "ksD"]);
  const given: DistanceOptions = { ...(smoothing && { smoothing }), ...(base && { base }), ...(unit && { unit }) };
  requireDistance(metric === "ksD" ? "energy" : metric, given);
  const problem = checkSample("reference", reference, metric !== "ksD");
  if (problem !== undefined) return problem;
  const n = reference.length;
  if (metric === "ksD") return { metric, n, m, method: "exact", dof: 0, factor: 0, scaled: new Float64Array(0) };
  const deviation = requireUnit(unit) === "raw" ? 1 : deviationOf(reference);
  if (deviation === 0) return notComputable("constant", "the reference does not vary, so it has no standard deviation");
  const sorted = sortDoubles(reference);
  const simulate = m <= 1000 && n <= 10_000 ? byRows(random, sorted, m) : byCells(random, rankCells(sorted), m);
  const scale = sizeScale(metric, n, m) / deviation;
  const scaled = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const { area, squares } = simulate();
    const distance = (metric === "wasserstein" ? area : Math.sqrt(2 * squares)) * scale;
    if (!Number.isFinite(distance)) return notComputable("infinite", "a distance is beyond the largest double");
    scaled[draw] = distance;
  }
  return { metric, n, m, method: "bootstrap", dof: 0, factor: 0, scaled: scaled.sort() };
}

type Simulation = () => { readonly area: number; readonly squares: number };

/** Windows row by row: each falls into one of the n + 1 gaps of the reference, evenly within it, or where an earlier row of it fell. */
function byRows(random: Random, sorted: Float64Array, m: number): Simulation {
  const n = sorted.length;
  const below = meanExcess(sorted, "low");
  const above = meanExcess(sorted, "high");
  const gaps = new Int32Array(m);
  const window = new Float64Array(m);
  return () => {
    for (let row = 0; row < m; row++) {
      const pick = random.int(n + 1 + row);
      const gap = pick <= n ? pick : (gaps[pick - n - 1] as number);
      gaps[row] = gap;
      const share = random.next();
      if (gap === 0) window[row] = (sorted[0] as number) + below * Math.log1p(-share);
      else if (gap === n) window[row] = (sorted[n - 1] as number) - above * Math.log1p(-share);
      else window[row] = (sorted[gap - 1] as number) * (1 - share) + (sorted[gap] as number) * share;
    }
    const { area, squares, unit } = gapsOfSorted(sorted, window.sort());
    return { area: area * unit, squares: squares * unit };
  };
}

/** Windows as counts between some of the reference's rows. */
function byCells(random: Random, cells: RankCells, m: number): Simulation {
  const counts = new Float64Array(cells.weights.length);
  return () => {
    drawCounts(random, cells.weights, m, counts);
    return rankGaps(cells, counts, m);
  };
}
