import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { bucketOf } from "../assign.ts";
import { inputToJson } from "../../ledger/segments/feature-input-json.ts";

/** A valid request, ready to be read features for. */
export interface PreparedRequest {
  readonly bucket: number;
  readonly input: FeatureInputRow;
  /** The input as it is logged. */
  readonly inputJson: string;
}

/** Checks a request against the model's schema and assigns its unit. Throws `serving/invalid-request`, naming the field. */
export function prepareRequest<Request, Output>(
  model: ModelDefinition<string, Request, Output>,
  unitOf: (request: Request) => string,
  salt: string,
  request: Request,
): PreparedRequest {
  const parsed = parse(model, request);
  try {
    const unit = unitOf(parsed);
    if (typeof unit !== "string" || unit === "")
      throw invalid(`${JSON.stringify(unit)} as the unit`, "a text that is not empty");
    const input = model.featureInput(parsed);
    return { bucket: bucketOf(salt, unit), input, inputJson: inputToJson(input) };
  } catch (error) {
    if (isSluiceError(error, "serving/invalid-request")) throw error;
    throw invalid(
      `a request of ${model.name} that its own functions refuse: ${String(error)}`,
      "one they accept",
      error,
    );
  }
}

function parse<Request, Output>(model: ModelDefinition<string, Request, Output>, request: Request): Request {
  const result: unknown = model.request["~standard"].validate(request);
  if (isValid<Request>(result)) return result.value;
  throw invalid(describe(result), `a request of ${model.name}`);
}

/** What a schema accepted is a `Request`: that is what the definition says its schema gives. */
function isValid<Request>(result: unknown): result is { readonly value: Request } {
  return (
    typeof result === "object" &&
    result !== null &&
    !("issues" in result && result.issues !== undefined) &&
    "value" in result
  );
}

function describe(result: unknown): string {
  if (typeof result !== "object" || result === null || !("issues" in result) || !Array.isArray(result.issues)) {
    return "a schema that answers asynchronously";
  }
  return result.issues
    .slice(0, 3)
    .map((issue: { readonly message: string; readonly path?: readonly PropertyKey[] }) => {
      const path = (issue.path ?? []).map(String).join(".");
      return `field "${path === "" ? "(the request)" : path}": ${issue.message}`;
    })
    .join("; ");
}

function invalid(found: string, expected: string, cause?: unknown): SluiceError {
  return new SluiceError("serving/invalid-request", { found, expected, fix: "Correct the request.", cause });
}
