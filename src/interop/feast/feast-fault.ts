import { isSluiceError, SluiceError, type SluiceErrorCode, type SluiceErrorDetail } from "../../core/errors.ts";

/** The exceptions of Feast's module `feast.errors` that its Python client raises from an answer. */
export type FeastException =
  | "FeastError"
  | "FeastObjectNotFoundException"
  | "FeatureNameCollisionError"
  | "FeatureServiceNotFoundException"
  | "FeatureViewNotFoundException"
  | "PushSourceNotFoundException";

/** A refusal for which Feast has a status and an exception of its own. */
export class FeastFault extends SluiceError {
  readonly status: number;
  readonly exception: FeastException;

  constructor(status: number, exception: FeastException, code: SluiceErrorCode, detail: SluiceErrorDetail) {
    super(code, detail);
    this.status = status;
    this.exception = exception;
  }
}

/** What is the request's fault, or the store's that did not answer. Whatever else happens is thrown on. */
const statuses: { readonly [C in SluiceErrorCode]?: number } = {
  "argument/invalid": 422,
  "data/version-not-found": 404,
  "features/busy": 409,
  "features/invalid-input": 422,
  "features/not-kept": 422,
  "features/unknown-feature": 404,
  "store/unavailable": 503,
};

/**
 * The response to a request that failed, in the shape of Feast's servers: a request that is not well-formed has a list of details, as FastAPI
 * sends them; anything else is a JSON text of `module`, `class` and `message`, from which Feast's client raises its own exception. Both
 * carry our `code`. `undefined` for what is no fault of the request.
 */
export function faultResponse(error: unknown): Response | undefined {
  if (!isSluiceError(error)) return undefined;
  const status = error instanceof FeastFault ? error.status : statuses[error.code];
  if (status === undefined) return undefined;
  const { code, message } = error;
  if (code === "argument/invalid" && !(error instanceof FeastFault)) return malformed("value_error", message);
  const exception = error instanceof FeastFault ? error.exception : "FeastError";
  return json(status, JSON.stringify(JSON.stringify({ module: "feast.errors", class: exception, message, code })));
}

/** The response to a body that cannot be read as what it must be. */
export function malformed(type: "json_invalid" | "value_error", message: string): Response {
  return json(422, JSON.stringify({ detail: [{ type, loc: ["body"], msg: message, code: "argument/invalid" }] }));
}

/** A response of JSON text. */
export function json(status: number, text: string): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
