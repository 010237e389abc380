import type { LinearModel } from "../contracts/linear-model.ts";
import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { optionalArgument, refusedArgument, requireMade, requireWithin } from "../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../core/known-options.ts";
import { portableExp } from "../core/math/exp.ts";
import { solvePositiveDefinite } from "./solve-positive-definite.ts";

/** How {@link fitLogistic} trains. */
export interface FitLogisticOptions {
  /** Newton steps at most; fewer when the last one moved no weight by more than 1e-10. @default 25 */
  readonly epochs?: number;
  /** Share of each Newton step that is taken, in (0, 1]. @default 1 */
  readonly learningRate?: number;
  /** Ridge penalty on the standardised weights, per row, above 0; the bias is free. @default 1e-6 */
  readonly l2?: number;
}

/** What {@link fitLogistic} is fitted on, as `labelledMatrix` gives it. */
export interface LabelledRows {
  /** `rows × width` finite numbers, row-major. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly width: number;
  /** Zeros and ones, of both, one a row. */
  readonly labels: ArrayLike<number>;
}

/**
 * Fits a logistic regression by iteratively reweighted least squares (McCullagh & Nelder, *Generalized Linear Models*, 1989, §4.4) on
 * inputs standardised inside; the weights that come back take the raw inputs. No randomness: equal input gives equal weights.
 *
 * Throws `argument/invalid` for values that are not finite, labels other than 0 and 1 or of one kind only, and lengths that do not match.
 *
 * @example
 * ```ts
 * import { fitLogistic } from "sluice/training";
 * const model = fitLogistic({ rows: 6, width: 1, values: Float64Array.of(1, 2, 3, 4, 5, 6), labels: [0, 0, 1, 0, 1, 1] });
 * if (!((model.weights[0] ?? 0) > 0)) throw new Error("the chance should grow with the input");
 * ```
 */
export function fitLogistic(data: LabelledRows, options: FitLogisticOptions = {}): LinearModel {
  checkCall(data, options);
  checkInput(data, options);
  const { values, rows, width, labels } = data;
  const scale = standardise(values, rows, width);
  const weights = new Float64Array(width + 1);
  const { epochs = 25, learningRate = 1, l2 = 1e-6 } = options;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = newtonStep(scale.values, rows, width, labels, weights, l2 * rows);
    let largest = 0;
    for (let i = 0; i <= width; i++) {
      const move = learningRate * (step[i] ?? 0);
      weights[i] = (weights[i] ?? 0) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-10) break;
  }
  return rawModel(weights, scale, width);
}

interface Standardised {
  readonly values: Float64Array;
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

function standardise(features: Float64Array, rows: number, width: number): Standardised {
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  const values = new Float64Array(rows * width);
  for (let j = 0; j < width; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += features[i * width + j] ?? 0;
    const mean = sum / rows;
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += ((features[i * width + j] ?? 0) - mean) ** 2;
    // A constant input says nothing: it stays 0 and its weight too.
    const deviation = squares > 0 ? Math.sqrt(squares / rows) : 1;
    for (let i = 0; i < rows; i++) values[i * width + j] = ((features[i * width + j] ?? 0) - mean) / deviation;
    means[j] = mean;
    deviations[j] = deviation;
  }
  return { values, means, deviations };
}

function newtonStep(
  x: Float64Array,
  rows: number,
  width: number,
  labels: ArrayLike<number>,
  weights: Float64Array,
  ridge: number,
): Float64Array {
  const size = width + 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    let score = weights[width] ?? 0;
    for (let j = 0; j < width; j++) score += (weights[j] ?? 0) * (x[at + j] ?? 0);
    const p = 1 / (1 + portableExp(-score));
    const residual = (labels[row] ?? 0) - p;
    const curvature = Math.max(p * (1 - p), 1e-12);
    for (let j = 0; j < size; j++) {
      const xj = j === width ? 1 : (x[at + j] ?? 0);
      gradient[j] = (gradient[j] ?? 0) + residual * xj;
      const weighted = curvature * xj;
      for (let k = 0; k <= j; k++) {
        hessian[j * size + k] = (hessian[j * size + k] ?? 0) + weighted * (k === width ? 1 : (x[at + k] ?? 0));
      }
    }
  }
  for (let j = 0; j < width; j++) {
    gradient[j] = (gradient[j] ?? 0) - ridge * (weights[j] ?? 0);
    hessian[j * size + j] = (hessian[j * size + j] ?? 0) + ridge;
  }
  return solvePositiveDefinite(hessian, gradient);
}

