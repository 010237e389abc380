import { lstat, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { FileEntry, FileSource } from "../../contracts/file-source.ts";
import { fileError } from "./file-errors.ts";

/** A change this recent may be followed by another one that leaves the same times, milliseconds. */
const unsettledMs = 2000;
const statsAtOnce = 64;

/**
 * The files of a folder and those below it, for versions of files. Nothing is read but names and attributes until a file's bytes are asked for.
 * Errors while walking and reading: `io/failed`.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { folderFiles } from "sluice/backends/fs";
 *
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * await writeFile(join(folder, "cat.png"), "pixels");
 * const paths = [];
 * for await (const { path } of folderFiles(folder).entries()) paths.push(path);
 * if (paths.join() !== "cat.png") throw new Error("one file expected");
 * await rm(folder, { recursive: true });
 * ```
 */
export function folderFiles(path: string): FileSource {
  const root = resolve(path);
  return {
    uri: pathToFileURL(root).href,
    entries: (options) => walk(root, "", options?.signal),
  };
}

async function* walk(root: string, below: string, signal?: AbortSignal): AsyncGenerator<FileEntry> {
  const folder = join(root, below);
  const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const folders = names.filter((name) => name.isDirectory());
  const others = names.filter((name) => !name.isDirectory());
  for (let start = 0; start < others.length; start += statsAtOnce) {
    signal?.throwIfAborted();
    const some = others.slice(start, start + statsAtOnce).map(({ name }) => entryOf(root, below + name));
    yield* await Promise.all(some);
  }
  for (const { name } of folders) yield* walk(root, `${below}${name}/`, signal);
}

async function entryOf(root: string, path: string): Promise<FileEntry> {
  const file = join(root, path);
  const found = await lstat(file, { bigint: true }).catch((error: unknown) => {
    throw fileError(error, file);
  });
  const { ino, dev, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = found;
  const newestMs = Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs);
  return {
    path,
    kind: found.isFile() ? "file" : found.isSymbolicLink() ? "link" : "other",
    sizeBytes: Number(size),
    stamp: Date.now() - newestMs > unsettledMs ? `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}` : undefined,
    read: async () => {
      const bytes = await readFile(file).catch((error: unknown) => {
        throw fileError(error, file);
      });
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}
