import { existsSync } from "node:fs";
import { join } from "node:path";
import { SluiceError } from "../../core/errors.ts";
import { parseDvcDir } from "./dvc-dir.ts";
import { dos2unixMd5, fileChunks, plainMd5 } from "./dvc-md5.ts";
import type { DvcHash, DvcOut } from "./dvc-out.ts";

/** Where a cache is. */
export interface DvcCacheOptions {
  /** The cache's folder: `.dvc/cache` of a repository, or a remote that is a folder. */
  readonly path: string;
}

/** A file of an out, as it lies in the cache. */
export interface DvcCacheFile {
  /** Its place: the out's path, and below a directory the path in it; with `/`. */
  readonly path: string;
  readonly hash: DvcHash;
  readonly md5: string;
  /** The file in the cache. It is named by its MD5, without an ending. */
  readonly cachePath: string;
}

/** Reads what DVC keeps; never writes. */
export interface DvcCache {
  /** The files of an out: one, or those of its directory. Errors: `blob/not-found`, `blob/corrupt`, `blob/path-outside`, `data/malformed-source`. */
  files(out: DvcOut, options?: { readonly signal?: AbortSignal }): Promise<readonly DvcCacheFile[]>;
  /** A file's bytes, verified. Errors: `blob/not-found`, `blob/corrupt` naming the file in the cache, `io/failed`. */
  read(file: DvcCacheFile, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
  /** Reads a file to its end and answers its size; nothing is kept in memory. Errors as of `read`. */
  verify(file: DvcCacheFile, options?: { readonly signal?: AbortSignal }): Promise<{ readonly sizeBytes: number }>;
}

/**
 * A DVC cache on disk: `files/md5/ab/cdef…` of DVC 3, and `ab/cdef…` of DVC 1 and 2, where the MD5 of a text is that of its lines ended
 * by `\n`. Every byte that it hands out is verified against the MD5 that names it.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { dvcAdd, dvcCache } from "sluice/interop/dvc";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dvc-"));
 * await writeFile(join(folder, "trips.csv"), "trip,km\n1,12\n");
 * const path = join(folder, ".dvc", "cache");
 * const out = await dvcAdd(join(folder, "trips.csv"), { cache: path });
 * const cache = dvcCache({ path });
 * for (const file of await cache.files(out)) {
 *   if ((await cache.read(file)).length !== 13) throw new Error("13 bytes expected");
 * }
 * ```
 */
export function dvcCache({ path }: DvcCacheOptions): DvcCache {
  const read = async (file: DvcCacheFile, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    await verified(file, signal, (chunk) => chunks.push(chunk));
    return new Uint8Array(Buffer.concat(chunks));
  };
  return {
    read,
    verify: async (file, { signal } = {}) => {
      let sizeBytes = 0;
      await verified(file, signal, (chunk) => {
        sizeBytes += chunk.length;
      });
      return { sizeBytes };
    },
    files: async (out, options = {}) => {
      const { hash, md5 } = out;
      const cachePath = placeOf(path, hash, out.directory ? `${md5}.dir` : md5);
      const own = { path: out.path, hash, md5, cachePath };
      if (!out.directory) return [own];
      // The list's MD5 is that of its bytes in either layout: JSON has no line ends here.
      const entries = parseDvcDir(await read(own, options), cachePath);
      return entries.map((entry) => ({
        path: `${out.path.replace(/\/+$/, "")}/${entry.relpath}`,
        hash,
        md5: entry.md5,
        cachePath: placeOf(path, hash, entry.md5),
      }));
    },
  };
}

/** Where a cache keeps what a name stands for. */
export function placeOf(cache: string, hash: DvcHash, name: string): string {
  const below = join(name.slice(0, 2), name.slice(2));
  return hash === "md5" ? join(cache, "files", "md5", below) : join(cache, below);
}

async function verified(
  file: DvcCacheFile,
  signal: AbortSignal | undefined,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  signal?.throwIfAborted();
  if (!existsSync(file.cachePath)) throw notInCache(file);
  const md5 = file.hash === "md5" ? plainMd5() : dos2unixMd5();
  for await (const chunk of fileChunks(file.cachePath, signal)) {
    md5.update(chunk);
    take(chunk);
  }
  const names = md5.names();
  if (!names.includes(file.md5)) throw corrupt(file, names.at(-1) ?? "");
}

function notInCache(file: DvcCacheFile): SluiceError {
  return new SluiceError("blob/not-found", {
    found: `no ${file.cachePath}, where "${file.path}" should be`,
    expected: "what the .dvc file or dvc.lock names, in the cache",
    fix: "Fetch it: dvc fetch. An out with `cache: false` is in the working tree only; and check that the path is that of the cache.",
  });
}

function corrupt(file: DvcCacheFile, found: string): SluiceError {
  return new SluiceError("blob/corrupt", {
    found: `bytes with the MD5 ${found} in ${file.cachePath}`,
    expected: `the MD5 ${file.md5} of "${file.path}"`,
    fix: "Delete that file and fetch it again: dvc fetch.",
  });
}