function rawModel(weights: Float64Array, scale: Standardised, width: number): LinearModel {
  const raw: number[] = [];
  let bias = weights[width] ?? 0;
  for (let j = 0; j < width; j++) {
    const weight = (weights[j] ?? 0) / (scale.deviations[j] ?? 1);
    raw.push(weight);
    bias -= weight * (scale.means[j] ?? 0);
  }
  return { kind: "sluice-linear", weights: raw, bias, link: "logit" };
}

const rowsMade = {
  what: "labelled rows",
  by: "labelledMatrix() gives them",
  members: { values: "object", rows: "number", width: "number" },
} as const;

const optionNames: OptionNames<FitLogisticOptions> = { epochs: "optional", learningRate: "optional", l2: "optional" };

function checkCall(data: LabelledRows, options: FitLogisticOptions): void {
  requireMade("fitLogistic()", data, rowsMade);
  if (!(data.values instanceof Float64Array))
    throw refusedArgument("fitLogistic()", "values", data.values, "a Float64Array");
  if (typeof data.labels?.length !== "number")
    throw refusedArgument("fitLogistic()", "labels", data.labels, "a label a row");
  requireOptions("fitLogistic()", options, optionNames);
  for (const name of ["epochs", "learningRate", "l2"] as const)
    optionalArgument("fitLogistic()", name, options[name], "number");
  requireWithin("fitLogistic()", "epochs", options.epochs ?? 1, [1, Number.MAX_SAFE_INTEGER]);
}

function checkInput({ values: features, rows, width, labels }: LabelledRows, options: FitLogisticOptions): void {
  const { learningRate = 1, l2 = 1e-6 } = options;
  if (!(learningRate > 0 && learningRate <= 1))
    throw invalid(`a learning rate of ${learningRate}`, "one in (0, 1]", "Leave it out to take whole steps.");
  if (!(l2 > 0 && Number.isFinite(l2)))
    throw invalid(`an l2 of ${l2}`, "a positive number", "Pass a small one, such as 1e-6, for almost no penalty.");
  if (rows < 1 || width < 1 || features.length !== rows * width || labels.length !== rows) {
    throw invalid(
      `${features.length} feature values and ${labels.length} labels`,
      `${rows} × ${width} values and ${rows} labels, of at least one row and one input`,
      "Pass rows × width values and one label a row, as labelledMatrix() gives them.",
    );
  }
  const unusable = features.findIndex((value) => !Number.isFinite(value));
  if (unusable >= 0) {
    throw invalid(
      `${features[unusable]} in row ${Math.floor(unusable / width)}, input ${unusable % width}`,
      "finite inputs only",
      "Clean or impute the training data first.",
    );
  }
  let ones = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    if (label !== 0 && label !== 1)
      throw invalid(
        `the label ${typeof label === "number" ? label : foundText(label)} in row ${i}`,
        "labels 0 and 1",
        "Make the label a boolean, or 0 and 1.",
      );
    ones += label;
  }
  if (ones === 0 || ones === rows) throw invalid(`only labels ${ones === 0 ? 0 : 1}`, "labels of both kinds", oneKind);
}

const oneKind = "Train on a longer stretch of data that has both, and check how the label is made.";

function invalid(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix });
}
