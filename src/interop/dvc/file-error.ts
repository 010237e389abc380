import { isSluiceError, SluiceError } from "../../core/errors.ts";

/** The SluiceError for an error of the file system; one that is already a SluiceError passes. */
export function fileError(error: unknown, path: string): SluiceError {
  if (isSluiceError(error)) return error;
  return new SluiceError("io/failed", {
    found: `${error instanceof Error ? error.message : String(error)} (${path})`,
    expected: "a path that this process may read and write",
    fix: "Check the path, its folder's rights and the disk.",
    cause: error,
  });
}
