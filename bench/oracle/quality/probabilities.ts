import type { Random } from "../../../src/core/random.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { applyIsotonic, fitIsotonic } from "../../../src/stats/quality/calibration/isotonic.ts";
import { applyPlatt, fitPlatt } from "../../../src/stats/quality/calibration/platt.ts";
import { fitTemperature } from "../../../src/stats/quality/calibration/temperature.ts";
import { brierDecomposition, sharpness } from "../../../src/stats/quality/probabilistic/brier-decomposition.ts";
import { debiasedCalibrationError } from "../../../src/stats/quality/probabilistic/debiased-calibration-error.ts";
import { logisticRecalibration } from "../../../src/stats/quality/probabilistic/logistic-recalibration.ts";
import { brierScore, logLoss } from "../../../src/stats/quality/probabilistic/probability-losses.ts";
import { calibrationError, reliabilityCurve } from "../../../src/stats/quality/probabilistic/reliability-curve.ts";
import { spiegelhalterTest } from "../../../src/stats/quality/probabilistic/spiegelhalter-test.ts";
import { type Comparison, comparison } from "../comparison.ts";
import { orMissing, numberOf } from "./answers.ts";
import { drawLabelled, drawRows, drawWeights, weighted } from "./draw-rows.ts";

function labelledWeights(random: Random, index: number) {
  const { scores, labels } = drawLabelled(random, index);
  return { scores, labels, weights: drawWeights(random, scores.length) };
}

export const probabilityComparisons: readonly Comparison[] = [
  comparison({
    name: "logLoss, brierScore, reliability, calibration error, Brier's decomposition",
    peer: "probabilities",
    draw: (random, index) => ({
      ...labelledWeights(random, index),
      bins: 1 + random.int(12),
      binning: random.int(2) === 0 ? "equal-width" : "equal-mass",
    }),
    ours: ({ scores, labels, weights, bins, binning }) => {
      const options = { bins, binning: binning as "equal-width" | "equal-mass" };
      const curve = reliabilityCurve(scores, labels, options);
      const error = calibrationError(scores, labels, options);
      const parts = brierDecomposition(scores, labels);
      const binned = brierDecomposition(scores, labels, { bins });
      if (isNotComputable(curve) || isNotComputable(error)) return { bins: -7 };
      if (isNotComputable(parts) || isNotComputable(binned)) return { bins: -7 };
      return {
        logLoss: numberOf(logLoss(scores, labels, weighted(weights))),
        brier: numberOf(brierScore(scores, labels, weighted(weights))),
        bins: curve.length,
        predicted: curve.reduce((sum, bin, i) => sum + (i + 1) * bin.meanProbability, 0),
        observed: curve.reduce((sum, bin, i) => sum + (i + 1) * bin.observed.value, 0),
        ece: error.ece,
        mce: error.mce,
        reliability: parts.reliability,
        resolution: parts.resolution,
        uncertainty: parts.uncertainty,
        within: parts.withinBins,
        binnedReliability: binned.reliability,
        sharpness: orMissing(sharpness(scores)),
      };
    },
    tolerance: 1e-11,
    // What is 0 but for rounding is the difference of terms of up to 1.
    absolute: 1e-13,
  }),
  comparison({
    name: "spiegelhalterTest, debiasedCalibrationError",
    peer: "calibration_tests",
    draw: (random, index) => {
      const { scores, labels } = drawLabelled(random, index);
      return { scores, labels, bins: 1 + random.int(12) };
    },
    ours: ({ scores, labels, bins }) => {
      const test = spiegelhalterTest(scores, labels);
      return {
        z: isNotComputable(test) ? -7 : test.z,
        p: isNotComputable(test) ? -7 : test.pValue,
        debiased: orMissing(debiasedCalibrationError(scores, labels, { bins, binning: "equal-mass" })),
      };
    },
    tolerance: 1e-9,
    // A square root of what is 0 but for rounding.
    absolute: 1e-8,
  }),
  comparison({
    name: "logisticRecalibration against Newton in 80-bit floats",
    peer: "recalibration",
    draw: (random, index) => {
      const { scores, labels } = drawLabelled(random, index === 6 ? 7 : index);
      return { scores: scores.slice(0, 120), labels: labels.slice(0, 120) };
    },
    ours: ({ scores, labels }) => {
      // Nearer to 0 and 1 the likelihood of mere certainties is flatter than doubles can tell.
      const found = logisticRecalibration(scores, labels, { clip: 1e-6 });
      return isNotComputable(found) ? found : { ...found };
    },
    tolerance: 1e-8,
    absolute: 1e-11,
  }),
  comparison({
    name: "fitIsotonic, applyIsotonic",
    peer: "isotonic",
    draw: (random, index) => {
      const rows = drawRows(random, index);
      const coarse = random.int(2) === 0;
      const x = Float64Array.from({ length: rows }, () => (coarse ? random.int(20) / 10 : 2 * random.next()));
      const noise = random.next();
      const y = x.map((value) => (coarse ? (random.next() < value / 2 ? 1 : 0) : noise * random.normal() + value));
      const falling = random.int(2);
      const places = Float64Array.from({ length: 50 }, () => 3 * random.next() - 0.5);
      return { x, y, falling, places, weights: drawWeights(random, rows) };
    },
    ours: ({ x, y, falling, places, weights }) => {
      const direction = falling === 1 ? "decreasing" : "increasing";
      const model = fitIsotonic(x, y, { direction, ...weighted(weights) });
      if (isNotComputable(model)) return model;
      const values = [...applyIsotonic(model, places), ...applyIsotonic(model, x)];
      return Object.fromEntries(values.slice(0, 300).map((value, i) => [`v${i}`, value]));
    },
    tolerance: 1e-9,
    absolute: 1e-12,
  }),
  comparison({
    name: "fitPlatt against Newton in 80-bit floats, and against scikit-learn to its own tolerance",
    peer: "platt",
    draw: (random, index) => {
      const { scores, labels, weights } = labelledWeights(random, index === 6 ? 7 : index);
      const scale = Math.exp(2 * random.normal());
      const kept = scores.slice(0, 120).map((score) => scale * (score - 0.3));
      return { scores: kept, labels: labels.slice(0, 120), weights: weights?.slice(0, 120) ?? null };
    },
    ours: ({ scores, labels, weights }) => {
      const model = fitPlatt(scores, labels, weighted(weights));
      if (isNotComputable(model)) return model;
      const applied = applyPlatt(model, scores);
      return { a: model.a, b: model.b, first: applied[0] ?? 0, near: 1 };
    },
    tolerance: 1e-8,
    absolute: 1e-11,
  }),
  comparison({
    name: "fitTemperature",
    peer: "temperature",
    draw: (random, index) => {
      const rows = drawRows(random, index === 6 ? 7 : index, 200);
      const classes = 2 + random.int(4);
      const scale = Math.exp(2 * random.normal());
      const actual = Float64Array.from({ length: rows }, () => random.int(classes));
      const logits = Float64Array.from({ length: rows * classes }, (_, i) => {
        const own = actual[Math.floor(i / classes)] === i % classes ? 1 : 0;
        return scale * (own + random.normal());
      });
      return { logits, actual };
    },
    ours: ({ logits, actual }) => {
      const model = fitTemperature(logits, actual);
      return isNotComputable(model) ? model : { temperature: model.temperature };
    },
    tolerance: 1e-9,
  }),
];
