import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { fitSeeded } from "../../src/backends/tfjs/fit-seeded.ts";
import { foldStandardization } from "../../src/backends/tfjs/fold-standardization.ts";
import { seededInitializer } from "../../src/backends/tfjs/seeded-initializer.ts";
import { tfjs } from "../../src/backends/tfjs/tfjs.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { trainSmallNetwork } from "../support/train-small-network.ts";

const runtime = tfjs({ tf });
const run = promisify(execFile);

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function network(seed: string, name?: string): tf.LayersModel {
  const random = seededRandom(seed);
  const named = name === undefined ? {} : { name };
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: 4,
        inputShape: [3],
        activation: "relu",
        kernelInitializer: seededInitializer(tf, random),
        ...named,
      }),
      tf.layers.dense({ units: 2, activation: "sigmoid", kernelInitializer: seededInitializer(tf, random) }),
    ],
  });
}

const batch = { rows: 2, values: Float64Array.of(0.1, -2, 3, 4, 5, -6) };

test("a loaded model predicts the bits of the model that was saved", async () => {
  const model = network("bits");
  const handle = await runtime.load(await runtime.save(model));
  expect(handle.signature).toEqual({ inputWidth: 3, outputWidth: 2 });
  const direct = model.predictOnBatch(tf.tensor2d(Float32Array.from(batch.values), [2, 3])) as tf.Tensor;
  expect([...(await handle.predict(batch))]).toEqual([...(await direct.data())]);
});

test("equal weights give equal bytes whatever the layers' names and the process's counters", async () => {
  const digests = new Set<string>();
  for (const name of [undefined, undefined, "hidden/one", "relu"]) {
    const { files } = await runtime.save(network("same", name));
    digests.add(canonicalJson(files.map(({ path, bytes }) => [path, digestOf(bytes)])));
  }
  expect(digests.size).toBe(1);
  const other = await runtime.save(network("other"));
  expect(digests.has(canonicalJson(other.files.map(({ path, bytes }) => [path, digestOf(bytes)])))).toBe(false);
});

test("what was loaded can be saved again to the same bytes, and a branching model keeps its wiring", async () => {
  const input = tf.input({ shape: [3] });
  const left = tf.layers.dense({ units: 2, kernelInitializer: "ones" }).apply(input) as tf.SymbolicTensor;
  const right = tf.layers.dense({ units: 2, kernelInitializer: "ones", activation: "tanh" }).apply(input);
  const sum = tf.layers.concatenate().apply([left, right as tf.SymbolicTensor]) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: sum });
  const saved = await runtime.save(model);
  const handle = await runtime.load(saved);
  const direct = model.predictOnBatch(tf.tensor2d(Float32Array.from(batch.values), [2, 3])) as tf.Tensor;
  expect([...(await handle.predict(batch))]).toEqual([...(await direct.data())]);
});

test("saving, loading, predicting and disposing leave no tensor behind", async () => {
  const model = network("leak");
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) {
    const handle = await runtime.load(await runtime.save(model));
    await handle.predict(batch);
    await expect(handle.predict({ rows: 1, values: new Float64Array(4) })).rejects.toMatchObject({
      code: "argument/invalid",
    });
    await handle.dispose();
  }
  expect(tf.memory().numTensors).toBe(before);
});

test("an empty batch gives an empty answer", async () => {
  const handle = await runtime.load(await runtime.save(network("empty")));
  expect((await handle.predict({ rows: 0, values: new Float64Array(0) })).length).toBe(0);
});

test("only built models with one vector in and one out are taken", async () => {
  expect(runtime.accepts(network("a"))).toBe(true);
  expect(runtime.accepts({ kind: "sluice-linear" })).toBe(false);
  const image = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2] })] });
  await expect(runtime.save(image)).rejects.toMatchObject({ code: "argument/invalid" });
  await expect(runtime.save("model")).rejects.toMatchObject({ code: "argument/invalid" });
});

test("a damaged artifact is refused and says what is wrong", async () => {
  const { format, files } = await runtime.save(network("damage"));
  const [model, weights] = files;
  if (model === undefined || weights === undefined) throw new Error("two files expected");
  const damaged = [
    { format: "sluice-linear", files },
    { format, files: [model] },
    { format, files: [model, { ...weights, bytes: weights.bytes.subarray(4) }] },
    { format, files: [{ ...model, bytes: model.bytes.subarray(1) }, weights] },
    {
      format,
      files: [{ ...model, bytes: new TextEncoder().encode('{"modelTopology":{},"weightSpecs":[7]}') }, weights],
    },
    {
      format,
      files: [
        { ...model, bytes: new TextEncoder().encode('{"modelTopology":{"class_name":"Nope"},"weightSpecs":[]}') },
        { ...weights, bytes: new Uint8Array(0) },
      ],
    },
  ];
  for (const content of damaged) {
    await expect(runtime.load(content)).rejects.toMatchObject({ code: "artifact/corrupt" });
  }
});

test("folding the standardisation into the first layer changes nothing but the inputs", async () => {
  const model = network("fold");
  const means = [1, -2, 30];
  const deviations = [2, 0.5, 10];
  const raw = Float64Array.of(1.5, -1, 20, 0, -3, 55);
  const scaled = raw.map((value, i) => (value - (means[i % 3] ?? 0)) / (deviations[i % 3] ?? 1));
  const before = await runtime.load(await runtime.save(model));
  const expected = await before.predict({ rows: 2, values: scaled });
  const tensors = tf.memory().numTensors;
  await foldStandardization(tf, model, { means, deviations });
  expect(tf.memory().numTensors).toBe(tensors);
  const after = await runtime.load(await runtime.save(model));
  const folded = await after.predict({ rows: 2, values: raw });
  expected.forEach((value, i) => {
    expect(Math.abs(value - (folded[i] ?? 0))).toBeLessThan(1e-5);
  });
  await expect(foldStandardization(tf, model, { means: [0], deviations: [1] })).rejects.toMatchObject({
    code: "argument/invalid",
  });
});

test("training is seeded: two processes make the same artifact, another seed another one, and the loss falls", async () => {
  const here = await trainSmallNetwork("seed-1");
  const script = fileURLToPath(new URL("../support/train-small-network.ts", import.meta.url));
  const there = JSON.parse((await run(process.execPath, [script, "seed-1"])).stdout) as typeof here;
  expect(there).toEqual(here);
  expect((await trainSmallNetwork("seed-2")).digests).not.toEqual(here.digests);
  expect(here.losses.at(-1)).toBeLessThan((here.losses[0] ?? 0) - 0.02);
});

test("training leaves no tensor behind but the optimizer's, and stops at the signal", async () => {
  const data = { features: new Float64Array(30), labels: new Float64Array(10), rows: 10, width: 3, epochs: 2 };
  const single = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
  single.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  const shuffle = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i);
  await fitSeeded(tf, single, { ...data, shuffle });
  const before = tf.memory().numTensors;
  await fitSeeded(tf, single, { ...data, shuffle, batchRows: 3 });
  expect(tf.memory().numTensors).toBe(before);
  const stopped = AbortSignal.abort(new Error("enough"));
  await expect(fitSeeded(tf, single, { ...data, shuffle, signal: stopped })).rejects.toThrow("enough");
  await expect(fitSeeded(tf, single, { ...data, rows: 9, shuffle })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  const some = (rows: number): Int32Array => shuffle(rows).subarray(1);
  await expect(fitSeeded(tf, single, { ...data, shuffle: some })).rejects.toMatchObject({ code: "argument/invalid" });
});
