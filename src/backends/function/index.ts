/**
 * Models that are plain functions of JSON: linear ones and one's own.
 *
 * @module sluice/backends/function
 */

export type { LinearLink, LinearModel } from "../../contracts/linear-model.ts";
export { type FunctionRuntimeOptions, functionRuntime } from "./function-runtime.ts";
export { isLinearModel, type LinearOptions, linear } from "./linear.ts";
export { linearRuntime } from "./linear-runtime.ts";
