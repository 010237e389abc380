/** The part of a TensorFlow.js tensor that is used here. */
export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

/** An input or output of a model: `null` is the free batch dimension. */
export interface TfSymbolicTensor {
  readonly shape: readonly (number | null)[];
}

/** How one weight lies in the weight bytes. */
export interface TfWeightSpec {
  name: string;
  shape: number[];
  dtype: "float32" | "int32" | "bool" | "string" | "complex64";
}

/** What TensorFlow.js hands to a save handler, and takes back to load. */
export interface TfModelArtifacts {
  modelTopology?: object;
  weightSpecs?: TfWeightSpec[];
  weightData?: ArrayBuffer | ArrayBuffer[];
}

/** What a save handler answers. */
export interface TfSaveResult {
  modelArtifactsInfo: { dateSaved: Date; modelTopologyType: "JSON" | "GraphDef" };
}

/** Something TensorFlow.js saves to or loads from. */
export interface TfIoHandler {
  save?(artifacts: TfModelArtifacts): Promise<TfSaveResult>;
  load?(): Promise<TfModelArtifacts>;
}

/** Tensors as TensorFlow.js takes them: one, several in order, or several by the input's name. */
export type TfTensors = TfTensor | TfTensor[] | { [inputName: string]: TfTensor };

/** The part of a layers model that is used here. */
export interface TfLayersModel {
  readonly inputs: readonly TfSymbolicTensor[];
  readonly outputs: readonly TfSymbolicTensor[];
  predictOnBatch(x: TfTensor | TfTensor[]): TfTensor | TfTensor[];
  trainOnBatch(x: TfTensors, y: TfTensors): Promise<number | number[]>;
  getWeights(): TfTensor[];
  setWeights(weights: TfTensor[]): void;
  save(handler: TfIoHandler): Promise<unknown>;
  dispose(): unknown;
}

/**
 * The part of the TensorFlow.js namespace that is used here: the host passes its own `tf`, of `@tensorflow/tfjs` or
 * `@tensorflow/tfjs-node`, so neither is a dependency.
 */
export interface TfNamespace<Initializer extends object = object> {
  readonly initializers: { glorotUniform(options: { seed?: number }): Initializer };
  readonly io: {
    withSaveHandler(save: (artifacts: TfModelArtifacts) => Promise<TfSaveResult>): TfIoHandler;
    fromMemory(artifacts: TfModelArtifacts): TfIoHandler;
  };
  loadLayersModel(handler: TfIoHandler): Promise<TfLayersModel>;
  tensor2d(values: Float32Array, shape: [number, number]): TfTensor;
  tensor(values: Float32Array, shape: number[]): TfTensor;
}
