import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { seededRandom } from "../../core/random.ts";
import { studentTIsf } from "../../stats/distributions/student-t.ts";
import type { EvaluationMetric, MetricResult } from "./evaluation-metric.ts";
import { customPrefix } from "./metric-names.ts";
import type { TaskKind } from "../../contracts/evaluation-detail.ts";
import { taskKinds } from "./task-kind.ts";

/** What a metric of your own is. */
export interface CustomMetric {
  readonly higherIsBetter: boolean;
  /** The kinds of model it is a metric of. @default every kind */
  readonly kinds?: readonly TaskKind[];
  /**
   * The metric of some rows: labels are 0 or 1, the place of the class, or the number itself; predictions one number a row, or one a class and
   * row. What is not finite is recorded as not computable. It must not keep or change the arrays, and give the same number for the same rows.
   */
  readonly value: (labels: Float64Array, predictions: Float64Array) => number;
}

/** So many parts of the rows are left out, one after the other. */
const parts = 40;

const optionNames: OptionNames<CustomMetric> = { higherIsBetter: "required", kinds: "optional", value: "required" };

/**
 * A metric of your own by function, called `custom:<name>` in reports and policies. Its interval comes from leaving out each of 40 random parts
 * of the rows in turn (the grouped jackknife: M. H. Quenouille, 1956; J. Shao, D. Tu, "The jackknife and bootstrap", 1995), so it is called some 40 times; for
 * that it should be smooth: a median or a maximum has a poor interval. Errors: `definition/invalid` for a name that is none.
 *
 * @example
 * ```ts
 * import { metric } from "sluice/registry";
 * const profit = metric("profit", {
 *   higherIsBetter: true,
 *   kinds: ["binary"],
 *   value: (labels, p) => labels.reduce((sum, label, i) => sum + ((p[i] ?? 0) < 0.5 ? 0 : label === 1 ? 20 : -1), 0) / labels.length,
 * });
 * if (profit.name !== "custom:profit") throw new Error(profit.name);
 * ```
 */
export function metric(name: string, options: CustomMetric): EvaluationMetric {
  requireOptions(`metric(${JSON.stringify(name)})`, options, optionNames, "definition/invalid");
  const { higherIsBetter, kinds = taskKinds, value } = options;
  requireArgument("metric()", "value", value, "function", "definition/invalid");
  requireArgument("metric()", "kinds", kinds, "list", "definition/invalid");
  if (typeof name !== "string" || !/^[A-Za-z][A-Za-z0-9._@-]{0,63}$/.test(name)) {
    throw new SluiceError("definition/invalid", {
      found: `the metric name ${JSON.stringify(name)}`,
      expected: "1 to 64 letters, digits, dots, dashes, underscores and @, beginning with a letter",
      fix: "Choose such a name.",
    });
  }
  const sign = higherIsBetter ? 1 : -1;
  return {
    name: `${customPrefix}${name}`,
    kinds,
    higherIsBetter,
    code: digestOf(value.toString()),
    value: (labels, predictions) => value(Float64Array.from(labels), predictions),
    estimate: (labels, predictions) =>
      jackknifed(labels, [predictions], (own, [first]) => value(own, first as Float64Array)),
    advantage: (labels, predictions, others) =>
      jackknifed(
        labels,
        [predictions, others],
        (own, [first, second]) => sign * (value(own, first as Float64Array) - value(own, second as Float64Array)),
      ),
  };
}

function jackknifed(
  given: ArrayLike<number>,
  predictions: readonly Float64Array[],
  statistic: (labels: Float64Array, predictions: readonly Float64Array[]) => number,
): MetricResult {
  const n = given.length;
  if (n === 0) return { notComputable: "no rows" };
  const labels = Float64Array.from(given);
  const value = statistic(labels, predictions);
  if (!Number.isFinite(value)) return { notComputable: `its value is ${value}` };
  if (n < 2 * parts) return { value, n };
  const order = seededRandom(n).shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  const left = Array.from({ length: parts }, (_, part) => {
    const kept = Uint32Array.from(order).filter((_row, i) => i % parts !== part);
    return statistic(
      Float64Array.from(kept, (row) => labels[row] as number),
      predictions.map((numbers) => takeRows(numbers, kept, numbers.length / n)),
    );
  });
  if (!left.every(Number.isFinite)) return { value, n };
  const mean = left.reduce((sum, one) => sum + one, 0) / parts;
  const error = Math.sqrt(left.reduce((sum, one) => sum + (one - mean) ** 2, 0) * ((parts - 1) / parts));
  // The same number whatever is left out says nothing of other rows, but for none at all.
  if (value !== 0 && error <= 1e-12 * Math.abs(value)) return { value, n };
  const half = studentTIsf(0.025, parts - 1) * error;
  return { value, lower: value - half, upper: value + half, n };
}

/** Some rows of a row-major matrix. */
export function takeRows(numbers: Float64Array, rows: ArrayLike<number>, width: number): Float64Array {
  const taken = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < width; j++) taken[i * width + j] = numbers[(rows[i] as number) * width + j] as number;
  return taken;
}
