/** Every code a {@link SluiceError} can carry. The part before the slash names the room the error comes from. */
export type SluiceErrorCode =
  | "argument/invalid"
  | "artifact/corrupt"
  | "artifact/invalid-name"
  | "artifact/not-found"
  | "artifact/refused"
  | "artifact/too-large"
  | "audit/broken"
  | "blob/corrupt"
  | "blob/not-found"
  | "blob/path-outside"
  | "certificate/expired"
  | "certificate/invalid"
  | "certificate/missing"
  | "certificate/newer-format"
  | "certificate/revoked-key"
  | "certificate/unknown-key"
  | "data/cursor-moved"
  | "data/erased"
  | "data/head-moved"
  | "data/invalid-path"
  | "data/malformed-source"
  | "data/merge-conflict"
  | "data/missing-column"
  | "data/not-validated"
  | "data/ref-exists"
  | "data/ref-not-found"
  | "data/schema-mismatch"
  | "data/source-changed"
  | "data/version-not-found"
  | "definition/conflict"
  | "definition/invalid"
  | "features/busy"
  | "features/hash-mismatch"
  | "features/invalid-input"
  | "features/log-full"
  | "features/not-kept"
  | "features/unknown-feature"
  | "io/disk-full"
  | "io/failed"
  | "metadata/aborted"
  | "metadata/busy"
  | "metadata/closed"
  | "metadata/corrupt"
  | "metadata/failed"
  | "metadata/invalid-value"
  | "metadata/nested-write"
  | "metadata/newer-schema"
  | "metadata/read-only"
  | "monitoring/incomplete-response"
  | "monitoring/not-found"
  | "monitoring/tampered"
  | "optional-dependency/missing"
  | "pipeline/cycle"
  | "pipeline/run-not-found"
  | "pipeline/unknown"
  | "ref/corrupt"
  | "registry/approval-refused"
  | "registry/conflict"
  | "registry/deprecated"
  | "registry/evidence-mismatch"
  | "registry/identity-refused"
  | "registry/invalid-transition"
  | "registry/not-found"
  | "registry/policy-missing"
  | "registry/tampered"
  | "serving/closed"
  | "serving/log-corrupt"
  | "serving/no-champion"
  | "serving/no-rollout"
  | "serving/not-certified"
  | "serving/prediction-failed"
  | "serving/rollout-active"
  | "serving/tampered"
  | "serving/invalid-request"
  | "signer/invalid-key"
  | "store/unavailable"
  | "table/type-mismatch"
  | "table/unsupported-type"
  | "training/invalid-metric"
  | "training/param-conflict"
  | "training/run-ended"
  | "training/run-not-found"
  | "workspace/closed"
  | "workspace/newer-version";

/** What a {@link SluiceError} is made of. */
export interface SluiceErrorDetail {
  /** What was found. */
  readonly found: string;
  /** What was expected instead. */
  readonly expected: string;
  /** What the reader should do about it. */
  readonly fix: string;
  /** The error underneath, where there is one. */
  readonly cause?: unknown;
}

/**
 * The one error class of the library: a code to branch on and a message that says what was found, what was expected and what to do.
 *
 * @example
 * ```ts
 * import { SluiceError } from "sluice";
 * const error = new SluiceError("argument/invalid", { found: "-1", expected: "a positive number", fix: "pass at least 1" });
 * if (error.code !== "argument/invalid") throw error;
 * ```
 */
export class SluiceError extends Error {
  override readonly name: string = "SluiceError";
  /** The code to branch on. */
  readonly code: SluiceErrorCode;
  /** What was found. */
  readonly found: string;
  /** What was expected. */
  readonly expected: string;
  /** What to do. */
  readonly fix: string;

  constructor(code: SluiceErrorCode, detail: SluiceErrorDetail) {
    super(
      `${code}: found ${detail.found}; expected ${detail.expected}. ${detail.fix}`,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    this.code = code;
    this.found = detail.found;
    this.expected = detail.expected;
    this.fix = detail.fix;
  }
}

/** Tells whether an unknown value is a {@link SluiceError}, with the given code if one is given. */
export function isSluiceError(value: unknown, code?: SluiceErrorCode): value is SluiceError {
  return value instanceof SluiceError && (code === undefined || value.code === code);
}
