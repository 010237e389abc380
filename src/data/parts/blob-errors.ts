import type { Digest } from "../../core/digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";

/**
 * An error of a blob store that also says what the blob was part of, and, where it is missing, what to do (`heal`). Whatever is no
 * `SluiceError` passes as it is.
 */
export function placedError(error: unknown, blob: Digest, place: string, heal?: string): unknown {
  if (!isSluiceError(error)) return error;
  return new SluiceError(error.code, {
    found: `${error.found}${error.found.includes(blob) ? "" : `, blob ${blob}`}, which is ${place}`,
    expected: error.expected,
    fix: error.code === "blob/not-found" ? (heal ?? error.fix) : error.fix,
    cause: error,
  });
}
