import { notComputable } from "../../../stats/not-computable.ts";
import { largestMagnitude, powerOfTwoScale } from "../../../stats/tests/power-of-two-scale.ts";
import { symmetricTerm } from "../../../stats/quality/regression/relative-errors.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { influenceMetric, type InfluenceMetric } from "../influence-metric.ts";
import { rowMeanMetric } from "../row-mean-metric.ts";

const kinds = ["regression"] as const;

/** The mean of a loss of actual and predicted value. */
function meanLoss(name: string, loss: (actual: number, predicted: number) => number): EvaluationMetric {
  return rowMeanMetric({
    name,
    kinds,
    higherIsBetter: false,
    row: (label, predictions, row) => loss(label, predictions[row] as number),
  });
}

/** Means over the rows of a first and a second number, and a function of both means with its derivatives. */
interface OfTwoMeans {
  readonly name: string;
  /** Whether it has the unit of the numbers, or none. */
  readonly unit: "number" | "none";
  readonly higherIsBetter: boolean;
  /** Whether the second number is one of how far the actual value is above the mean. @default false: then it is given the actual value for that */
  readonly aroundMean?: boolean;
  first(actual: number, predicted: number): number;
  second(actual: number, predicted: number, aboveMean: number): number;
  /** The value with its derivatives; `undefined` where the second mean allows none. */
  of(a: number, b: number): readonly [value: number, byFirst: number, bySecond: number] | undefined;
  readonly without: string;
}

function ofTwoMeans({
  name,
  unit,
  higherIsBetter,
  aroundMean = false,
  first,
  second,
  of,
  without,
}: OfTwoMeans): EvaluationMetric {
  const measure: InfluenceMetric["measure"] = (labels, predictions, influences) => {
    const n = labels.length;
    if (n === 0) return notComputable("empty", "no rows");
    // By a power of two no digit is lost, and no square overflows or vanishes.
    const scale = powerOfTwoScale(Math.max(largestMagnitude(labels), largestMagnitude(predictions)));
    const [actual, predicted] = [scaled(labels, scale), scaled(predictions, scale)];
    const above = aroundMean ? aboveMean(actual) : actual;
    let [a, b] = [0, 0];
    for (let i = 0; i < n; i++) {
      a += first(actual[i] as number, predicted[i] as number) / n;
      b += second(actual[i] as number, predicted[i] as number, above[i] as number) / n;
    }
    const found = of(a, b);
    if (found === undefined) return notComputable("zero-denominator", without);
    const back = unit === "number" ? 1 / scale : 1;
    const [value, byFirst, bySecond] = found;
    if (!influences) return { value: value * back };
    const influence = Float64Array.from({ length: n }, (_, i) => {
      const [label, p] = [actual[i] as number, predicted[i] as number];
      return (byFirst * (first(label, p) - a) + bySecond * (second(label, p, above[i] as number) - b)) * back;
    });
    return { value: value * back, influence };
  };
  return influenceMetric({ name, kinds, higherIsBetter, measure });
}

function scaled(values: ArrayLike<number>, scale: number): Float64Array {
  return Float64Array.from(values, (value) => value * scale);
}

/** How far each value is above the mean, without what the mean's rounding was off by; exactly 0 of equal numbers. */
function aboveMean(values: Float64Array): Float64Array {
  const [first = 0] = values;
  const above = values.map((value) => value - first);
  for (let pass = 0; pass < 2; pass++) {
    let sum = 0;
    for (const gap of above) sum += gap;
    const mean = sum / values.length;
    for (let i = 0; i < above.length; i++) above[i] = (above[i] as number) - mean;
  }
  return above;
}

const squared = (actual: number, predicted: number): number => (actual - predicted) ** 2;
const absolute = (actual: number, predicted: number): number => Math.abs(actual - predicted);

/** The root of the mean squared error. */
const rmse = ofTwoMeans({
  name: "rmse",
  unit: "number",
  higherIsBetter: false,
  first: squared,
  second: () => 0,
  of: (a) => [Math.sqrt(a), a === 0 ? 0 : 1 / (2 * Math.sqrt(a)), 0],
  without: "no rows",
});

/** 1 − Σ error² / Σ (actual − mean)². */
const r2 = ofTwoMeans({
  name: "r2",
  unit: "none",
  aroundMean: true,
  higherIsBetter: true,
  first: squared,
  second: (_actual, _predicted, aboveMean) => aboveMean ** 2,
  of: (a, b) => (b === 0 ? undefined : [1 - a / b, -1 / b, a / b / b]),
  without: "all actual values are equal",
});

/** Σ|error| / Σ|actual|. */
const wape = ofTwoMeans({
  name: "wape",
  unit: "none",
  higherIsBetter: false,
  first: absolute,
  second: Math.abs,
  of: (a, b) => (b === 0 ? undefined : [a / b, 1 / b, -a / b / b]),
  without: "all actual values are 0",
});

const mape: EvaluationMetric = rowMeanMetric({
  name: "mape",
  kinds,
  higherIsBetter: false,
  unfit: (labels) => {
    for (let i = 0; i < labels.length; i++)
      if (labels[i] === 0)
        return notComputable("zero-denominator", `the actual value of row ${i} is 0: measure wape instead`);
    return undefined;
  },
  row: (actual, p, row) => Math.abs(((p[row] as number) - actual) / actual),
});

/** The metrics of predicted numbers that have no parameter. */
export const numberMetrics: readonly EvaluationMetric[] = [
  rmse,
  meanLoss("mae", absolute),
  r2,
  mape,
  meanLoss("smape", (actual, p) => symmetricTerm(p, actual)),
  wape,
  meanLoss("mse", squared),
];

/** The pinball loss of predicting a quantile (R. Koenker, G. Bassett, 1978). */
export function quantileLoss(quantile: number): EvaluationMetric {
  return meanLoss(`quantileLoss@${quantile}`, (actual, p) => (actual - p) * (quantile - (actual < p ? 1 : 0)));
}
