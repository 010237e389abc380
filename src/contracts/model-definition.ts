import type { z } from "zod";
import type { FeatureInputRow } from "./feature-reader.ts";
import type { ServiceDefinition } from "./feature-service.ts";

/** A model by its contract: what a request is, what an output is, and which features stand between. Made by `model()`. */
export interface ModelDefinition<N extends string = string, in Request = never, out Output = unknown> {
  readonly kind: "model";
  readonly name: N;
  readonly request: z.core.$ZodType;
  readonly output: z.core.$ZodObject;
  readonly features: ServiceDefinition;
  /** The features that form the input vector, in order. */
  readonly vector: readonly string[];
  /** The output's fields in the order of the model's output numbers. */
  readonly outputs: readonly string[];
  /** The entity keys and request fields of a request. */
  featureInput(request: Request): FeatureInputRow;
  /** Checks and types an output record. */
  toOutput(numbers: Float64Array, at: number): Output;
}
