import { type NotComputable, notComputable } from "../../stats/not-computable.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { influenceMetric } from "./influence-metric.ts";
import type { TaskKind } from "../../contracts/evaluation-detail.ts";

/** A metric that is the mean of one number a row. */
export interface RowMean {
  readonly name: string;
  readonly kinds: readonly TaskKind[];
  readonly higherIsBetter: boolean;
  /** Why the rows have no such mean. @default never */
  readonly unfit?: (labels: ArrayLike<number>, predictions: Float64Array) => NotComputable | undefined;
  /** The number of a row; `width` predictions a row, those of this one from `row × width` on. */
  row(label: number, predictions: Float64Array, row: number, width: number): number;
}

/** Makes a metric of a mean over rows: normal interval of the mean, and of the mean of the paired differences. */
export function rowMeanMetric(mean: RowMean): EvaluationMetric {
  const { name, kinds, higherIsBetter, unfit } = mean;
  return influenceMetric({
    name,
    kinds,
    higherIsBetter,
    measure: (labels, predictions, influences) => {
      const n = labels.length;
      if (n === 0) return notComputable("empty", "no rows");
      const problem = unfit?.(labels, predictions);
      if (problem !== undefined) return problem;
      const width = predictions.length / n;
      const rows = new Float64Array(influences ? n : 0);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const one = mean.row(labels[i] as number, predictions, i, width);
        if (influences) rows[i] = one;
        sum += one;
      }
      const value = sum / n;
      if (!influences) return { value };
      for (let i = 0; i < n; i++) rows[i] = (rows[i] as number) - value;
      return { value, influence: rows };
    },
  });
}

/** Why predictions are no probabilities; `undefined` when they are. */
export function notProbabilities(_labels: ArrayLike<number>, predictions: Float64Array): NotComputable | undefined {
  for (let i = 0; i < predictions.length; i++) {
    const p = predictions[i] as number;
    if (!(p >= 0 && p <= 1)) return notComputable("out-of-range", `prediction ${p} of row ${i} is no probability`);
  }
  return undefined;
}
