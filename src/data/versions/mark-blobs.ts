import { type Digest, isDigest } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { blobsOfVersion } from "./blobs-of-version.ts";

/** What must be kept, as far as it was found out. */
export class MarkedBlobs {
  readonly #repository: DatasetRepository;
  readonly #blobs = new Set<string>();
  readonly #versions = new Set<string>();
  readonly #commits = new Set<Digest>();

  constructor(repository: DatasetRepository) {
    this.#repository = repository;
  }

  has(digest: string): boolean {
    return this.#blobs.has(digest);
  }

  /** Marks every version of the history below some commits. */
  async markCommits(ids: readonly Digest[], options: WorkOptions = {}): Promise<void> {
    const fresh = ids.filter((id) => !this.#commits.has(id));
    const known = (id: Digest): boolean => !this.#commits.has(id);
    for await (const commit of this.#repository.graph.history(fresh, ({ parents }) => parents.filter(known))) {
      options.signal?.throwIfAborted();
      this.#commits.add(commit.id);
      await this.markVersion(commit.version);
      options.onProgress?.({ stage: "marking versions", done: this.#versions.size, unit: "versions" });
    }
  }

  /** Marks what a digest names: a version with those it was appended to, or one blob. Of a version that rows were erased from, what took its place. */
  async mark(digest: Digest): Promise<void> {
    const standing = await this.#repository.standing(digest);
    this.#blobs.add(standing);
    await this.markVersion(standing);
  }

  /** Marks a version's blobs and those of every version it was appended to; nothing where it is none, was erased or is gone. */
  async markVersion(version: Digest): Promise<void> {
    for (let next: string | null = version; next !== null && isDigest(next) && !this.#versions.has(next); ) {
      const found: { readonly blobs: Iterable<Digest>; readonly parent: Digest | null } | undefined =
        await this.#blobsOf(next);
      if (found === undefined) return;
      this.#versions.add(next);
      for (const blob of found.blobs) this.#blobs.add(blob);
      next = found.parent;
    }
  }

  async #blobsOf(
    version: Digest,
  ): Promise<{ readonly blobs: Iterable<Digest>; readonly parent: Digest | null } | undefined> {
    try {
      return await blobsOfVersion(this.#repository, version);
    } catch (error) {
      if (isSluiceError(error, "data/erased") || isSluiceError(error, "data/version-not-found")) return undefined;
      throw error;
    }
  }
}
