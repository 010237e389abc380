import { randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { placeOf } from "./dvc-cache.ts";
import { type DvcDirEntry, dvcDirBytes } from "./dvc-dir.ts";
import { dvcFileText } from "./dvc-file.ts";
import { plainMd5 } from "./dvc-md5.ts";
import type { DvcOut } from "./dvc-out.ts";
import { fileError } from "./file-error.ts";

/** How {@link dvcAdd} writes. */
export interface DvcAddOptions extends WorkOptions {
  /** The folder of the DVC cache: `.dvc/cache` of a repository, or a remote that is a folder. */
  readonly cache: string;
}

/**
 * Does for a file or a folder what `dvc add` does: copies it into a cache of DVC 3 and writes `<path>.dvc` beside it. DVC itself is not
 * needed; neither Git nor `.gitignore` nor `.dvcignore` is looked at. What a killed process leaves behind names nothing: the `.dvc` file
 * is written last.
 *
 * Errors: `io/failed`, `argument/invalid` (a symbolic link, a socket, a folder without files), `optional-dependency/missing`; the
 * signal's reason.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { dvcAdd } from "sluice/interop/dvc";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dvc-"));
 * await writeFile(join(folder, "a.csv"), "trip,km\n1,12\n");
 * const out = await dvcAdd(join(folder, "a.csv"), { cache: join(folder, ".dvc", "cache") });
 * if (out.md5 !== "7926227e5ed01124e4bc47cb4736615f") throw new Error(out.md5);
 * ```
 */
export async function dvcAdd(path: string, options: DvcAddOptions): Promise<DvcOut> {
  const { cache, signal } = options;
  const place = path.replace(/[/\\]+$/, "");
  try {
    const out = (await isFolder(place))
      ? await addFolder(place, options)
      : { ...(await store(place, cache, signal)), directory: false };
    const entry: DvcOut = { path: basename(place), hash: "md5", ...out };
    await replaceFile(`${place}.dvc`, await dvcFileText(entry));
    return entry;
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw fileError(error, path);
  }
}

interface Stored {
  readonly md5: string;
  readonly sizeBytes: number;
}

async function addFolder(
  folder: string,
  { cache, signal, onProgress }: DvcAddOptions,
): Promise<Stored & { readonly directory: true; readonly files: number }> {
  const relpaths = await filesBelow(folder, "");
  if (relpaths.length === 0) throw notAFile(folder, "a folder without files");
  const entries: DvcDirEntry[] = [];
  let sizeBytes = 0;
  for (const relpath of relpaths) {
    const stored = await store(join(folder, ...relpath.split("/")), cache, signal);
    entries.push({ relpath, md5: stored.md5 });
    sizeBytes += stored.sizeBytes;
    onProgress?.({ stage: `adding ${folder}`, done: entries.length, total: relpaths.length, unit: "files" });
  }
  const list = dvcDirBytes(entries);
  const md5 = plainMd5();
  md5.update(list);
  const [name = ""] = md5.names();
  await replaceFile(placeOf(cache, "md5", `${name}.dir`), list);
  return { md5: name, sizeBytes, directory: true, files: entries.length };
}

async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const relpath = `${prefix}${entry.name}`;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(path, `${relpath}/`)));
    else if (entry.isFile()) found.push(relpath);
    else throw notAFile(path, "a symbolic link or a special file");
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  const status = await lstat(path);
  if (status.isDirectory()) return true;
  if (status.isFile()) return false;
  throw notAFile(path, "a symbolic link or a special file");
}

/** Copies a file into the cache and hashes the copied bytes on the way: the name is right also for a file that changes meanwhile. */
async function store(path: string, cache: string, signal: AbortSignal | undefined): Promise<Stored> {
  const md5 = plainMd5();
  const temporary = join(cache, "files", `sluice-${randomUUID()}.tmp`);
  await mkdir(dirname(temporary), { recursive: true });
  const target = await open(temporary, "wx");
  let sizeBytes = 0;
  try {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
        signal?.throwIfAborted();
        const bytes: Uint8Array = chunk;
        md5.update(bytes);
        await target.writeFile(bytes);
        sizeBytes += bytes.length;
      }
      await target.sync();
    } finally {
      await target.close();
    }
    const [name = ""] = md5.names();
    const final = placeOf(cache, "md5", name);
    await mkdir(dirname(final), { recursive: true });
    if (!existsSync(final)) await rename(temporary, final);
    return { md5: name, sizeBytes };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes a file under another name first, so that it is there whole or not at all. */
async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

function notAFile(path: string, found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found}: ${path}`,
    expected: "a file, or a folder with files",
    fix: "Copy what it points to, or name another path.",
  });
}
