import { SluiceError } from "../../core/errors.ts";
import type { TfLayersModel, TfNamespace, TfTensor } from "./tf-namespace.ts";

/** How inputs were standardised for training: `(x − mean) / deviation`, one of each per input. */
export interface Standardization {
  readonly means: ArrayLike<number>;
  /** Above 0. */
  readonly deviations: ArrayLike<number>;
}

/**
 * Rewrites the first dense layer of a model that was trained on standardised inputs so that it takes the raw inputs: serving then needs no
 * scaling step of its own that could differ. The model is changed in place; fold once, when training is over.
 *
 * Errors: `argument/invalid` when the model does not begin with a dense layer with a bias, or the lengths do not fit.
 */
export async function foldStandardization(
  tf: Pick<TfNamespace, "tensor">,
  model: Pick<TfLayersModel, "getWeights" | "setWeights">,
  standardization: Standardization,
): Promise<void> {
  const { means, deviations } = standardization;
  const weights = model.getWeights();
  const [kernel, bias] = weights;
  const [width = 0, units = 0] = kernel?.shape ?? [];
  if (kernel === undefined || bias === undefined || kernel.shape.length !== 2 || bias.shape[0] !== units) {
    throw invalid("a model that does not begin with a dense layer with a bias");
  }
  if (width !== means.length || width !== deviations.length) {
    throw invalid(`${means.length} means and ${deviations.length} deviations for ${width} inputs`);
  }
  const k = Float64Array.from(await kernel.data());
  const b = Float64Array.from(await bias.data());
  for (let i = 0; i < width; i++) {
    const deviation = deviations[i] ?? Number.NaN;
    const mean = means[i] ?? Number.NaN;
    if (!(deviation > 0) || !Number.isFinite(mean))
      throw invalid(`mean ${mean} and deviation ${deviation} of input ${i}`);
    for (let u = 0; u < units; u++) {
      const weight = (k[i * units + u] ?? 0) / deviation;
      k[i * units + u] = weight;
      b[u] = (b[u] ?? 0) - weight * mean;
    }
  }
  const folded = [tf.tensor(Float32Array.from(k), [width, units]), tf.tensor(Float32Array.from(b), [units])];
  replaceFirst(model, weights, folded);
}

function replaceFirst(
  model: Pick<TfLayersModel, "setWeights">,
  weights: readonly TfTensor[],
  folded: readonly TfTensor[],
): void {
  try {
    model.setWeights([...folded, ...weights.slice(folded.length)]);
  } finally {
    for (const tensor of folded) tensor.dispose();
  }
}

function invalid(found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found,
    expected: "a model that begins with a dense layer, and one mean and one positive deviation per input",
    fix: "Standardise with the numbers of the training rows, and fold them right after training.",
  });
}
