/** The part of a TensorFlow.js tensor that is used here. */
export interface TfTensor {
  readonly shape: readonly number[];
  /** The values, copied out. */
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  /** Frees the tensor. */
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
  /** Takes a saved model. */
  save?(artifacts: TfModelArtifacts): Promise<TfSaveResult>;
  /** Gives a saved model. */
  load?(): Promise<TfModelArtifacts>;
}

/** Tensors as TensorFlow.js takes them: one, several in order, or several by the input's name. */
export type TfTensors = TfTensor | TfTensor[] | { [inputName: string]: TfTensor };

/** The part of a layers model that is used here. */
export interface TfLayersModel {
  readonly inputs: readonly TfSymbolicTensor[];
  readonly outputs: readonly TfSymbolicTensor[];
  /** The outputs for a batch. */
  predictOnBatch(x: TfTensor | TfTensor[]): TfTensor | TfTensor[];
  /** One gradient step; the loss, and metrics if any. */
  trainOnBatch(x: TfTensors, y: TfTensors): Promise<number | number[]>;
  /** The weights; they belong to the model. */
  getWeights(): TfTensor[];
  /** Replaces the weights by copies. */
  setWeights(weights: TfTensor[]): void;
  /** Hands the model to a save handler. */
  save(handler: TfIoHandler): Promise<unknown>;
  /** Frees the model. */
  dispose(): unknown;
}

/**
 * The part of the TensorFlow.js namespace that is used here: the host passes its own `tf`, of `@tensorflow/tfjs` or
 * `@tensorflow/tfjs-node`, so neither is a dependency.
 */
export interface TfNamespace<Initializer extends object = object> {
  readonly initializers: {
    /** Makes Glorot's uniform initializer. */
    glorotUniform(options: { seed?: number }): Initializer;
  };
  readonly io: {
    /** Makes a handler of a function. */
    withSaveHandler(save: (artifacts: TfModelArtifacts) => Promise<TfSaveResult>): TfIoHandler;
    /** Makes a handler that gives artifacts. */
    fromMemory(artifacts: TfModelArtifacts): TfIoHandler;
  };
  /** Loads a model from a handler. */
  loadLayersModel(handler: TfIoHandler): Promise<TfLayersModel>;
  /** Makes a matrix. */
  tensor2d(values: Float32Array, shape: [number, number]): TfTensor;
  /** Makes a tensor of any shape. */
  tensor(values: Float32Array, shape: number[]): TfTensor;
}
