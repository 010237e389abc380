import { isSluiceError } from "../../../core/errors.ts";
import { checkArtifactPaths } from "../artifact-path.ts";
import type { ScanContext } from "./scan-context.ts";

/** Reports names of an archive's entries that leave their folder, or collide; a folder's ends with a slash. */
export function checkEntryNames(path: string, names: readonly string[], context: ScanContext): void {
  try {
    checkArtifactPaths(names.filter((name) => !name.endsWith("/")));
    checkArtifactPaths(names.filter((name) => name.endsWith("/")).map((name) => name.slice(0, -1)));
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    context.report(path, "archive-path", error.found);
  }
}
