import { SluiceError } from "../../../core/errors.ts";
import { SummaryReader } from "../../bytes/summary-reader.ts";
import { SummaryWriter } from "../../bytes/summary-writer.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import { requireWeight, requireWeights, type WeightOptions } from "../row-weights.ts";
import { type ClassLabel, placesOf, requireClassLabel, sortedLabels } from "./class-label.ts";

const kind = "QCMX";

/** Decisions among classes, counted. */
export interface ConfusionMatrix {
  /** The classes, in order. */
  readonly labels: readonly ClassLabel[];
  /** `counts[i][j]`: rows of class `labels[i]` that were predicted as `labels[j]`. */
  readonly counts: readonly (readonly number[])[];
}

/** Which classes a {@link ConfusionMatrix} has. */
export interface ConfusionMatrixOptions extends WeightOptions {
  /** The classes and their order; a row of another class is `argument/invalid`. @default the classes that occur, in order */
  readonly labels?: ArrayLike<ClassLabel>;
}

/**
 * Counts predicted classes against actual ones: rows of the matrix are actual classes, columns predicted ones (as in scikit-learn). With
 * `weights` the counts are sums of weights.
 *
 * `notComputable("empty")` without rows; labels other than texts or whole numbers are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { confusionMatrix, isNotComputable } from "sluice/stats";
 * const found = confusionMatrix(["cat", "dog", "cat"], ["cat", "dog", "dog"]);
 * if (isNotComputable(found) || JSON.stringify(found.counts) !== "[[1,0],[1,1]]") throw new Error("a dog was taken for a cat");
 * ```
 */
