import { SluiceError } from "../../core/errors.ts";
import { nextTurn } from "../../core/platform.ts";
import type { TfLayersModel, TfNamespace } from "./tf-namespace.ts";

/** Training data and how to walk through it. */
export interface FitSeededOptions {
  /** Row-major, `rows × width`. */
  readonly features: Float64Array | Float32Array;
  /** One label a row. */
  readonly labels: ArrayLike<number>;
  /** Rows of `features`. */
  readonly rows: number;
  /** Inputs per row. */
  readonly width: number;
  /** Passes over all rows. */
  readonly epochs: number;
  /** Rows per gradient step; thousands keep the cost per row low. @default 4096 */
  readonly batchRows?: number;
  /** The order of an epoch's rows: a permutation of 0…n−1, as a run's `shuffle` gives. */
  readonly shuffle: (rows: number) => Int32Array;
  /** Told after each epoch: the epoch from 1 and the mean loss over its rows. */
  readonly onEpoch?: (epoch: number, loss: number) => void;
  /** Stops between batches; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const batchesBetweenPauses = 16;

/**
 * Trains a compiled model batch by batch in the order that `shuffle` gives, without TensorFlow.js's own shuffle, which has no seed. Returns
 * the mean loss of each epoch. The event loop gets a turn every 16 batches.
 *
 * Errors: `argument/invalid` when the lengths do not fit, or `shuffle` leaves rows out.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { fitSeeded, seededInitializer } from "sluice/backends/tfjs";
 * import { seededRandom } from "sluice/core";
 * const random = seededRandom(7);
 * const kernelInitializer = seededInitializer(tf, random);
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer })] });
 * model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
 * const losses = await fitSeeded(tf, model, {
 *   features: Float64Array.of(0, 1, 2, 3),
 *   labels: [1, 3, 5, 7],
 *   rows: 4,
 *   width: 1,
 *   epochs: 20,
 *   batchRows: 2,
 *   shuffle: (rows) => random.shuffle(Int32Array.from({ length: rows }, (_, i) => i)),
 * });
 * if (!((losses.at(-1) ?? 1) < (losses[0] ?? 0))) throw new Error("the loss should fall");
 * ```
 */
export async function fitSeeded(
  tf: Pick<TfNamespace, "tensor2d">,
  model: Pick<TfLayersModel, "trainOnBatch">,
  options: FitSeededOptions,
): Promise<readonly number[]> {
  const { features, labels, rows, width, epochs, signal } = options;
  if (rows < 1 || features.length !== rows * width || labels.length !== rows) {
    throw new SluiceError("argument/invalid", {
      found: `${features.length} feature values and ${labels.length} labels`,
      expected: `${rows} × ${width} values and ${rows} labels`,
      fix: "Pass rows × width values, row by row, and one label a row.",
    });
  }
  const batchRows = Math.max(1, Math.min(options.batchRows ?? 4096, rows));
  const losses: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = options.shuffle(rows);
    if (order.length !== rows) throw wrongOrder(order.length, rows);
    let lossSum = 0;
    for (let start = 0; start < rows; start += batchRows) {
      signal?.throwIfAborted();
      const batch = order.subarray(start, start + batchRows);
      lossSum += (await trainBatch(tf, model, options, batch)) * batch.length;
      if ((start / batchRows) % batchesBetweenPauses === batchesBetweenPauses - 1) await nextTurn();
    }
    losses.push(lossSum / rows);
    options.onEpoch?.(epoch, lossSum / rows);
  }
  return losses;
}

function wrongOrder(found: number, rows: number): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `an order of ${found} rows`,
    expected: `a permutation of all ${rows} rows`,
    fix: "Pass the run's own shuffle, or one that keeps every row.",
  });
}

async function trainBatch(
  tf: Pick<TfNamespace, "tensor2d">,
  model: Pick<TfLayersModel, "trainOnBatch">,
  { features, labels, width }: FitSeededOptions,
  batch: Int32Array,
): Promise<number> {
  const inputs = new Float32Array(batch.length * width);
  const targets = new Float32Array(batch.length);
  for (let i = 0; i < batch.length; i++) {
    const row = batch[i] ?? 0;
    targets[i] = labels[row] ?? 0;
    for (let j = 0; j < width; j++) inputs[i * width + j] = features[row * width + j] ?? 0;
  }
  const x = tf.tensor2d(inputs, [batch.length, width]);
  const y = tf.tensor2d(targets, [batch.length, 1]);
  try {
    const loss = await model.trainOnBatch(x, y);
    return typeof loss === "number" ? loss : (loss[0] ?? 0);
  } finally {
    x.dispose();
    y.dispose();
  }
}
