/**
 * TensorFlow.js models, by the host's `tf`.
 *
 * @module sluice/backends/tfjs
 */

export { type FitSeededOptions, fitSeeded } from "./fit-seeded.ts";
export { foldStandardization, type Standardization } from "./fold-standardization.ts";
export { seededInitializer } from "./seeded-initializer.ts";
export type {
  TfIoHandler,
  TfLayersModel,
  TfModelArtifacts,
  TfNamespace,
  TfSymbolicTensor,
  TfSaveResult,
  TfTensor,
  TfTensors,
  TfWeightSpec,
} from "./tf-namespace.ts";
export { type TfjsOptions, tfjs } from "./tfjs.ts";
