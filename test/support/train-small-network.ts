import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { fitSeeded } from "../../src/backends/tfjs/fit-seeded.ts";
import { seededInitializer } from "../../src/backends/tfjs/seeded-initializer.ts";
import { tfjs } from "../../src/backends/tfjs/tfjs.ts";
import { digestOf } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";

/** What one training leaves: the digests of the artifact's files, and the loss of each epoch. */
export interface SmallTraining {
  readonly digests: readonly string[];
  readonly losses: readonly number[];
}

/** Trains a 10→16→1 network on 20,000 synthetic rows with everything random drawn from one seed. */
export async function trainSmallNetwork(seed: string): Promise<SmallTraining> {
  await tf.setBackend("cpu");
  const data = syntheticRows(20_000, 10);
  const random = seededRandom(seed);
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        units: 16,
        inputShape: [10],
        activation: "relu",
        kernelInitializer: seededInitializer(tf, random),
      }),
      tf.layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: seededInitializer(tf, random) }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "binaryCrossentropy" });
  const losses = await fitSeeded(tf, model, {
    ...data,
    epochs: 3,
    batchRows: 1024,
    shuffle: (rows) => random.shuffle(Int32Array.from({ length: rows }, (_, i) => i)),
  });
  const { files } = await tfjs({ tf }).save(model);
  return { digests: files.map(({ bytes }) => digestOf(bytes)), losses };
}

function syntheticRows(
  rows: number,
  width: number,
): {
  readonly features: Float64Array;
  readonly labels: Float64Array;
  readonly rows: number;
  readonly width: number;
} {
  const random = seededRandom("synthetic");
  const features = new Float64Array(rows * width);
  const labels = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let score = 0;
    for (let j = 0; j < width; j++) {
      const value = random.normal();
      features[i * width + j] = value;
      score += value * (j % 2 === 0 ? 0.7 : -0.4);
    }
    labels[i] = random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { features, labels, rows, width };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await trainSmallNetwork(process.argv[2] ?? "seed")));
}
