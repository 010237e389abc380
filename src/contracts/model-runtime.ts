import type { ArtifactContent } from "./artifact.ts";

/** What a model takes and gives. */
export interface ModelSignature {
  /** Width of the input vector. */
  readonly inputWidth: number;
  /** Numbers per prediction. */
  readonly outputWidth: number;
}

/** A batch of dense input vectors, row-major: `rows × inputWidth` doubles. */
export interface ModelBatch {
  readonly rows: number;
  readonly values: Float64Array;
}

/** A loaded model. */
export interface ModelHandle {
  readonly signature: ModelSignature;
  /** Predicts a batch: `rows × outputWidth` doubles, row-major. */
  predict(batch: ModelBatch): Promise<Float64Array>;
  /** Frees what the model holds. */
  dispose(): Promise<void>;
}

/** Runs models of one kind. */
export interface ModelRuntime {
  /** The artifact format it reads and writes, as in `tfjs-layers`. */
  readonly format: string;
  /** Whether a value is a model of this runtime, ready to be saved. */
  accepts(model: unknown): boolean;
  /** Turns a trained model into files; the same weights give the same bytes. */
  save(model: unknown): Promise<ArtifactContent>;
  /** Loads a saved model. Errors: `artifact/corrupt`. */
  load(content: ArtifactContent): Promise<ModelHandle>;
}
