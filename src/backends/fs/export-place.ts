import { resolve } from "node:path";
import { requireArgument } from "../../core/known-arguments.ts";
import { SluiceError } from "../../core/errors.ts";
import { fileError } from "./file-errors.ts";
import { requireFree } from "./require-free.ts";

const otherArchive = /\.(tgz|txz|tbz2?|zip|7z|rar|gz|xz|bz2|zst|tar\.[a-z0-9]+)$/i;

/**
 * Refuses a place that a version cannot be exported to: one that is taken, and a name of an archive that is not written, which would become a folder's.
 * Errors: `argument/invalid`, `io/failed`.
 */
export async function requireExportPlace(path: string): Promise<void> {
  requireArgument("registry.export()", "path", path, "text");
  if (otherArchive.test(path))
    throw new SluiceError("argument/invalid", {
      found: `${JSON.stringify(path)} as the place to export to`,
      expected: "a new folder, or a file that ends with .tar",
      fix: "Export a .tar, and pack that file yourself; import() takes it unpacked.",
    });
  try {
    await requireFree(resolve(path));
  } catch (error) {
    throw fileError(error, path);
  }
}
