import type { Random } from "../../../src/core/random.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { crpsEnsemble, crpsNormal } from "../../../src/stats/quality/probabilistic/crps.ts";
import { meanSquaredLogError, rootMeanSquaredLogError } from "../../../src/stats/quality/regression/mean-errors.ts";
import { adjustedRSquared } from "../../../src/stats/quality/regression/r-squared.ts";
import { RegressionErrors } from "../../../src/stats/quality/regression/regression-errors.ts";
import { regressionMetrics } from "../../../src/stats/quality/regression/regression-metrics.ts";
import { huberLoss, pinballLoss } from "../../../src/stats/quality/regression/robust-losses.ts";
import {
  gammaDeviance,
  poissonDeviance,
  tweedieDeviance,
} from "../../../src/stats/quality/regression/tweedie-deviance.ts";
import { rankingMetrics } from "../../../src/stats/quality/ranking/ranking-metrics.ts";
import { type Comparison, comparison } from "../comparison.ts";
import { orMissing, numberOf } from "./answers.ts";
import { drawRows, drawWeights, weighted } from "./draw-rows.ts";

/** Values of many kinds: whole, far from 0, constant, tiny, huge. */
function drawValues(random: Random, rows: number): Float64Array {
  const kind = random.int(6);
  const constant = random.normal();
  return Float64Array.from({ length: rows }, () => {
    const value = random.normal();
    if (kind === 0) return Math.round(3 * value);
    if (kind === 1) return 1e6 + value;
    if (kind === 2) return constant;
    if (kind === 3) return value * 1e-150;
    return kind === 4 ? value * 1e100 : value;
  });
}

export const numberComparisons: readonly Comparison[] = [
  comparison({
    name: "regression metrics, bulk and streamed",
    peer: "regression",
    draw: (random, index) => {
      const rows = drawRows(random, index);
      const actual = drawValues(random, rows);
      const noise = Math.exp(random.normal());
      const predicted = actual.map((value) => (random.int(10) === 0 ? value : value * (1 + noise * random.normal())));
      return { predicted, actual, weights: drawWeights(random, rows), quantile: 0.01 + 0.98 * random.next() };
    },
    ours: ({ predicted, actual, weights, quantile }) => {
      const options = weighted(weights);
      const { rows, ...found } = regressionMetrics(predicted, actual, options);
      const streamed = new RegressionErrors();
      streamed.addAll(predicted, actual);
      const summary = streamed.summary();
      const all = Object.entries(found).map(([key, value]) => [key, orMissing(value)] as const);
      return {
        ...Object.fromEntries(all),
        rows,
        pinball: numberOf(pinballLoss(predicted, actual, { quantile, ...options })),
        huber: numberOf(huberLoss(predicted, actual, { delta: 0.7, ...options })),
        adjusted: numberOf(adjustedRSquared(predicted, actual, { predictors: 2, ...options })),
        streamedR: orMissing(summary.rSquared),
        streamedExplained: orMissing(summary.explainedVariance),
        streamedSquared: orMissing(summary.meanSquaredError),
        streamedWape: orMissing(summary.weightedAbsolutePercentageError),
      };
    },
    tolerance: 1e-10,
    absolute: 1e-300,
  }),
  comparison({
    name: "deviances and logarithmic errors",
    peer: "deviances",
    draw: (random, index) => {
      const rows = drawRows(random, index);
      const zeros = random.int(2);
      const actual = Float64Array.from({ length: rows }, () =>
        zeros === 1 ? random.int(4) : Math.exp(3 * random.normal()),
      );
      const near = random.int(2) === 0 ? 1e-5 : 1;
      const predicted = actual.map((value) =>
        value === 0 ? random.next() + 0.1 : value * Math.exp(near * random.normal()),
      );
      const power = [-1.5, 0, 1.5, 2.5, 3][random.int(5)] ?? 0;
      return { predicted, actual, weights: drawWeights(random, rows), power };
    },
    ours: ({ predicted, actual, weights, power }) => {
      const options = weighted(weights);
      return {
        poisson: numberOf(poissonDeviance(predicted, actual, options)),
        gamma: numberOf(gammaDeviance(predicted, actual, options)),
        tweedie: numberOf(tweedieDeviance(predicted, actual, { power, ...options })),
        msle: numberOf(meanSquaredLogError(predicted, actual, options)),
        rmsle: numberOf(rootMeanSquaredLogError(predicted, actual, options)),
      };
    },
    tolerance: 1e-10,
    absolute: 1e-11,
  }),
  comparison({
    name: "crpsEnsemble, crpsNormal",
    peer: "crps",
    draw: (random, index) => {
      const rows = drawRows(random, index, 60);
      const size = 1 + random.int(8);
      const draw = (): number => (random.int(4) === 0 ? random.int(3) : random.normal());
      return {
        members: Float64Array.from({ length: rows * size }, draw),
        actual: Float64Array.from({ length: rows }, draw),
        means: Float64Array.from({ length: rows }, draw),
        deviations: Float64Array.from({ length: rows }, () =>
          random.int(10) === 0 ? 0 : Math.exp(4 * random.normal()),
        ),
        weights: drawWeights(random, rows),
      };
    },
    ours: ({ members, actual, means, deviations, weights }) => {
      const options = weighted(weights);
      return {
        ensemble: numberOf(crpsEnsemble(members, actual, options)),
        fair: numberOf(crpsEnsemble(members, actual, { ...options, fair: true })),
        normal: numberOf(crpsNormal(means, deviations, actual, options)),
      };
    },
    tolerance: 1e-10,
    absolute: 1e-14,
  }),
  comparison({
    name: "ranking metrics, ties over all orders",
    peer: "ranking",
    draw: (random) => {
      const sizes = Array.from({ length: 1 + random.int(4) }, () => 1 + random.int(6));
      const rows = sizes.reduce((a, b) => a + b);
      const levels = 1 + random.int(8);
      const grades = 1 + random.int(4);
      return {
        scores: Float64Array.from({ length: rows }, () => random.int(levels)),
        relevances: Float64Array.from({ length: rows }, () => (random.int(2) === 0 ? 0 : random.int(grades))),
        sizes,
        k: 1 + random.int(7),
        exponential: random.int(2),
      };
    },
    ours: ({ scores, relevances, sizes, k, exponential }) => {
      const offsets = [0];
      for (const size of sizes) offsets.push((offsets[offsets.length - 1] ?? 0) + size);
      const gains = exponential === 1 ? "exponential" : "linear";
      const found = rankingMetrics(scores, relevances, { offsets }, { k, gains });
      if (isNotComputable(found)) return found;
      const { withoutRelevant: _, ...metrics } = found;
      return metrics;
    },
    tolerance: 1e-11,
    absolute: 1e-14,
  }),
];
