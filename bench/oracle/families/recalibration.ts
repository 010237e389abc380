import type { Random } from "../../../src/core/random.ts";
import { withNormalInterval } from "../../../src/registry/evaluation/evaluation-metric.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { logisticRecalibration } from "../../../src/stats/quality/probabilistic/logistic-recalibration.ts";
import { comparison, type Family } from "../comparison.ts";

interface Rows {
  readonly [key: string]: Float64Array;
  readonly p: Float64Array;
  readonly y: Float64Array;
}

function rowsOf(p: readonly number[], y: readonly number[]): Rows {
  return { p: Float64Array.from(p), y: Float64Array.from(y) };
}

/** Where no slope is most likely, or only just one is: separated, touching, all alike, certain, and next to no rows. */
const hard: readonly Rows[] = [
  rowsOf([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]),
  rowsOf([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1]),
  rowsOf([0.1, 0.5, 0.5, 0.9], [0, 0, 1, 1]),
  rowsOf([0.3, 0.3, 0.3, 0.3], [0, 1, 0, 1]),
  rowsOf([0.2, 0.4, 0.6], [1, 1, 1]),
  rowsOf([0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0, 0, 1]),
  rowsOf([0, 1, 0, 1], [0, 1, 0, 1]),
  rowsOf([0, 1, 0.5, 0.5, 5e-324, 1 - 2 ** -53, 1e-300], [0, 1, 0, 1, 1, 0, 0]),
  rowsOf([0.2], [1]),
  rowsOf([0.2, 0.7], [0, 1]),
  rowsOf([0.2, 0.7], [1, 0]),
  rowsOf([0.2, 0.5, 0.7], [0, 1, 0]),
  rowsOf([0.2, 0.5, 0.5, 0.7], [0, 1, 0, 1]),
  rowsOf([0.5, 0.5 + 2 ** -50, 0.5, 0.5 + 2 ** -50], [0, 1, 1, 0]),
];

/** Predictions whose logits are a line of the true ones: overconfident, timid, shifted, turned round; rounded, and sometimes certain. */
function drawRows(random: Random, index: number): Rows {
  const known = hard[index];
  if (known !== undefined) return known;
  const rows = index === hard.length ? 5000 : 3 + Math.ceil(300 ** random.next());
  const [shift, slope, spread] = [random.normal(), random.normal() * 1.5, Math.exp(random.normal())];
  const steps = [0, 10, 100][random.int(3)] ?? 0;
  const certain = random.int(4) === 0 ? 0.05 : 0;
  const p = new Float64Array(rows);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const logit = spread * random.normal();
    const said = 1 / (1 + Math.exp(-logit));
    p[i] = random.next() < certain ? random.int(2) : steps === 0 ? said : Math.round(said * steps) / steps;
    y[i] = random.next() < 1 / (1 + Math.exp(-(shift + slope * logit))) ? 1 : 0;
  }
  return { p, y };
}

/** Calibration slope and intercept, as evaluations report them, against scipy's optimizer and scikit-learn's regression without a penalty. */
export const family: Family = {
  name: "recalibration",
  comparisons: [
    comparison({
      name: "calibration slope, intercept and their 95% intervals against scipy.optimize",
      peer: "slope_and_intercept",
      draws: 400,
      draw: drawRows,
      ours: ({ p, y }) => {
        const found = logisticRecalibration(p, y);
        if (isNotComputable(found)) return found;
        const slope = withNormalInterval(found.slope, found.slopeStandardError, y.length);
        const intercept = withNormalInterval(found.intercept, found.interceptStandardError, y.length);
        return {
          slope: slope.value,
          slopeLower: slope.lower ?? Number.NaN,
          slopeUpper: slope.upper ?? Number.NaN,
          intercept: intercept.value,
          interceptLower: intercept.lower ?? Number.NaN,
          interceptUpper: intercept.upper ?? Number.NaN,
          inTheLarge: found.inTheLarge,
          likelyAsScikit: 1,
        };
      },
      tolerance: 1e-9,
      absolute: 1e-12,
    }),
  ],
};
