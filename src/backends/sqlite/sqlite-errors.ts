import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { readOnly } from "../sql/read-only.ts";

const busyCode = 5;
const readOnlyCode = 8;
const ioCode = 10;
const fullCode = 13;
const cannotOpenCode = 14;

/** Tells SQLITE_BUSY and its kin: by the code, or by the message where the runtime sets none (Deno). */
export function isBusy(error: unknown): boolean {
  return (
    primaryCode(error) === busyCode || (error instanceof Error && /database is locked|SQLITE_BUSY/.test(error.message))
  );
}

/** The SluiceError for an error of SQLite; one that is already a SluiceError passes. */
export function sqliteError(error: unknown, path: string): SluiceError {
  if (isSluiceError(error)) return error;
  const found = error instanceof Error ? error.message : String(error);
  const code = primaryCode(error);
  if (code === fullCode || /disk is full/.test(found)) {
    return new SluiceError("io/disk-full", {
      found: `no room left to write ${path}`,
      expected: "free space on its disk",
      fix: "Nothing of this write was kept; free some space and call again.",
      cause: error,
    });
  }
  if (code === readOnlyCode || /attempt to write a readonly database/.test(found)) return readOnly(error);
  if (code === ioCode || code === cannotOpenCode) {
    return new SluiceError("io/failed", {
      found: `${found} (${path})`,
      expected: "a file that this process may read and write",
      fix: "Check the path, its folder's rights and the disk.",
      cause: error,
    });
  }
  return new SluiceError("metadata/failed", {
    found: `${found} (${path})`,
    expected: "a statement that SQLite can run on a sound database",
    fix: 'If the message says "malformed" or "not a database", restore the file from a backup; else see the cause.',
    cause: error,
  });
}

/** The low byte of SQLite's (extended) result code. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}
