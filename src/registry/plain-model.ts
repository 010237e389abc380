import type { z } from "zod";
import type { FeatureInputRow } from "../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../contracts/feature-service.ts";
import type { ModelDefinition } from "../contracts/model-definition.ts";
import type { ColumnType, ColumnTypes, RowOf } from "../core/cell-type.ts";
import { digestOfJson } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { requireArgument, requireMade } from "../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../core/known-options.ts";
import { requestServiceName } from "../core/request-service.ts";
import { type FeatureInputOf, model } from "./model.ts";

/** What a {@link plainModel} is defined by. */
export interface PlainModelOptions<Request, Output, I extends ColumnTypes> {
  /** What a request is. */
  readonly request: z.core.$ZodType<Request>;
  /** What an answer is: a zod object whose fields are the model's output numbers, in order. */
  readonly output: z.core.$ZodObject & z.core.$ZodType<Output>;
  /** The numbers and booleans that the model takes, by name: they are used as the request brings them. */
  readonly inputs: I;
  /** Turns a request into them. */
  readonly featureInput: (request: NoInfer<Request>) => RowOf<NoInfer<I>>;
  /** Those that form the input vector, in order. @default all of `inputs`, in their order */
  readonly vector?: readonly string[];
}

const optionNames: OptionNames<PlainModelOptions<unknown, unknown, ColumnTypes>> = {
  request: "required",
  output: "required",
  inputs: "required",
  featureInput: "required",
  vector: "optional",
};

/**
 * Defines a model without a feature service: what it takes comes with the request. That is legal, and said wherever it matters: at
 * registration (`warnings`), by the gate `signatureMatches`, and refused by `defaultPolicy({ requireFeatures: true })`. Nothing sees to it that such
 * inputs are computed for training as they are for serving. Its training sets are `ws.features.training(model.features, { spine, at })`.
 * Errors: those of `model`; `definition/invalid` for a list among the inputs.
 *
 * @param name letters, digits, `.`, `_` and `-`, at most 128, beginning with a letter or digit
 *
 * @example
 * ```ts
 * import { plainModel } from "sluice/registry";
 * import { t } from "sluice/features";
 * import { z } from "zod";
 * const fare = plainModel("fare", {
 *   request: z.object({ km: z.number() }),
 *   output: z.object({ dollars: z.number() }),
 *   inputs: { km: t.float64 },
 *   featureInput: ({ km }) => ({ km }),
 * });
 * if (fare.vector.join() !== "km" || fare.features.name !== "request:fare") throw new Error("the request's own field");
 * ```
 */
export function plainModel<const N extends string, Request, Output, const I extends ColumnTypes>(
  name: N,
  options: PlainModelOptions<Request, Output, I>,
): ModelDefinition<N, Request, Output> {
  const call = `plainModel(${JSON.stringify(name)})`;
  requireOptions(call, options, optionNames, "definition/invalid");
  const { inputs, featureInput, ...rest } = options;
  requireMade(call, inputs, { what: "inputs", by: "{ km: t.float64 }", members: {} }, "definition/invalid");
  for (const [input, type] of Object.entries(inputs))
    requireMade(
      call,
      type,
      { what: `the type of "${input}"`, by: "t.float64", members: { tag: "text" } },
      "definition/invalid",
    );
  requireArgument(call, "featureInput", featureInput, "function", "definition/invalid");
  const list = Object.entries(inputs).find(([, { tag }]) => tag === "f64[]" || tag === "utf8[]");
  if (list !== undefined) throw listInput(name, ...list);
  const input = (request: Request): FeatureInputOf<never> => ({ ...featureInput(request) }) as FeatureInputRow;
  return model<N, Request, Output, never>(name, {
    ...rest,
    features: requestService(name, inputs),
    featureInput: input,
  });
}

/** A request's own fields, in the place of a feature service. */
function requestService(model: string, input: ColumnTypes): ServiceDefinition<string, never, unknown> {
  const fields = Object.entries(input).map(([name, { tag, nullable }]) => ({ name, tag, nullable }));
  return {
    kind: "service",
    name: requestServiceName(model),
    hash: digestOfJson({ request: fields }),
    schemaHash: digestOfJson({ features: fields }),
    views: [],
    features: Object.entries(input).map(([name, type]) => ({ name, type })),
    input,
  };
}

function listInput(model: string, input: string, { tag }: ColumnType): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `the input "${input}" of type ${tag} in model "${model}"`,
    expected: "a single value",
    fix: "Take the numbers of a list as inputs of their own.",
  });
}
