import { isNotComputable, type NotComputable, notComputable } from "../../stats/not-computable.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { influenceMetric } from "./influence-metric.ts";
import type { TaskKind } from "../../contracts/evaluation-detail.ts";

/** A metric of counted decisions. */
export interface OfDecisions {
  readonly name: string;
  readonly kinds: readonly TaskKind[];
  /** The values that the metric can have. @default [0, 1] */
  readonly range?: readonly [lowest: number, highest: number];
  /** Why the predictions cannot be decided on. @default never */
  readonly unfit?: (labels: ArrayLike<number>, predictions: Float64Array) => NotComputable | undefined;
  /** The number of classes. */
  classes(labels: ArrayLike<number>, predictions: Float64Array): number;
  /** Rows that the metric is a share of, so that one more right decision moves it by about one over that; `undefined` where it is none of one whole. @default none */
  readonly whole?: (counts: Float64Array, classes: number) => number;
  /** The class that a row is called. */
  decide(predictions: Float64Array, row: number, width: number): number;
  /** The metric of `classes × classes` counts, a row of them an actual class; scale-free: twice the counts have the same value. */
  of(counts: Float64Array, classes: number): number | NotComputable;
}

/** More classes have no interval: it takes time with the fourth power of their number. */
const mostClasses = 64;

/**
 * Makes a metric of counted decisions. A row's influence is the derivative of the metric by the share of its cell (the delta method for
 * multinomial counts: A. Agresti, "Categorical data analysis", 2002, section 14.1), by central differences.
 */
export function confusionMetric(metric: OfDecisions): EvaluationMetric {
  return influenceMetric({
    name: metric.name,
    kinds: metric.kinds,
    higherIsBetter: true,
    range: metric.range ?? [0, 1],
    measure: (labels, predictions, influences) => {
      const n = labels.length;
      if (n === 0) return notComputable("empty", "no rows");
      const unfit = metric.unfit?.(labels, predictions);
      if (unfit !== undefined) return unfit;
      const classes = metric.classes(labels, predictions);
      const width = predictions.length / n;
      const counts = new Float64Array(classes * classes);
      const cells = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        const cell = (labels[i] as number) * classes + metric.decide(predictions, i, width);
        cells[i] = cell;
        counts[cell] = (counts[cell] as number) + 1;
      }
      const value = metric.of(counts, classes);
      if (isNotComputable(value)) return value;
      if (!influences || classes > mostClasses) return { value };
      const slopes = slopesOf(metric, counts, classes, n);
      if (slopes === undefined) return { value };
      const whole = metric.whole?.(counts, classes);
      const [lowest, highest] = metric.range ?? [0, 1];
      return {
        value,
        influence: Float64Array.from(cells, (cell) => slopes[cell] as number),
        support: whole ?? rarest(counts, classes),
        ...(whole !== undefined && { flip: ((highest - lowest) * n) / whole }),
      };
    },
  });
}

/** The derivatives by the shares of the occupied cells, of mean 0 over the rows; `undefined` where one of them has none. */
function slopesOf(metric: OfDecisions, counts: Float64Array, classes: number, n: number): Float64Array | undefined {
  const slopes = new Float64Array(counts.length);
  const moved = Float64Array.from(counts);
  let mean = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number;
    if (count === 0) continue;
    const step = Math.min(count / 2, n * 1e-5);
    moved[cell] = count + step;
    const above = metric.of(moved, classes);
    moved[cell] = count - step;
    const below = metric.of(moved, classes);
    moved[cell] = count;
    if (isNotComputable(above) || isNotComputable(below)) return undefined;
    slopes[cell] = ((above - below) / (2 * step)) * n;
    mean += ((slopes[cell] as number) * count) / n;
  }
  return slopes.map((slope, cell) => (counts[cell] === 0 ? 0 : slope - mean));
}

/** Rows of the rarest class that occurs or is called. */
export function rarest(counts: Float64Array, classes: number): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < classes; i++) {
    let [rows, called] = [0, 0];
    for (let j = 0; j < classes; j++) {
      rows += counts[i * classes + j] as number;
      called += counts[j * classes + i] as number;
    }
    for (const some of [rows, called]) if (some > 0 && some < fewest) fewest = some;
  }
  return fewest;
}
