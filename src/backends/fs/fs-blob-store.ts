import { open, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import {
  type BlobCapabilities,
  type BlobRef,
  type BlobStore,
  type ListedBlob,
  requireRange,
} from "../../contracts/blob-store.ts";
import { type ByteSource, piecesOf } from "../../core/byte-source.ts";
import { type Digest, digestOf, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { sha256HexAside, startSha256 } from "../../core/platform.ts";
import { makeFolder, syncFolder, writeDurably, writePiecesDurably } from "./durable-file.ts";
import { fileDigest } from "./file-bytes.ts";
import { fileError, fileErrorCode } from "./file-errors.ts";

/** What {@link fsBlobs} takes. */
export interface FsBlobOptions {
  /** The folder; made at first use. */
  readonly path: string;
}

/** From here on hashing on another thread is worth its detour. */
const manyBytes = 1_048_576;

const staleAfterMs = 3_600_000;

/**
 * A {@link BlobStore} in a folder: a blob lies under its SHA-256 in `objects/sha256/`, is written beside its place, synced and renamed, and is
 * verified at every read. What a crashed writer left behind is removed after an hour.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { fsBlobs } from "sluice/backends/fs";
 *
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * const blobs = fsBlobs({ path: folder });
 * const { digest } = await blobs.put(new TextEncoder().encode("weights"));
 * if (new TextDecoder().decode(await blobs.get(digest)) !== "weights") throw new Error("lost");
 * await rm(folder, { recursive: true });
 * ```
 */
export function fsBlobs(options: FsBlobOptions): BlobStore {
  return new FsBlobStore(options.path);
}

class FsBlobStore implements BlobStore {
  readonly capabilities: BlobCapabilities = { durable: true };
  readonly #objects: string;
  readonly #temporary: string;
  #cleaned: Promise<void> | undefined;

  constructor(path: string) {
    this.#objects = join(path, "objects", "sha256");
    this.#temporary = join(path, "tmp");
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    const digest: Digest = bytes.length < manyBytes ? digestOf(bytes) : `sha256:${await sha256HexAside(bytes)}`;
    const path = this.#pathOf(digest);
    try {
      await this.#cleanOnce();
      if (await madeYoung(path, digest)) await syncFolder(join(path, ".."));
      else await writeDurably(path, bytes, this.#temporary);
    } catch (error) {
      throw fileError(error, path);
    }
    return { digest, sizeBytes: bytes.byteLength };
  }

  async putFrom(source: ByteSource): Promise<BlobRef> {
    const hash = startSha256();
    let sizeBytes = 0;
    let digest: Digest = "sha256:";
    let unread: { readonly error: unknown } | undefined;
    try {
      await this.#cleanOnce();
      const passing = async function* (): AsyncGenerator<Uint8Array> {
        const pieces = piecesOf(source);
        for (;;) {
          const { done, value } = await pieces.next().catch((error: unknown) => {
            unread = { error };
            throw error;
          });
          if (done === true) return;
          hash.update(value);
          sizeBytes += value.length;
          yield value;
        }
      };
      await writePiecesDurably(passing(), this.#temporary, async () => {
        digest = `sha256:${hash.hex()}`;
        const path = this.#pathOf(digest);
        await makeFolder(join(path, ".."));
        if (!(await madeYoung(path, digest))) return path;
        await syncFolder(join(path, ".."));
        return undefined;
      });
    } catch (error) {
      throw unread?.error ?? fileError(error, this.#temporary);
    }
    return { digest, sizeBytes };
  }

  async get(digest: Digest): Promise<Uint8Array> {
    const path = this.#pathOf(digest);
    const bytes = await readAligned(path).catch((error: unknown) => {
      throw fileErrorCode(error) === "ENOENT" ? notFound(digest) : fileError(error, path);
    });
    if (digestOf(bytes) === digest) return bytes;
    throw new SluiceError("blob/corrupt", {
      found: `other bytes than ${digest} in ${path}`,
      expected: "the bytes that were stored",
      fix: "Put the same bytes again (that repairs the file), or restore it from a backup; look at the disk.",
    });
  }

  async getRange(digest: Digest, from: number, to: number): Promise<Uint8Array> {
    const path = this.#pathOf(digest);
    requireRange(from, to);
    try {
      const bytes = await readRange(path, from, to);
      if (bytes !== undefined) return bytes;
    } catch (error) {
      throw fileErrorCode(error) === "ENOENT" ? notFound(digest) : fileError(error, path);
    }
    throw new SluiceError("blob/corrupt", {
      found: `${path} with less than ${to} bytes`,
      expected: `all the bytes of ${digest}`,
      fix: "Put the same bytes again (that repairs the file), or restore it from a backup; look at the disk.",
    });
  }

  async has(digest: Digest): Promise<boolean> {
    return (await sizeOf(this.#pathOf(digest))) !== null;
  }

  async delete(digest: Digest): Promise<void> {
    const path = this.#pathOf(digest);
    try {
      if ((await sizeOf(path)) === null) return;
      await rm(path, { force: true });
      await syncFolder(join(path, ".."));
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** Cleans up at the first put; after a failure the next put tries again. */
  #cleanOnce(): Promise<void> {
    this.#cleaned ??= removeStale(this.#temporary).catch((error: unknown) => {
      this.#cleaned = undefined;
      throw error;
    });
    return this.#cleaned;
  }

  async *list(): AsyncIterable<ListedBlob> {
    for (const folder of await namesIn(this.#objects)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await namesIn(join(this.#objects, folder))) {
        const digest = `sha256:${name}`;
        if (!isDigest(digest) || !name.startsWith(folder)) continue;
        const found = await fileAt(join(this.#objects, folder, name));
        if (found !== null) yield { digest, sizeBytes: found.size, modifiedAtMs: found.mtimeMs };
      }
    }
  }

  #pathOf(digest: string): string {
    if (isDigest(digest)) return join(this.#objects, digest.slice(7, 9), digest.slice(7));
    throw new SluiceError("blob/path-outside", {
      found: `the digest ${JSON.stringify(digest)}`,
      expected: "sha256: and 64 lower-case hex digits",
      fix: "Pass a digest that a put returned.",
    });
  }
}

/** Whether the file is there with the digest's bytes, which then count as put just now; a damaged or vanished one is written anew. */
async function madeYoung(path: string, digest: Digest): Promise<boolean> {
  try {
    const size = await sizeOf(path);
    if (size === null) return false;
    const found = size < manyBytes ? digestOf(await readFile(path)) : await fileDigest(path, undefined);
    if (found !== digest) return false;
    const now = new Date();
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (fileErrorCode(error instanceof SluiceError ? error.cause : error) === "ENOENT") return false;
    throw error;
  }
}

/** A file's bytes, on an 8-byte boundary so that typed arrays can be laid over them. */
async function readAligned(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (bytes.byteOffset % 8 !== 0) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Some bytes of a file; `undefined` where it ends before them. */
async function readRange(path: string, from: number, to: number): Promise<Uint8Array | undefined> {
  const file = await open(path, "r");
  try {
    const bytes = new Uint8Array(to - from);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) return undefined;
      filled += bytesRead;
    }
    return filled > 0 || from <= (await file.stat()).size ? bytes : undefined;
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return (await fileAt(path))?.size ?? null;
}

async function fileAt(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found : null;
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return null;
    throw fileError(error, path);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return [];
    throw fileError(error, folder);
  }
}

/** Removes the temporary files of writers that died; an hour is longer than any living writer needs. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch((error: unknown) => {
      if (fileErrorCode(error) === "ENOENT") return null;
      throw error;
    });
    if (found !== null && Date.now() - found.mtimeMs > staleAfterMs) await rm(path, { force: true });
  }
}

function notFound(digest: Digest): SluiceError {
  return new SluiceError("blob/not-found", {
    found: `no blob ${digest}`,
    expected: "a digest that was put and not deleted",
    fix: "Check that this is the blob store the digest was written to.",
  });
}
