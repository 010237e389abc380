import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileError, fileErrorCode } from "./file-errors.ts";

/**
 * The files that a pattern names, sorted by path. `*` and `?` stand for characters within a name, `**` for any folders, `{a,b}` for either.
 * A folder that is not there has no files. Errors: `io/failed`.
 */
export async function globFiles(pattern: string): Promise<string[]> {
  const parts = pattern.replaceAll(sep, "/").split("/");
  const first = parts.findIndex((part) => /[*?{]/.test(part));
  if (first < 0) return [pattern];
  const folder = parts.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
  const rest = parts.slice(first);
  const wanted = new RegExp(`^${rest.map(regexOf).join("/").replaceAll("(?:.*)/", "(?:.*/)?")}$`, "u");
  try {
    const entries = await readdir(folder, { recursive: rest.length > 1 || rest[0] === "**", withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const start = folder === "." ? 0 : join(folder, "x").length - 1;
    return files.filter((path) => wanted.test(path.slice(start).replaceAll(sep, "/"))).sort();
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return [];
    throw fileError(error, folder);
  }
}

function regexOf(part: string): string {
  if (part === "**") return "(?:.*)";
  return part
    .replaceAll(/[.+^$()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]")
    .replaceAll(/\{([^{}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(",", "|")})`);
}
