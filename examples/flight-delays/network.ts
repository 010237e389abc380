// The model: a small network, trained with everything random drawn from the run's seed.
import * as tf from "@tensorflow/tfjs";
import type { TrainingSet, Workspace } from "sluice";
import { fitSeeded, seededInitializer } from "sluice/backends/tfjs";
import { labelledMatrix } from "sluice/table";

/** How a network is made. */
export interface NetworkOptions {
  readonly name: string;
  readonly training: TrainingSet;
  readonly vector: readonly string[];
  readonly units: number;
  readonly epochs: number;
  readonly seed: string;
  /** Only the first rows, to make a poor candidate. */
  readonly rows?: number;
}

/** Trains a network in a tracked run. */
export async function trainNetwork(ws: Workspace, options: NetworkOptions) {
  const { name, training, vector, units, epochs, seed } = options;
  const params = { units, epochs, inputs: vector.length, rows: options.rows ?? training.rows };
  return await ws.experiments.run(name, { params, data: training, seed }, async (run) => {
    const { values, labels, rows } = labelledMatrix(training.table, vector, "late");
    const used = Math.min(rows, options.rows ?? rows);
    const net = tf.sequential({
      layers: [
        tf.layers.dense({
          units,
          inputShape: [vector.length],
          activation: "relu",
          kernelInitializer: seededInitializer(tf, run.random),
        }),
        tf.layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: seededInitializer(tf, run.random) }),
      ],
    });
    net.compile({ optimizer: tf.train.adam(0.01), loss: "binaryCrossentropy" });
    await fitSeeded(tf, net, {
      features: values.subarray(0, used * vector.length),
      labels: labels.subarray(0, used),
      rows: used,
      width: vector.length,
      epochs,
      batchRows: 2048,
      shuffle: (count) => run.shuffle(count),
      onEpoch: (epoch, loss) => run.metric("loss", loss, { step: epoch }),
      signal: run.signal,
    });
    return net;
  });
}
