import { isSluiceError, SluiceError } from "../../core/errors.ts";

const noRoom: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The code of a file system error, as in `ENOENT`; undefined for anything else. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Tells whether this process may not touch a file: by its rights, or by Deno's permissions (whose errors carry a name but no code). */
export function isRefused(error: unknown): boolean {
  const code = fileErrorCode(error);
  if (code === "EACCES" || code === "EPERM") return true;
  return error instanceof Error && (error.name === "NotCapable" || error.name === "PermissionDenied");
}

/** The SluiceError for an error of the file system; one that is already a SluiceError passes. */
export function fileError(error: unknown, path: string): SluiceError {
  if (isSluiceError(error)) return error;
  const code = fileErrorCode(error);
  if (code !== undefined && noRoom.has(code)) {
    return new SluiceError("io/disk-full", {
      found: `no room left to write ${path} (${code})`,
      expected: "free space on its disk, within quota and file-size limit",
      fix: "Nothing was kept of this file; free some space and call again.",
      cause: error,
    });
  }
  return new SluiceError("io/failed", {
    found: `${error instanceof Error ? error.message : String(error)} (${path})`,
    expected: "a path that this process may read and write",
    fix: "Check the path, its folder's rights and the disk.",
    cause: error,
  });
}
