import type { Artifact, ArtifactStore } from "../../contracts/artifact.ts";
import type { ModelHandle, ModelRuntime } from "../../contracts/model-runtime.ts";
import { SluiceError } from "../../core/errors.ts";
import { nonFiniteIn } from "../../core/non-finite.ts";

/** A trained model stored as an artifact, and loaded back from exactly those bytes. */
export interface SavedModel {
  readonly artifact: Artifact;
  readonly handle: ModelHandle;
}

/** Saves a trained model by the runtime that accepts it and loads what was stored. Errors: `definition/invalid` when no runtime does. */
export async function saveModel(
  options: { readonly runtimes: readonly ModelRuntime[]; readonly artifacts: ArtifactStore },
  trained: unknown,
): Promise<SavedModel> {
  const runtime = options.runtimes.find((one) => one.accepts(trained));
  if (runtime === undefined) {
    const nonFinite = nonFiniteIn(trained);
    if (nonFinite !== undefined) {
      throw new SluiceError("definition/invalid", {
        found: `a trained model with non-finite weights (${nonFinite})`,
        expected: "finite numbers only",
        fix: "Look for a NaN in the training data, or a training that diverged.",
      });
    }
    throw new SluiceError("definition/invalid", {
      found: `a trained model (${typeof trained}) that no runtime accepts`,
      expected: `a model of ${options.runtimes.map((one) => one.format).join(", ") || "a runtime"}`,
      fix: "Give the workspace the runtime of that kind of model.",
    });
  }
  const artifact = await options.artifacts.put(await runtime.save(trained));
  return { artifact, handle: await runtime.load(await options.artifacts.get(artifact.digest)) };
}

/** The runtime that reads an artifact format. Errors: `definition/invalid`. */
export function runtimeOf(runtimes: readonly ModelRuntime[], format: string): ModelRuntime {
  const runtime = runtimes.find((one) => one.format === format);
  if (runtime === undefined) {
    throw new SluiceError("definition/invalid", {
      found: `an artifact of format "${format}"`,
      expected: `one of ${runtimes.map((one) => one.format).join(", ") || "no runtime at all"}`,
      fix: "Give the workspace the runtime of that format.",
    });
  }
  return runtime;
}
