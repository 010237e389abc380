import { stat } from "node:fs/promises";
import type { DataSource } from "../../contracts/data-source.ts";
import type { IncrementalSource } from "../../contracts/incremental-source.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { type FileInSet, filesAsOne } from "./files-as-one.ts";
import { fileError } from "./file-errors.ts";
import { fileDigest } from "./file-bytes.ts";
import { globFiles } from "./glob-files.ts";

/** How a {@link fileSetSource} treats its files. */
export interface FileSetOptions {
  /**
   * What to do with a file that was taken and has other bytes now: `error` stops with `data/source-changed`, `ingest` takes all of its rows
   * again, in addition. @default "error"
   */
  readonly onChanged?: "error" | "ingest";
  /** What names the set, in lineage and for its cursor: by another name all files are new. @default the pattern, or the list's paths */
  readonly uri?: string;
}

/**
 * Files as a source that grows: its cursor is the list of the files that were taken, with size, time of change and digest, so that a file is
 * read only when it is new. The files of one collection must have the same columns. A file that was taken may be deleted afterwards.
 *
 * Write a file under another name and rename it when it is whole: one that grows while it is read ends the collection with an error.
 *
 * @param files - A pattern (`inbox/*.csv`, `logs/**\/*.jsonl`, `{a,b}`), or a list of paths.
 * @param open - How one file is read, for example `csvFile`.
 *
 * Errors: `io/failed`, `data/source-changed`, `data/schema-mismatch` (other columns than the file before), those of the files' source.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { csvFile, fileSetSource } from "sluice/backends/fs";
 * const folder = await mkdtemp(join(tmpdir(), "inbox-"));
 * await writeFile(join(folder, "1.csv"), "km\n3\n");
 * const inbox = fileSetSource(join(folder, "*.csv"), csvFile);
 * const news = await inbox.since(undefined);
 * if (news === undefined || (await inbox.since(news.cursor())) !== undefined) throw new Error("one new file, then none");
 * ```
 */
export function fileSetSource(
  files: string | readonly string[],
  open: (path: string) => DataSource,
  options: FileSetOptions = {},
): IncrementalSource {
  const uri = options.uri ?? (typeof files === "string" ? files : files.join(" "));
  return {
    describe: () => ({ uri, kind: "files" }),
    since: async (cursor, { signal } = {}) => {
      const taken = filesOf(cursor);
      const fresh: FileInSet[] = [];
      const paths = typeof files === "string" ? await globFiles(files) : [...new Set(files)].sort();
      let changed = false;
      for (const path of paths) {
        signal?.throwIfAborted();
        const seen = await sizeAndTime(path);
        const before = taken.get(path);
        if (before !== undefined && before.size === seen.size && before.mtimeMs === seen.mtimeMs) continue;
        const digest = await fileDigest(path, signal);
        if (before?.digest !== digest) {
          if (before !== undefined && options.onChanged !== "ingest") throw fileChanged(path);
          fresh.push({ path, ...seen, digest });
        }
        taken.set(path, { ...seen, digest });
        changed = true;
      }
      if (!changed) return undefined;
      return { source: fresh.length === 0 ? undefined : filesAsOne(uri, fresh, open), cursor: () => cursorOf(taken) };
    },
  };
}

interface TakenFile {
  readonly size: number;
  readonly mtimeMs: number;
  readonly digest: Digest;
}

/** Size and time of change, which tell without reading whether a file is the one that was seen before. Errors: `io/failed`. */
async function sizeAndTime(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch (error) {
    throw fileError(error, path);
  }
}

function filesOf(cursor: JsonValue | undefined): Map<string, TakenFile> {
  const taken = new Map<string, TakenFile>();
  if (cursor === undefined || cursor === null || typeof cursor !== "object" || !("files" in cursor)) return taken;
  const files = cursor["files"];
  if (files === undefined || files === null || typeof files !== "object" || Array.isArray(files)) return taken;
  for (const [path, entry] of Object.entries(files)) {
    if (!Array.isArray(entry)) continue;
    const [size, mtimeMs, hex] = entry;
    taken.set(path, { size: Number(size), mtimeMs: Number(mtimeMs), digest: `sha256:${String(hex)}` });
  }
  return taken;
}

function cursorOf(taken: ReadonlyMap<string, TakenFile>): JsonValue {
  const files: { [path: string]: JsonValue } = {};
  for (const [path, { size, mtimeMs, digest }] of taken) files[path] = [size, mtimeMs, digest.slice("sha256:".length)];
  return { files };
}

function fileChanged(path: string): SluiceError {
  return new SluiceError("data/source-changed", {
    found: `other bytes in ${path} than when it was taken`,
    expected: "files that stay as they are once they are taken",
    fix: 'Put new rows into a new file; or pass { onChanged: "ingest" } to take all rows of a changed file again.',
  });
}