export function confusionMatrix(
  predicted: ArrayLike<ClassLabel>,
  actual: ArrayLike<ClassLabel>,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix | NotComputable {
  const counter = new MulticlassConfusion();
  counter.addAll(predicted, actual, options);
  return counter.matrix(options);
}

/**
 * A {@link ConfusionMatrix} that grows row by row or by whole columns, and merges to the bit; new classes may come at any time.
 *
 * @example
 * ```ts
 * import { isNotComputable, MulticlassConfusion } from "sluice/stats";
 * const [left, right] = [new MulticlassConfusion(), new MulticlassConfusion()];
 * left.addAll([1, 2, 2], [1, 2, 3]);
 * right.add(3, 3);
 * left.merge(MulticlassConfusion.fromBytes(right.toBytes()));
 * const found = left.matrix();
 * if (isNotComputable(found) || found.labels.join() !== "1,2,3" || found.counts[2]?.join() !== "0,1,1") throw new Error("lost");
 * ```
 */
export class MulticlassConfusion {
  /** By actual class, then by predicted class. */
  readonly #cells = new Map<ClassLabel, Map<ClassLabel, ExactSum>>();

  /** Counts one row. Throws `argument/invalid` for a label that is no text or whole number, and for a negative or non-finite weight. */
  add(predicted: ClassLabel, actual: ClassLabel, weight: number = 1): void {
    requireWeight(weight);
    this.#cell(requireClassLabel(predicted), requireClassLabel(actual)).add(weight);
  }

  /** Counts columns. Throws as {@link MulticlassConfusion.add}, and for different lengths; then nothing is counted. */
  addAll(predicted: ArrayLike<ClassLabel>, actual: ArrayLike<ClassLabel>, options: WeightOptions = {}): void {
    requireSameLength("predicted and actual", predicted, actual);
    const weights = requireWeights(options, actual);
    for (let i = 0; i < actual.length; i++) {
      requireClassLabel(predicted[i] as ClassLabel);
      requireClassLabel(actual[i] as ClassLabel);
    }
    for (let i = 0; i < actual.length; i++) {
      const sum = this.#cell(predicted[i] as ClassLabel, actual[i] as ClassLabel);
      sum.add(weights === undefined ? 1 : (weights[i] as number));
    }
  }

  /** Adds what another one counted. */
  merge(other: MulticlassConfusion): void {
    for (const [actual, row] of [...other.#cells]) {
      for (const [predicted, sum] of [...row]) this.#cell(predicted, actual).merge(sum);
    }
  }

  /** The counts so far; `notComputable("empty")` before the first row. A counted class that is not among `labels` is `argument/invalid`. */
  matrix(options: Pick<ConfusionMatrixOptions, "labels"> = {}): ConfusionMatrix | NotComputable {
    const present = this.#labels();
    const places = placesOf(options.labels ?? present);
    const unknown = present.find((label) => !places.has(label));
    if (unknown !== undefined) {
      throw new SluiceError("argument/invalid", {
        found: `rows of the class ${JSON.stringify(unknown)}`,
        expected: `only classes among the ${places.size} stated labels`,
        fix: "List every class in labels, or leave labels out.",
      });
    }
    if (present.length === 0) return notComputable("empty", "there are no rows");
    const labels = [...places.keys()];
    const counts = labels.map((actual) =>
      labels.map((predicted) => this.#cells.get(actual)?.get(predicted)?.value() ?? 0),
    );
    return { labels, counts };
  }

  /** The state as bytes: equal for equal rows, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    const labels = this.#labels();
    writer.count(labels.length);
    writer.u8(typeof labels[0] === "number" ? 1 : 0);
    for (const label of labels) writer.text(String(label));
    for (const actual of labels) {
      for (const predicted of labels) {
        writer.bytes((this.#cells.get(actual)?.get(predicted) ?? new ExactSum()).toBytes());
      }
    }
    return writer.finish();
  }

  /** Restores what {@link MulticlassConfusion.toBytes} wrote; `argument/invalid` for other or damaged bytes. */
  static fromBytes(bytes: Uint8Array): MulticlassConfusion {
    const reader = new SummaryReader(bytes, kind, 1);
    const length = reader.count();
    const numbers = reader.u8();
    const labels: ClassLabel[] = [];
    for (let i = 0; i < length; i++) {
      const text = reader.text();
      reader.require(
        numbers === 0 || (numbers === 1 && Number.isSafeInteger(Number(text))),
        "a class of no known type",
      );
      labels.push(numbers === 1 ? Number(text) : text);
    }
    const ascending = labels.every((label, i) => i === 0 || label > (labels[i - 1] as ClassLabel));
    reader.require(ascending, "classes out of order");
    const read = new MulticlassConfusion();
    for (const actual of labels) {
      for (const predicted of labels) {
        const sum = ExactSum.fromBytes(reader.bytes());
        if (sum.count > 0) read.#cell(predicted, actual).merge(sum);
      }
    }
    reader.end();
    return read;
  }

  #labels(): readonly ClassLabel[] {
    const labels = new Set<ClassLabel>(this.#cells.keys());
    for (const row of this.#cells.values()) for (const predicted of row.keys()) labels.add(predicted);
    return sortedLabels(labels);
  }

  #cell(predicted: ClassLabel, actual: ClassLabel): ExactSum {
    const row = this.#cells.get(actual) ?? new Map<ClassLabel, ExactSum>();
    if (row.size === 0) this.#cells.set(actual, row);
    const sum = row.get(predicted) ?? new ExactSum();
    if (sum.count === 0) row.set(predicted, sum);
    return sum;
  }
}

/** Returns a matrix as it is if it is square and its counts are at least 0, with a finite sum; throws `argument/invalid` otherwise. */
export function requireMatrix(matrix: ConfusionMatrix): ConfusionMatrix {
  const { labels = [], counts = [] } = matrix;
  const square = counts.length === labels.length && counts.every((row) => row.length === labels.length);
  let total = 0;
  for (const row of counts) for (const count of row) total += count;
  const sound = total < Number.POSITIVE_INFINITY && counts.every((row) => row.every((count) => count >= 0));
  if (!isNotComputable(matrix) && square && sound) return matrix;
  throw new SluiceError("argument/invalid", {
    found: foundInMatrix(matrix, square),
    expected: "a square matrix of counts of at least 0 with a finite sum, one row and one column a label",
    fix: "Pass what confusionMatrix or MulticlassConfusion returned.",
  });
}

function foundInMatrix(matrix: ConfusionMatrix, square: boolean): string {
  if (isNotComputable(matrix)) return `no matrix, since it is not computable: ${matrix.detail}`;
  return square ? "a negative or non-finite count" : `${matrix.counts.length} rows for ${matrix.labels.length} labels`;
}
