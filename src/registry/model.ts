import type { z } from "zod";
import type { FeatureInputRow } from "../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../contracts/feature-service.ts";
import type { ModelDefinition } from "../contracts/model-definition.ts";
import type { CellTag } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import { requireArgument } from "../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../core/known-options.ts";
import { requireSchema, requireService } from "./require-definition.ts";

/** What a service takes; any row for a service whose types were erased. */
export type FeatureInputOf<In extends FeatureInputRow> = [In] extends [never] ? FeatureInputRow : In;

/** What a model is defined by. */
export interface ModelOptions<Request, Output, In extends FeatureInputRow> {
  /** What a request is. */
  readonly request: z.core.$ZodType<Request>;
  /** What an answer is: a zod object whose fields are the model's output numbers, in order. */
  readonly output: z.core.$ZodObject & z.core.$ZodType<Output>;
  /** The feature service it is trained and served with. */
  readonly features: ServiceDefinition<string, In, unknown>;
  /** Turns a request into the service's keys and request fields. */
  readonly featureInput: (request: NoInfer<Request>) => FeatureInputOf<NoInfer<In>>;
  /** The features of the input vector, in order. @default every number and boolean of the service, in its order */
  readonly vector?: readonly string[];
}

const vectorTags: ReadonlySet<CellTag> = new Set(["f64", "i32", "i64", "bool"]);

const optionNames: OptionNames<ModelOptions<unknown, unknown, never>> = {
  request: "required",
  output: "required",
  features: "required",
  featureInput: "required",
  vector: "optional",
};

/**
 * Defines a model by its contract: request, output, and the features between them. Booleans enter the vector as 0 or 1.
 * Errors: `definition/invalid` (name, no output field, no feature, doubled feature), `features/unknown-feature`.
 *
 * @param name letters, digits, `.`, `_` and `-`, at most 128, beginning with a letter or digit
 */
export function model<const N extends string, Request, Output, In extends FeatureInputRow>(
  name: N,
  options: ModelOptions<Request, Output, In>,
): ModelDefinition<N, Request, Output> {
  if (typeof name !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) {
    throw invalid(
      name,
      `the name ${JSON.stringify(name)}`,
      "1 to 128 letters, digits, dots, dashes and underscores",
      "Choose such a name.",
    );
  }
  const call = `model "${name}"`;
  requireOptions(call, options, optionNames, "definition/invalid");
  requireSchema(call, "request", options.request);
  requireSchema(call, "output", options.output);
  requireService(call, options.features);
  requireArgument(call, "featureInput", options.featureInput, "function", "definition/invalid");
  if (options.vector !== undefined) requireArgument(call, "vector", options.vector, "list", "definition/invalid");
  const outputs = Object.keys(options.output._zod.def.shape ?? {});
  if (outputs.length === 0) throw invalid(name, "no output field", "at least one", "Give the output object a number.");
  const { output } = options;
  return {
    kind: "model",
    name,
    request: options.request,
    output,
    features: options.features,
    vector: vectorOf(name, options.features, options.vector),
    outputs,
    featureInput: (request) => options.featureInput(request),
    toOutput: (numbers, at) => outputRecord(name, output, outputs, numbers, at),
  };
}

function vectorOf(name: string, service: ServiceDefinition, named: readonly string[] | undefined): readonly string[] {
  const able = service.features.filter((feature) => vectorTags.has(feature.type.tag)).map((feature) => feature.name);
  const vector = named ?? able;
  if (vector.length === 0)
    throw invalid(name, "an empty input vector", "at least one feature", "Add a numeric feature to the service.");
  if (new Set(vector).size !== vector.length)
    throw invalid(name, "a feature twice in the vector", "each feature once", "Name it once.");
  const unknown = vector.find((feature) => !able.includes(feature));
  if (unknown !== undefined) {
    throw new SluiceError("features/unknown-feature", {
      found: `"${unknown}" in the vector of model "${name}"`,
      expected: `numbers or booleans of "${service.name}": ${able.join(", ")}`,
      fix: "Name features as view.feature.",
    });
  }
  return [...vector];
}

function outputRecord<Output>(
  name: string,
  schema: z.core.$ZodType<Output>,
  outputs: readonly string[],
  numbers: Float64Array,
  at: number,
): Output {
  const record: { [field: string]: number | undefined } = {};
  outputs.forEach((field, i) => {
    record[field] = numbers[at + i];
  });
  const result = schema._zod.run({ value: record, issues: [] }, { async: false });
  if (result instanceof Promise || result.issues.length > 0) {
    const issue = result instanceof Promise ? "its schema is asynchronous" : (result.issues[0]?.path ?? []).join(".");
    throw new SluiceError("serving/prediction-failed", {
      found: `an output of model "${name}" that its schema refuses (${issue}): ${JSON.stringify(record, (_, v: unknown) => (typeof v === "number" ? String(v) : v))}`,
      expected: "an output as the model's definition describes it",
      fix: "Check the model, or its output schema.",
    });
  }
  // The schema itself has just said that this value is an Output; zod's payload is typed as unknown.
  const value = result.value as Output;
  return value;
}

function invalid(name: string, found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", { found: `${found} in model "${name}"`, expected, fix });
}
