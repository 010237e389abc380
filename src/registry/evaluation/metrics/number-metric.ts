import { notComputable } from "../../../stats/not-computable.ts";
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
  readonly higherIsBetter: boolean;
  first(actual: number, predicted: number): number;
  second(actual: number, predicted: number, meanActual: number): number;
  /** The value with its derivatives; `undefined` where the second mean allows none. */
  of(a: number, b: number): readonly [value: number, byFirst: number, bySecond: number] | undefined;
  readonly without: string;
}

function ofTwoMeans({ name, higherIsBetter, first, second, of, without }: OfTwoMeans): EvaluationMetric {
  const measure: InfluenceMetric["measure"] = (labels, predictions, influences) => {
    const n = labels.length;
    if (n === 0) return notComputable("empty", "no rows");
    let sum = 0;
    for (let i = 0; i < n; i++) sum += labels[i] as number;
    const mean = sum / n;
    let [a, b] = [0, 0];
    for (let i = 0; i < n; i++) {
      a += first(labels[i] as number, predictions[i] as number) / n;
      b += second(labels[i] as number, predictions[i] as number, mean) / n;
    }
    const found = of(a, b);
    if (found === undefined) return notComputable("zero-denominator", without);
    const [value, byFirst, bySecond] = found;
    if (!influences) return { value };
    const influence = Float64Array.from({ length: n }, (_, i) => {
      const [label, p] = [labels[i] as number, predictions[i] as number];
      return byFirst * (first(label, p) - a) + bySecond * (second(label, p, mean) - b);
    });
    return { value, influence };
  };
  return influenceMetric({ name, kinds, higherIsBetter, measure });
}

const squared = (actual: number, predicted: number): number => (actual - predicted) ** 2;
const absolute = (actual: number, predicted: number): number => Math.abs(actual - predicted);

/** The root of the mean squared error. */
const rmse = ofTwoMeans({
  name: "rmse",
  higherIsBetter: false,
  first: squared,
  second: () => 0,
  of: (a) => [Math.sqrt(a), a === 0 ? 0 : 1 / (2 * Math.sqrt(a)), 0],
  without: "no rows",
});

/** 1 − Σ error² / Σ (actual − mean)². */
const r2 = ofTwoMeans({
  name: "r2",
  higherIsBetter: true,
  first: squared,
  second: (actual, _predicted, mean) => (actual - mean) ** 2,
  of: (a, b) => (b === 0 ? undefined : [1 - a / b, -1 / b, a / b / b]),
  without: "all actual values are equal",
});

/** Σ|error| / Σ|actual|. */
const wape = ofTwoMeans({
  name: "wape",
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
