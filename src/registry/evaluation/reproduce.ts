import type { Artifact, ArtifactStore } from "../../contracts/artifact.ts";
import type { ModelHandle, ModelRuntime } from "../../contracts/model-runtime.ts";
import type { Reproduction } from "../../contracts/reproduction.ts";
import type { RunRef } from "../../contracts/run.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { predictRows } from "./predict-rows.ts";
import { saveModel } from "./save-model.ts";

/** How a run is repeated. */
export interface ReproduceOptions {
  /** The run that trained the model. */
  readonly run: RunRef;
  /** The training set that it is trained on again. */
  readonly training: TrainingSet;
  /** Trains again: the same code, seed and order of rows as the run's. */
  readonly train: (training: TrainingSet, work: WorkOptions) => unknown;
}

/** What the repetition is compared with. */
export interface Original {
  readonly artifact: Artifact;
  readonly handle: ModelHandle;
  /** Complete held-out rows, row-major. */
  readonly vectors: Float64Array;
}

/** Trains once more, and compares the artifacts byte by byte; where they differ, their predictions on the held-out rows. */
export async function reproduce(
  options: { readonly runtimes: readonly ModelRuntime[]; readonly artifacts: ArtifactStore },
  { artifact, handle, vectors }: Original,
  { run, training, train }: ReproduceOptions,
  codeDigest: string,
  work: WorkOptions,
): Promise<Reproduction> {
  const again = await saveModel(options, await train(training, work));
  try {
    const known = { runId: run.id, codeDigest, training: training.digest, artifactDigest: again.artifact.digest };
    if (again.artifact.digest === artifact.digest) return { ...known, maxDifference: 0 };
    const maxDifference = await largestDifference(handle, again.handle, vectors, work);
    return { ...known, ...(maxDifference !== undefined && { maxDifference }) };
  } finally {
    await again.handle.dispose();
  }
}

/** `undefined` where the models have other inputs or outputs, or a prediction is not finite. */
async function largestDifference(
  one: ModelHandle,
  other: ModelHandle,
  vectors: Float64Array,
  work: WorkOptions,
): Promise<number | undefined> {
  const { inputWidth, outputWidth } = one.signature;
  if (other.signature.inputWidth !== inputWidth || other.signature.outputWidth !== outputWidth) return undefined;
  const outputs = Array.from({ length: outputWidth }, (_, i) => i);
  const first = await predictRows(one, vectors, outputs, work);
  const second = await predictRows(other, vectors, outputs, work);
  let most = first.length === 0 ? Number.NaN : 0;
  for (let i = 0; i < first.length; i++) {
    const gap = Math.abs((first[i] as number) - (second[i] as number));
    if (!(gap <= most)) most = gap;
  }
  return Number.isFinite(most) ? most : undefined;
}
