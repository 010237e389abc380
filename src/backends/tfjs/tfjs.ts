import type { ArtifactContent } from "../../contracts/artifact.ts";
import type { ModelBatch, ModelHandle, ModelRuntime, ModelSignature } from "../../contracts/model-runtime.ts";
import { SluiceError } from "../../core/errors.ts";
import { decodeTfArtifact, encodeTfArtifact, tfArtifactFormat } from "./tf-artifact.ts";
import type { TfLayersModel, TfModelArtifacts, TfNamespace, TfTensor } from "./tf-namespace.ts";

/** What the TensorFlow.js runtime is made of. */
export interface TfjsOptions {
  /** The host's own namespace: `import * as tf from "@tensorflow/tfjs"` (or `@tensorflow/tfjs-node`). */
  readonly tf: TfNamespace;
}

/**
 * Runs TensorFlow.js layers models with one input vector and one output vector; format `tfjs-layers`. Numbers cross as 32-bit floats.
 * Saving stores topology and weights, not the optimizer; equal weights give equal bytes, whatever names the layers got.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { tfjs } from "sluice/backends/tfjs";
 * const runtime = tfjs({ tf });
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: "ones" })] });
 * const handle = await runtime.load(await runtime.save(model));
 * const [sum] = await handle.predict({ rows: 1, values: Float64Array.of(1, 2) });
 * if (sum !== 3) throw new Error("1 + 2 = 3");
 * await handle.dispose();
 * ```
 */
export function tfjs(options: TfjsOptions): ModelRuntime {
  const { tf } = options;
  return {
    format: tfArtifactFormat,
    accepts: isLayersModel,
    save: async (model) => await saveModel(tf, model),
    load: async (content) => await loadModel(tf, content),
  };
}

function isLayersModel(model: unknown): model is TfLayersModel {
  if (typeof model !== "object" || model === null) return false;
  const { save, predictOnBatch, inputs, outputs } = model as Partial<Record<keyof TfLayersModel, unknown>>;
  return (
    typeof save === "function" &&
    typeof predictOnBatch === "function" &&
    Array.isArray(inputs) &&
    Array.isArray(outputs)
  );
}

async function saveModel(tf: TfNamespace, model: unknown): Promise<ArtifactContent> {
  if (!isLayersModel(model)) throw invalidModel("a value that is no built layers model");
  signatureOf(model);
  let artifacts: TfModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  if (artifacts === undefined) throw invalidModel("a model that saved nothing");
  return encodeTfArtifact(artifacts);
}

async function loadModel(tf: TfNamespace, content: ArtifactContent): Promise<ModelHandle> {
  const artifacts = decodeTfArtifact(content);
  let model: TfLayersModel;
  try {
    model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    throw new SluiceError("artifact/corrupt", {
      found: "a topology or weights that TensorFlow.js refuses",
      expected: `an artifact of format "${tfArtifactFormat}"`,
      fix: "Register custom layers before loading; else restore the artifact.",
      cause,
    });
  }
  const signature = signatureOf(model);
  return {
    signature,
    predict: async (batch) => await predict(tf, model, signature, batch),
    dispose: async () => {
      model.dispose();
    },
  };
}

async function predict(
  tf: TfNamespace,
  model: TfLayersModel,
  signature: ModelSignature,
  batch: ModelBatch,
): Promise<Float64Array> {
  if (batch.values.length !== batch.rows * signature.inputWidth) {
    throw new SluiceError("argument/invalid", {
      found: `${batch.values.length} values for ${batch.rows} rows`,
      expected: `${signature.inputWidth} values a row`,
      fix: "Pass rows × inputWidth values, row by row.",
    });
  }
  if (batch.rows === 0) return new Float64Array(0);
  const input = tf.tensor2d(Float32Array.from(batch.values), [batch.rows, signature.inputWidth]);
  let output: TfTensor | undefined;
  try {
    const predicted = model.predictOnBatch(input);
    output = Array.isArray(predicted) ? predicted[0] : predicted;
    return output === undefined ? new Float64Array(0) : Float64Array.from(await output.data());
  } finally {
    input.dispose();
    output?.dispose();
  }
}

function signatureOf(model: TfLayersModel): ModelSignature {
  const inputWidth = widthOf(model.inputs.map(({ shape }) => shape));
  const outputWidth = widthOf(model.outputs.map(({ shape }) => shape));
  if (inputWidth === undefined || outputWidth === undefined) {
    const shapes = [...model.inputs, ...model.outputs].map(({ shape }) => `[${shape.join(", ")}]`);
    throw invalidModel(`a model of the shapes ${shapes.join(" ")}`);
  }
  return { inputWidth, outputWidth };
}

function widthOf(shapes: readonly (readonly (number | null)[])[]): number | undefined {
  const [shape, ...others] = shapes;
  if (shape === undefined || others.length > 0 || shape.length !== 2 || shape[0] !== null) return undefined;
  return shape[1] ?? undefined;
}

function invalidModel(found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found,
    expected: "a layers model with one input [batch, width] and one output [batch, width]",
    fix: "Give the first layer an inputShape of one dimension and end in a dense layer.",
  });
}
