import type { DataSource } from "../contracts/data-source.ts";
import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { DatasetReader, DatasetVersion } from "../contracts/dataset-version.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import type { Table } from "../table/table.ts";
import type { CommitOptions, DatasetRepository } from "./dataset-repository.ts";
import type { Ingest, IngestOptions } from "./ingest.ts";
import type { IngestResult } from "./ingest-result.ts";
import type { TableStream } from "./parts/cut-tables.ts";
import type { VersionProfile } from "./profile/version-profile.ts";

/** Which rows are read. */
export interface ReadOptions {
  /** Only these columns, in this order. @default all */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The data stage's face, `workspace.data`: ingest batches, read versions. */
export class DataStage implements DatasetReader {
  readonly #repository: DatasetRepository;
  readonly #ingest: Ingest;

  constructor(parts: { readonly repository: DatasetRepository; readonly ingest: Ingest }) {
    this.#repository = parts.repository;
    this.#ingest = parts.ingest;
  }

  /** Takes a batch in; see {@link Ingest.ingest}. */
  ingest(definition: DatasetDefinition, source: DataSource, options?: IngestOptions): Promise<IngestResult> {
    return this.#ingest.ingest(definition, source, options);
  }

  /** Commits rows without validating them; see {@link DatasetRepository.commit}. */
  commit(definition: DatasetDefinition, tables: TableStream, options?: CommitOptions): Promise<DatasetVersion> {
    return this.#repository.commit(definition, tables, options);
  }

  head(dataset: string): Promise<DatasetVersion | undefined> {
    return this.#repository.head(dataset);
  }

  /** The newest version and those it was appended to, newest first. */
  versions(dataset: string): Promise<readonly DatasetVersion[]> {
    return this.#repository.versions(dataset);
  }

  version(digest: Digest): Promise<DatasetVersion> {
    return this.#repository.version(digest);
  }

  definition(dataset: string): DatasetDefinition | undefined {
    return this.#repository.definition(dataset);
  }

  /** Checks a definition against the workspace and remembers it in this process. Errors: `definition/conflict`. */
  register(definition: DatasetDefinition): Promise<void> {
    return this.#repository.register(definition);
  }

  scan(digest: Digest, options?: ReadOptions): AsyncIterable<Table> {
    return this.#repository.scan(digest, options);
  }

  /** All rows as one table: of a version by its digest, or of a dataset's newest version by its name. Errors: `data/version-not-found`, `blob/corrupt`. */
  async read(version: string, options?: ReadOptions): Promise<Table> {
    return await this.#repository.read(isDigest(version) ? version : await this.#newest(version), options);
  }

  /** What a version's columns hold; see {@link DatasetRepository.profile}. */
  profile(digest: Digest, options?: { readonly signal?: AbortSignal }): Promise<VersionProfile> {
    return this.#repository.profile(digest, options);
  }

  validation(digest: Digest): Promise<{ readonly validated: boolean; readonly reason: string }> {
    return this.#repository.validation(digest);
  }

  async #newest(dataset: string): Promise<Digest> {
    const head = await this.#repository.head(dataset);
    if (head !== undefined) return head.digest;
    throw new SluiceError("data/version-not-found", {
      found: `no version of dataset "${dataset}"`,
      expected: "a digest, or the name of a dataset with a version",
      fix: "Check the name, or ingest some rows.",
    });
  }
}
