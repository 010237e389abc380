import type {
  Artifact,
  ArtifactContent,
  ArtifactFile,
  ArtifactStore,
  OpenArtifact,
  StoredArtifact,
} from "../../contracts/artifact.ts";
import { type BlobStore, putSource } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { digestOf } from "../../core/digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { changedFile } from "../../core/verified-pieces.ts";
import { digestOfSource } from "../../core/byte-source.ts";
import type { ArtifactManifest } from "./artifact-manifest.ts";
import { decodeManifest, encodeManifest } from "./artifact-manifest.ts";
import { checkArtifactPaths } from "./artifact-path.ts";

/** What a {@link BlobArtifactStore} is wired with. */
export interface BlobArtifactStoreOptions {
  /** Where the files and the manifests are kept. */
  readonly blobs: BlobStore;
}

/**
 * Stores artifacts as blobs: one for each file, and one for the manifest, whose digest is the artifact's. Files are durable before
 * the manifest that names them, so an interrupted `put` leaves no artifact.
 *
 * @example
 * ```ts
 * import { BlobArtifactStore } from "sluice/ledger";
 * import { memoryBlobs } from "sluice/backends/memory";
 * const artifacts = new BlobArtifactStore({ blobs: memoryBlobs() });
 * const { digest } = await artifacts.put({ format: "text", files: [{ path: "a.txt", bytes: new TextEncoder().encode("hello") }] });
 * const { files } = await artifacts.get(digest);
 * if (files[0]?.path !== "a.txt") throw new Error("not what was stored");
 * ```
 */
export class BlobArtifactStore implements ArtifactStore {
  readonly #blobs: BlobStore;

  constructor(options: BlobArtifactStoreOptions) {
    this.#blobs = options.blobs;
  }

  /** Stores an artifact; equal content has an equal digest whatever the order of its files. Errors: `artifact/invalid-name`, the blob store's. */
  async put(content: ArtifactContent): Promise<Artifact> {
    checkArtifactPaths(content.files.map((file) => file.path));
    const files: ArtifactFile[] = [];
    for (const { path, bytes } of content.files) files.push({ path, ...(await this.#blobs.put(bytes)) });
    const { bytes, artifact } = encodeManifest({ format: content.format, files });
    await this.#blobs.put(bytes);
    return artifact;
  }

  /** As {@link put}, of files that are read a few MiB at a time. Errors: as there; `artifact/corrupt` for a file that is not what its digest says. */
  async putFrom(content: OpenArtifact): Promise<Artifact> {
    checkArtifactPaths(content.files.map((file) => file.path));
    const files: ArtifactFile[] = [];
    for (const file of content.files) {
      const stored = await putSource(this.#blobs, file);
      if (file.digest !== undefined && file.digest !== stored.digest) throw changedFile(file.path);
      files.push({ path: file.path, ...stored });
    }
    const { bytes, artifact } = encodeManifest({ format: content.format, files });
    await this.#blobs.put(bytes);
    return artifact;
  }

  /** Reads an artifact; every byte is verified. Errors: `artifact/not-found`, `artifact/corrupt`, which names the file. */
  async get(digest: Digest): Promise<ArtifactContent> {
    const manifest = await this.#manifest(digest);
    const files: { readonly path: string; readonly bytes: Uint8Array }[] = [];
    for (const file of manifest.files) files.push({ path: file.path, bytes: await this.#file(digest, file) });
    return { format: manifest.format, files };
  }

  /** An artifact whose files are to be read a part at a time; every byte was read once, and verified. Errors: as {@link get}. */
  async open(digest: Digest): Promise<StoredArtifact> {
    const { format, files } = await this.#manifest(digest);
    const opened = files.map((file) => ({
      ...file,
      read: (from: number, to: number) => this.#part(digest, file, from, to),
    }));
    for (const file of opened)
      if ((await digestOfSource(file)) !== file.digest)
        throw corrupt(`${namedFile(digest, file)} with other bytes than were stored`);
    return { format, files: opened };
  }

  async #part(digest: Digest, file: ArtifactFile, from: number, to: number): Promise<Uint8Array> {
    return await this.#told(
      () => this.#blobs.getRange(file.digest, from, to),
      (cause) => corrupt(`${namedFile(digest, file)} missing`, cause),
      namedFile(digest, file),
    );
  }

  async #manifest(digest: Digest): Promise<ArtifactManifest> {
    const bytes = await this.#read(digest, () => notFound(digest), `the manifest of artifact ${digest}`);
    const manifest = digestOf(bytes) === digest ? decodeManifest(bytes, digest) : undefined;
    if (manifest === undefined)
      throw corrupt(`a manifest of artifact ${digest} that does not match its digest or is none`);
    checkArtifactPaths(manifest.files.map((file) => file.path));
    return manifest;
  }

  async #file(digest: Digest, file: ArtifactFile): Promise<Uint8Array> {
    const what = namedFile(digest, file);
    const bytes = await this.#read(file.digest, (cause) => corrupt(`${what} missing`, cause), what);
    if (digestOf(bytes) !== file.digest) throw corrupt(`${what} with other bytes than were stored`);
    if (bytes.length !== file.sizeBytes) throw corrupt(`${what} with ${bytes.length} bytes, not ${file.sizeBytes}`);
    return bytes;
  }

  async #read(digest: Digest, missing: (cause: unknown) => SluiceError, what: string): Promise<Uint8Array> {
    return await this.#told(() => this.#blobs.get(digest), missing, what);
  }

  /** Reads, and tells what is missing or changed. */
  async #told(
    read: () => Promise<Uint8Array>,
    missing: (cause: unknown) => SluiceError,
    what: string,
  ): Promise<Uint8Array> {
    try {
      return await read();
    } catch (error) {
      if (isSluiceError(error, "blob/not-found")) throw missing(error);
      if (isSluiceError(error, "blob/corrupt")) throw corrupt(`${what} with other bytes than were stored`, error);
      throw error;
    }
  }
}

function namedFile(digest: Digest, { path }: ArtifactFile): string {
  return `the file "${path}" of artifact ${digest}`;
}

function notFound(digest: Digest): SluiceError {
  return new SluiceError("artifact/not-found", {
    found: `no artifact ${digest}`,
    expected: "the digest of a stored artifact",
    fix: "Check the digest, and that this is the blob store it was written to.",
  });
}

function corrupt(found: string, cause?: unknown): SluiceError {
  return new SluiceError("artifact/corrupt", {
    found,
    expected: "the bytes that its digest names",
    fix: "Restore the blob from a backup, or register the model again.",
    cause,
  });
}
